// Chooses which objects of a list or event stream a client may see: the same rules that judge a
// request, asked again about each object.
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

struct Chooser {
  std::optional<Owner> owner;
  std::vector<Demands> allows;
  std::vector<Demands> denies;

  bool operator()(const Value& object) const {
    const auto denied = [&](const Demands& demands) {
      return all_hold(demands, object, owner) != Truth::no;
    };
    const auto allowed = [&](const Demands& demands) {
      return all_hold(demands, object, owner) == Truth::yes;
    };
    if (std::any_of(denies.begin(), denies.end(), denied)) return false;
    return std::any_of(allows.begin(), allows.end(), allowed);
  }
};

}  // namespace

ObjectFilter Policy::object_filter(const Request& request, const Facts& facts) const {
  const OperationId id = request.operation->id;
  if (!filters_answer(id)) return {};
  Evaluation evaluation(request, facts);
  Chooser chooser;
  chooser.owner = facts.owner();
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
  // One allow rule that asks nothing of objects shows them all.
  const bool shows_all = std::any_of(chooser.allows.begin(), chooser.allows.end(),
                                     [](const Demands& demands) { return demands.empty(); });
  if (shows_all && !chooses) return {};
  return chooser;
}

}  // namespace sealock::policy
