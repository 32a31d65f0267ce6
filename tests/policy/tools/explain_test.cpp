#include "tests/policy/rules/golden.hpp"
#include "tests/policy/tools/tools_folder.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <vector>

namespace sealock::policy {
namespace {

std::string ask(const RulesFolder& folder,
                const std::string& request,
                const std::string& body = {},
                const std::string& target = {}) {
  ExplainQuestion question;
  question.policy = folder.file("probe.yaml");
  question.request = request;
  question.body = body;
  question.target = target;
  const ToolResult result = explain(question);
  static const std::regex hash("@[0-9a-f]{12}");
  std::string text = "$ explain probe.yaml '" + request + "'";
  if (!body.empty()) text += " --body '" + body + "'";
  if (!target.empty()) text += " --target '" + target + "'";
  text += "\n" + std::regex_replace(folder.clean(result.output), hash, "@HASH");
  if (result.exit_code != 0) text += "exit " + std::to_string(result.exit_code) + "\n";
  return text + "\n";
}

}  // namespace

TEST_CASE("explain: every rule, and the first condition that failed") {
  const RulesFolder folder;
  write_tool_policy(folder);
  std::string all;
  all += ask(folder, "GET /_ping");
  all += ask(folder, "POST /v1.43/containers/create", R"({"Image": "registry.example.com/a:1"})");
  all += ask(folder, "POST /v1.43/containers/create",
             R"({"Image": "registry.example.com/a:latest", "HostConfig": {"CgroupParent": "/x"}})");
  all += ask(folder, "POST /v1.43/containers/create",
             R"({"Image": "a", "HostConfig": {"Privileged": true, "Binds": ["/:/host"]}})");
  all += ask(folder, "GET /containers/json");
  all += ask(folder, "GET /containers/web/json", {}, R"({"Labels": {"team": "web"}})");
  all += ask(folder, "GET /containers/web/json");
  all += ask(folder, "POST /containers/web/stop");
  all += ask(folder, "POST /containers/create", R"({"Image": "a", "image": "b"})");
  all += ask(folder, "GET /containers/web/secrets");
  all += ask(folder, "GET //info");
  all += ask(folder, "GET");
  all += ask(folder, "FETCH /info");
  all += ask(folder, "GET /_ping", "{}");
  all += ask(folder, "GET /containers/web/json", {}, "{");
  check_golden("tool_explain.txt", all);
}

TEST_CASE("explain: as json") {
  const RulesFolder folder;
  write_tool_policy(folder);
  ExplainQuestion question;
  question.policy = folder.file("probe.yaml");
  question.request = "POST /containers/create";
  question.body = R"({"Image": "a", "HostConfig": {"Privileged": true}})";
  question.format = Format::json;
  const ToolResult result = explain(question);
  CHECK(result.exit_code == 0);
  const auto json = nlohmann::json::parse(result.output);
  CHECK(json["operation"] == "ContainerCreate");
  CHECK(json["decision"] == "deny");
  CHECK(json["by"] == "baseline/privileged-container");
  CHECK(json["rules"][0]["hit"] == true);
  question.request = "GET //x";
  question.body.clear();
  CHECK(nlohmann::json::parse(explain(question).output)["by"] == "ambiguous-request");
}

TEST_CASE("explain: a policy with errors is not asked") {
  const RulesFolder folder;
  folder.write("probe.yaml", "version: 1\n");
  ExplainQuestion question;
  question.policy = folder.file("probe.yaml");
  question.request = "GET /_ping";
  CHECK(explain(question).exit_code == 1);
  question.policy = folder.file("nothing.yaml");
  CHECK(explain(question).exit_code == 1);
}

}  // namespace sealock::policy
