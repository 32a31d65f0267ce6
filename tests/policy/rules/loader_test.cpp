#include "policy/engine_api/operation_id.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/rule_set.hpp"
#include "tests/policy/rules/rules_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <re2/re2.h>

namespace sealock::policy {
namespace {

constexpr std::string_view whole_policy = R"(version: 1
policy: deployer
description: Deploys.
owner: release-team
applies_to: [{listener: deployer, uid: 1001}, {gid: 5}]
use: [lists/docker.yaml]
lists:
  deploy_networks: [apps, edge]
rules:
  - allow: look
    actions: [$probe, ContainerList]
  - allow: create-app
    actions: [ContainerCreate]
    when:
      effective.networks: {every: {one_of: $deploy_networks}}
      body.HostConfig.Memory: {at_least: 16MiB, at_most: 4GiB}
      body.Labels[com.example.managed-by]: ansible
      body.Image: {matches: "registry/[a-z]+"}
    may_set: [$plain_container_fields, HostConfig.PortBindings, query.platform]
  - deny: latest
    actions: [ImageCreate]
    when: {query.tag: {one_of: [latest]}}
    because: deploy a version, please
    severity: high
    mode: warn
    since: 2026-09-01
    references: [attack/T1611]
tests:
  - it: looks
    request: GET /info
    expect: {deny: default}
)";

const TestedPolicy* find(const RuleSet& set, std::string_view name) {
  const TestedPolicy* found = set.find(name);
  REQUIRE(found != nullptr);
  return found;
}

// The ```yaml blocks of rules.md that are whole files, by policy name.
std::map<std::string, std::string> example_files(const std::string& text) {
  std::map<std::string, std::string> files;
  for (std::size_t at = text.find("```yaml\n"); at != std::string::npos;
       at = text.find("```yaml\n", at)) {
    at += 8;
    const std::string block = text.substr(at, text.find("```", at) - at);
    const std::size_t name = block.find("\npolicy: ");
    const bool whole = block.find("\ntests:") != std::string::npos;
    // Section 3 shows an excerpt of the deployer.
    const bool excerpt = block.find("this is an excerpt") != std::string::npos;
    if (block.find("library: docker") != std::string::npos) files["lists/docker"] = block;
    if (name == std::string::npos || !whole || excerpt) continue;
    const std::size_t begin = name + 9;
    files[block.substr(begin, block.find('\n', begin) - begin)] = block;
  }
  return files;
}

constexpr std::string_view example_references = R"(version: 1
library: known
description: All that rules.md refers to.
references:
  cis-docker-1.6.0/5.1: "5.1"
  cis-docker-1.6.0/5.4: "5.4"
  cis-docker-1.6.0/5.5: "5.5"
  cis-docker-1.6.0/5.6: "5.6"
  cis-docker-1.6.0/5.10: "5.10"
  cis-docker-1.6.0/5.16: "5.16"
  cis-docker-1.6.0/5.17: "5.17"
  cis-docker-1.6.0/5.22: "5.22"
  cis-docker-1.6.0/5.23: "5.23"
  cis-docker-1.6.0/5.28: "5.28"
  cis-docker-1.6.0/5.32: "5.32"
  pss/baseline/privileged-containers: p
  pss/baseline/host-namespaces: h
  pss/baseline/hostpath-volumes: v
  pss/baseline/capabilities: c
  pss/baseline/seccomp: s
  pss/baseline/apparmor: a
  attack/T1552.007: t
  attack/T1609: t
  attack/T1610: t
  attack/T1611: t
)";

}  // namespace

TEST_CASE("loader: resolves names, lists and types") {
  const RulesFolder folder;
  folder.write("deployer.yaml", whole_policy);
  Diagnostics diagnostics;
  const RuleSet set = load_rule_set(find_rule_files(folder.path(), diagnostics),
                                    {LoadOptions::Tests::skip}, diagnostics);
  CHECK(folder.clean(diagnostics.to_text()) == "");
  const CompiledPolicy& policy = find(set, "deployer")->policy.own();
  CHECK(policy.owner == "release-team");
  REQUIRE(policy.applies_to.size() == 2);
  CHECK(policy.applies_to[0].listener == "deployer");
  CHECK(policy.applies_to[0].uid == 1001);
  CHECK(!policy.applies_to[1].listener);
  REQUIRE(policy.rules.size() == 3);

  const CompiledRule& look = policy.rules[0];
  CHECK(look.name == "deployer/look");
  CHECK(look.operations.count() == 4);
  CHECK(look.operations[static_cast<std::size_t>(OperationId::system_ping_head)]);

  const CompiledRule& create = policy.rules[1];
  REQUIRE(create.when.size() == 4);
  CHECK(create.when[0].field.source == FieldSource::effective);
  CHECK(create.when[0].field.view != nullptr);
  REQUIRE(create.when[0].tests[0].inner.size() == 1);
  CHECK(create.when[0].tests[0].inner[0].operands ==
        std::vector<Value>{Value("apps"), Value("edge")});
  REQUIRE(create.when[1].tests.size() == 2);
  CHECK(create.when[1].tests[0].operands[0] == Value(std::int64_t{16} << 20));
  CHECK(create.when[1].tests[1].operands[0] == Value(std::int64_t{4} << 30));
  CHECK(create.when[2].field.path ==
        std::vector<PathStep>{{PathStep::Kind::member, "Labels"},
                              {PathStep::Kind::map_key, "com.example.managed-by"}});
  CHECK(create.when[3].tests[0].pattern->pattern() == "registry/[a-z]+");
  CHECK(create.may_set.size() == 9);
  CHECK(!create.every_field);

  const CompiledRule& latest = policy.rules[2];
  CHECK(latest.mode == Mode::warn);
  CHECK(latest.severity == Severity::high);
  CHECK(latest.since == "2026-09-01");
  CHECK(latest.references == std::vector<std::string>{"attack/T1611"});
}

TEST_CASE("loader: the hash changes with the file, its lists and the baseline") {
  const RulesFolder folder;
  folder.write("deployer.yaml", whole_policy);
  std::vector<std::string> hashes;
  const auto load = [&] {
    Diagnostics diagnostics;
    const auto set = load_policies(folder.path(), {}, diagnostics);
    CHECK(folder.clean(diagnostics.to_text()).find("error") == std::string::npos);
    REQUIRE(set != nullptr);
    CHECK(set->find("baseline") == nullptr);
    hashes.emplace_back(set->find("deployer")->hash());
    CHECK(hashes.back().size() == 12);
  };
  const auto append = [&](std::string_view name) {
    std::ofstream(folder.file(name), std::ios::app) << "# changed\n";
  };
  load();
  load();
  CHECK(hashes[0] == hashes[1]);
  for (const std::string_view name : {"deployer.yaml", "lists/docker.yaml", "baseline.yaml"}) {
    append(name);
    load();
    CAPTURE(name);
    CHECK(hashes[hashes.size() - 1] != hashes[hashes.size() - 2]);
  }
}

TEST_CASE("loader: one broken file loads nothing, and all others are still reported") {
  const RulesFolder folder;
  folder.write("deployer.yaml", whole_policy);
  folder.write("first.yaml", "version: 1\n");
  folder.write("last.yaml", "a: [\n");
  Diagnostics diagnostics;
  CHECK(load_policies(folder.path(), {}, diagnostics) == nullptr);
  const std::string text = folder.clean(diagnostics.to_text());
  CHECK(text.find("first.yaml") != std::string::npos);
  CHECK(text.find("last.yaml") != std::string::npos);
}

TEST_CASE("loader: a policy written as json") {
  const RulesFolder folder;
  folder.write("probe.yaml", R"({"version": 1, "policy": "probe", "description": "d", "owner": "o",
 "applies_to": [{"uid": 0}],
 "rules": [{"allow": "ping", "actions": ["SystemPing"]}],
 "tests": [{"it": "pings", "request": "GET /_ping", "expect": {"allow": "ping"}}]})");
  CHECK(folder.problems() == "");
}

TEST_CASE("loader: the examples of rules.md load") {
  const std::filesystem::path path = std::filesystem::path(SEALOCK_SHARED_DIR) / "rules.md";
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    MESSAGE("skipped: there is no " << path.string());
    return;
  }
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  const std::map<std::string, std::string> files = example_files(text);
  REQUIRE(files.size() == 7);
  const RulesFolder folder;
  folder.write("references/known.yaml", example_references);
  for (const auto& [name, content] : files) {
    // It uses what later versions have.
    if (name != "break-glass") folder.write(name + ".yaml", content);
  }
  CHECK(folder.problems() == "");

  const RulesFolder later;
  later.write("references/known.yaml", example_references);
  later.write("lists/docker.yaml", files.at("lists/docker"));
  later.write("break-glass.yaml", files.at("break-glass"));
  Diagnostics diagnostics;
  (void)load_policies(later.path(), {}, diagnostics);
  CHECK(diagnostics.has_errors());
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    CAPTURE(diagnostic.text);
    CAPTURE(diagnostic.place.line);
    CHECK((diagnostic.code == "R03" || diagnostic.level == Level::warning));
  }
}

}  // namespace sealock::policy
