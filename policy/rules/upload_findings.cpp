#include "policy/rules/upload_findings.hpp"

#include "policy/engine_api/operation.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/upload_fields.hpp"
#include "policy/rules/value_tests.hpp"

#include <algorithm>

namespace sealock::policy {
namespace {

using archive::ItemKind;
using archive::UploadItem;

// Is a condition on `field` asked about an item of this kind? `alone`: the rule speaks of nothing but
// the upload as a whole.
bool is_asked(const UploadField& field, ItemKind item, RuleKind rule, bool alone) {
  if (field.kind == item) return true;
  // How it is packed is said of every entry too, so that a deny can combine both.
  return field.kind == ItemKind::upload && rule == RuleKind::deny && !alone &&
         item != ItemKind::upload;
}

struct Answer {
  bool asked = false;
  Truth truth = Truth::yes;
  std::string field;
  std::string why;
};

Answer ask(const CompiledRule& rule, const UploadItem& item) {
  Answer answer;
  const std::vector<ItemKind> kinds = item_kinds(rule.when);
  const bool alone = kinds.empty();
  const bool of_this_kind = std::find(kinds.begin(), kinds.end(), item.kind) != kinds.end();
  if (rule.kind == RuleKind::deny && !of_this_kind && !(alone && item.kind == ItemKind::upload)) {
    return answer;
  }
  std::list<Value> made;
  for (const Condition& condition : rule.when) {
    if (!looks_at_upload(condition)) continue;
    const UploadField& field = *condition.field.upload;
    if (!is_asked(field, item.kind, rule.kind, alone)) continue;
    answer.asked = true;
    const FieldValue value = read_upload_field(field, item, made);
    const Truth truth = passes(condition.tests, value);
    answer.truth = both(answer.truth, truth);
    if (truth == Truth::yes || !answer.field.empty()) continue;
    answer.field = field.name;
    answer.why = std::string(field.name) + " is " + describe(value) + ", wanted " +
                 describe(condition.tests);
  }
  return answer;
}

}  // namespace

UploadFindings::UploadFindings(const Policy& policy, const Operation& operation) {
  for (const CompiledPolicy* part : {policy.baseline(), &policy.own()}) {
    if (part == nullptr) continue;
    for (const CompiledRule& rule : part->rules) {
      const bool for_it = rule.operations[static_cast<std::size_t>(operation.id)];
      if (!for_it || rule.kind == RuleKind::redact || !looks_at_upload(rule.when)) continue;
      UploadFinding finding;
      finding.rule = &rule;
      finding.truth = rule.kind == RuleKind::deny ? Truth::no : Truth::yes;
      findings_.push_back(std::move(finding));
    }
  }
}

bool UploadFindings::want_texts() const {
  return std::any_of(findings_.begin(), findings_.end(), [](const UploadFinding& finding) {
    const std::vector<ItemKind> kinds = item_kinds(finding.rule->when);
    return std::any_of(kinds.begin(), kinds.end(),
                       [](ItemKind kind) { return kind != ItemKind::entry; });
  });
}

bool UploadFindings::take(const UploadItem& item) {
  bool changed = false;
  for (UploadFinding& finding : findings_) {
    const Answer answer = ask(*finding.rule, item);
    if (!answer.asked) continue;
    const bool deny = finding.rule->kind == RuleKind::deny;
    const Truth now =
        deny ? either(finding.truth, answer.truth) : both(finding.truth, answer.truth);
    if (now == finding.truth) continue;
    changed = true;
    finding.truth = now;
    finding.at = item.at;
    finding.field = answer.field;
    finding.why = answer.why;
  }
  return changed;
}

const UploadFinding* UploadFindings::find(const CompiledRule& rule) const {
  const auto found =
      std::find_if(findings_.begin(), findings_.end(),
                   [&](const UploadFinding& finding) { return finding.rule == &rule; });
  return found == findings_.end() ? nullptr : &*found;
}

}  // namespace sealock::policy
