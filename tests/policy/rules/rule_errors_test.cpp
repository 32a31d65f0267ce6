// Every error of a rule file, as a person sees it. The whole output is in tests/golden.
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/rule_codes.hpp"
#include "tests/policy/rules/golden.hpp"
#include "tests/policy/rules/rules_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace sealock::policy {
namespace {

constexpr std::string_view ping_test =
    "  - it: pings\n"
    "    request: GET /_ping\n"
    "    expect: {allow: ping}\n";
constexpr std::string_view ping_rule = "  - allow: ping\n    actions: [SystemPing]\n";

// What loading says of a policy with the ping rule and `rules`.
std::string problems_of_rules(const RulesFolder& folder, std::string_view rules) {
  folder.write("probe.yaml",
               policy_text(std::string(ping_rule) + std::string(rules), std::string(ping_test)));
  return folder.problems();
}

// One rule on ContainerCreate with these conditions.
std::string create_rule(std::string_view when) {
  return "  - allow: create\n    actions: [ContainerCreate]\n    when:\n      " +
         std::string(when) + "\n";
}

}  // namespace

TEST_CASE("rule errors: the mistakes of rules.md 7.1") {
  const RulesFolder folder;
  folder.write("typos.yaml", R"(version: 1
policy: typos
description: A file with real mistakes.
owner: nobody
applies_to: [{listener: probe}]
use: [lists/docker.yaml]
rules:
  - allow: look
    actions: [ContainerLst, $prob, Container*]
    wehn:
      query.all: true
  - deny: privileged
    actions: [ContainerCreate]
    when:
      body.HostConfig.Priviledged: false
      body.Priviledged: true
    because: it is root on the host
  - deny: paths
    actions: [ContainerCreate]
    when:
      effective.host_paths: {under: /srv}
    because: nobody needs them here
    mode: on
  - deny: create
    actions: [ContainerCreate]
tests:
  - it: lists
    request: GET /containers/json
    expect: {allow: look}
)");
  check_golden("rule_errors_typos.txt", folder.problems());
}

TEST_CASE("rule errors: the head of a file") {
  const RulesFolder folder;
  std::string all;
  const auto add = [&](std::string_view text) {
    folder.write("probe.yaml", text);
    all += folder.problems() + "\n";
  };
  const std::string rest =
      "rules:\n" + std::string(ping_rule) + "tests:\n" + std::string(ping_test);
  const std::string head = "description: d\nowner: o\napplies_to: [{listener: l}]\n";
  add("[a, b]\n");
  add("version: 2\nsomething: new\n");
  add("version: one\npolicy: probe\n" + head + rest);
  add("version: 1\npolicy: monitoring\n" + head + rest);
  add("version: 1\npolicy: [probe]\n" + head + rest);
  add("version: 1\npolcy: probe\nrules: []\ntests: []\n");
  add("version: 1\npolicy: probe\ndescription: d\nowner: TODO\napplies_to: every_client\n" + rest);
  add("version: 1\npolicy: probe\ndescription: d\nowner: o\napplies_to: []\n" + rest);
  add("version: 1\npolicy: probe\ndescription: d\nowner: o\n"
      "applies_to: [{}, {uid: root}, {uid: -1}, {gid: 4294967295}, {user: 5}, probe]\n" +
      rest);
  add("version: 1\npolicy: probe\n" + head +
      "ownership: {label: x}\nexceptions: []\nexpires: 2026-01-01T00:00:00Z\n"
      "require_reason: INC-[0-9]{4,}\n" +
      rest);
  add("version: 1\npolicy: probe\n" + head + "use: lists/docker.yaml\n" + rest);
  add("version: 1\npolicy: probe\n" + head +
      "use: [lists/dokcer.yaml, /etc/passwd, ../x.yaml, lists/../../x.yaml, lists/docker.yaml, "
      "lists/docker.yaml]\n" +
      rest);
  add("version: 1\npolicy: probe\n" + head +
      "use: [lists/docker.yaml]\nlists:\n  probe: [SystemInfo]\n  Bad-Name: [a]\n  secrets: [a]\n"
      "  empty: []\n  text: a\n  nested: [a, $probe, [b]]\n  twice: [a, b, a]\n" +
      rest);
  add("version: 1\npolicy: probe\n" + head + "lists: [a]\nrules: {}\n");
  check_golden("rule_errors_head.txt", all);
}

TEST_CASE("rule errors: actions, names and explanations") {
  const RulesFolder folder;
  std::string all;
  for (const std::string_view rules : {
           "  - allow: a\n    actions: SystemInfo\n",
           "  - allow: a\n    actions: []\n",
           "  - allow: a\n",
           "  - allow: a\n    actions: [systeminfo, GET, $nothing, $prob, SystemInfo, "
           "SystemInfo]\n",
           "  - allow: a\n    actions: [SystemInfo, every_operation]\n",
           "  - allow: a\n    actions: [/containers/json, Container*]\n",
           "  - allow: a\n    actions: [$probe, SystemPing, {a: b}]\n",
           "  - alow: a\n    actions: [SystemInfo]\n",
           "  - actions: [SystemInfo]\n",
           "  - allow: a\n    deny: a\n    actions: [SystemInfo]\n",
           "  - just text\n",
           "  - allow: ping\n    actions: [SystemInfo]\n",
           "  - allow: Bad_Name\n    actions: [SystemInfo]\n",
           "  - allow: default\n    actions: [SystemInfo]\n",
           "  - deny: a\n    actions: [SystemInfo]\n",
           "  - deny: a\n    actions: [SystemInfo]\n    because: no\n",
           "  - deny: a\n    actions: [SystemInfo]\n    because: not here\n",
           "  - deny: a\n    actions: [SystemInfo]\n    because: nobody needs it here\n"
           "    severity: hihg\n    mode: monitor\n    since: 2026-13-01\n"
           "    references: [cis-docker-1.6.0/5.4, CIS-5.4, url/https://example.com/why]\n",
           "  - deny: a\n    actions: [ContainerCreate]\n    because: nobody needs it here\n"
           "    may_set: [Env]\n",
           "  - redact: a\n    actions: [ContainerInspect]\n    remove: [Config.Env]\n"
           "    mode: warn\n    when: {query.size: true}\n",
           "  - allow: a\n    actions: [ContainerInspect]\n    remove: [Config.Env]\n",
       }) {
    all += problems_of_rules(folder, rules) + "\n";
  }
  check_golden("rule_errors_rules.txt", all);
}

TEST_CASE("rule errors: conditions") {
  const RulesFolder folder;
  std::string all;
  for (const std::string_view when : {
           "Image: alpine",
           "body.Imgae: alpine",
           "body.Privileged: true",
           "boddy.Image: alpine",
           "query.nmae: web",
           "effective.hostpaths: {is: unset}",
           "effective.host_path: {is: unset}",
           "target.Labels[a]: b",
           "body.HostConfig.Privileged: yes",
           "body.HostConfig.Privileged: \"true\"",
           "body.HostConfig.Privileged: {one_of: [maybe]}",
           "body.HostConfig.Memory: lots",
           "body.HostConfig.Memory: {at_most: 4 GiB}",
           "body.HostConfig.Memory: {at_most: 4GB}",
           "body.HostConfig.Memory: {at_least: [1]}",
           "body.HostConfig.Memory: {starts_with: 4}",
           "body.Image: {at_least: 4}",
           "body.Image: true",
           "body.Image: null",
           "body.Image: [a, b]",
           "body.Image: $probe",
           "body.Image: {}",
           "body.Image: {oneof: [a]}",
           "body.Image: {contains: a}",
           "body.Image: {one_of: []}",
           "body.Image: {one_of: $nothing}",
           "body.Image: {starts_with: \"\"}",
           "body.Image: {under: srv}",
           "body.Image: {matches: \"(\"}",
           "body.Image: {matches: .*}",
           "body.Image: {matches: $probe}",
           "body.Image: {is: present}",
           "body.Image: {every: {one_of: [a]}}",
           "body.Image: {owned: true}",
           "effective.host_paths: {under: /srv}",
           "effective.host_paths: /srv",
           "effective.host_paths: [/srv]",
           "effective.host_paths: {every: {under: srv}}",
           "effective.host_paths: {every: {every: {under: /srv}}}",
           "effective.host_paths: {some: {}}",
           "body.HostConfig.Mounts: {some: {one_of: [a]}}",
           "body.Labels: {includes: a}",
           "body.HostConfig.Mounts[].Type: bind",
       }) {
    all += problems_of_rules(folder, create_rule(when)) + "\n";
  }
  all +=
      problems_of_rules(folder, "  - allow: a\n    actions: [SystemInfo]\n    when: {}\n") + "\n";
  all +=
      problems_of_rules(folder, "  - allow: a\n    actions: [SystemInfo]\n    when: all\n") + "\n";
  all += problems_of_rules(folder,
                           "  - allow: a\n    actions: [SystemInfo]\n    when: {body.Image: a}\n") +
         "\n";
  all += problems_of_rules(
             folder,
             "  - allow: a\n    actions: [ContainerList, ImageList]\n    when: {query.al: a}\n") +
         "\n";
  all += problems_of_rules(folder,
                           "  - allow: a\n    actions: [ContainerStop]\n    when:\n"
                           "      target.Lables[a]: b\n      target.owned: true\n") +
         "\n";
  check_golden("rule_errors_conditions.txt", all);
}

TEST_CASE("rule errors: may_set and redactions") {
  const RulesFolder folder;
  std::string all;
  for (const std::string_view may_set : {
           "every_field",
           "[every_field]",
           "Env",
           "[body.Env]",
           "[Evn, HostConfig.Momory, Priviledged]",
           "[query.nmae]",
           "[$plain_container_fields, Env]",
           "[Env, Env]",
       }) {
    all += problems_of_rules(folder, "  - allow: a\n    actions: [ContainerCreate]\n    may_set: " +
                                         std::string(may_set) + "\n") +
           "\n";
  }
  all +=
      problems_of_rules(folder, "  - allow: a\n    actions: [SystemInfo]\n    may_set: [Env]\n") +
      "\n";
  for (const std::string_view redact : {
           "because: nothing is said here",
           "remove: [Config.Evn]",
           "mask: [\"Labels{secrets}\", \"Config.Lables[a.b]\"]",
           "remove: Config.Env",
           "keep: []",
           "mask: [$secrets, $nothing]",
           "reveal: [Config.Env]",
       }) {
    all += problems_of_rules(folder, "  - redact: a\n    actions: [ContainerInspect]\n    " +
                                         std::string(redact) + "\n") +
           "\n";
  }
  check_golden("rule_errors_fields.txt", all);
}

TEST_CASE("rule errors: folders and the baseline") {
  std::string all;
  {
    const RulesFolder folder;
    all += folder.problems() + "\n";  // nothing but the baseline
    folder.write("probe.yml", "version: 1\n");
    folder.write("probe.yaml", policy_text(ping_rule, ping_test));
    folder.remove("baseline.yaml");
    all += folder.problems() + "\n";
  }
  {
    const RulesFolder folder;
    folder.write("probe.yaml", policy_text(ping_rule, ping_test));
    folder.write("baseline.yaml",
                 "version: 1\npolicy: baseline\ndescription: d\nowner: o\n"
                 "applies_to: [{listener: a}]\nrules:\n  - allow: a\n    actions: [SystemInfo]\n"
                 "tests:\n  - it: x\n    request: GET /info\n    expect: {allow: a}\n");
    all += folder.problems() + "\n";
    folder.write("lists/docker.yaml", "version: 1\nlibrary: other\nlist: {}\n");
    folder.write("references/known.yaml",
                 "version: 1\nlibrary: known\ndescription: d\nreferences: {5.5: a}\n");
    all += folder.problems() + "\n";
  }
  Diagnostics diagnostics;
  CHECK(load_policies("/does/not/exist", {}, diagnostics) == nullptr);
  all += diagnostics.to_text();
  check_golden("rule_errors_folder.txt", all);
}

TEST_CASE("rule errors: the codes are in order, each once") {
  std::vector<std::string_view> codes;
  for (const CodeMeaning& code : rule_codes())
    codes.push_back(code.code);
  for (std::size_t i = 1; i < codes.size(); ++i) {
    CAPTURE(codes[i]);
    CHECK((codes[i - 1] < codes[i] || codes[i][0] == 'L'));
  }
}

}  // namespace sealock::policy
