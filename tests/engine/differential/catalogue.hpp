// The catalogue as JSON, from which differential.py draws its requests: operations with their
// parameters, and the shapes of bodies.
//
// Threads: pure.

#pragma once

#include <nlohmann/json.hpp>

namespace sealock::differential {

[[nodiscard]] nlohmann::json catalogue();

}  // namespace sealock::differential
