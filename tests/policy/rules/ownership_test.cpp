// Policies that keep clients apart: rules.md 4.7 and 6.4.

#include "policy/rules/policy_set.hpp"
#include "tests/policy/rules/golden.hpp"
#include "tests/policy/rules/policy_maker.hpp"
#include "tests/policy/rules/rules_folder.hpp"

#include <doctest/doctest.h>

#include <string>

namespace sealock::policy {
namespace {

using testing::fact;
using testing::make_request;
using Id = OperationId;

constexpr std::string_view head = R"(version: 1
policy: probe
description: d
owner: o
applies_to: [{listener: ci, uid: 998}]
)";

constexpr std::string_view ownership = R"(ownership:
  label: com.example.owner
  value: ci/{client.name}
)";

constexpr std::string_view rules = R"(rules:
  - allow: create-job
    actions: [ContainerCreate]
    when:
      effective.host_paths: {is: unset}
      effective.named_volumes: {every: {owned: true}}
      effective.networks: {every: {owned: true}}
    may_set: [Image, Labels]
  - allow: create-network-and-cache
    actions: [NetworkCreate, VolumeCreate]
    may_set: [Name, Labels]
  - allow: work-with-own
    actions: [ContainerList, SystemEvents, ContainerInspect, ContainerExec, ExecStart, ContainerDelete,
      NetworkConnect, VolumeDelete, ContainerPrune, ImageCommit]
    when:
      target.owned: true
      effective.containers: {every: {owned: true}}
    may_set: [Cmd]
  - allow: take-own-images-away
    actions: [ImageGetAll]
    when:
      effective.images: {every: {owned: true}}
)";

constexpr std::string_view tests = R"(tests:
  - it: starts a job
    request: POST /containers/create
    body: {Image: "node:22", HostConfig: {NetworkMode: ci-481, Binds: ["cache:/c"]}}
    owns: [ci-481, cache]
    expect: {allow: create-job}
  - it: cannot mount the volume of another
    request: POST /containers/create
    body: {Image: "node:22", HostConfig: {NetworkMode: ci-481, Binds: ["vault-data:/v"]}}
    owns: [ci-481, cache]
    expect: {deny: default}
  - it: cannot mount a volume that would come into being without a label
    request: POST /containers/create
    body: {Image: "node:22", HostConfig: {NetworkMode: ci-481, Binds: ["new:/v"]}}
    owns: [ci-481]
    objects: {volume: {new: null}}
    expect: {deny: default}
  - it: cannot join the network of another
    request: POST /containers/create
    body: {Image: "node:22", HostConfig: {NetworkMode: ci-481}, NetworkingConfig: {EndpointsConfig: {prod-db: {}}}}
    owns: [ci-481]
    expect: {deny: default}
  - it: cannot be on the network that everybody shares
    request: POST /containers/create
    body: {Image: "node:22"}
    expect: {deny: default}
  - it: may be on no network
    request: POST /containers/create
    body: {Image: "node:22", HostConfig: {NetworkMode: none}}
    expect: {allow: create-job}
  - it: cannot give what it makes to another
    request: POST /containers/create
    body: {Image: "node:22", Labels: {com.example.owner: ci/other}, HostConfig: {NetworkMode: none}}
    expect: {deny: ownership}
  - it: makes a network and a volume
    request: POST /networks/create
    body: {Name: ci-481}
    expect: {allow: create-network-and-cache}
  - it: makes its volume again
    request: POST /volumes/create
    body: {Name: cache}
    owns: [cache]
    expect: {allow: create-network-and-cache}
  - it: cannot have the volume of another by making it again
    request: POST /volumes/create
    body: {Name: vault-data}
    objects: {volume: {vault-data: {}}}
    expect: {deny: ownership}
  - it: cannot pull the container of another into its network
    request: POST /networks/ci-481/connect
    body: {Container: vault}
    target: {owned: true}
    expect: {deny: default}
  - it: runs a step in its own container
    request: POST /containers/job-481/exec
    body: {Cmd: [npm, test]}
    target: {owned: true}
    expect: {allow: work-with-own}
  - it: starts what it prepared there
    request: POST /exec/e1/start
    body: {}
    target: {owned: true}
    expect: {allow: work-with-own}
  - it: cannot exec in a container that it does not own
    request: POST /containers/vault/exec
    body: {Cmd: [sh]}
    target: {owned: false}
    expect: {deny: default}
  - it: cannot start an exec of another
    request: POST /exec/e1/start
    body: {}
    expect: {deny: default}
  - it: lists only its own
    request: GET /containers/json
    answer: [{Id: a, owned: true}, {Id: b, owned: false}, {Id: c, Labels: {com.example.owner: "image:ci/ci"}}]
    expect: {allow: work-with-own, client_sees: [{Id: a, owned: true}]}
  - it: sees only events of its own
    request: GET /events
    answer:
      - {Type: container, Action: start, Actor: {ID: a, Attributes: {name: a}}, owned: true}
      - {Type: container, Action: start, Actor: {ID: b, Attributes: {name: b}}}
      - {Type: network, Action: connect, Actor: {ID: n, Attributes: {container: b, name: x}}}
    expect:
      allow: work-with-own
      client_sees: [{Type: container, Action: start, Actor: {ID: a, Attributes: {name: a}}, owned: true}]
  - it: prunes, which is narrowed to its own
    request: POST /containers/prune
    expect: {allow: work-with-own}
  - it: takes its own image away
    request: GET /images/get?names=built
    owns: [built]
    expect: {allow: take-own-images-away}
  - it: cannot take an image of another away among its own
    request: GET /images/get?names=built&names=secret
    owns: [built]
    expect: {deny: default}
  - it: cannot commit the container of another
    request: POST /commit?container=vault
    expect: {deny: default}
)";

std::string text(std::string_view kept, std::string_view more = ownership) {
  return std::string(head) + std::string(more) + std::string(kept);
}

const Policy& load(const RulesFolder& folder, std::shared_ptr<const PolicySet>& set) {
  Diagnostics diagnostics;
  set = load_policies(folder.path(), {}, diagnostics);
  REQUIRE_MESSAGE(set != nullptr, folder.clean(diagnostics.to_text()));
  return *set->find("probe");
}

TEST_CASE("ownership: a runner works with its own and with nothing else") {
  const RulesFolder folder;
  folder.write("probe.yaml", text(std::string(rules) + std::string(tests)));
  CHECK(folder.problems() == "");
}

TEST_CASE("ownership: one owner a client") {
  const RulesFolder folder;
  folder.write("probe.yaml", text(std::string(rules) + std::string(tests)));
  std::shared_ptr<const PolicySet> set;
  const Policy& policy = load(folder, set);
  CHECK(policy.has_ownership());
  CHECK(policy.owner_of({"blue", 1, 1}) == Owner{"com.example.owner", "ci/blue"});
  CHECK(policy.owner_of({"green", 1, 1}) == Owner{"com.example.owner", "ci/green"});

  folder.write(
      "probe.yaml",
      text(std::string(rules) + std::string(tests),
           "ownership: {label: com.example.owner, value: \"{client.uid}-{client.gid}\"}\n"));
  // The label in one test is another one's now, which is what this policy says as well.
  Diagnostics diagnostics;
  set = load_policies(folder.path(), {LoadOptions::Tests::skip}, diagnostics);
  REQUIRE(set != nullptr);
  const Policy& by_uid = *set->find("probe");
  CHECK(by_uid.owner_of({"a", 7, 8}) == Owner{"com.example.owner", "7-8"});
  CHECK_FALSE(by_uid.owner_of({"a", std::nullopt, 8}).has_value());
}

TEST_CASE("ownership: without an owner nothing is allowed") {
  const RulesFolder folder;
  folder.write("probe.yaml", text(std::string(rules) + std::string(tests)));
  std::shared_ptr<const PolicySet> set;
  const Policy& policy = load(folder, set);
  const Request request = make_request(Id::network_create, R"({"Name":"n"})");
  const Verdict verdict = policy.evaluate(request, Facts());
  CHECK_FALSE(verdict.permit.has_value());
  CHECK(verdict.decision.by == "ownership");
}

TEST_CASE("ownership: the client of another owner is refused what the first one owns") {
  const RulesFolder folder;
  folder.write("probe.yaml", text(std::string(rules) + std::string(tests)));
  std::shared_ptr<const PolicySet> set;
  const Policy& policy = load(folder, set);
  const std::string id(64, 'a');
  const Request request = make_request(Id::container_exec, R"({"Cmd":["sh"]})", "", id);
  for (const auto& [name, allowed] :
       {std::pair<std::string, bool>{"blue", true}, {"green", false}}) {
    Facts facts;
    facts.add(
        fact(ObjectKind::container, id,
             R"({"Id":")" + id + R"(","Config":{"Labels":{"com.example.owner":"ci/blue"}}})"));
    facts.mark_ownership(*policy.owner_of({name, 998, 998}));
    CHECK(policy.evaluate(request, facts).permit.has_value() == allowed);
  }
}

TEST_CASE("ownership: what cannot be read") {
  const RulesFolder folder;
  std::string all;
  const auto add = [&](std::string_view more, std::string_view kept) {
    folder.write("probe.yaml", text(kept, more));
    all += folder.problems() + "\n";
  };
  constexpr std::string_view ping =
      "rules:\n  - allow: ping\n    actions: [SystemPing]\ntests:\n  - it: pings\n    request: GET "
      "/_ping\n"
      "    expect: {allow: ping}\n";
  add("ownership: mine\n", ping);
  add("ownership: {label: a}\n", ping);
  add("ownership: {label: a b, value: x}\n", ping);
  add("ownership: {label: a, value: \"{client.nmae}\"}\n", ping);
  add("ownership: {label: a, value: 'x\"y'}\n", ping);
  add("ownership: {lable: a, value: x}\n", ping);
  add("",
      "rules:\n  - allow: a\n    actions: [ContainerList]\n    when: {target.owned: true}\n"
      "  - allow: b\n    actions: [ContainerCreate]\n"
      "    when: {effective.networks: {every: {owned: true}}}\n"
      "tests:\n  - it: lists\n    request: GET /containers/json\n    expect: {allow: a}\n");
  add(ownership,
      "rules:\n  - allow: a\n    actions: [SystemInfo]\n    when: {target.owned: true}\n"
      "  - allow: b\n    actions: [ContainerCreate]\n"
      "    when: {effective.host_paths: {every: {owned: true}}, effective.networks: {owned: "
      "true}}\n"
      "tests:\n  - it: lists\n    request: GET /containers/json\n    expect: {deny: default}\n");
  check_golden("ownership_errors.txt", all);
}

}  // namespace
}  // namespace sealock::policy
