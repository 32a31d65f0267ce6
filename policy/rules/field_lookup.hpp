// Finds what a field of a rule names, for the actions of the rule: a body field by the schema, a
// query parameter, a view, a field of the target. And of which shape and type its values are, so
// that the tests on it can be checked when the file loads, not when a request comes.
//
// A rule may name operations that differ: a field must belong to one of its actions at least.
//
// Threads: pure.
// Source:  rules.md 4.3, 7.1.

#pragma once

#include "policy/engine_api/operation.hpp"
#include "policy/rules/condition.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/field_type.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

struct FoundField {
  FieldReference reference;
  FieldType type;
};

// Reports what is wrong with the name (R03, R13, R14, R22), with a suggestion.
[[nodiscard]] std::optional<FoundField> find_rule_field(std::string_view text,
                                                        const Place& place,
                                                        const Actions& actions,
                                                        Diagnostics& diagnostics);

// Checks one name of may_set: a body field, or `query.NAME` (R13, R14).
void check_settable(std::string_view text,
                    const Place& place,
                    const Actions& actions,
                    Diagnostics& diagnostics);

}  // namespace sealock::policy
