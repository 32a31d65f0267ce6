// Keys of JSON objects as Go's decoder compares them: which keys it takes for the same field.
//
// Sources: engine-facts.md B1, B2; go encoding/json fold.go.

#pragma once

#include "policy/engine_api/schema.hpp"
#include "policy/request/value.hpp"

#include <string>
#include <string_view>

namespace sealock::policy {

// As find_field(), but looks at the field number `first` before all others.
[[nodiscard]] const Field* find_field_from(const Schema& object,
                                           std::size_t first,
                                           std::string_view name);

// The field that Go's decoder takes `key` for, though it is not its name; null when there is none.
[[nodiscard]] const Field* find_folded_field(const Schema& object, std::string_view key);

// A key that `members` has twice, or null.
[[nodiscard]] const std::string* find_repeated_key(const Value::Object& members);

}  // namespace sealock::policy
