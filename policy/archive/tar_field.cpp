#include "policy/archive/tar_field.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace sealock::policy::archive {
namespace {

constexpr unsigned char base_256 = 0x80;
constexpr unsigned char negative = 0xff;

tl::unexpected<Error> odd(std::string_view name, std::string_view why) {
  return bad_request("the archive has a header whose " + std::string(name) + " " +
                     std::string(why));
}

Result<std::uint64_t> read_octal(std::string_view field, std::string_view name) {
  std::size_t at = std::min(field.find_first_not_of(' '), field.size());
  std::uint64_t value = 0;
  for (; at < field.size() && field[at] >= '0' && field[at] <= '7'; ++at) {
    if (value > std::numeric_limits<std::uint64_t>::max() / 8) return odd(name, "is too large");
    value = value * 8 + static_cast<std::uint64_t>(field[at] - '0');
  }
  const bool padded = std::all_of(field.begin() + static_cast<std::ptrdiff_t>(at), field.end(),
                                  [](char c) { return c == ' ' || c == '\0'; });
  if (!padded) return odd(name, "is no octal number");
  return value;
}

Result<std::uint64_t> read_base_256(std::string_view field, std::string_view name) {
  if (static_cast<unsigned char>(field[0]) != base_256) return odd(name, "is out of range");
  std::uint64_t value = 0;
  for (const char c : field.substr(1)) {
    if (value >> 56 != 0) return odd(name, "is out of range");
    value = value << 8 | static_cast<unsigned char>(c);
  }
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return odd(name, "is out of range");
  }
  return value;
}

}  // namespace

bool is_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

Result<std::string_view> read_text_field(std::string_view field, std::string_view name) {
  const std::size_t end = std::min(field.find('\0'), field.size());
  if (!is_zero(field.substr(end))) return odd(name, "has bytes behind its end");
  return field.substr(0, end);
}

Result<std::uint64_t> read_number_field(std::string_view field, std::string_view name) {
  const bool binary = (static_cast<unsigned char>(field[0]) & base_256) != 0;
  return binary ? read_base_256(field, name) : read_octal(field, name);
}

Result<void> check_time_field(std::string_view field, std::string_view name) {
  if (static_cast<unsigned char>(field[0]) == negative) return {};
  const auto number = read_number_field(field, name);
  if (!number) return tl::unexpected<Error>(number.error());
  return {};
}

}  // namespace sealock::policy::archive
