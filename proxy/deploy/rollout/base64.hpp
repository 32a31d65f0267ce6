// Base64, as the engine's API takes contents and logins.
//
// Threads: pure.
// Source:  RFC 4648 sections 4 and 5.

#pragma once

#include <string>
#include <string_view>

namespace sealock::proxy {

[[nodiscard]] std::string to_base64(std::string_view text);
[[nodiscard]] std::string to_base64url(std::string_view text);

}  // namespace sealock::proxy
