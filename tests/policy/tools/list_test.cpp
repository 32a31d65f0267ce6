#include "policy/engine_api/operation.hpp"
#include "tests/policy/rules/golden.hpp"
#include "tests/policy/tools/tools_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sealock::policy {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line) != std::string::npos;
}

}  // namespace

TEST_CASE("list: operations") {
  const ToolResult result = list(Subject::operations, {});
  CHECK(result.exit_code == 0);
  CHECK(static_cast<std::size_t>(std::count(result.output.begin(), result.output.end(), '\n')) ==
        all_operations().size());
  CHECK(has_line(result.output, "ContainerCreate "));
  CHECK(result.output.find("/containers/create") != std::string::npos);
  ListOptions options;
  options.format = Format::json;
  const auto json = nlohmann::json::parse(list(Subject::operations, options).output);
  CHECK(json.size() == all_operations().size());
  CHECK(json[0].contains("operation"));
}

TEST_CASE("list: fields of an operation") {
  ListOptions options;
  options.operation = "ContainerCreate";
  const std::string fields = list(Subject::fields, options).output;
  CHECK(has_line(fields, "body.HostConfig.Privileged "));
  CHECK(has_line(fields, "body.HostConfig.Mounts[].Type "));
  CHECK(has_line(fields, "body.Labels "));
  CHECK(has_line(fields, "query.name "));
  options.operation = "ContainerInspect";
  CHECK(has_line(list(Subject::fields, options).output, "answer Config.Env"));
  options.operation = "ContainerTop";
  CHECK(list(Subject::fields, options).output.find("denied unless a rule names it") !=
        std::string::npos);
  options.operation = "ImageBuild";
  const std::string build = list(Subject::fields, options).output;
  CHECK(has_line(build, "archive.path "));
  CHECK(has_line(build, "build.from.registry "));
  CHECK_FALSE(has_line(build, "load.tag "));
  options.operation = "ContainerCreat";
  const ToolResult wrong = list(Subject::fields, options);
  CHECK(wrong.exit_code == 1);
  CHECK(wrong.output ==
        "there is no operation 'ContainerCreat'; did you mean 'ContainerCreate'?\n");
}

TEST_CASE("list: views") {
  const ToolResult result = list(Subject::views, {});
  CHECK(has_line(result.output, "effective.host_paths "));
  CHECK(result.exit_code == 0);
}

TEST_CASE("list: error codes") {
  check_golden("tool_codes.txt", list(Subject::codes, {}).output);
}

TEST_CASE("list: shared lists and rules of a folder") {
  const RulesFolder folder;
  write_tool_policy(folder);
  ListOptions options;
  options.rules = folder.path();
  CHECK(has_line(list(Subject::lists, options).output,
                 "$probe                   docker  SystemPing SystemPingHead SystemVersion\n"));
  check_golden("tool_rules.txt", list(Subject::rules, options).output);
  options.format = Format::json;
  const auto rules = nlohmann::json::parse(list(Subject::rules, options).output);
  CHECK(rules[0]["rule"] == "baseline/privileged-container");
  CHECK(rules[0]["actions"] == "ContainerCreate");
  options.rules = "/does/not/exist";
  CHECK(list(Subject::lists, options).exit_code == 1);
  CHECK(list(Subject::rules, options).exit_code == 1);
}

TEST_CASE("list: knows its subjects") {
  CHECK(find_subject("views") == Subject::views);
  CHECK(!find_subject("view"));
}

}  // namespace sealock::policy
