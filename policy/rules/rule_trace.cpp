#include "policy/rules/rule_trace.hpp"

#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/evaluation.hpp"
#include "policy/rules/settable.hpp"
#include "policy/rules/upload_fields.hpp"
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

namespace {

// The conditions on the upload together. Before anything of it was seen, nothing fits a deny rule and
// everything an allow rule.
Truth upload_holds(const CompiledRule& rule, const Evaluation& evaluation) {
  if (!looks_at_upload(rule.when)) return Truth::yes;
  const UploadFindings* upload = evaluation.upload();
  const UploadFinding* finding = upload == nullptr ? nullptr : upload->find(rule);
  if (finding != nullptr) return finding->truth;
  return rule.kind == RuleKind::deny ? Truth::no : Truth::yes;
}

// As one more condition.
void trace_upload(const CompiledRule& rule, const Evaluation& evaluation, RuleTrace& made) {
  const Truth truth = upload_holds(rule, evaluation);
  made.holds = both(made.holds, truth);
  if (truth == Truth::yes) return;
  const UploadFindings* upload = evaluation.upload();
  const UploadFinding* finding = upload == nullptr ? nullptr : upload->find(rule);
  if (made.failed++ > 0) return;
  const auto first =
      std::find_if(rule.when.begin(), rule.when.end(),
                   [](const Condition& condition) { return looks_at_upload(condition); });
  const bool found = finding != nullptr && !finding->field.empty();
  made.first_field = found ? finding->field : first->field.text;
  made.why = found ? finding->why + " (" + finding->at + ")"
                   : first->field.text + " is asked of what is in the upload";
}

}  // namespace

Truth conditions_hold(const CompiledRule& rule, Evaluation& evaluation, Asked asked) {
  Truth result = upload_holds(rule, evaluation);
  if (result == Truth::no) return result;
  for (const Condition& condition : rule.when) {
    if (looks_at_upload(condition)) continue;
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
    if (looks_at_upload(condition)) continue;
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
  if (looks_at_upload(rule.when)) trace_upload(rule, evaluation, made);
  if (rule.kind != RuleKind::allow || rule.settable == nullptr) return made;
  if (auto unnamed = rule.settable->find_unnamed(evaluation)) {
    made.unnamed = std::move(*unnamed);
    made.holds = Truth::no;
    ++made.failed;
  }
  return made;
}

}  // namespace sealock::policy
