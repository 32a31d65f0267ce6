#include "policy/rules/compiled_policy.hpp"

#include "policy/engine_api/operation.hpp"
#include "policy/rules/rule_trace.hpp"
#include "policy/rules/settable.hpp"
#include "policy/rules/target_fields.hpp"

#include <algorithm>
#include <limits>

namespace sealock::policy {
namespace {

std::size_t index_of(const Operation& operation) {
  return static_cast<std::size_t>(operation.id);
}

bool filters(const CompiledPolicy& policy, const Operation& operation) {
  const auto& numbers = policy.by_operation[index_of(operation)];
  return filters_answer(operation.id) &&
         std::any_of(numbers.begin(), numbers.end(),
                     [&](std::uint16_t number) { return looks_at_target(policy.rules[number]); });
}

Result<RedactionPlans> compile_redaction(const CompiledPolicy& policy, const Operation& operation) {
  RedactionPlans plans;
  std::vector<RedactRule> always;
  for (const std::uint16_t number : policy.by_operation[index_of(operation)]) {
    const CompiledRule& rule = policy.rules[number];
    if (rule.kind != RuleKind::redact || rule.scrub.any()) continue;
    if (rule.when.empty()) {
      always.push_back(rule.redact);
    } else {
      plans.conditional.push_back(number);
    }
  }
  if (plans.conditional.size() > RedactionPlans::conditional_limit) {
    return bad_request(policy.name + ": more than 4 redact rules with conditions for " +
                       std::string(operation.name));
  }
  const bool chooses = filters(policy, operation);
  if (always.empty() && plans.conditional.empty() && !chooses) return plans;
  for (std::size_t set = 0; set < std::size_t{1} << plans.conditional.size(); ++set) {
    std::vector<RedactRule> rules = always;
    for (std::size_t i = 0; i < plans.conditional.size(); ++i) {
      if ((set >> i & 1U) != 0) rules.push_back(policy.rules[plans.conditional[i]].redact);
    }
    std::unique_ptr<const RedactionPlan> plan;
    if (!rules.empty() || chooses) {
      auto compiled = RedactionPlan::compile(operation, rules);
      if (!compiled) return tl::unexpected(compiled.error());
      plan = std::move(*compiled);
    }
    plans.by_set.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace

Result<void> index_rules(CompiledPolicy& policy) {
  if (policy.rules.size() > std::numeric_limits<std::uint16_t>::max()) {
    return bad_request(policy.name + " has more rules than can be numbered");
  }
  policy.by_operation.assign(operation_limit, {});
  policy.redactions.clear();
  policy.redactions.resize(operation_limit);
  for (std::size_t number = 0; number < policy.rules.size(); ++number) {
    CompiledRule& rule = policy.rules[number];
    if (policy.every_client && rule.kind != RuleKind::deny) {
      return bad_request(rule.name + ": the policy of every client holds deny rules only");
    }
    if (rule.kind == RuleKind::allow) rule.settable = std::make_shared<const Settable>(rule);
    for (std::size_t id = 0; id < operation_limit; ++id) {
      if (rule.operations[id])
        policy.by_operation[id].push_back(static_cast<std::uint16_t>(number));
    }
  }
  for (const Operation& operation : all_operations()) {
    auto plan = compile_redaction(policy, operation);
    if (!plan) return tl::unexpected(plan.error());
    policy.redactions[index_of(operation)] = std::move(*plan);
  }
  return {};
}

}  // namespace sealock::policy
