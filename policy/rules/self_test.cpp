#include "policy/rules/self_test.hpp"

#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/rule_loader.hpp"
#include "policy/rules/spelling.hpp"
#include "policy/rules/test_engine.hpp"
#include "policy/rules/test_request.hpp"
#include "policy/rules/upload_judge.hpp"

#include <algorithm>

namespace sealock::policy {
namespace {

constexpr std::size_t longest_json_shown = 2000;

std::string_view name_of(RuleKind kind) {
  switch (kind) {
  case RuleKind::allow:
    return "an allow";
  case RuleKind::deny:
    return "a deny";
  case RuleKind::redact:
    return "a redact";
  }
  return {};
}

const CompiledRule* find_rule(const Policy& policy, std::string_view full_name) {
  for (const CompiledPolicy* part : {&policy.own(), policy.baseline()}) {
    if (part == nullptr) continue;
    for (const CompiledRule& rule : part->rules) {
      if (rule.name == full_name) return &rule;
    }
  }
  return nullptr;
}

std::string shortened(std::string text) {
  if (text.size() <= longest_json_shown) return text;
  text.resize(longest_json_shown);
  return text + "...";
}

std::string list_of(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string text = "[";
  for (const std::string& name : names)
    text += (text.size() > 1 ? ", " : "") + name;
  return text + "]";
}

// Runs one test against its policy.
class Runner {
public:
  Runner(const Policy& policy, const SelfTest& test, SelfTestRun& run, Diagnostics& diagnostics)
      : policy_(policy), test_(test), run_(run), diagnostics_(diagnostics) {}

  SelfTestResult result() {
    result_.it = test_.it;
    result_.place = test_.place;
    result_.passed = true;
    check_names();
    if (!result_.passed) return result_;
    auto made = make_test_request(test_);
    if (!made) {
      fail("R31", test_.request_place, made.error().text);
    } else if (!made->refused.empty()) {
      result_.got = "deny by " + made->refused;
      compare_decision(false, made->refused, made->reason);
    } else {
      judge(std::move(made->request));
    }
    return result_;
  }

private:
  void fail(std::string code, const Place& place, std::string text, std::string hint = {}) {
    result_.passed = false;
    diagnostics_.error(std::move(code), place, "test '" + test_.it + "': " + std::move(text),
                       std::move(hint));
  }

  // "create-app" is "deployer/create-app"; "baseline/x" and sealock's own decisions are what they are.
  [[nodiscard]] std::string full_name(const std::string& name) const {
    if (is_reserved_rule_name(name) || name.find('/') != std::string::npos) return name;
    return std::string(policy_.name()) + "/" + name;
  }

  [[nodiscard]] std::vector<std::string> full_names(const std::vector<std::string>& names) const {
    std::vector<std::string> full;
    full.reserve(names.size());
    for (const std::string& name : names)
      full.push_back(full_name(name));
    return full;
  }

  void check_names() {
    check_name(test_.by, test_.allow ? RuleKind::allow : RuleKind::deny);
    for (const auto* names : {&test_.warns, &test_.audits}) {
      if (!*names) continue;
      for (const std::string& name : **names)
        check_name(name, RuleKind::deny);
    }
    if (!test_.redacted_by) return;
    for (const std::string& name : *test_.redacted_by)
      check_name(name, RuleKind::redact);
  }

  void check_name(const std::string& name, RuleKind kind) {
    if (is_reserved_rule_name(name) && kind == RuleKind::deny) return;
    const CompiledRule* rule = find_rule(policy_, full_name(name));
    if (rule == nullptr) {
      Suggestion suggestion(name);
      for (const CompiledRule& own : policy_.own().rules)
        suggestion.offer(own.id);
      if (policy_.baseline() != nullptr) {
        for (const CompiledRule& known : policy_.baseline()->rules)
          suggestion.offer(known.name);
      }
      fail("R32", test_.by_place, "there is no rule '" + name + "'", suggestion.hint());
    } else if (rule->kind != kind) {
      fail("R32", test_.by_place,
           "'" + name + "' is " + std::string(name_of(rule->kind)) + " rule, not " +
               std::string(name_of(kind)) + " rule");
    }
  }

  // Takes the request as its own: names in it become ids, as before every decision.
  void judge(Request request) {
    if (test_.upload && request.operation->body_kind != BodyKind::opaque) {
      fail("R31", test_.request_place, std::string(request.operation->name) + " takes no archive");
      return;
    }
    if (test_.engine_target && !object_kind(request.operation->target)) {
      fail("R31", test_.request_place,
           std::string(request.operation->name) + " names no object that 'target' could describe");
      return;
    }
    const Facts facts = test_facts(request, test_, policy_);
    const Result<void> pinned = pin_references(request, facts);
    if (!pinned) {
      fail("R31", test_.request_place, pinned.error().text);
      return;
    }
    Decision decision = policy_.evaluate(request, facts).decision;
    // The baseline allows nothing by itself, and is asked all the same.
    const bool goes_on = decision.effect == Effect::allow ||
                         (policy_.own().every_client && decision.by == "default");
    if (test_.upload && goes_on && policy_.reads_upload(*request.operation)) {
      if (!judge_upload(request, facts, decision)) return;
    }
    const bool allowed = decision.effect == Effect::allow;
    note_reached(decision);
    result_.got = (allowed ? "allow by " : "deny by ") + decision.by;
    compare_decision(allowed, decision.by, explanation(request, decision));
    if (!result_.passed) return;
    compare_hits(decision);
    if (allowed) compare_answer(request, facts);
  }

  // False: the upload is none that can be judged, and that is the test's result.
  bool judge_upload(const Request& request, const Facts& facts, Decision& decision) {
    UploadJudge judge(policy_, request, facts, std::move(decision));
    auto read = judge.feed(*test_.upload);
    if (read) read = judge.finish();
    decision = judge.decision();
    if (read || read.error().kind == ErrorKind::denied) return true;
    result_.got = "deny by ambiguous-body";
    compare_decision(false, "ambiguous-body", read.error().text);
    return false;
  }

  void note_reached(const Decision& decision) {
    run_.reached.insert(decision.by);
    for (const Hit& hit : decision.warns)
      run_.reached.insert(hit.rule);
    run_.reached.insert(decision.audits.begin(), decision.audits.end());
  }

  [[nodiscard]] static std::string explanation(const Request& request, const Decision& decision) {
    if (decision.effect == Effect::allow) return {};
    if (decision.by != "default") return decision.because;
    if (!decision.not_found.empty()) return decision.not_found;
    std::string text = "no rule allows " + std::string(request.operation->name);
    if (!decision.because.empty()) text += " " + decision.because;
    if (!decision.closest.empty()) text += " (closest: " + decision.closest + ")";
    if (!decision.at.empty()) text += " (at " + decision.at + ")";
    return text;
  }

  void compare_decision(bool allowed, const std::string& by, const std::string& explanation) {
    if (allowed == test_.allow && by == full_name(test_.by)) return;
    const auto said = [](bool allow, const std::string& rule) {
      return std::string(allow ? "allow by " : "deny by ") + rule;
    };
    fail("R33", test_.place,
         "expected " + said(test_.allow, full_name(test_.by)) + ", got " + said(allowed, by),
         explanation);
  }

  void compare_hits(const Decision& decision) {
    std::vector<std::string> warns;
    warns.reserve(decision.warns.size());
    for (const Hit& hit : decision.warns)
      warns.push_back(hit.rule);
    compare_names("warns", test_.warns, std::move(warns));
    compare_names("audits", test_.audits, decision.audits);
  }

  void compare_names(std::string_view what,
                     const std::optional<std::vector<std::string>>& wanted,
                     std::vector<std::string> got) {
    if (!wanted) return;
    const std::string wanted_text = list_of(full_names(*wanted));
    const std::string got_text = list_of(std::move(got));
    if (wanted_text == got_text) return;
    fail("R33", test_.place, std::string(what) + ": expected " + wanted_text + ", got " + got_text);
  }

  void compare_answer(const Request& request, const Facts& facts) {
    const std::vector<std::string> rules = policy_.redacted_by(request, facts);
    if (test_.answer || test_.redacted_by) run_.reached.insert(rules.begin(), rules.end());
    compare_names("redacted_by", test_.redacted_by, rules);
    if (!test_.answer) return;
    Value answer = *test_.answer;
    Value wanted = test_.client_sees.value_or(Value());
    put_owner_labels(answer, facts.owner());
    put_owner_labels(wanted, facts.owner());
    const auto shown = redact_answer(policy_, request, facts, answer);
    if (!shown) {
      fail("R33", test_.place, "the answer cannot be redacted: " + shown.error().text);
    } else if (test_.client_sees && !same_json(*shown, wanted)) {
      fail("R33", test_.place, "the client sees another answer",
           "expected " + shortened(to_json(wanted)) + "\ngot      " + shortened(to_json(*shown)));
    }
  }

  const Policy& policy_;
  const SelfTest& test_;
  SelfTestRun& run_;
  Diagnostics& diagnostics_;
  SelfTestResult result_;
};

}  // namespace

SelfTestRun run_self_tests(const Policy& policy,
                           const std::vector<SelfTest>& tests,
                           Diagnostics& diagnostics) {
  SelfTestRun run;
  for (const SelfTest& test : tests)
    run.results.push_back(Runner(policy, test, run, diagnostics).result());
  return run;
}

void report_untested_rules(const Policy& policy, const SelfTestRun& run, Diagnostics& diagnostics) {
  // A test that fails may reach the rule once it is right.
  const bool all_passed = std::all_of(run.results.begin(), run.results.end(),
                                      [](const SelfTestResult& result) { return result.passed; });
  if (!all_passed) return;
  for (const CompiledRule& rule : policy.own().rules) {
    if (run.reached.contains(rule.name)) continue;
    diagnostics.warning("L30", rule.place, "no test exercises rule '" + rule.id + "'",
                        "add one in which it decides, warns, is audited or redacts");
  }
}

}  // namespace sealock::policy
