// Answers that the proxy gives by itself, in Docker's own shape: {"message": "..."} with a status
// that makes real clients print the message (clients.md 3).

#pragma once

#include "policy/result.hpp"

#include <string>
#include <string_view>

namespace sealock::proxy {

enum class Then { keep, close };

// 400, 403, 404, 413, 431, 500, 502, 503, 504.
[[nodiscard]] int status_of(ErrorKind kind);
// "Forbidden"; docker-py and Ansible print it.
[[nodiscard]] std::string_view reason_of(int status);

// The whole answer. `minor` is the client's HTTP version.
[[nodiscard]] std::string build_refusal(int status,
                                        std::string_view text,
                                        unsigned minor,
                                        Then then);

}  // namespace sealock::proxy
