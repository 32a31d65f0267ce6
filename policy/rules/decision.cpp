#include "policy/rules/decision.hpp"

#include <algorithm>

namespace sealock::policy {
namespace {

// The hit that names the decision, so that shuffling a file changes nothing, not even the label.
bool names_the_decision_before(const Hit& a, const Hit& b) {
  if (a.severity != b.severity) return a.severity > b.severity;
  return a.rule < b.rule;
}

}  // namespace

Verdict combine(std::string policy, std::vector<Hit> hits) {
  std::sort(hits.begin(), hits.end(), names_the_decision_before);

  Verdict verdict;
  Decision& decision = verdict.decision;
  decision.policy = std::move(policy);
  const Hit* deny = nullptr;
  const Hit* allow = nullptr;
  for (Hit& hit : hits) {
    if (hit.mode == Mode::enforce) {
      const Hit*& first = hit.effect == Effect::deny ? deny : allow;
      if (first == nullptr) first = &hit;
      if (hit.effect == Effect::deny) decision.denies.push_back(hit.rule);
    } else if (hit.effect == Effect::allow) {
      // An allow rule that only watches has nothing to tell: it would not have changed a denial.
    } else if (hit.mode == Mode::warn) {
      decision.warns.push_back(std::move(hit));
    } else {
      decision.audits.push_back(std::move(hit.rule));
    }
  }

  if (deny != nullptr) {
    decision.by = deny->rule;
    decision.because = deny->because;
    decision.at = deny->at;
  } else if (allow != nullptr) {
    decision.effect = Effect::allow;
    decision.by = allow->rule;
    verdict.permit = Permit(allow->rule);
  }
  return verdict;
}

std::string denial_text(const Decision& decision,
                        std::string_view operation,
                        std::string_view owner,
                        std::string_view request_id) {
  std::string text = "denied by policy ";
  text += decision.policy;
  if (decision.by == "default") {
    text += ": no rule allows ";
    text += operation;
    if (!decision.because.empty()) {
      text += ' ';
      text += decision.because;
    }
    if (!decision.closest.empty()) {
      text += " (closest: ";
      text += decision.closest;
      text += ')';
    }
  } else {
    text += ", rule ";
    text += decision.by;
    text += ": ";
    text += decision.because;
  }
  if (!decision.at.empty()) {
    text += " (at ";
    text += decision.at;
    text += ')';
  }
  text += '.';
  if (!owner.empty()) {
    text += " Ask ";
    text += owner;
    text += ", request ";
  } else {
    text += " Request ";
  }
  text += request_id;
  text += '.';
  return text;
}

}  // namespace sealock::policy
