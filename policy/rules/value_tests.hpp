// The tests on values that conditions consist of (rules.md 5): what each of them says of one value.
//
// Errors:  a value that a test cannot judge (an object where a word is wanted, a number beyond 64
//          bits, a path that is not absolute) is `unknown`, never `no`.
// Threads: pure.

#pragma once

#include "policy/rules/condition.hpp"
#include "policy/rules/field_value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

// All of `tests` on one value: `no` when one fails, else `unknown` when one cannot be judged.
[[nodiscard]] Truth passes(const std::vector<ValueTest>& tests, const FieldValue& value);

// For explain: "one of [bridge, local]", and the value as it was seen, shortened.
[[nodiscard]] std::string describe(const std::vector<ValueTest>& tests);
[[nodiscard]] std::string describe(const FieldValue& value);

// Both of two truths: `no` wins over `unknown`, `unknown` over `yes`.
[[nodiscard]] constexpr Truth both(Truth a, Truth b) {
  if (a == Truth::no || b == Truth::no) return Truth::no;
  return a == Truth::yes && b == Truth::yes ? Truth::yes : Truth::unknown;
}
// One of two truths: `yes` wins over `unknown`, `unknown` over `no`.
[[nodiscard]] constexpr Truth either(Truth a, Truth b) {
  if (a == Truth::yes || b == Truth::yes) return Truth::yes;
  return a == Truth::no && b == Truth::no ? Truth::no : Truth::unknown;
}
[[nodiscard]] constexpr Truth opposite(Truth a) {
  if (a == Truth::unknown) return a;
  return a == Truth::yes ? Truth::no : Truth::yes;
}

}  // namespace sealock::policy
