// `sealock check` and `sealock test`.
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/rule_set.hpp"
#include "policy/tools/rule_paths.hpp"
#include "policy/tools/tools.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sealock::policy {
namespace {

using Json = nlohmann::ordered_json;

constexpr int exit_errors = 1;
constexpr int exit_warnings = 2;

struct Loaded {
  Diagnostics diagnostics;
  std::vector<RuleSet> sets;
};

struct Counts {
  std::size_t policies = 0;
  std::size_t rules = 0;
  std::size_t tests = 0;
  std::size_t failed = 0;
};

Loaded load(const std::vector<std::filesystem::path>& paths, const CheckOptions& options) {
  Loaded loaded;
  for (const RuleFiles& files : find_rule_paths(paths, options.rules, loaded.diagnostics)) {
    loaded.sets.push_back(load_rule_set(files, {LoadOptions::Tests::run}, loaded.diagnostics));
  }
  return loaded;
}

template <typename Use>
void each_policy(const Loaded& loaded, Use use) {
  for (const RuleSet& set : loaded.sets) {
    for (const TestedPolicy& tested : set.policies)
      use(tested);
  }
}

Counts count(const Loaded& loaded) {
  Counts counts;
  each_policy(loaded, [&](const TestedPolicy& tested) {
    ++counts.policies;
    counts.rules += tested.policy.own().rules.size();
    counts.tests += tested.run.results.size();
    counts.failed += static_cast<std::size_t>(
        std::count_if(tested.run.results.begin(), tested.run.results.end(),
                      [](const SelfTestResult& result) { return !result.passed; }));
  });
  return counts;
}

int exit_code(const Diagnostics& diagnostics, Strict strict) {
  if (diagnostics.has_errors()) return exit_errors;
  const bool warnings = diagnostics.count(Level::warning) != 0;
  return warnings && strict == Strict::yes ? exit_warnings : 0;
}

std::string number_of(std::size_t number, std::string_view what) {
  std::string text = std::to_string(number) + " ";
  if (number != 1 && what.ends_with('y')) {
    return text.append(what.substr(0, what.size() - 1)) + "ies";
  }
  text += what;
  return number == 1 ? text : text + "s";
}

// "monitoring.yaml: 2 errors, 1 warning; not loaded"
std::string summary(const std::vector<std::filesystem::path>& paths, const Loaded& loaded) {
  std::string text;
  for (const std::filesystem::path& path : paths)
    text += (text.empty() ? "" : ", ") + path.string();
  const Counts counts = count(loaded);
  const std::size_t errors = loaded.diagnostics.count(Level::error);
  const std::size_t warnings = loaded.diagnostics.count(Level::warning);
  text += ": ";
  if (errors != 0) {
    text += number_of(errors, "error");
  } else {
    text += number_of(counts.policies, "policy") + ", " + number_of(counts.rules, "rule") + ", " +
            number_of(counts.tests, "test") + " passed";
  }
  if (warnings != 0) text += ", " + number_of(warnings, "warning");
  return text + (errors != 0 ? "; not loaded\n" : "\n");
}

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json policy_json(const TestedPolicy& tested) {
  const CompiledPolicy& own = tested.policy.own();
  return {{"policy", own.name}, {"file", own.file},          {"hash", tested.policy.hash()},
          {"owner", own.owner}, {"rules", own.rules.size()}, {"tests", tested.run.results.size()}};
}

Json tested_json(const TestedPolicy& tested) {
  Json json = policy_json(tested);
  json["tests"] = Json::array();
  for (const SelfTestResult& result : tested.run.results) {
    json["tests"].push_back({{"it", result.it},
                             {"line", result.place.line},
                             {"passed", result.passed},
                             {"got", result.got}});
  }
  json["rules"] = Json::array();
  for (const CompiledRule& rule : tested.policy.own().rules) {
    json["rules"].push_back(
        {{"rule", rule.name}, {"tested", tested.run.reached.contains(rule.name)}});
  }
  return json;
}

// "  rules: 4 of 5 reached by a test; not: plugins"
std::string coverage(const TestedPolicy& tested) {
  std::string missing;
  std::size_t reached = 0;
  for (const CompiledRule& rule : tested.policy.own().rules) {
    if (tested.run.reached.contains(rule.name)) {
      ++reached;
    } else {
      missing += (missing.empty() ? "; not: " : ", ") + rule.id;
    }
  }
  return "  " + std::to_string(reached) + " of " +
         number_of(tested.policy.own().rules.size(), "rule") + " reached by a test" + missing +
         "\n";
}

std::string test_lines(const TestedPolicy& tested) {
  const CompiledPolicy& own = tested.policy.own();
  std::string text = own.name + "@" + std::string(tested.policy.hash()) + "  " + own.file + "\n";
  for (const SelfTestResult& result : tested.run.results) {
    text += (result.passed ? "  ok    " : "  FAIL  ") + result.it;
    if (!result.got.empty()) text += "  (" + result.got + ")";
    text += "\n";
  }
  return text + coverage(tested);
}

}  // namespace

ToolResult check(const std::vector<std::filesystem::path>& paths, const CheckOptions& options) {
  const Loaded loaded = load(paths, options);
  const int code = exit_code(loaded.diagnostics, options.strict);
  if (options.format == Format::text) {
    return {loaded.diagnostics.to_text() + summary(paths, loaded), code};
  }
  Json json = {{"errors", loaded.diagnostics.count(Level::error)},
               {"warnings", loaded.diagnostics.count(Level::warning)},
               {"policies", Json::array()},
               {"diagnostics", Json::parse(loaded.diagnostics.to_json())}};
  each_policy(loaded,
              [&](const TestedPolicy& tested) { json["policies"].push_back(policy_json(tested)); });
  return {dump(json), code};
}

ToolResult test(const std::vector<std::filesystem::path>& paths, const CheckOptions& options) {
  const Loaded loaded = load(paths, options);
  const int code = exit_code(loaded.diagnostics, options.strict);
  const Counts counts = count(loaded);
  if (options.format == Format::text) {
    std::string text;
    each_policy(loaded, [&](const TestedPolicy& tested) { text += test_lines(tested); });
    if (loaded.diagnostics.has_errors()) text += "\n" + loaded.diagnostics.to_text();
    return {text + number_of(counts.tests, "test") + ", " +
                std::to_string(counts.tests - counts.failed) + " passed, " +
                std::to_string(counts.failed) + " failed\n",
            code};
  }
  Json json = {{"passed", counts.tests - counts.failed},
               {"failed", counts.failed},
               {"policies", Json::array()},
               {"diagnostics", Json::parse(loaded.diagnostics.to_json())}};
  each_policy(loaded,
              [&](const TestedPolicy& tested) { json["policies"].push_back(tested_json(tested)); });
  return {dump(json), code};
}

}  // namespace sealock::policy
