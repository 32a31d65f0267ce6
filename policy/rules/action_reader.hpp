// Reads the actions of a rule: Docker's operation names, $lists of them, or every_operation.
//
// Threads: pure.
// Source:  rules.md 3 (1), 7.1.

#pragma once

#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/field_lookup.hpp"
#include "policy/rules/name_lists.hpp"
#include "policy/rules/yaml_reader.hpp"

namespace sealock::policy {

// Empty when nothing could be read; what is wrong was reported then (R02, R08, R09, R11, R20, R28).
[[nodiscard]] Actions read_actions(const YamlNode& node,
                                   const NameLists& lists,
                                   Diagnostics& diagnostics);

[[nodiscard]] OperationSet operation_set(const Actions& actions);

}  // namespace sealock::policy
