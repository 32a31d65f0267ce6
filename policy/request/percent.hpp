// Percent-encoding (RFC 3986 section 2.1), written in one canonical way.
//
// Sources: RFC 3986 section 2; go net/url (QueryEscape, unescape).

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy {

// Letters, digits, - . _ ~: what never needs to be encoded.
[[nodiscard]] bool is_unreserved(char c);

// The byte that "%XX" at the start of `text` stands for; nothing when it is no such escape.
[[nodiscard]] std::optional<char> decode_percent(std::string_view text);

// Appends `text` with every byte but the unreserved ones and those of `plain` as %XX (upper case).
void append_encoded(std::string_view text, std::string_view plain, std::string& out);

}  // namespace sealock::policy
