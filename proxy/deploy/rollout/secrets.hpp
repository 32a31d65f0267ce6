// Secrets of this node, one file each, and the key under which digests of them are made.
//
// A file is read when a deployment starts and forgotten when its containers are made. It must be
// root's (or ours) and closed to everybody else: a secret that others can read is an error to be
// repaired, not a value to be used.
//
// Errors:  bad_request, naming the secret and where it was looked for, never its value.
// Threads: stateless; any.

#pragma once

#include "policy/result.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace sealock::proxy {

// The content of NAME in the first folder that has it, without one line feed at its end.
[[nodiscard]] Result<std::string> read_secret(std::span<const std::filesystem::path> folders,
                                              std::string_view name);

// 32 random bytes in `folder`/secrets.key (0600), made when the file is missing.
[[nodiscard]] Result<std::string> read_or_make_key(const std::filesystem::path& folder);

}  // namespace sealock::proxy
