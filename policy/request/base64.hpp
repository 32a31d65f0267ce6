// Is a text what Go's base64.StdEncoding writes, and so what every reader decodes to the same
// bytes?
//
// Go itself reads more: line breaks anywhere, and stray bits in the last character. No client sends
// those, and another reader may refuse or decode them differently.

#pragma once

#include <string_view>

namespace sealock::policy {

[[nodiscard]] bool is_base64(std::string_view text);

}  // namespace sealock::policy
