// Reads one entry of `when`: a field and the tests that its value must pass, typed by the field.
//
// A list needs a quantifier, an operand must be of the field's type, and what can never hold or
// always holds is refused, so that a mistake cannot make a rule that silently never matches.
//
// Errors:  all of them, to Diagnostics; nothing is returned for a condition with one.
// Threads: pure.
// Source:  rules.md 4.3, 5 (tests on values), 7.1, 8.

#pragma once

#include "policy/rules/condition.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/field_lookup.hpp"
#include "policy/rules/name_lists.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <optional>
#include <vector>

namespace sealock::policy {

[[nodiscard]] std::optional<Condition> read_condition(const YamlEntry& entry,
                                                      const Actions& actions,
                                                      const NameLists& lists,
                                                      Diagnostics& diagnostics);

// The tests on one value, of the type of its field: what stands behind the field, or inside `every`.
// `name` is the field, for messages.
[[nodiscard]] std::vector<ValueTest> read_value_tests(const YamlNode& node,
                                                      std::string_view name,
                                                      FieldType type,
                                                      const NameLists& lists,
                                                      Diagnostics& diagnostics);

// The names of all tests on values, for documentation and suggestions.
[[nodiscard]] std::vector<std::string_view> value_test_names();

}  // namespace sealock::policy
