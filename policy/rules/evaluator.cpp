// Judges one request by a policy and the baseline (rules.md 4.1): all deny rules, then all allow
// rules, in no order that matters.
#include "policy/effective/effective.hpp"
#include "policy/effective/ownership.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/evaluation.hpp"
#include "policy/rules/missing_object.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/rule_trace.hpp"
#include "policy/rules/settable.hpp"
#include "policy/rules/target_fields.hpp"
#include "policy/rules/upload_fields.hpp"
#include "policy/rules/value_tests.hpp"

#include <algorithm>

namespace sealock::policy {
namespace {

constexpr std::string_view body_prefix = "body.";
constexpr std::string_view ownership_rule = "ownership";

std::size_t index_of(OperationId id) {
  return static_cast<std::size_t>(id);
}

const std::vector<std::uint16_t>& rules_for(const CompiledPolicy& policy, OperationId id) {
  static const std::vector<std::uint16_t> none;
  return policy.by_operation.size() > index_of(id) ? policy.by_operation[index_of(id)] : none;
}

// Calls `use` with every rule of this kind for the operation until it says that this is enough.
template <typename Use>
bool any_rule(const CompiledPolicy* policy, OperationId id, RuleKind kind, Use use) {
  if (policy == nullptr) return false;
  for (const std::uint16_t number : rules_for(*policy, id)) {
    const CompiledRule& rule = policy->rules[number];
    if (rule.kind == kind && use(rule)) return true;
  }
  return false;
}

template <typename Use>
void each_rule(const CompiledPolicy* policy, OperationId id, RuleKind kind, Use use) {
  (void)any_rule(policy, id, kind, [&](const CompiledRule& rule) {
    use(rule);
    return false;
  });
}

// Whose images does the request name? Then the engine must be asked for each of them.
bool looks_at_images(const CompiledRule& rule) {
  return std::any_of(rule.when.begin(), rule.when.end(), [](const Condition& condition) {
    return condition.field.view != nullptr && condition.field.view->name == "images";
  });
}

Hit hit_of(const CompiledRule& rule, Effect effect) {
  return Hit{rule.name, effect, rule.mode, rule.severity, rule.because, {}};
}

bool names_everything(const CompiledRule& rule, Evaluation& evaluation) {
  return rule.settable != nullptr && !rule.settable->find_unnamed(evaluation);
}

// What a request that names no existing object depends on.
struct MissingTarget {
  bool denies = false;  // a deny rule looks at the object
  bool allows = false;  // an allow rule does
};

class Judgement {
public:
  Judgement(const CompiledPolicy* own,
            const CompiledPolicy* baseline,
            const Request& request,
            const Facts& facts,
            const UploadFindings* upload)
      : own_(own),
        baseline_(baseline),
        id_(request.operation->id),
        evaluation_(request, facts, upload),
        filters_(filters_answer(id_)) {}

  Verdict verdict() {
    missing_ = !filters_ && evaluation_.target_is_missing();
    each_rule(baseline_, id_, RuleKind::deny, [this](const CompiledRule& rule) { deny(rule); });
    each_rule(own_, id_, RuleKind::deny, [this](const CompiledRule& rule) { deny(rule); });
    each_rule(own_, id_, RuleKind::allow, [this](const CompiledRule& rule) { allow(rule); });
    if (own_->ownership) keep_ownership();

    const bool allowed = std::any_of(hits_.begin(), hits_.end(), [](const Hit& hit) {
      return hit.effect == Effect::allow && hit.mode == Mode::enforce;
    });
    if (depends_.denies && allowed) drop_allows();
    Verdict made = combine(own_->name, std::move(hits_));
    if (made.decision.by != "default") return made;
    if (depends_.allows || (depends_.denies && allowed) || is_hidden()) {
      const TargetKind kind = evaluation_.request().operation->target;
      made.decision.not_found = missing_object_text(kind, evaluation_.target_as_asked());
    }
    say_what_was_missing(made.decision);
    return made;
  }

private:
  // Deny rules on target.* choose objects of a list; they do not refuse the list.
  void deny(const CompiledRule& rule) {
    const bool on_target = looks_at_target(rule);
    if (on_target && filters_) return;
    if (on_target && missing_) {
      const Truth others = conditions_hold(rule, evaluation_, Asked::without_target);
      if (others == Truth::no) return;
      if (others == Truth::yes) {
        depends_.denies = depends_.denies || rule.mode == Mode::enforce;
        return;
      }
    }
    // A deny that cannot be computed hits (rules.md 4.2).
    if (conditions_hold(rule, evaluation_, Asked::all) != Truth::no) {
      hits_.push_back(hit_of(rule, Effect::deny));
      hits_.back().at = place_in_upload(rule);
    }
  }

  void allow(const CompiledRule& rule) {
    const bool on_target = looks_at_target(rule);
    const Asked asked = on_target && (filters_ || missing_) ? Asked::without_target : Asked::all;
    // An allow that cannot be computed misses.
    if (conditions_hold(rule, evaluation_, asked) != Truth::yes) return;
    if (!names_everything(rule, evaluation_)) return;
    if (on_target && missing_) {
      depends_.allows = depends_.allows || rule.mode == Mode::enforce;
      return;
    }
    hits_.push_back(hit_of(rule, Effect::allow));
  }

  // Where in the upload the rule found something.
  [[nodiscard]] std::string place_in_upload(const CompiledRule& rule) const {
    const UploadFindings* upload = evaluation_.upload();
    const UploadFinding* finding = upload == nullptr ? nullptr : upload->find(rule);
    return finding == nullptr ? std::string() : finding->at;
  }

  // What a client owns is written by sealock alone, and no name leads to what it does not own.
  void keep_ownership() {
    const auto& owner = evaluation_.facts().owner();
    const Request& request = evaluation_.request();
    std::string because;
    if (!owner) {
      because = "nobody knows who the client is, and so what belongs to it";
    } else if (sets_owner_label(request, *owner)) {
      because = "the label " + owner->label + " is set by sealock, and by nobody else";
    } else if (takes_foreign_volume(request, evaluation_.facts())) {
      because = "there is a volume of this name, and it belongs to somebody else";
    } else {
      return;
    }
    hits_.push_back(
        Hit{std::string(ownership_rule), Effect::deny, Mode::enforce, Severity::high, because, {}});
  }

  void drop_allows() {
    std::erase_if(hits_, [](const Hit& hit) { return hit.effect == Effect::allow; });
  }

  // Would the policy show this object in an inspect? Only where it has rules that choose.
  bool is_hidden() {
    OperationId inspect{};
    switch (evaluation_.request().operation->target) {
    case TargetKind::container:
      inspect = OperationId::container_inspect;
      break;
    case TargetKind::image:
      inspect = OperationId::image_inspect;
      break;
    case TargetKind::network:
      inspect = OperationId::network_inspect;
      break;
    case TargetKind::volume:
      inspect = OperationId::volume_inspect;
      break;
    case TargetKind::exec:
      inspect = OperationId::exec_inspect;
      break;
    default:  // the engine gives the others no conditions that anybody hides them by
      return false;
    }
    bool chooses = false;
    const bool shown = any_rule(own_, inspect, RuleKind::allow, [&](const CompiledRule& rule) {
      if (rule.mode != Mode::enforce) return false;
      chooses = true;
      return std::all_of(rule.when.begin(), rule.when.end(), [&](const Condition& condition) {
        return !looks_at_target(condition) || evaluation_.holds(condition) == Truth::yes;
      });
    });
    return chooses && !shown && evaluation_.target_is_known();
  }

  void say_what_was_missing(Decision& decision) {
    const Asked asked = filters_ ? Asked::without_target : Asked::all;
    RuleTrace nearest;
    each_rule(own_, id_, RuleKind::allow, [&](const CompiledRule& rule) {
      if (rule.mode != Mode::enforce) return;
      RuleTrace made = trace(rule, evaluation_, asked);
      const bool nearer = nearest.rule == nullptr || made.failed < nearest.failed ||
                          (made.failed == nearest.failed && rule.id < nearest.rule->id);
      if (nearer) nearest = std::move(made);
    });
    if (nearest.rule == nullptr) return;
    decision.closest = nearest.rule->id;
    decision.at = place_in_upload(*nearest.rule);
    std::string_view field = nearest.first_field;
    if (field.empty()) {
      decision.because = "with " + nearest.unnamed + " set";
      return;
    }
    if (field.starts_with(body_prefix)) field.remove_prefix(body_prefix.size());
    decision.because = "with this ";
    decision.because += field;
  }

  const CompiledPolicy* own_;
  const CompiledPolicy* baseline_;
  OperationId id_;
  Evaluation evaluation_;
  bool filters_;
  bool missing_ = false;
  MissingTarget depends_;
  std::vector<Hit> hits_;
};

}  // namespace

Verdict Policy::evaluate(const Request& request,
                         const Facts& facts,
                         const UploadFindings* upload) const {
  return Judgement(own_.get(), baseline(), request, facts, upload).verdict();
}

bool Policy::reads_upload(const Operation& operation) const {
  if (operation.body_kind != BodyKind::opaque) return false;
  const auto looks = [](const CompiledRule& rule) { return looks_at_upload(rule.when); };
  return any_rule(baseline(), operation.id, RuleKind::deny, looks) ||
         any_rule(own_.get(), operation.id, RuleKind::deny, looks) ||
         any_rule(own_.get(), operation.id, RuleKind::allow, looks);
}

bool Policy::finds_allow(const Operation& operation) const {
  const auto always_denies = [](const CompiledRule& rule) {
    return rule.mode == Mode::enforce && rule.when.empty();
  };
  if (any_rule(baseline(), operation.id, RuleKind::deny, always_denies)) return false;
  if (any_rule(own_.get(), operation.id, RuleKind::deny, always_denies)) return false;
  return any_rule(own_.get(), operation.id, RuleKind::allow,
                  [](const CompiledRule& rule) { return rule.mode == Mode::enforce; });
}

Decision Policy::refuse(const Operation& operation) const {
  std::vector<Hit> hits;
  const auto take = [&](const CompiledRule& rule) {
    if (rule.mode == Mode::enforce && rule.when.empty()) hits.push_back(hit_of(rule, Effect::deny));
  };
  each_rule(baseline(), operation.id, RuleKind::deny, take);
  each_rule(own_.get(), operation.id, RuleKind::deny, take);
  return combine(std::string(name()), std::move(hits)).decision;
}

bool Policy::finds_target(const Operation& operation) const {
  if (filters_answer(operation.id)) return false;
  const auto on_target = [](const CompiledRule& rule) {
    return looks_at_target(rule) || looks_at_images(rule);
  };
  if (disguises(operation)) return true;
  return any_rule(baseline(), operation.id, RuleKind::deny, on_target) ||
         any_rule(own_.get(), operation.id, RuleKind::deny, on_target) ||
         any_rule(own_.get(), operation.id, RuleKind::allow, on_target) ||
         any_rule(own_.get(), operation.id, RuleKind::redact,
                  [&](const CompiledRule& rule) { return rule.scrub.any() || on_target(rule); });
}

}  // namespace sealock::policy
