// Reads one rule of a policy: resolves its actions and names, types its conditions, checks that it
// says what its kind needs.
//
// Errors:  all of them, to Diagnostics; nothing is returned for a rule that cannot be compiled. The
//          caller looks at has_errors() before it uses any rule.
// Threads: pure.
// Source:  rules.md 3, 5, 8.

#pragma once

#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/field_lookup.hpp"
#include "policy/rules/name_lists.hpp"
#include "policy/rules/reference_titles.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <optional>
#include <string>

namespace sealock::policy {

// What a rule is read against.
struct RuleSurroundings {
  std::string policy;         // name
  bool every_client = false;  // the baseline: deny rules only
  const NameLists& lists;
  const ReferenceTitles& references;
};

[[nodiscard]] std::optional<CompiledRule> read_rule(const YamlNode& node,
                                                    const RuleSurroundings& surroundings,
                                                    Diagnostics& diagnostics);

// The names that decisions have and that no rule may have: default, unknown-operation ...
[[nodiscard]] bool is_reserved_rule_name(std::string_view name);

}  // namespace sealock::policy
