// Base64 as Go's base64.StdEncoding writes it, and its URL form.
//
// Go itself reads more: line breaks anywhere, and stray bits in the last character. No client sends
// those, and another reader may refuse or decode them differently.
//
// Threads: pure.
// Source:  RFC 4648 sections 4 and 5.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy {

// Is it what every reader decodes to the same bytes?
[[nodiscard]] bool is_base64(std::string_view text);

[[nodiscard]] std::string to_base64(std::string_view bytes);
// With - and _ and the padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
// The URL form without padding; nothing for any text that is not the one of its bytes.
[[nodiscard]] std::optional<std::string> from_unpadded_base64url(std::string_view text);

}  // namespace sealock::policy
