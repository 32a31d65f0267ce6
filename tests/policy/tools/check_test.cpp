#include "tests/policy/rules/golden.hpp"
#include "tests/policy/tools/tools_folder.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <regex>

namespace sealock::policy {
namespace {

// Hashes change with every byte of the files.
std::string without_hashes(const std::string& text) {
  static const std::regex hash("[0-9a-f]{12}");
  return std::regex_replace(text, hash, "HASH");
}

constexpr std::string_view one_test = R"(  - it: pings
    request: GET /_ping
    expect: {allow: ping}
)";

}  // namespace

TEST_CASE("check: says what it read when nothing is wrong") {
  const RulesFolder folder;
  write_tool_policy(folder);
  const ToolResult result = check({folder.path()}, {});
  CHECK(folder.clean(result.output) == "rules: 2 policies, 6 rules, 5 tests passed\n");
  CHECK(result.exit_code == 0);
}

TEST_CASE("check: warnings are an exit code of their own when strict") {
  const RulesFolder folder;
  folder.write("probe.yaml", policy_text(tool_rules, one_test));
  const ToolResult lenient = check({folder.path()}, {});
  CHECK(lenient.exit_code == 0);
  CHECK(lenient.output.find("warning[L30]") != std::string::npos);
  CHECK(lenient.output.find("3 tests passed, 4 warnings\n") != std::string::npos);
  CheckOptions strict;
  strict.strict = Strict::yes;
  CHECK(check({folder.path()}, strict).exit_code == 2);
  folder.write("broken.yaml", "a: [\n");
  CHECK(check({folder.path()}, strict).exit_code == 1);
}

TEST_CASE("check: one file is read with what is beside it") {
  const RulesFolder folder;
  write_tool_policy(folder);
  folder.write("broken.yaml", "a: [\n");
  const ToolResult result = check({folder.file("probe.yaml")}, {});
  CHECK(folder.clean(result.output) == "probe.yaml: 2 policies, 6 rules, 5 tests passed\n");
  CHECK(check({folder.file("baseline.yaml")}, {}).exit_code == 0);
  CHECK(check({folder.file("broken.yaml")}, {}).exit_code == 1);
}

TEST_CASE("check: a file without a baseline takes that of the rules folder") {
  const RulesFolder folder;
  const RulesFolder alone;
  alone.write("probe.yaml", policy_text(tool_rules, tool_tests));
  alone.remove("baseline.yaml");
  alone.remove("references/known.yaml");
  CheckOptions options;
  const ToolResult without = check({alone.file("probe.yaml")}, options);
  CHECK(without.exit_code == 0);
  CHECK(without.output.find("warning[R17]") != std::string::npos);
  CHECK(without.output.find("warning[R40]") != std::string::npos);
  options.rules = folder.path();
  const ToolResult with = check({alone.file("probe.yaml")}, options);
  CHECK(alone.clean(with.output) == "probe.yaml: 2 policies, 6 rules, 5 tests passed\n");
}

TEST_CASE("check: what is not there") {
  const ToolResult result = check({"/does/not/exist.yaml", "/does/not/exist"}, {});
  CHECK(result.exit_code == 1);
  CHECK(result.output ==
        "/does/not/exist: error[R40]: there is no such file or folder\n"
        "/does/not/exist.yaml: error[R40]: there is no such file or folder\n"
        "/does/not/exist.yaml, /does/not/exist: 2 errors; not loaded\n");
}

TEST_CASE("check: the same as json") {
  const RulesFolder folder;
  folder.write("probe.yaml", policy_text(tool_rules,
                                         "  - it: a\n    request: GET /_ping\n"
                                         "    expect: {deny: default}\n"));
  CheckOptions options;
  options.format = Format::json;
  const ToolResult result = check({folder.path()}, options);
  CHECK(result.exit_code == 1);
  const auto json = nlohmann::json::parse(result.output);
  CHECK(json["errors"] == 1);
  CHECK(json["policies"].size() == 2);
  CHECK(json["diagnostics"][0]["code"] == "R33");
  CHECK(json["diagnostics"][0]["line"] == 30);
  CHECK(json["diagnostics"][0]["column"] == 9);
}

TEST_CASE("test: one line a test, and the coverage of each policy") {
  const RulesFolder folder;
  write_tool_policy(folder);
  folder.write("worse.yaml", std::regex_replace(policy_text(tool_rules, one_test) +
                                                    "  - it: fails\n    request: GET /_ping\n"
                                                    "    expect: {deny: default}\n",
                                                std::regex("policy: probe"), "policy: worse"));
  const ToolResult result = test({folder.path()}, {});
  CHECK(result.exit_code == 1);
  check_golden("tool_test.txt", without_hashes(folder.clean(result.output)));
  CheckOptions options;
  options.format = Format::json;
  const auto json = nlohmann::json::parse(test({folder.path()}, options).output);
  CHECK(json["passed"] == 6);
  CHECK(json["failed"] == 1);
  CHECK(json["policies"][1]["policy"] == "probe");
  CHECK(json["policies"][1]["tests"][0]["got"] == "allow by probe/ping");
  CHECK(json["policies"][2]["rules"][1]["tested"] == false);
}

}  // namespace sealock::policy
