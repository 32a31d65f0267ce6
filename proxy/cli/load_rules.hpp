// Loads the policies that a configuration names, or the shipped ones, and sees that each listener
// has its own. `run`, its reload and `check --config` call this same function.
//
// Errors: to Diagnostics; nothing is returned when there was one.

#pragma once

#include "policy/rules/policy_set.hpp"
#include "proxy/cli/surroundings.hpp"
#include "proxy/config/config.hpp"

#include <memory>

namespace sealock::proxy {

// config.rules becomes the folder that was found.
[[nodiscard]] std::shared_ptr<const policy::PolicySet> load_rules(Config& config,
                                                                  const Surroundings& surroundings,
                                                                  policy::Diagnostics& diagnostics);

}  // namespace sealock::proxy
