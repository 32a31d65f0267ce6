// How one rule fared with one request: the step that evaluate() takes for every rule, with the
// words for explain and for denials.
//
// Threads: pure.

#pragma once

#include "policy/rules/condition.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sealock::policy {

class Evaluation;
struct CompiledRule;

// Which of a rule's conditions are asked. Conditions on target.* say which objects of a list are
// shown, or cannot be judged because the object does not exist: then the others decide alone.
enum class Asked : std::uint8_t { all, without_target };

// All asked conditions together.
[[nodiscard]] Truth conditions_hold(const CompiledRule& rule, Evaluation& evaluation, Asked asked);

[[nodiscard]] bool looks_at_target(const CompiledRule& rule);
[[nodiscard]] bool looks_at_target(const Condition& condition);

struct RuleTrace {
  const CompiledRule* rule = nullptr;
  Truth holds = Truth::no;  // allow: the conditions, and every field named
  std::size_t failed = 0;   // conditions that do not hold, and 1 for a field that is not named
  std::string first_field;  // of the first condition that does not hold: "effective.image.tag"
  std::string why;          // "effective.image.tag is latest, wanted ..."
  std::string unnamed;      // allow: "HostConfig.CgroupParent", which may_set does not name
};

[[nodiscard]] RuleTrace trace(const CompiledRule& rule, Evaluation& evaluation, Asked asked);

}  // namespace sealock::policy
