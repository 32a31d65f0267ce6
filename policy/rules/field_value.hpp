// The value of one field of a rule on one request, as the tests on values see it.
//
// rules.md 4.3 makes absent, null, 0, "", [], {} and false one and the same, because they are for
// dockerd (Go cannot tell them apart); Docker's other neutral values ("default" for NetworkMode,
// "no" for RestartPolicy) come from the body's schema. So a value is unset or it says something,
// and an operand that is neutral itself equals every unset value.
//
// Lifetime: points into the request, the facts or the Evaluation that read it.

#pragma once

#include "policy/engine_api/schema.hpp"
#include "policy/request/value.hpp"

#include <string>
#include <vector>

namespace sealock::policy {

// What an unset field counts as where numbers are compared: dockerd reads an absent body field as
// 0, but an absent query parameter or view as something that is no number of the client's.
enum class UnsetNumber : std::uint8_t { zero, unknown };

struct FieldValue {
  enum class Shape : std::uint8_t { scalar, list, unknown };

  Shape shape = Shape::scalar;
  bool set = false;
  UnsetNumber unset_number = UnsetNumber::zero;
  const Value* scalar = nullptr;       // null when unset
  const Neutral* neutral = nullptr;    // of the field, for comparisons of equality
  std::vector<const Value*> elements;  // list; null: an element that is not there
  std::string problem;                 // unknown: what could not be computed

  [[nodiscard]] static FieldValue unknown(std::string problem);
};

// Does this value say nothing? `neutral` is the field's, `schema` the value's; both may be null.
[[nodiscard]] bool is_unset(const Value& value, const Schema* schema, const Neutral* neutral);

// Is this scalar one of the neutral values of its field, or zero?
[[nodiscard]] bool is_neutral_scalar(const Value& value, const Neutral* neutral);

}  // namespace sealock::policy
