#include "policy/rules/compiled_policy.hpp"

#include "policy/engine_api/operation.hpp"
#include "policy/rules/rule_trace.hpp"
#include "policy/rules/settable.hpp"
#include "policy/rules/target_fields.hpp"

#include <limits>

namespace sealock::policy {
namespace {

std::size_t index_of(const Operation& operation) {
  return static_cast<std::size_t>(operation.id);
}

// The plan of one operation; null where its answer is passed on byte for byte.
Result<std::unique_ptr<const RedactionPlan>> compile_redaction(const CompiledPolicy& policy,
                                                               const Operation& operation) {
  std::vector<RedactRule> rules;
  bool filters = false;
  for (const std::uint16_t number : policy.by_operation[index_of(operation)]) {
    const CompiledRule& rule = policy.rules[number];
    if (rule.kind == RuleKind::redact) rules.push_back(rule.redact);
    filters = filters || (filters_answer(operation.id) && looks_at_target(rule));
  }
  if (rules.empty() && !filters) return std::unique_ptr<const RedactionPlan>();
  return RedactionPlan::compile(operation, rules);
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
