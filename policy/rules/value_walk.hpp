// Walks from a JSON value along the path of a rule and gathers what it finds there.
//
// Threads: pure.

#pragma once

#include "policy/engine_api/schema.hpp"
#include "policy/rules/condition.hpp"
#include "policy/rules/field_value.hpp"

#include <span>

namespace sealock::policy {

// What a member that is not there means.
enum class Absent : std::uint8_t { unset, unknown };

// `root` may be null (no body); `schema` is null for documents of the engine.
[[nodiscard]] FieldValue walk(const Value* root,
                              const Schema* schema,
                              std::span<const PathStep> path,
                              Absent absent);

}  // namespace sealock::policy
