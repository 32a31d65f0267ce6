// Of which shape and type the values of a field are, as far as tests on values care.
//
// Threads: pure.

#pragma once

#include "policy/engine_api/operation.hpp"
#include "policy/rules/condition.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

using Actions = std::vector<const Operation*>;  // of one rule

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

// The paths of all fields of a body, as rules write them, in the order of the schema:
// "HostConfig.Mounts[].Type". Maps appear as "Labels".
[[nodiscard]] std::vector<std::string> body_fields(const Schema& schema);

// The type of one schema, for `sealock list fields`: "text", "list of text", "object" ...
[[nodiscard]] FieldType field_type(const Schema& schema, std::string_view path);
[[nodiscard]] std::string_view name_of(ValueType type);

// How a message begins that something is missing: "ContainerCreate has no", or "no action of this
// rule has" when there are several.
[[nodiscard]] std::string subject(const Actions& actions, std::string_view verb);

// The type of a query parameter.
[[nodiscard]] FieldType type_of_parameter(const Parameter& parameter);

// "Labels[a.b]" is "Labels" and "[a.b]", "Labels{secrets}" is "Labels" and "{secrets}": only the name
// can be mistyped, and is what suggestions are made for.
struct PathEnd {
  std::string_view name;
  std::string_view key;  // with its brackets; empty when the path ends with no key
};
[[nodiscard]] PathEnd split_key(std::string_view path);

// Does the path go through all elements of a list or all values of a map?
[[nodiscard]] bool has_list_step(const std::vector<PathStep>& path);

}  // namespace sealock::policy
