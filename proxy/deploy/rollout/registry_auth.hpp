// The login for a registry, as X-Registry-Auth wants it, from the secret `registry.HOST` of this node:
// a JSON object {"username": "...", "password": "..."}.
//
// Errors:  none; without such a secret, or with one that is no such object, there is no login, and
//          the registry says what it thinks of that.
// Threads: stateless.

#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace sealock::proxy {

// "registry.example.com:5000" of "registry.example.com:5000/shop/web@sha256:..."; else "docker.io".
[[nodiscard]] std::string registry_of(std::string_view image);

// Empty when there is no login. A ':' in the host is a '_' in the secret's name.
[[nodiscard]] std::string find_registry_auth(std::span<const std::filesystem::path> secrets,
                                             std::string_view image);

}  // namespace sealock::proxy
