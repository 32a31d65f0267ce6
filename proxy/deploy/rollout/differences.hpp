// What changes between two specifications, one line a field, for people and for Ansible's diff mode.
//
// Both are unresolved: what is shown instead of a secret is ${secret:NAME}.
//
// Threads: pure.

#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sealock::proxy {

// "- Env.MODE: fast" and "+ Env.MODE: slow", sorted by field. Lists of NAME=value are compared by
// name. Anything against null is all "+".
[[nodiscard]] std::vector<std::string> differences(const nlohmann::json& before,
                                                   const nlohmann::json& after);

}  // namespace sealock::proxy
