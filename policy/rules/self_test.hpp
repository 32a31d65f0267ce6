// The tests that a policy file carries: a request, and which rule must decide it.
//
// They run when the file loads, through the same code as a client's request: target, route, query,
// body, spellings, evaluation, redaction. An expectation names the rule, so that a test cannot pass
// for another reason (rules.md 2, row 5).
//
// Errors:  what cannot be read or run (R31, R32) and what fails (R33), to Diagnostics.
// Threads: pure.
// Source:  rules.md 3 (tests), 6 (examples), 8.

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/request/value.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sealock::policy {

class Policy;

// One object that the test says the engine has, or has not.
struct TestObject {
  ObjectKind kind;
  std::string name;
  bool exists = true;
  Value inspect;
};

struct SelfTest {
  std::string it;
  Place place;         // of `it`
  std::string method;  // "POST"
  std::string target;  // "/v1.43/containers/create?name=web"
  Place request_place;
  // The body by the operation's schema, or its text when the file gives a text.
  std::optional<YamlNode> body;
  std::optional<std::string> upload;                         // the bytes of `archive`
  std::vector<std::pair<std::string, std::string>> headers;  // lower-case names
  std::string reason;
  std::optional<Value> engine_target;  // `target`
  std::vector<TestObject> objects;
  std::vector<std::string> owns;  // names of objects that belong to the client
  std::optional<Value> answer;

  bool allow = false;
  std::string by;  // the rule as the file names it, or "default", "unknown-operation" ...
  Place by_place;
  std::optional<std::vector<std::string>> warns;
  std::optional<std::vector<std::string>> audits;
  std::optional<std::vector<std::string>> redacted_by;
  std::optional<Value> client_sees;
};

// Reads the `tests` list of a file.
[[nodiscard]] std::vector<SelfTest> read_self_tests(const YamlNode& node, Diagnostics& diagnostics);

struct SelfTestResult {
  std::string it;
  Place place;
  bool passed = false;
  std::string got;  // "allow by deployer/create-app"
};

struct SelfTestRun {
  std::vector<SelfTestResult> results;
  std::set<std::string> reached;  // full names of rules that a test exercised
};

// Runs the tests of one policy; failures go to `diagnostics`.
[[nodiscard]] SelfTestRun run_self_tests(const Policy& policy,
                                         const std::vector<SelfTest>& tests,
                                         Diagnostics& diagnostics);

// Warns of rules that no test reached (L30), when all tests passed.
void report_untested_rules(const Policy& policy, const SelfTestRun& run, Diagnostics& diagnostics);

}  // namespace sealock::policy
