#include "proxy/net/http_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sealock::proxy {
namespace {

enum Class : unsigned char { token = 1, text = 2 };

constexpr std::array<unsigned char, 256> make_classes() {
  std::array<unsigned char, 256> table{};
  constexpr std::string_view separators = "()<>@,;:\\\"/[]?={} \t";
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const bool control = byte < 0x20 || byte == 0x7f;
    if (!control || byte == '\t') table[byte] |= text;
    const bool separator = separators.find(static_cast<char>(byte)) != std::string_view::npos;
    if (!control && byte < 0x80 && !separator) table[byte] |= token;
  }
  return table;
}
constexpr std::array<unsigned char, 256> classes = make_classes();

constexpr std::array<char, 256> make_lower() {
  std::array<char, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const bool upper = byte >= 'A' && byte <= 'Z';
    table[byte] = static_cast<char>(upper ? byte + ('a' - 'A') : byte);
  }
  return table;
}
constexpr std::array<char, 256> lowered = make_lower();

// Has one of these eight bytes a value below 0x20, or 0x7f?
bool has_control(std::uint64_t bytes) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t high = 0x80 * ones;
  const std::uint64_t below_blank = (bytes - 0x20 * ones) & ~bytes & high;
  const std::uint64_t without_delete = bytes ^ (0x7f * ones);
  const std::uint64_t is_delete = (without_delete - ones) & ~without_delete & high;
  return (below_blank | is_delete) != 0;
}

std::uint64_t eight_bytes(const char* from) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, from, sizeof(bytes));
  return bytes;
}

}  // namespace

std::size_t token_size(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end && (classes[static_cast<unsigned char>(*at)] & token) != 0)
    ++at;
  return static_cast<std::size_t>(at - text.data());
}

bool is_field_text(std::string_view checked) {
  // Eight bytes at a time; the last eight may have been seen in part. A tab is allowed, and rare.
  if (checked.size() >= sizeof(std::uint64_t)) {
    const std::size_t last = checked.size() - sizeof(std::uint64_t);
    bool control = false;
    for (std::size_t at = 0; at < last; at += sizeof(std::uint64_t))
      control = control || has_control(eight_bytes(checked.data() + at));
    if (!control && !has_control(eight_bytes(checked.data() + last))) return true;
  }
  return std::all_of(checked.begin(), checked.end(),
                     [](char c) { return (classes[static_cast<unsigned char>(c)] & text) != 0; });
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const char* left = a.data();
  const char* right = b.data();
  for (const char* end = left + a.size(); left != end; ++left, ++right) {
    if (lowered[static_cast<unsigned char>(*left)] != lowered[static_cast<unsigned char>(*right)]) {
      return false;
    }
  }
  return true;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

std::string chunk_line(std::size_t size) {
  char digits[16];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), size, 16);
  static_cast<void>(error);
  return std::string(digits, end) + "\r\n";
}

}  // namespace sealock::proxy
