// The names of the policies of a set, for comparison with what listeners name.

#pragma once

#include "policy/rules/policy_set.hpp"

#include <string>
#include <vector>

namespace sealock::proxy {

[[nodiscard]] inline std::vector<std::string> policy_names(const policy::PolicySet& policies) {
  std::vector<std::string> names;
  for (const policy::Policy& policy : policies.policies()) {
    names.emplace_back(policy.name());
  }
  return names;
}

}  // namespace sealock::proxy
