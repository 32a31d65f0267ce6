// Chooses which objects of a list or event stream a client may see, and how an answer is redacted:
// the same rules that judge a request, asked again about each object.
#include "policy/answer/redaction_plan.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/evaluation.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/rule_trace.hpp"
#include "policy/rules/settable.hpp"
#include "policy/rules/target_fields.hpp"
#include "policy/rules/value_tests.hpp"

#include <algorithm>

namespace sealock::policy {
namespace {

// What one rule asks of an object: its conditions on target.*, which live as long as the policy.
using Demands = std::vector<const Condition*>;

Demands demands_of(const CompiledRule& rule) {
  Demands demands;
  for (const Condition& condition : rule.when) {
    if (looks_at_target(condition)) demands.push_back(&condition);
  }
  return demands;
}

Truth all_hold(const Demands& demands, const Value& object, const std::optional<Owner>& owner) {
  Truth result = Truth::yes;
  for (const Condition* condition : demands) {
    result = both(result, holds_for_object(*condition, object, owner));
    if (result == Truth::no) break;
  }
  return result;
}

const RedactionPlans* plans_of(const CompiledPolicy& policy, const Operation& operation) {
  const auto index = static_cast<std::size_t>(operation.id);
  return index < policy.redactions.size() ? &policy.redactions[index] : nullptr;
}

// The set of conditional redact rules that may hold for a request. `asked` without the target: for
// what stands around the objects of a list, where each object is asked again.
std::size_t set_for(const CompiledPolicy& policy,
                    const RedactionPlans& plans,
                    Evaluation& evaluation,
                    Asked asked) {
  std::size_t set = 0;
  for (std::size_t i = 0; i < plans.conditional.size(); ++i) {
    const CompiledRule& rule = policy.rules[plans.conditional[i]];
    // A redaction that cannot be judged is in force.
    if (conditions_hold(rule, evaluation, asked) != Truth::no) set |= std::size_t{1} << i;
  }
  return set;
}

struct Chooser {
  std::optional<Owner> owner;
  std::vector<Demands> allows;
  std::vector<Demands> denies;
  // How objects are redacted.
  OperationId operation{};
  const RedactionPlans* plans = nullptr;
  std::size_t usual = 0;             // the set of the rest of the answer
  std::vector<Demands> conditional;  // of plans->conditional

  ObjectView operator()(const Value& object) const {
    if (!is_shown(object)) return false;
    ObjectView view(true);
    const std::size_t set = set_of(object);
    const RedactionPlan* plan = plans == nullptr ? nullptr : plans->by_set[set].get();
    if (plan == nullptr || (set == usual && !plan->disguises())) return view;
    view.plan = plan;
    if (plan->disguises()) view.object = shown_object(operation, object);
    return view;
  }

private:
  [[nodiscard]] bool is_shown(const Value& object) const {
    const auto denied = [&](const Demands& demands) {
      return all_hold(demands, object, owner) != Truth::no;
    };
    const auto allowed = [&](const Demands& demands) {
      return all_hold(demands, object, owner) == Truth::yes;
    };
    if (std::any_of(denies.begin(), denies.end(), denied)) return false;
    return std::any_of(allows.begin(), allows.end(), allowed);
  }

  [[nodiscard]] std::size_t set_of(const Value& object) const {
    std::size_t set = usual;
    for (std::size_t i = 0; i < conditional.size(); ++i) {
      const bool holds = all_hold(conditional[i], object, owner) != Truth::no;
      if (!holds) set &= ~(std::size_t{1} << i);
    }
    return set;
  }
};

std::vector<const CompiledRule*> scrub_rules(const CompiledPolicy& policy,
                                             const Operation& operation) {
  std::vector<const CompiledRule*> rules;
  const auto index = static_cast<std::size_t>(operation.id);
  if (policy.by_operation.size() <= index) return rules;
  for (const std::uint16_t number : policy.by_operation[index]) {
    if (policy.rules[number].scrub.any()) rules.push_back(&policy.rules[number]);
  }
  return rules;
}

// A scrub rule that cannot be judged is in force.
std::vector<const CompiledRule*> scrub_rules_in_force(const CompiledPolicy& policy,
                                                      const Request& request,
                                                      const Facts& facts) {
  std::vector<const CompiledRule*> rules = scrub_rules(policy, *request.operation);
  Evaluation evaluation(request, facts);
  std::erase_if(rules, [&](const CompiledRule* rule) {
    return conditions_hold(*rule, evaluation, Asked::all) == Truth::no;
  });
  return rules;
}

}  // namespace

ObjectFilter Policy::object_filter(const Request& request, const Facts& facts) const {
  const OperationId id = request.operation->id;
  if (!filters_answer(id)) return {};
  Evaluation evaluation(request, facts);
  Chooser chooser;
  chooser.owner = facts.owner();
  chooser.operation = id;
  bool chooses = false;
  const auto gather = [&](const CompiledPolicy* policy, RuleKind kind) {
    if (policy == nullptr || policy->by_operation.empty()) return;
    for (const std::uint16_t number : policy->by_operation[static_cast<std::size_t>(id)]) {
      const CompiledRule& rule = policy->rules[number];
      if (rule.kind != kind || rule.mode != Mode::enforce) continue;
      const Truth holds = conditions_hold(rule, evaluation, Asked::without_target);
      if (kind == RuleKind::deny) {
        if (holds == Truth::no || !looks_at_target(rule)) continue;
        chooser.denies.push_back(demands_of(rule));
        chooses = true;
      } else if (holds == Truth::yes && !rule.settable->find_unnamed(evaluation)) {
        chooser.allows.push_back(demands_of(rule));
      }
    }
  };
  gather(baseline(), RuleKind::deny);
  gather(own_.get(), RuleKind::deny);
  gather(own_.get(), RuleKind::allow);

  const RedactionPlans* plans = plans_of(*own_, *request.operation);
  if (plans != nullptr && !plans->by_set.empty()) {
    chooser.plans = plans;
    chooser.usual = set_for(*own_, *plans, evaluation, Asked::without_target);
    for (const std::uint16_t number : plans->conditional) {
      chooser.conditional.push_back(demands_of(own_->rules[number]));
      chooses = chooses || !chooser.conditional.back().empty();
    }
    chooses = chooses || plans->strictest()->disguises();
  }
  // One allow rule that asks nothing of objects shows them all.
  const bool shows_all = std::any_of(chooser.allows.begin(), chooser.allows.end(),
                                     [](const Demands& demands) { return demands.empty(); });
  if (shows_all && !chooses) return {};
  return chooser;
}

const RedactionPlan* Policy::redaction(const Operation& operation) const {
  const auto plan_of = [&](const CompiledPolicy* policy) -> const RedactionPlan* {
    const RedactionPlans* plans = policy == nullptr ? nullptr : plans_of(*policy, operation);
    return plans == nullptr ? nullptr : plans->strictest();
  };
  const RedactionPlan* plan = plan_of(own_.get());
  // The baseline redacts nothing (index_rules), but may filter: then its plan touches nothing else.
  return plan != nullptr ? plan : plan_of(baseline());
}

const RedactionPlan* Policy::redaction(const Request& request, const Facts& facts) const {
  const RedactionPlans* plans = plans_of(*own_, *request.operation);
  if (plans == nullptr || plans->conditional.empty()) return redaction(*request.operation);
  Evaluation evaluation(request, facts);
  const bool filters = filters_answer(request.operation->id);
  const Asked asked = filters ? Asked::without_target : Asked::all;
  return plans->by_set[set_for(*own_, *plans, evaluation, asked)].get();
}

ScrubWays Policy::scrub(const Request& request, const Facts& facts) const {
  ScrubWays ways;
  for (const CompiledRule* rule : scrub_rules_in_force(*own_, request, facts)) {
    ways.environment |= rule->scrub.environment;
    ways.tokens |= rule->scrub.tokens;
  }
  return ways;
}

bool Policy::scrubs(const Operation& operation) const {
  return !scrub_rules(*own_, operation).empty();
}

std::vector<std::string> Policy::redacted_by(const Request& request, const Facts& facts) const {
  const RedactionPlan* plan = redaction(request, facts);
  std::vector<std::string> names = plan == nullptr ? std::vector<std::string>() : plan->rules();
  for (const CompiledRule* rule : scrub_rules_in_force(*own_, request, facts))
    names.push_back(rule->name);
  return names;
}

bool Policy::disguises(const Operation& operation) const {
  const RedactionPlan* plan = redaction(operation);
  return plan != nullptr && plan->disguises();
}

std::string Policy::disguised_object(const Request& request, const Facts& facts) const {
  if (filters_answer(request.operation->id)) return {};
  return Evaluation(request, facts).target_object();
}

}  // namespace sealock::policy
