// Finds the operation of a path, for the tests that hold the catalogue against what real clients
// send. Lenient where the router is strict: names are not checked.

#pragma once

#include "policy/engine_api/operation.hpp"

#include <string>
#include <string_view>

namespace sealock::policy {

// A path that the template stands for: "/containers/{id}/json" gives "/containers/sample/json".
[[nodiscard]] std::string sample_path(std::string_view path_template);

// The operation whose template fits `path`, which has neither version nor query; null when none.
[[nodiscard]] const Operation* match_path(Method method, std::string_view path);

// "http:/v1.41/info" becomes "/info": the part of a target that names the operation.
[[nodiscard]] std::string without_version(std::string_view path);

}  // namespace sealock::policy
