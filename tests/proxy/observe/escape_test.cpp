#include "proxy/observe/escape.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

using sealock::proxy::append_escaped;
using sealock::proxy::cut;

namespace {

std::string escaped(std::string_view text) {
  std::string line;
  append_escaped(line, text);
  return line;
}

struct Row {
  std::string_view name;
  std::string_view text;
  std::string_view expected;
};

using namespace std::string_view_literals;

const Row rows[] = {
    {"plain text stays", "web-1/app:2.0 ~!", "web-1/app:2.0 ~!"},
    {"quote and backslash", R"(a"b\c)", R"(a\"b\\c)"},
    {"forged line by LF", "x\n{\"id\":1}", R"(x\n{\"id\":1})"},
    {"forged line by CR", "x\ry", R"(x\ry)"},
    {"tab", "x\ty", R"(x\ty)"},
    {"terminal steered by ESC", "\x1b[2J", R"(\u001b[2J)"},
    {"terminal steered by C1 CSI",
     "\xc2\x9b"
     "2J",
     R"(\u009b2J)"},
    {"NUL", "a\0b"sv, R"(a\u0000b)"},
    {"DEL", "\x7f", R"(\u007f)"},
    {"text turned round by a bidi control",
     "a\xe2\x80\xae"
     "b",
     R"(a\u202eb)"},
    {"line separator of JavaScript", "\xe2\x80\xa8", R"(\u2028)"},
    {"two bytes", "\xc3\xa9", R"(\u00e9)"},
    {"four bytes", "\xf0\x9f\x90\xb3", R"(\ud83d\udc33)"},
    {"highest code point", "\xf4\x8f\xbf\xbf", R"(\udbff\udfff)"},
    {"above the highest code point", "\xf4\x90\x80\x80", R"(\ufffd\ufffd\ufffd\ufffd)"},
    {"lone continuation", "a\x80z", R"(a\ufffdz)"},
    {"cut in two", "a\xe2\x80", R"(a\ufffd\ufffd)"},
    {"overlong slash", "\xc0\xaf", R"(\ufffd\ufffd)"},
    {"overlong line feed in three bytes", "\xe0\x80\x8a", R"(\ufffd\ufffd\ufffd)"},
    {"surrogate in UTF-8", "\xed\xa0\x80", R"(\ufffd\ufffd\ufffd)"},
    {"byte that never occurs", "\xff", R"(\ufffd)"},
    {"quote behind a broken start", "\xe2\"", R"(\ufffd\")"},
};

}  // namespace

TEST_CASE("escape: no client text can leave its string") {
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(escaped(row.text) == row.expected);
  }
}

TEST_CASE("escape: random bytes always make printable ASCII that a JSON parser reads") {
  const unsigned seed = 20260901;
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 5000; ++round) {
    std::string text(random() % 24, '\0');
    for (char& byte : text) {
      byte = static_cast<char>(random() & 0xff);
    }
    const std::string line = escaped(text);
    for (const char byte : line) {
      REQUIRE(byte >= 0x20);
      REQUIRE(byte < 0x7f);
    }
    REQUIRE(nlohmann::json::accept('"' + line + '"'));
  }
}

TEST_CASE("cut: keeps whole characters") {
  CHECK(cut("abc", 3) == "abc");
  CHECK(cut("abcd", 3) == "abc");
  CHECK(cut("ab\xc3\xa9", 3) == "ab");
  CHECK(cut("ab\xf0\x9f\x90\xb3", 5) == "ab");
  CHECK(cut("\x80\x80\x80\x80\x80\x80", 5) == "\x80\x80\x80\x80\x80");
  CHECK(cut("abc", 0).empty());
}
