// Redact rules with conditions, digests and seals in rule files.

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/policy_set.hpp"
#include "tests/policy/rules/golden.hpp"
#include "tests/policy/rules/rules_folder.hpp"

#include <doctest/doctest.h>

#include <string>

namespace sealock::policy {
namespace {

constexpr std::string_view head = R"(version: 1
policy: probe
description: d
owner: o
applies_to: [{listener: ansible}]
ownership: {label: com.example.owner, value: "{client.name}"}
rules:
  - allow: look
    actions: [ContainerInspect, ContainerList, SystemDataUsage, VolumeInspect]
  - allow: create
    actions: [ContainerCreate]
    may_set: [Image, Env]
)";

constexpr std::string_view not_mine = R"(  - redact: not-mine
    actions: [ContainerInspect, ContainerList, SystemDataUsage]
    when: {target.owned: false}
    mask: [$secrets]
)";

std::string problems(std::string_view rules, std::string_view tests) {
  const RulesFolder folder;
  folder.write("probe.yaml",
               std::string(head) + std::string(rules) + "tests:\n" + std::string(tests));
  return folder.problems();
}

constexpr std::string_view others = R"(  - it: creates
    request: POST /containers/create
    body: {Image: a}
    expect: {allow: create}
)";

TEST_CASE("conditional redaction: a client sees what it created itself, and of others nothing") {
  CHECK(problems(not_mine, R"(  - it: sees its own
    request: GET /containers/web/json
    target: {owned: true}
    answer: {Id: a, Config: {Env: [PASSWORD=hunter2]}}
    expect: {allow: look, redacted_by: [], client_sees: {Id: a, Config: {Env: [PASSWORD=hunter2]}}}
  - it: sees no values of others
    request: GET /containers/web/json
    target: {owned: false}
    answer: {Id: a, Config: {Env: [PASSWORD=hunter2]}}
    expect: {allow: look, redacted_by: [not-mine], client_sees: {Id: a, Config: {Env: ["PASSWORD=**masked**"]}}}
  - it: sees nothing of what is not there
    request: GET /containers/web/json
    objects: {container: {web: null}}
    answer: {Id: a, Config: {Env: [PASSWORD=hunter2]}}
    expect: {allow: look, redacted_by: [not-mine], client_sees: {Id: a, Config: {Env: ["PASSWORD=**masked**"]}}}
  - it: sees both in one list
    request: GET /containers/json
    answer:
      - {Id: a, Names: [/a], Command: "run --password hunter2", owned: true}
      - {Id: b, Names: [/b], Command: "run --password hunter2", Labels: {}}
      - {Id: c, Names: [/c], Command: "run --password hunter2"}
    expect:
      allow: look
      client_sees:
        - {Id: a, Names: [/a], Command: "run --password hunter2", owned: true}
        - {Id: b, Names: [/b], Command: "run **masked**", Labels: {}}
        - {Id: c, Names: [/c], Command: "run **masked**"}
  - it: sees both in the disk usage
    request: GET /system/df
    answer:
      LayersSize: 7
      Containers:
        - {Id: a, Names: [/a], Command: "run hunter2", owned: true}
        - {Id: b, Names: [/b], Command: "run hunter2", Labels: {}}
      Volumes:
        - {Name: v, Options: {password: hunter2}, owned: true}
        - {Name: w, Options: {password: hunter2}, Labels: {}}
    expect:
      allow: look
      client_sees:
        LayersSize: 7
        Containers:
          - {Id: a, Names: [/a], Command: "run hunter2", owned: true}
          - {Id: b, Names: [/b], Command: "run **masked**", Labels: {}}
        Volumes:
          - {Name: v, Options: {password: hunter2}, owned: true}
          - {Name: w, Options: {password: "**masked**"}, Labels: {}}
)" + std::string(others)) == "");
}

TEST_CASE("conditional redaction: conditions on the request, and several rules at once") {
  CHECK(problems(R"(  - redact: arguments
    actions: [ContainerInspect]
    when: {query.size: false}
    remove: [Args]
  - redact: environment-of-databases
    actions: [ContainerInspect]
    when: {target.Image: {matches: "postgres.*"}}
    digest: [Config.Env]
  - redact: always
    actions: [ContainerInspect]
    remove: [Path]
)",
                 R"(  - it: neither
    request: GET /containers/web/json?size=1
    target: {Image: "nginx:1"}
    answer: {Id: a, Path: p, Args: [b], Config: {Env: [A=b]}}
    expect: {allow: look, redacted_by: [always], client_sees: {Id: a, Args: [b], Config: {Env: [A=b]}}}
  - it: the first
    request: GET /containers/web/json
    target: {Image: "nginx:1"}
    answer: {Id: a, Path: p, Args: [b], Config: {Env: [A=b]}}
    expect: {allow: look, redacted_by: [always, arguments], client_sees: {Id: a, Config: {Env: [A=b]}}}
  - it: both
    request: GET /containers/web/json
    target: {Image: "postgres:16"}
    answer: {Id: a, Path: p, Args: [b], Config: {Env: [A=b]}}
    expect:
      allow: look
      redacted_by: [always, arguments, environment-of-databases]
      client_sees: {Id: a, Config: {Env: ["A=**masked:99e8467e5434**"]}}
)" + std::string(others) +
                     R"(  - it: lists
    request: GET /containers/json
    expect: {allow: look}
)") == "");
}

TEST_CASE("conditional redaction: a masked value is written back by nobody") {
  CHECK(problems(not_mine, R"(  - it: writes a mask back
    request: POST /containers/create
    body: {Image: a, Env: ["PASSWORD=**masked**"]}
    expect: {deny: masked-value}
  - it: writes a digest back
    request: POST /containers/create
    body: {Image: a, Env: ["PASSWORD=**masked:0123456789ab**"]}
    expect: {deny: masked-value}
  - it: writes a seal back that is nobody's
    request: POST /containers/create
    body: {Image: a, Env: ["PASSWORD=**sealed:AAAA**"]}
    expect: {deny: masked-value}
  - it: looks
    request: GET /containers/a/json
    answer: {Id: a}
    expect: {allow: look, redacted_by: [not-mine]}
)" + std::string(others)) == "");
}

TEST_CASE("conditional redaction: what cannot be done") {
  std::string all;
  for (const std::string_view rules : {
           "  - redact: a\n    actions: [ContainerInspect]\n    when: {target.owend: false}\n    "
           "mask: [$secrets]\n",
           "  - redact: a\n    actions: [SystemInfo]\n    when: {target.owned: false}\n    mask: "
           "[$secrets]\n",
           "  - redact: a\n    actions: [ContainerInspect]\n    seal: [Confg.Env]\n",
           "  - redact: a\n    actions: [ContainerInspect]\n    digest: []\n",
           "  - redact: a\n    actions: [ContainerInspect]\n    when: {target.owned: false}\n",
       }) {
    all += problems(rules, others) + "\n";
  }
  check_golden("conditional_redaction_errors.txt", all);
}

}  // namespace
}  // namespace sealock::policy
