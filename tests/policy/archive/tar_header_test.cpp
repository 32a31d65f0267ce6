#include "policy/archive/tar_header.hpp"

#include "tests/policy/archive/archive_maker.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace sealock::policy::archive::tests {
namespace {

using namespace std::string_literals;

constexpr std::size_t name_at = 0, mode_at = 100, uid_at = 108, size_at = 124, mtime_at = 136,
                      checksum_at = 148, type_at = 156, link_at = 157, magic_at = 257,
                      user_at = 265, major_at = 329, prefix_at = 345, sparse_at = 386,
                      extended_at = 482, rest_at = 500;

std::string plain() {
  Header header;
  header.name = "a";
  header.mode = 0644;
  header.size = 5;
  return block(header);
}

std::string gnu() {
  return changed(plain(), magic_at, "ustar  \0"s);
}

TEST_CASE("tar header: what all readers agree about is read") {
  struct Row {
    std::string_view name;
    std::string block;
    Header wanted;
  };
  const Row rows[] = {
      {"ustar", plain(), {'0', "a", "", 5, 0644}},
      {"gnu", gnu(), {'0', "a", "", 5, 0644}},
      {"no type", changed(plain(), type_at, "\0"s), {'0', "a", "", 5, 0644}},
      {"seventh edition",
       changed(plain(), magic_at, std::string(255, '\0')),
       {'0', "a", "", 5, 0644}},
      {"prefix", changed(plain(), prefix_at, "x/y"), {'0', "x/y/a", "", 5, 0644}},
      {"full name",
       changed(plain(), name_at, std::string(100, 'n')),
       {'0', std::string(100, 'n'), "", 5, 0644}},
      {"link", changed(changed(plain(), type_at, "2"), link_at, "b"), {'2', "a", "b", 5, 0644}},
      {"blanks before the digits",
       changed(plain(), size_at, "         12 "s),
       {'0', "a", "", 10, 0644}},
      {"digits to the end", changed(plain(), size_at, "000000000012"), {'0', "a", "", 10, 0644}},
      {"base 256",
       changed(plain(), size_at, "\x80\0\0\0\0\0\0\2\0\0\0\0"s),
       {'0', "a", "", 0x200000000, 0644}},
      {"an empty number",
       changed(plain(), size_at, std::string(12, '\0')),
       {'0', "a", "", 0, 0644}},
      {"bits of the type in the mode",
       changed(plain(), mode_at, "0104755\0"s),
       {'0', "a", "", 5, 04755}},
      {"a time before 1970",
       changed(plain(), mtime_at, std::string(12, '\xff')),
       {'0', "a", "", 5, 0644}},
      {"gnu times",
       changed(gnu(), prefix_at, "00000000001\00000000000002\0"s),
       {'0', "a", "", 5, 0644}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto header = parse_header(row.block);
    REQUIRE_MESSAGE(header.has_value(), header.error().text);
    CHECK(header->type == row.wanted.type);
    CHECK(header->name == row.wanted.name);
    CHECK(header->link == row.wanted.link);
    CHECK(header->size == row.wanted.size);
    CHECK(header->mode == row.wanted.mode);
  }
}

TEST_CASE("tar header: what could be read in two ways is refused") {
  struct Row {
    std::string_view name;
    std::string block;
    std::string_view text;  // a part of the error
  };
  std::string signed_sum = changed(plain(), name_at, "\xc3\xa4");
  // What a reader with signed characters adds up.
  {
    int sum = 0;
    signed_sum.replace(checksum_at, 8, "        ");
    for (const char c : signed_sum)
      sum += c;
    std::string digits(6, '0');
    for (std::size_t i = 6; i-- > 0; sum /= 8)
      digits[i] = static_cast<char>('0' + sum % 8);
    signed_sum.replace(checksum_at, 8, digits + "\0 "s);
  }
  std::string flipped = plain();
  flipped[name_at] = 'b';
  const Row rows[] = {
      {"wrong checksum", flipped, "checksum"},
      {"checksum of signed characters", signed_sum, "checksum"},
      {"text", std::string(512, 'x'), "checksum is no octal number"},
      {"bytes behind the name", changed(plain(), name_at, "a\0b"s),
       "name has bytes behind its end"},
      {"bytes behind the link", changed(plain(), link_at, "\0b"s), "link has bytes behind its end"},
      {"bytes behind the prefix", changed(plain(), prefix_at, "p\0q"s), "prefix has bytes"},
      {"bytes behind the user", changed(plain(), user_at, "u\0v"s), "owner has bytes"},
      {"digits behind the number", changed(plain(), size_at, "00000000005\0"s.replace(3, 1, " ")),
       "size is no octal"},
      {"digits behind a NUL", changed(plain(), size_at, "\00000000005\0"s), "size is no octal"},
      {"a sign", changed(plain(), size_at, "-0000000005\0"s), "size is no octal"},
      {"not octal", changed(plain(), size_at, "00000000009\0"s), "size is no octal"},
      {"hexadecimal", changed(plain(), size_at, "0x000000005\0"s), "size is no octal"},
      {"negative", changed(plain(), size_at, std::string(12, '\xff')), "size is out of range"},
      {"above 63 bits", changed(plain(), size_at, "\x80\0\0\0\x80\0\0\0\0\0\0\0"s),
       "size is out of range"},
      {"above 64 bits", changed(plain(), size_at, "\x80\0\1\0\0\0\0\0\0\0\0\0"s),
       "size is out of range"},
      {"high bits of base 256", changed(plain(), size_at, "\x81\0\0\0\0\0\0\0\0\0\0\1"s),
       "size is out of range"},
      {"owner", changed(plain(), uid_at, "zzzzzzz\0"s), "owner is no octal"},
      {"device number", changed(plain(), major_at, "zz"), "device number is no octal"},
      {"mark of star", changed(plain(), rest_at + 8, "tar\0"s), "where the ustar format has none"},
      {"another magic", changed(plain(), magic_at, "USTAR"), "neither"},
      {"version 01", changed(plain(), magic_at + 7, "1"), "neither"},
      {"sparse type", changed(gnu(), type_at, "S"), "sparse"},
      {"multi-volume type", changed(gnu(), type_at, "M"), "sparse and multi-volume"},
      {"volume name", changed(gnu(), type_at, "V"), "sparse and multi-volume"},
      {"old dump directory", changed(gnu(), type_at, "D"), "sparse and multi-volume"},
      {"sparse map in a plain file", changed(gnu(), sparse_at, "00000000001"), "sparse"},
      {"extended sparse map", changed(gnu(), extended_at, "\1"), "sparse"},
      {"prefix in a GNU header", changed(gnu(), prefix_at, "etc"), "time is no octal"},
      {"contiguous file", changed(plain(), type_at, "7"), "unknown type"},
      {"Solaris extended header", changed(plain(), type_at, "X"), "unknown type"},
      {"unknown type", changed(plain(), type_at, "9"), "unknown type"},
      {"long name in ustar", changed(plain(), type_at, "L"), "mixes"},
      {"pax in GNU", changed(gnu(), type_at, "x"), "mixes"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto header = parse_header(row.block);
    REQUIRE_FALSE(header.has_value());
    CHECK(header.error().kind == ErrorKind::bad_request);
    CHECK_MESSAGE(header.error().text.find(row.text) != std::string::npos, header.error().text);
  }
}

TEST_CASE("tar header: what any reader may take for one is known, in spite of odd fields") {
  CHECK(may_be_header(plain()));
  CHECK(may_be_header(gnu()));
  CHECK_FALSE(may_be_header(padded("a")));
  std::string one = plain();
  one[0] = 'b';
  CHECK_FALSE(may_be_header(one));
  // Some old programs added signed bytes up.
  std::string with_signs = changed(plain(), name_at, "\xe4");
  CHECK(may_be_header(with_signs));
  const unsigned sum =
      static_cast<unsigned>(std::stoul(with_signs.substr(checksum_at, 6), nullptr, 8)) - 256;
  for (const std::string& format : {"      "s, "\0\0\0\0"s, "0000"s}) {
    std::string digits;
    for (unsigned rest = sum; rest > 0; rest /= 8)
      digits.insert(digits.begin(), static_cast<char>('0' + rest % 8));
    std::string field = (format + digits).substr(0, 8);
    field.resize(8, ' ');
    with_signs.replace(checksum_at, 8, field);
    CAPTURE(format);
    CHECK(may_be_header(with_signs) == (format.size() + digits.size() <= 8));
  }
}

}  // namespace
}  // namespace sealock::policy::archive::tests
