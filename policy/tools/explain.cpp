// `sealock explain`: the decision on one request, with every rule and the first condition that
// failed.
#include "policy/request/json_reader.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/evaluation.hpp"
#include "policy/rules/rule_set.hpp"
#include "policy/rules/rule_trace.hpp"
#include "policy/rules/target_fields.hpp"
#include "policy/rules/test_engine.hpp"
#include "policy/rules/test_request.hpp"
#include "policy/tools/rule_paths.hpp"
#include "policy/tools/text_table.hpp"
#include "policy/tools/tools.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace sealock::policy {
namespace {

using Json = nlohmann::ordered_json;

struct TracedRule {
  const CompiledRule* rule;
  bool hit = false;
  std::string why;  // of a miss, or of a hit that could not be judged
};

struct Explanation {
  const TestedPolicy* policy = nullptr;
  const TestedPolicy* baseline = nullptr;
  const Operation* operation = nullptr;
  Decision decision;
  std::vector<TracedRule> rules;
  std::vector<std::string> redacted_by;
  std::vector<std::string> references;  // of the deciding rule, with their titles
};

std::string lower(std::string text) {
  for (char& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// The question in the words of a rule file's test.
Result<SelfTest> read_question(const ExplainQuestion& question) {
  SelfTest test;
  const std::size_t space = question.request.find(' ');
  if (space == std::string::npos || space == 0) {
    return bad_request("'" + question.request + "' is no request; write 'METHOD /path?query'");
  }
  test.method = question.request.substr(0, space);
  test.target = question.request.substr(space + 1);
  if (!parse_method(test.method)) {
    return bad_request("'" + test.method + "' is no method of the Docker API");
  }
  if (!question.body.empty()) {
    YamlNode body;
    body.kind = YamlNode::Kind::scalar;
    body.text = question.body;
    test.body = std::move(body);
  }
  for (const auto& [name, value] : question.headers)
    test.headers.emplace_back(lower(name), value);
  if (!question.target.empty()) {
    auto target = read_json(question.target);
    if (!target) return bad_request("the target is no JSON: " + target.error().text);
    test.engine_target = std::move(*target);
  }
  return test;
}

TracedRule trace_rule(const CompiledRule& rule, Evaluation& evaluation, bool filters) {
  TracedRule traced{&rule, false, {}};
  const bool chooses_objects = filters && looks_at_target(rule);
  if (rule.kind == RuleKind::deny && chooses_objects) {
    traced.why = "hides objects of the answer, does not refuse the list";
    return traced;
  }
  const RuleTrace made = trace(rule, evaluation, filters ? Asked::without_target : Asked::all);
  // What cannot be judged makes a deny hit and an allow miss (rules.md 4.2).
  traced.hit =
      made.holds == Truth::yes || (made.holds == Truth::unknown && rule.kind == RuleKind::deny);
  if (made.holds != Truth::yes) traced.why = made.why;
  if (traced.why.empty() && !made.unnamed.empty()) {
    traced.why = "the request sets " + made.unnamed + ", which this rule does not name";
  }
  if (traced.hit && chooses_objects) traced.why = "shows only the objects that it holds for";
  return traced;
}

void trace_rules(const CompiledPolicy& policy,
                 const Request& request,
                 Evaluation& evaluation,
                 std::vector<TracedRule>& traced) {
  const bool filters = filters_answer(request.operation->id);
  for (const RuleKind kind : {RuleKind::deny, RuleKind::allow}) {
    for (const CompiledRule& rule : policy.rules) {
      const bool asked = rule.operations[static_cast<std::size_t>(request.operation->id)];
      if (rule.kind == kind && asked) traced.push_back(trace_rule(rule, evaluation, filters));
    }
  }
}

std::string kind_and_mode(const CompiledRule& rule) {
  std::string text = rule.kind == RuleKind::deny ? "deny" : "allow";
  if (rule.mode == Mode::warn) text += " (warn)";
  if (rule.mode == Mode::audit) text += " (audit)";
  return text;
}

std::string place_of(const CompiledRule& rule) {
  return std::filesystem::path(rule.place.file).filename().string() + ":" +
         std::to_string(rule.place.line);
}

std::string decision_text(const Decision& decision) {
  if (decision.effect == Effect::allow) return "ALLOW by " + decision.by;
  std::string text = "DENY by " + decision.by;
  if (!decision.not_found.empty()) return text + " (answered as 404: " + decision.not_found + ")";
  if (decision.by != "default") return text + ": " + decision.because;
  return text;
}

bool is_closest(const Explanation& made, const CompiledRule& rule) {
  return rule.kind == RuleKind::allow && rule.id == made.decision.closest;
}

std::string to_text(const Explanation& made) {
  const auto with_hash = [](const TestedPolicy& tested) {
    return std::string(tested.policy.name()) + "@" + std::string(tested.policy.hash());
  };
  std::string text = "operation  " + std::string(made.operation->name) + "\n";
  text += "policy     " + with_hash(*made.policy);
  if (made.baseline != nullptr && made.baseline != made.policy) {
    text += "  " + with_hash(*made.baseline);
  }
  text += "\ndecision   " + decision_text(made.decision) + "\n";
  for (const std::string& rule : made.redacted_by)
    text += "redacted   by " + rule + "\n";
  for (const std::string& reference : made.references)
    text += "reference  " + reference + "\n";
  TextTable table;
  for (const TracedRule& traced : made.rules) {
    std::string why = traced.why;
    if (is_closest(made, *traced.rule)) why += "   <- closest";
    table.add({traced.hit ? "hit" : "miss", kind_and_mode(*traced.rule), traced.rule->name,
               place_of(*traced.rule), why});
  }
  if (made.rules.empty()) {
    return text + "  no rule names " + std::string(made.operation->name) + "\n";
  }
  return text + table.to_text("  ");
}

std::string to_json_text(const Explanation& made) {
  const bool allowed = made.decision.effect == Effect::allow;
  Json json = {{"operation", made.operation->name},
               {"policy", made.policy->policy.name()},
               {"hash", made.policy->policy.hash()},
               {"decision", allowed ? "allow" : "deny"},
               {"by", made.decision.by},
               {"because", made.decision.because},
               {"closest", made.decision.closest},
               {"not_found", made.decision.not_found},
               {"redacted_by", made.redacted_by},
               {"references", made.references},
               {"rules", Json::array()}};
  for (const TracedRule& traced : made.rules) {
    json["rules"].push_back({{"rule", traced.rule->name},
                             {"effect", traced.rule->kind == RuleKind::deny ? "deny" : "allow"},
                             {"hit", traced.hit},
                             {"why", traced.why},
                             {"file", traced.rule->place.file},
                             {"line", traced.rule->place.line}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<std::string> references_of(const Explanation& made, const ReferenceTitles& titles) {
  std::vector<std::string> references;
  for (const TracedRule& traced : made.rules) {
    if (traced.rule->name != made.decision.by) continue;
    for (const std::string& id : traced.rule->references) {
      const std::string* title = titles.find(id);
      references.push_back(title == nullptr || *title == id ? id : id + "  " + *title);
    }
  }
  return references;
}

ToolResult refused(const TestRequest& made, Format format) {
  if (format == Format::json) {
    const Json json = {{"decision", "deny"}, {"by", made.refused}, {"because", made.reason}};
    return {json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", 0};
  }
  return {"decision   DENY by " + made.refused + ": " + made.reason + "\n", 0};
}

ToolResult explain_request(const RuleSet& set,
                           const TestedPolicy& tested,
                           const SelfTest& test,
                           Format format) {
  auto request = make_test_request(test);
  if (!request) return {request.error().text + "\n", 1};
  if (!request->refused.empty()) return refused(*request, format);
  Request& asked = request->request;
  const Policy& policy = tested.policy;
  const Facts facts = test_facts(asked, test, policy);
  const Result<void> pinned = pin_references(asked, facts);
  if (!pinned) return {pinned.error().text + "\n", 1};

  Explanation made;
  made.policy = &tested;
  made.baseline = set.find("baseline");
  made.operation = asked.operation;
  made.decision = policy.evaluate(asked, facts).decision;
  Evaluation evaluation(asked, facts);
  if (policy.baseline() != nullptr) {
    trace_rules(*policy.baseline(), asked, evaluation, made.rules);
  }
  trace_rules(policy.own(), asked, evaluation, made.rules);
  if (made.decision.effect == Effect::allow) made.redacted_by = policy.redacted_by(asked, facts);
  made.references = references_of(made, set.references);
  return {format == Format::text ? to_text(made) : to_json_text(made), 0};
}

}  // namespace

ToolResult explain(const ExplainQuestion& question) {
  const auto test = read_question(question);
  if (!test) return {test.error().text + "\n", 1};
  Diagnostics diagnostics;
  const auto files = find_rule_paths({question.policy}, question.rules, diagnostics);
  RuleSet set;
  if (!files.empty()) set = load_rule_set(files[0], {LoadOptions::Tests::skip}, diagnostics);
  if (diagnostics.has_errors()) {
    return {question.format == Format::text ? diagnostics.to_text() : diagnostics.to_json() + "\n",
            1};
  }
  const TestedPolicy* tested = set.find(question.policy.stem().string());
  if (tested == nullptr) return {"'" + question.policy.string() + "' is no policy file\n", 1};
  return explain_request(set, *tested, *test, question.format);
}

}  // namespace sealock::policy
