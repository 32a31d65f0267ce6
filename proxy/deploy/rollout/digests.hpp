// Digests that say whether two things are the same.
//
// Of a specification: plain SHA-256 over the text with ${NAME} and ${secret:NAME} unresolved. Of
// values: HMAC-SHA256 under a key of this node, so that a digest in a label lets nobody try
// passwords.
//
// Threads: pure.
// Source:  RFC 2104 (HMAC), FIPS 180-4.

#pragma once

#include <string>
#include <string_view>

namespace sealock::proxy {

[[nodiscard]] std::string sha256_hex(std::string_view text);
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view text);

}  // namespace sealock::proxy
