// Questions about the ASCII text that names, modes and options are written in.
//
// Never by locale and never with Unicode folding: dockerd's own strings.ToUpper makes a dotless i an
// I, and `sys_adm\u0131n` a capability (engine-facts.md B15).
//
// Threads: pure. Lifetime: views point into the argument.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sealock::policy::effective {

[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
[[nodiscard]] constexpr bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_lower_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

[[nodiscard]] bool all_digits(std::string_view text);     // false for ""
[[nodiscard]] bool all_lower_hex(std::string_view text);  // false for ""
[[nodiscard]] std::string upper(std::string_view text);

// The pieces between the separators; one empty piece for "".
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
// What stands before and after the first separator; the second is empty when there is none.
[[nodiscard]] std::pair<std::string_view, std::string_view> cut(std::string_view text,
                                                                char separator);
// Takes `prefix` off; false when it is not there.
bool take_prefix(std::string_view& text, std::string_view prefix);

// Could be taken for the short or full id of a container, image or network: 12 to 64 lower-case
// hexadecimal digits. Names win over id prefixes (engine-facts.md A12, A13, F7).
[[nodiscard]] bool looks_like_id(std::string_view text);

}  // namespace sealock::policy::effective
