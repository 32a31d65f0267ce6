// The rules folder of the tool tests: a small policy of every kind of rule.

#pragma once

#include "policy/tools/tools.hpp"
#include "tests/policy/rules/rules_folder.hpp"

#include <string>
#include <string_view>

namespace sealock::policy {

inline constexpr std::string_view tool_rules = R"(  - allow: ping
    actions: [SystemPing]
  - allow: watch
    actions: [ContainerList, ContainerInspect]
    when: {"target.Labels[team]": web}
  - allow: create
    actions: [ContainerCreate]
    when:
      effective.host_paths: {every: {under: /srv/apps}}
      effective.image.registry: {one_of: [registry.example.com]}
    may_set: [Image, Env, Labels]
  - deny: latest
    actions: [ContainerCreate]
    when: {effective.image.tag: latest}
    because: deploy a version, please
    mode: warn
    references: [attack/T1611]
  - redact: no-environment
    actions: [ContainerInspect]
    remove: [Config.Env]
    because: secrets live there
)";

inline constexpr std::string_view tool_tests = R"(  - it: pings
    request: GET /_ping
    expect: {allow: ping}
  - it: shows no environment
    request: GET /containers/web/json
    target: {Labels: {team: web}}
    answer: {Id: a, Config: {Env: [A=b]}}
    expect: {allow: watch, redacted_by: [no-environment], client_sees: {Id: a, Config: {}}}
  - it: creates, warned
    request: POST /containers/create
    body: {Image: "registry.example.com/a:latest"}
    expect: {allow: create, warns: [latest]}
)";

inline void write_tool_policy(const RulesFolder& folder) {
  folder.write("probe.yaml", policy_text(tool_rules, tool_tests));
}

}  // namespace sealock::policy
