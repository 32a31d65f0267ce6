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

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

enum class ValueType : std::uint8_t { text, boolean, integer, number, any };

enum class FieldShape : std::uint8_t {
  scalar,
  list,         // of scalars
  object_list,  // a list whose elements are objects: set or unset
  object,       // an object or a map: set or unset
  any,          // the engine's document says: fields of the target
};

struct FieldType {
  FieldShape shape = FieldShape::scalar;
  ValueType type = ValueType::text;
  bool operator==(const FieldType&) const = default;
};

struct FoundField {
  FieldReference reference;
  FieldType type;
};

using Actions = std::vector<const Operation*>;

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

// The paths of all fields of a body, as rules write them, in the order of the schema:
// "HostConfig.Mounts[].Type". Maps appear as "Labels".
[[nodiscard]] std::vector<std::string> body_fields(const Schema& schema);

// The type of one schema, for `sealock list fields`: "text", "list of text", "object" ...
[[nodiscard]] FieldType field_type(const Schema& schema, std::string_view path);
[[nodiscard]] std::string_view name_of(ValueType type);

// "ContainerCreate", or "no action of this rule" when there are several.
[[nodiscard]] std::string subject(const Actions& actions, std::string_view verb);

}  // namespace sealock::policy
