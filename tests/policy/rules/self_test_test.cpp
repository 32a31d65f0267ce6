#include "policy/rules/diagnostics.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/rule_set.hpp"
#include "policy/rules/test_engine.hpp"
#include "policy/rules/test_request.hpp"
#include "tests/policy/rules/golden.hpp"
#include "tests/policy/rules/rules_folder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace sealock::policy {
namespace {

constexpr std::string_view rules = R"(  - allow: ping
    actions: [SystemPing]
  - allow: watch
    actions: [SystemEvents, ContainerList, ContainerInspect]
    when: {"target.Labels[team]": web}
  - allow: read
    actions: [ImageInspect, VolumeInspect]
  - allow: create
    actions: [ContainerCreate]
    when:
      effective.host_paths: {every: {under: /srv/apps}}
    may_set: [Image, Env, Labels]
  - allow: stop
    actions: [ContainerStop]
    when: {"target.Labels[team]": web, target.State: running}
  - allow: build
    actions: [ImageBuild]
  - deny: latest
    actions: [ContainerCreate]
    when: {body.Image: {matches: ".*:latest"}}
    because: deploy a version, please
    mode: warn
  - deny: noisy
    actions: [ContainerCreate]
    when: {"body.Labels[noisy]": "true"}
    because: watch who still does it
    mode: audit
  - redact: no-environment
    actions: [ContainerInspect]
    remove: [Config.Env]
    because: secrets live there
)";

constexpr std::string_view passing = R"(  - it: pings
    request: GET /_ping
    expect: {allow: ping}
  - it: reads an image
    request: GET /v1.41/images/registry.example.com/a/b:1/json
    expect: {allow: probe/read}
  - it: creates, warned
    request: POST /containers/create?name=a
    body: {Image: "a:latest", Labels: {noisy: "true"}}
    expect: {allow: create, warns: [latest], audits: [probe/noisy]}
  - it: stops what it owns
    request: POST /containers/web/stop
    target: {Labels: {team: web}}
    expect: {allow: stop}
  - it: does not stop what is stopped
    request: POST /containers/web/stop
    target: {Labels: {team: web}, State: exited}
    expect: {deny: default}
  - it: does not stop a plain container
    request: POST /containers/web/stop
    expect: {deny: default}
  - it: knows that there is no such container
    request: POST /containers/web/stop
    objects: {container: {web: null}}
    expect: {deny: default}
  - it: stops the container that objects describe
    request: POST /containers/web/stop
    objects: {container: {web: {Config: {Labels: {team: web}}}}}
    expect: {allow: stop}
  - it: shows no environment
    request: GET /containers/web/json
    target: {Labels: {team: web}}
    answer: {Id: a, Config: {Env: [A=b], Image: x}}
    expect: {allow: watch, redacted_by: [no-environment], client_sees: {Config: {Image: x}, Id: a}}
  - it: lists its own
    request: GET /containers/json
    answer:
      - {Id: a, Names: [/a], Labels: {team: web}}
      - {Id: b, Names: [/b], Labels: {}}
    expect: {allow: watch, redacted_by: [], client_sees: [{Id: a, Names: [/a], Labels: {team: web}}]}
  - it: sees events of its own
    request: 'GET /events?filters={"type":{"container":true}}'
    answer:
      - {Type: container, Action: start, Actor: {ID: a, Attributes: {team: web, name: a}}}
      - {Type: container, Action: start, Actor: {ID: b, Attributes: {name: b}}}
    expect:
      allow: watch
      client_sees: [{Type: container, Action: start, Actor: {ID: a, Attributes: {team: web, name: a}}}]
  - it: builds
    request: POST /build?t=a
    headers: {X-Registry-Config: e30=}
    expect: {allow: build}
  - it: refuses a privileged container by the baseline
    request: POST /containers/create
    body: {Image: a, HostConfig: {Privileged: true}}
    expect: {deny: baseline/privileged-container}
  - it: has no such operation
    request: GET /containers/a/secrets
    expect: {deny: unknown-operation}
  - it: refuses a duplicate key
    request: POST /containers/create
    body: '{"Image": "a", "Image": "b"}'
    expect: {deny: ambiguous-body}
  - it: refuses a folded key
    request: POST /containers/create
    body: {image: a}
    expect: {deny: ambiguous-body}
  - it: refuses two slashes
    request: GET //info
    expect: {deny: ambiguous-request}
  - it: refuses a parameter twice
    request: POST /containers/create?name=a&name=b
    body: {Image: a}
    expect: {deny: ambiguous-request}
)";

}  // namespace

TEST_CASE("self tests: every kind of expectation that holds") {
  const RulesFolder folder;
  folder.write("probe.yaml", policy_text(rules, passing));
  CHECK(folder.problems() == "");
}

TEST_CASE("self tests: what fails says what was expected, what came and why") {
  const RulesFolder folder;
  constexpr std::string_view failing = R"(  - it: expects the wrong rule
    request: GET /_ping
    expect: {allow: read}
  - it: expects a denial
    request: GET /_ping
    expect: {deny: default}
  - it: expects the wrong denial
    request: POST /containers/create
    body: {Image: a, HostConfig: {Privileged: true}}
    expect: {deny: default}
  - it: names no rule that exists
    request: GET /_ping
    expect: {allow: pign}
  - it: names a deny rule as allow
    request: GET /_ping
    expect: {allow: latest}
  - it: names no warning that exists
    request: GET /_ping
    expect: {allow: ping, warns: [lastet]}
  - it: names no rule of the baseline
    request: GET /_ping
    expect: {deny: baseline/privileged-contaner}
  - it: is not warned
    request: POST /containers/create
    body: {Image: "a:1"}
    expect: {allow: create, warns: [latest], audits: []}
  - it: sets what nobody named
    request: POST /containers/create
    body: {Image: "a:1", HostConfig: {CgroupParent: /x}}
    expect: {allow: create}
  - it: misreads the body
    request: POST /containers/create
    body: {Image: "a:1", Cmd: 5}
    expect: {allow: create}
  - it: has an unknown path
    request: GET /containers/web/jsn
    expect: {allow: watch}
  - it: expects another answer
    request: GET /containers/web/json
    target: {Labels: {team: web}}
    answer: {Id: a, Config: {Env: [A=b]}}
    expect: {allow: watch, client_sees: {Id: a, Config: {Env: [A=b]}}}
  - it: expects no redaction
    request: GET /containers/web/json
    target: {Labels: {team: web}}
    expect: {allow: watch, redacted_by: []}
  - it: gives a body to a GET
    request: GET /_ping
    body: {a: b}
    expect: {allow: ping}
  - it: gives a body that nobody reads
    request: POST /build
    body: {a: b}
    expect: {allow: build}
  - it: gives a header that means nothing
    request: GET /_ping
    headers: {X-Forwarded-For: a}
    expect: {allow: ping}
  - it: describes a target where there is none
    request: GET /_ping
    target: {Labels: {}}
    expect: {allow: ping}
)";
  folder.write("probe.yaml", policy_text(rules, failing));
  check_golden("self_test_failures.txt", folder.problems());
}

TEST_CASE("self tests: what cannot be read") {
  const RulesFolder folder;
  constexpr std::string_view malformed = R"(  - text
  - {}
  - it: pings
    request: GET /_ping
    expect: {allow: ping}
  - it: pings
    request: GET /_ping
    expect: {allow: ping}
  - it: a
    request: /_ping
    expect: {allow: ping}
  - it: b
    request: FETCH /_ping
    expect: {allow: ping}
  - it: c
    request: GET /_ping
    expect: {}
  - it: d
    request: GET /_ping
    expect: {allow: ping, deny: default}
  - it: e
    request: GET /_ping
    expects: {allow: ping}
  - it: f
    request: GET /_ping
    expect: {allow: ping, warn: [latest], redacted_by: x}
  - it: g
    request: GET /_ping
    expect: {allow: ping, client_sees: {}}
  - it: h
    request: GET /_ping
    owns: [a]
    at: 2026-01-01T00:00:00Z
    target: {owned: true}
    objects: {contaner: {}, volume: {v: text}, network: []}
    headers: [a]
    expect: ping
)";
  folder.write("probe.yaml", policy_text(rules, malformed));
  check_golden("self_test_malformed.txt", folder.problems());
}

TEST_CASE("self tests: a rule that no test reaches is a warning") {
  const RulesFolder folder;
  folder.write("probe.yaml", policy_text(rules,
                                         "  - it: pings\n"
                                         "    request: GET /_ping\n"
                                         "    expect: {allow: ping}\n"));
  Diagnostics diagnostics;
  CHECK(load_policies(folder.path(), {}, diagnostics) != nullptr);
  CHECK(!diagnostics.has_errors());
  std::string untested;
  for (const Diagnostic& diagnostic : diagnostics.all())
    untested += diagnostic.code + " " + diagnostic.text + "\n";
  CHECK(untested ==
        "L30 no test exercises rule 'watch'\n"
        "L30 no test exercises rule 'read'\n"
        "L30 no test exercises rule 'create'\n"
        "L30 no test exercises rule 'stop'\n"
        "L30 no test exercises rule 'build'\n"
        "L30 no test exercises rule 'latest'\n"
        "L30 no test exercises rule 'noisy'\n"
        "L30 no test exercises rule 'no-environment'\n");
}

TEST_CASE("self tests: are skipped on demand") {
  const RulesFolder folder;
  folder.write("probe.yaml", policy_text(rules,
                                         "  - it: fails\n"
                                         "    request: GET /_ping\n"
                                         "    expect: {deny: default}\n"));
  Diagnostics diagnostics;
  CHECK(load_policies(folder.path(), {LoadOptions::Tests::skip}, diagnostics) != nullptr);
  CHECK(diagnostics.to_text() == "");
  CHECK(load_policies(folder.path(), {}, diagnostics) == nullptr);
}

TEST_CASE("self tests: the imagined engine puts members where the real one has them") {
  const auto made = [](ObjectKind kind, Value::Object given) {
    return inspect_document(kind, "web", Value(std::move(given)));
  };
  const Value container =
      made(ObjectKind::container, {{"Labels", Value(Value::Object{{"a", Value("b")}})},
                                   {"Image", Value("x:1")},
                                   {"State", Value("exited")},
                                   {"Name", Value("other")}});
  CHECK(container.find({"Config", "Labels", "a"}) != nullptr);
  CHECK(container.find("Config")->text("Image") == "x:1");
  CHECK(container.find("State")->text("Status") == "exited");
  CHECK(container.text("Name") == "/other");
  CHECK(container.text("Id").size() == 64);

  const Value volume = made(ObjectKind::volume, {{"Labels", Value(Value::Object{})}});
  CHECK(volume.text("Mountpoint") == "/var/lib/docker/volumes/web/_data");
  CHECK(volume.find("Labels")->is_object());

  const Value service =
      made(ObjectKind::service, {{"Labels", Value(Value::Object{{"a", Value("b")}})}});
  CHECK(service.find({"Spec", "Labels", "a"}) != nullptr);
}

TEST_CASE("self tests: answers are compared whole, whatever the order of members") {
  const auto object = [](Value::Object members) { return Value(std::move(members)); };
  const Value a = object({{"x", Value("1")}, {"y", Value(true)}});
  const Value b = object({{"y", Value(true)}, {"x", Value("1")}});
  CHECK(same_json(a, b));
  CHECK(!same_json(a, object({{"x", Value("1")}})));
  CHECK(!same_json(object({{"x", Value("1")}}), a));
  CHECK(!same_json(Value(Value::List{a, b}), Value(Value::List{a})));
  CHECK(same_json(Value(Value::List{a, b}), Value(Value::List{b, a})));
  CHECK(!same_json(Value("1"), Value(std::int64_t{1})));
}

}  // namespace sealock::policy
