#include "proxy/observe/escape.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace sealock::proxy {
namespace {

constexpr std::uint32_t replacement = 0xfffd;

struct Character {
  std::uint32_t code = replacement;
  std::size_t size = 1;
};

// Which bytes stand for themselves.
constexpr std::array<bool, 256> make_plain_table() {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0x20; byte < 0x7f; ++byte) {
    table[byte] = byte != '"' && byte != '\\';
  }
  return table;
}
constexpr auto plain = make_plain_table();

// Do the eight bytes at `from` all stand for themselves?
bool are_plain(const char* from) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t high = 0x80 * ones;
  const auto with_zero = [](std::uint64_t bytes) { return (bytes - ones) & ~bytes & high; };
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, from, sizeof(bytes));
  const std::uint64_t below_blank = (bytes - 0x20 * ones) & ~bytes & high;
  const std::uint64_t odd = (bytes & high) | below_blank | with_zero(bytes ^ (0x7f * ones)) |
                            with_zero(bytes ^ ('"' * ones)) | with_zero(bytes ^ ('\\' * ones));
  return odd == 0;
}

constexpr std::uint32_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

// The character that starts at `position`. Second bytes have ranges of their own, which is what
// keeps out overlong forms, surrogates and everything above U+10FFFF.
Character decode(std::string_view text, std::size_t position) {
  const std::uint32_t first = byte_at(text, position);
  std::size_t size = 0;
  std::uint32_t low = 0x80;
  std::uint32_t high = 0xbf;
  if (first < 0x80) return {first, 1};
  if (first >= 0xc2 && first <= 0xdf) size = 2;
  if (first >= 0xe0 && first <= 0xef) size = 3;
  if (first >= 0xf0 && first <= 0xf4) size = 4;
  if (first == 0xe0) low = 0xa0;
  if (first == 0xed) high = 0x9f;
  if (first == 0xf0) low = 0x90;
  if (first == 0xf4) high = 0x8f;
  if (size == 0 || position + size > text.size()) return {};
  std::uint32_t code = first & (0xffU >> (size + 1));
  for (std::size_t index = 1; index < size; ++index) {
    const std::uint32_t byte = byte_at(text, position + index);
    if (byte < low || byte > high) return {};
    code = (code << 6) | (byte & 0x3f);
    low = 0x80;
    high = 0xbf;
  }
  return {code, size};
}

void append_unit(std::string& line, std::uint32_t unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  line += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) {
    line += digits[(unit >> shift) & 0xf];
  }
}

void append_character(std::string& line, std::uint32_t code) {
  switch (code) {
  case '"':
    line += "\\\"";
    return;
  case '\\':
    line += "\\\\";
    return;
  case '\n':
    line += "\\n";
    return;
  case '\r':
    line += "\\r";
    return;
  case '\t':
    line += "\\t";
    return;
  }
  if (code < 0x10000) {
    append_unit(line, code);
    return;
  }
  append_unit(line, 0xd800 + ((code - 0x10000) >> 10));
  append_unit(line, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

}  // namespace

void append_escaped(std::string& line, std::string_view text) {
  std::size_t position = 0;
  while (position < text.size()) {
    std::size_t end = position;
    while (end + 8 <= text.size() && are_plain(text.data() + end))
      end += 8;
    while (end < text.size() && plain[byte_at(text, end)]) {
      ++end;
    }
    line.append(text, position, end - position);
    position = end;
    if (position == text.size()) return;
    const Character character = decode(text, position);
    append_character(line, character.code);
    position += character.size;
  }
}

std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t size = limit;
  // At most three bytes back lies the start of a character; broken text is cut where it is.
  for (std::size_t back = 0; back < 4 && back < size; ++back) {
    if ((byte_at(text, limit - back) & 0xc0) != 0x80) {
      size = limit - back;
      break;
    }
  }
  return text.substr(0, size);
}

}  // namespace sealock::proxy
