#include "policy/rules/rule_trace.hpp"

#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/evaluation.hpp"
#include "policy/rules/settable.hpp"
#include "policy/rules/value_tests.hpp"

#include <algorithm>

namespace sealock::policy {

bool looks_at_target(const Condition& condition) {
  return condition.field.source == FieldSource::target;
}

bool looks_at_target(const CompiledRule& rule) {
  return std::any_of(rule.when.begin(), rule.when.end(),
                     [](const Condition& condition) { return looks_at_target(condition); });
}

Truth conditions_hold(const CompiledRule& rule, Evaluation& evaluation, Asked asked) {
  Truth result = Truth::yes;
  for (const Condition& condition : rule.when) {
    if (asked == Asked::without_target && looks_at_target(condition)) continue;
    result = both(result, evaluation.holds(condition));
    if (result == Truth::no) break;
  }
  return result;
}

RuleTrace trace(const CompiledRule& rule, Evaluation& evaluation, Asked asked) {
  RuleTrace made;
  made.rule = &rule;
  made.holds = Truth::yes;
  for (const Condition& condition : rule.when) {
    if (asked == Asked::without_target && looks_at_target(condition)) continue;
    std::string why;
    const Truth truth = evaluation.holds(condition, &why);
    made.holds = both(made.holds, truth);
    if (truth == Truth::yes) continue;
    if (made.failed++ == 0) {
      made.first_field = condition.field.text;
      made.why = std::move(why);
    }
  }
  if (rule.kind != RuleKind::allow || rule.settable == nullptr) return made;
  if (auto unnamed = rule.settable->find_unnamed(evaluation)) {
    made.unnamed = std::move(*unnamed);
    made.holds = Truth::no;
    ++made.failed;
  }
  return made;
}

}  // namespace sealock::policy
