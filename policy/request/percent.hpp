// Percent-encoding (RFC 3986 section 2.1), written in one canonical way.
//
// Sources: RFC 3986 section 2; go net/url (QueryEscape, unescape).

#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy {

inline constexpr std::array<bool, 256> unreserved_bytes = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789-._~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

// Letters, digits, - . _ ~: what never needs to be encoded.
[[nodiscard]] inline bool is_unreserved(char c) {
  return unreserved_bytes[static_cast<unsigned char>(c)];
}

// The byte that "%XX" at the start of `text` stands for; nothing when it is no such escape.
[[nodiscard]] std::optional<char> decode_percent(std::string_view text);

// Appends `text` with every byte but the unreserved ones and those of `plain` as %XX (upper case).
void append_encoded(std::string_view text, std::string_view plain, std::string& out);

}  // namespace sealock::policy
