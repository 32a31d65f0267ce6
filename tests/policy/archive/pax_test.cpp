#include "policy/archive/pax.hpp"

#include "policy/archive/tar_writer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace sealock::policy::archive {
namespace {

using namespace std::string_literals;

TEST_CASE("pax: records are read") {
  const std::string text = pax_record("path", "a/\xc3\xa4") + pax_record("linkpath", "b=c\n") +
                           pax_record("size", "8589934592") + pax_record("mtime", "1.5") +
                           pax_record("uname", "") + pax_record("LIBARCHIVE.creationtime", "1") +
                           pax_record("SCHILY.xattr.user.x", "\0\xff"s);
  const auto records = parse_pax(text);
  REQUIRE_MESSAGE(records.has_value(), records.error().text);
  CHECK(records->path == "a/\xc3\xa4");
  CHECK(records->link == "b=c\n");
  CHECK(records->size == 8589934592);
  CHECK_FALSE(records->capabilities);
  CHECK_FALSE(records->only_comments);
}

TEST_CASE("pax: file capabilities and comments are seen") {
  const auto capable = parse_pax(pax_record("SCHILY.xattr.security.capability", "\1\0"s));
  REQUIRE(capable.has_value());
  CHECK(capable->capabilities);
  const auto comment = parse_pax(pax_record("comment", "0123abc"));
  REQUIRE(comment.has_value());
  CHECK(comment->only_comments);
}

TEST_CASE("pax: the length counts itself, at every number of digits") {
  for (std::size_t size = 0; size < 1200; ++size) {
    const std::string value(size + 1, 'v');
    const auto records = parse_pax(pax_record("path", value));
    REQUIRE(records.has_value());
    CHECK(records->path == value);
  }
}

TEST_CASE("pax: what could be read in two ways is refused") {
  struct Row {
    std::string_view name;
    std::string text;
    std::string_view error;
  };
  const Row rows[] = {
      {"no record", "path", "not made of records"},
      {"no number", "x path=a\n", "wrong length"},
      {"a sign", "+9 path=a\n", "wrong length"},
      {"leading zero", "010 path=a\n", "wrong length"},
      {"too short", "8 path=a\n", "wrong length"},
      {"too long", "11 path=a\n", "wrong length"},
      {"short of anything", "3 a", "wrong length"},
      {"overflow", "99999999999999999999999 path=a\n", "wrong length"},
      {"no line feed", "9 path=ab", "wrong length"},
      {"no equals", "9 pathaaa\n"s.substr(0, 9), "wrong length"},
      {"no name", pax_record("", "a"), "without a name"},
      {"twice", pax_record("path", "a") + pax_record("path", "b"), "twice"},
      {"a comment twice", pax_record("comment", "a") + pax_record("comment", "b"), "twice"},
      {"NUL in the path", pax_record("path", "a\0b"s), "NUL"},
      {"NUL in the link", pax_record("linkpath", "a\0b"s), "NUL"},
      {"NUL in a name", pax_record("pa\0th"s, "a"), "no text"},
      {"not UTF-8", pax_record("path", "a\xff"), "UTF-8"},
      {"overlong", pax_record("path", "\xc0\xaf"), "UTF-8"},
      {"owner not UTF-8", pax_record("uname", "\xff"), "UTF-8"},
      {"empty path", pax_record("path", ""), "empty"},
      {"empty link", pax_record("linkpath", ""), "empty"},
      {"empty size", pax_record("size", ""), "empty"},
      {"size with a sign", pax_record("size", "-1"), "no number"},
      {"size with a point", pax_record("size", "1.0"), "no number"},
      {"size out of range", pax_record("size", "9223372036854775808"), "no number"},
      {"sparse", pax_record("GNU.sparse.major", "1"), "sparse"},
      {"sparse name", pax_record("GNU.sparse.name", "x"), "sparse"},
      {"real size", pax_record("SCHILY.realsize", "1"), "sparse"},
      {"another character set", pax_record("hdrcharset", "BINARY"), "nobody here knows"},
      {"an older one", pax_record("charset", "x"), "nobody here knows"},
      {"another case", pax_record("Path", "x"), "nobody here knows"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto records = parse_pax(row.text);
    REQUIRE_FALSE(records.has_value());
    CHECK_MESSAGE(records.error().text.find(row.error) != std::string::npos, records.error().text);
  }
}

}  // namespace
}  // namespace sealock::policy::archive
