#include "policy/answer/answer_tree.hpp"
#include "policy/answer/redaction_plan.hpp"
#include "tests/policy/answer/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace sealock::policy {
namespace {

const char* const inspect =
    R"({"Id":"1","Name":"/db","State":{"Status":"up","Error":"boom","Pid":7},"Args":["s"],)"
    R"("Config":{"Image":"i","Env":["A=s"],"Labels":{"owner":"me","db.password":"s"}},)"
    R"("Mounts":[{"Type":"bind","Source":"/srv"}]})";

std::string redact_by(std::vector<Wishes> wishes, std::string_view input = inspect) {
  std::vector<RedactRule> rules;
  for (const Wishes& wish : wishes)
    rules.push_back(rule_of(wish));
  const auto plan = RedactionPlan::compile(*find_operation("ContainerInspect"), rules);
  if (!plan) return plan.error().text;
  return redact(**plan, input);
}

TEST_CASE("plan: keep shows what it names, and below only what is known to be safe") {
  CHECK(
      redact_by({{.keep = {"Id", "Config"}}}) ==
      R"({"Id":"1","Config":{"Image":"i","Env":["A=**masked**"],"Labels":{"owner":"me","db.password":"**masked**"}}})");
  CHECK(
      redact_by({{.keep = {"Config", "Config.Env"}}}) ==
      R"({"Config":{"Image":"i","Env":["A=s"],"Labels":{"owner":"me","db.password":"**masked**"}}})");
  CHECK(redact_by({{.keep = {"Config.Labels"}}}) ==
        R"({"Config":{"Labels":{"owner":"me","db.password":"s"}}})");
  CHECK(
      redact_by({{.keep = {"State"}}}) ==
      R"x({"State":{"Status":"up","Error":"request failed (details hidden by the proxy)","Pid":7}})x");
  CHECK(redact_by({{.keep = {"State", "State.Error"}}}) ==
        R"({"State":{"Status":"up","Error":"boom","Pid":7}})");
}

TEST_CASE("plan: of several rules each one holds, in every order") {
  std::vector<Wishes> rules = {
      {.keep = {"Id", "Name", "Config"}},
      {.keep = {"Name", "Config.Env", "Config.Image", "State"}},
      {.remove = {"Config.Image"}},
      {.mask = {"Name"}},
  };
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    std::vector<Wishes> shuffled;
    for (const std::size_t i : order)
      shuffled.push_back(rules[i]);
    CHECK(redact_by(shuffled) == R"({"Name":"**masked**","Config":{"Env":["A=**masked**"]}})");
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("plan: the stronger of two masks is used") {
  const char* const input = R"({"Config":{"Labels":{"owner":"me"},"Env":["LANG=C"]}})";
  CHECK(redact_by({{.mask = {"Config.Labels{secrets}"}}}, input) == input);
  CHECK(redact_by({{.mask = {"Config.Labels{secrets}"}}, {.mask = {"Config.Labels[own*]"}}},
                  input) == R"({"Config":{"Labels":{"owner":"**masked**"},"Env":["LANG=C"]}})");
  // A rule reveals from its own masks only.
  CHECK(redact_by(
            {{.mask = {"Config.Env"}, .reveal = {"Config.Env[LANG]"}}, {.mask = {"Config.Env"}}},
            input) == R"({"Config":{"Labels":{"owner":"me"},"Env":["LANG=**masked**"]}})");
  CHECK(redact_by({{.mask = {"Config.Env"}, .reveal = {"Config.Env[LANG]"}},
                   {.mask = {"Config.Env"}, .reveal = {"Config.Env[L*]"}}},
                  input) == input);
}

TEST_CASE("plan: reveal lifts masks of $secrets too, and nothing else") {
  const char* const input =
      R"({"Config":{"Labels":{"traefik.x.auth.users":"u:p","my.password":"s"},"Env":["DD_ENV=prod","X=s"]}})";
  CHECK(
      redact_by({{.mask = {"$secrets"},
                  .reveal = {"Config.Labels[traefik.*.users]", "Config.Env[DD_ENV]"}}},
                input) ==
      R"({"Config":{"Labels":{"traefik.x.auth.users":"u:p","my.password":"**masked**"},"Env":["DD_ENV=prod","X=**masked**"]}})");
  CHECK(redact_by({{.remove = {"Config.Labels"}, .reveal = {"Config.Labels[my.password]"}}},
                  input) == R"({"Config":{"Env":["DD_ENV=prod","X=s"]}})");
}

TEST_CASE("plan: an entry of a map has rules of its own") {
  const char* const input =
      R"({"NetworkSettings":{"Networks":{"apps":{"IPAddress":"10.0.0.2","Gateway":"10.0.0.1"},"edge":{"IPAddress":"10.1.0.2"}}}})";
  CHECK(redact_by({{.keep = {"NetworkSettings.Networks[apps].IPAddress"}}}, input) ==
        R"({"NetworkSettings":{"Networks":{"apps":{"IPAddress":"10.0.0.2"}}}})");
  CHECK(
      redact_by({{.mask = {"NetworkSettings.Networks[apps].IPAddress"}}}, input) ==
      R"({"NetworkSettings":{"Networks":{"apps":{"IPAddress":"","Gateway":"10.0.0.1"},"edge":{"IPAddress":"10.1.0.2"}}}})");
  CHECK(
      redact_by({{.remove = {"NetworkSettings.Networks[edge]"}}}, input) ==
      R"({"NetworkSettings":{"Networks":{"apps":{"IPAddress":"10.0.0.2","Gateway":"10.0.0.1"}}}})");
  // What holds for all values holds for the one that another rule names.
  CHECK(redact_by({{.mask = {"NetworkSettings.Networks{}.IPAddress"}},
                   {.remove = {"NetworkSettings.Networks[apps].Gateway"}}},
                  input) ==
        R"({"NetworkSettings":{"Networks":{"apps":{"IPAddress":""},"edge":{"IPAddress":""}}}})");
}

TEST_CASE("plan: impossible wishes are refused with their path") {
  CHECK(redact_by({{.remove = {"Mounts[]"}}}) ==
        "test/rule: Mounts[]: only a field or one name of a map can be removed; mask the values");
  CHECK(redact_by({{.remove = {"Config.Labels{}"}}}) ==
        "test/rule: Config.Labels{}: only a field or one name of a map can be removed; mask the "
        "values");
  CHECK(redact_by({{.keep = {"Config.Labels{secrets}"}}}) ==
        "test/rule: Config.Labels{secrets}: {secrets} can only be masked");
  CHECK(redact_by({{.keep = {"Config.Env[PATH]"}}}) ==
        "test/rule: Config.Env[PATH]: one entry of a list can only be masked or revealed");
  CHECK(redact_by({{.remove = {"Config.Env[PATH]"}}}) ==
        "test/rule: Config.Env[PATH]: one entry of a list can only be masked or revealed");
  CHECK(redact_by({{.mask = {"Config.Env"}, .reveal = {"Config.Env"}}}) ==
        "test/rule: Config.Env: reveal names one value, as Config.Env[LANG] or Labels[traefik.*]");
  CHECK(redact_by({{.mask = {"Config..Env"}}}) ==
        "test/rule: a name is missing in path Config..Env");
  CHECK(redact_by({{.mask = {"Config.Labels{x}"}}}) ==
        "test/rule: {x} in path Config.Labels{x} means nothing: write {} for all values, "
        "{secrets}, or [name]");
  CHECK(redact_by({{.mask = {"Mounts[]Source"}}}) ==
        "test/rule: a . is missing in path Mounts[]Source");
  CHECK(redact_by({{.mask = {"Labels[a"}}}) == "test/rule: no ] in path Labels[a");
  CHECK(redact_by({{.mask = {""}}}) == "test/rule: an empty path");
}

TEST_CASE("plan: operations that answer with bytes cannot be redacted") {
  for (const char* name : {"ContainerLogs", "ContainerExport", "ImageGet", "ContainerAttach"}) {
    const auto plan =
        RedactionPlan::compile(*find_operation(name), {rule_of({.mask = {"$secrets"}})});
    REQUIRE_FALSE(plan.has_value());
    CHECK(plan.error().text ==
          std::string(name) + " answers with bytes, which no redact rule can see; deny it instead");
  }
}

TEST_CASE("plan: a path is known when one of the rule's operations has it") {
  const Operation* list = find_operation("ContainerList");
  const Operation* one = find_operation("ContainerInspect");
  const auto check = [](const Wishes& wishes, std::vector<const Operation*> operations) {
    const auto checked = check_redact_rule(rule_of(wishes), operations);
    return checked ? std::string("known") : checked.error().text;
  };
  CHECK(check({.keep = {"Id", "Name", "Names", "State", "Status"}}, {list, one}) == "known");
  CHECK(check({.keep = {"Names"}}, {one}) ==
        "test/rule: Names: no answer of the rule's actions has it");
  CHECK(check({.mask = {"Config.Envv"}}, {list, one}) ==
        "test/rule: Config.Envv: no answer of the rule's actions has it");
  CHECK(check({.mask = {"$secrets"}, .reveal = {"Config.Env[LANG]"}}, {list, one}) == "known");
  CHECK(check({.mask = {"Config.Env[*PASS*]", "Labels[a.b]"}}, {list, one}) == "known");
  CHECK(check({.keep = {"$secrets"}}, {one}) ==
        "test/rule: $secrets: no answer of the rule's actions has it");
  // Names in keep match exactly, in the others in any case.
  CHECK(check({.keep = {"id"}}, {one}) == "test/rule: id: no answer of the rule's actions has it");
  CHECK(check({.mask = {"config.env"}, .reveal = {"Config.Env[LANG]"}}, {one}) == "known");
  CHECK(check({.mask = {"Config.Cmd[LANG]"}}, {one}) ==
        "test/rule: Config.Cmd[LANG]: no answer of the rule's actions has it");
  CHECK(check({}, {one}) ==
        "test/rule: redacts nothing; name fields in keep, remove, mask, digest or seal");
}

TEST_CASE("plan: a rule that names nothing of one operation does not open it") {
  // keep: [Names] on an inspect keeps nothing.
  CHECK(redact_by({{.keep = {"Names"}}}) == "{}");
}

TEST_CASE("plan: names with dots are written in quotes") {
  const Plan plan = plan_of("ImageInspect", {.mask = {"Descriptor.platform.'os.version'"}});
  CHECK(redact(*plan, R"({"Descriptor":{"platform":{"os":"windows","os.version":"10"}}})") ==
        R"({"Descriptor":{"platform":{"os":"windows","os.version":"**masked**"}}})");
}

TEST_CASE("plan: compiles every operation with every one of its fields and secrets") {
  for (const Operation& operation : all_operations()) {
    if (operation.answer == AnswerKind::bytes || operation.answer == AnswerKind::tunnel) continue;
    CAPTURE(operation.name);
    const std::vector<std::string> fields = answer_fields(operation);
    const std::vector<std::string> secrets = secret_fields(operation);
    CHECK(RedactionPlan::compile(operation, {rule_of({.mask = fields})}).has_value());
    CHECK(RedactionPlan::compile(operation, {rule_of({.remove = fields})}).has_value());
    CHECK(RedactionPlan::compile(operation, {rule_of({.keep = fields})}).has_value());
    CHECK(RedactionPlan::compile(operation, {rule_of({.mask = secrets})}).has_value());
  }
}

}  // namespace
}  // namespace sealock::policy
