// Operations that sealock answers itself, from the outside: judged and recorded like any other, never
// forwarded, and a client that goes or a policy that changes ends the answer, not the work.

#include "proxy/net/own_operations.hpp"

#include "tests/support/proxy_rig.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace sealock::tests {
namespace {

const char* const policy_text = R"(version: 1
policy: client
description: What the tests of own operations ask for.
owner: tests
applies_to: [{listener: client}]
rules:
  - allow: put
    actions: [CompositionPut]
    when: {body.name: {matches: 'c_.*'}}
    may_set: every_field
  - allow: label
    actions: [CompositionLabel]
    when:
      body.label: rc
      target.labels: {some: {one_of: [c]}}
  - allow: rest
    actions: [CompositionInspect, CompositionDelete, DeploymentEvents]
  - redact: no-sources
    actions: [CompositionInspect]
    mask: [source]
    because: people write passwords into files
tests:
  - {it: puts, request: PUT /sealock/v1/compositions/c_1, body: {name: c_1}, expect: {allow: put}}
  - it: labels
    request: POST /sealock/v1/compositions/c_1/labels
    body: {label: rc}
    target: {labels: [c]}
    expect: {allow: label}
  - {it: reads, request: GET /sealock/v1/compositions/c_1, expect: {allow: rest}}
)";

std::string plain_policy() {
  std::string text = policy_text;
  const std::size_t begin = text.find("  - allow: rest");
  return text.erase(begin, text.find("  - redact:") - begin)
      .replace(text.find("  - {it: reads"), std::string::npos, "");
}

class Scripted final : public proxy::OwnOperations {
public:
  Result<policy::Value> read_body(const policy::Request& request,
                                  const std::string& text) override {
    if (text.find("bad") != std::string::npos) return bad_request("c_1:3:5: error[D01]: 'bad'");
    policy::Value body;
    body.set("name", policy::Value(request.target));
    return body;
  }
  policy::Fact find(const policy::Lookup& lookup) override {
    policy::Fact fact;
    fact.lookup = lookup;
    if (lookup.name == "c_9") return fact;
    fact.exists = true;
    fact.id = lookup.name;
    const char* label = lookup.name.starts_with("c_") ? "c" : "d";
    fact.inspect.set("labels", policy::Value(policy::Value::List{policy::Value(label)}));
    return fact;
  }
  Result<proxy::OwnAnswer> answer(const proxy::OwnRequest& request) override {
    ++answered;
    {
      const std::lock_guard held(mutex);
      last_body = request.body_text;
      by = request.by;
    }
    const std::string name(request.request.operation->name);
    if (name == "CompositionPut") return proxy::OwnAnswer{201, "{\"changed\":true}\n", "/where"};
    if (name == "CompositionDelete") return proxy::OwnAnswer{204, {}, {}};
    if (name == "CompositionLabel") throw std::runtime_error("the disk is full");
    if (name == "DeploymentEvents") return stream();
    return proxy::OwnAnswer{200, R"({"name":"c_1","source":"PASSWORD=hunter2"})", {}};
  }

  std::atomic<int> answered = 0;
  std::atomic<int> pieces = 0;
  std::atomic<bool> endless = false;
  std::mutex mutex;
  std::string last_body;
  std::string by;

private:
  proxy::OwnAnswer stream() {
    proxy::OwnAnswer answer;
    answer.follow = [this] {
      const int number = ++pieces;
      return proxy::OwnPiece{"{\"number\":" + std::to_string(number) + "}\n",
                             !endless && number >= 3};
    };
    return answer;
  }
};

std::string put(const std::string& name, const std::string& body, const std::string& type) {
  return "PUT /sealock/v1/compositions/" + name + " HTTP/1.1\r\nContent-Type: " + type +
         "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

std::string label(const std::string& name, const std::string& body) {
  return "POST /sealock/v1/compositions/" + name +
         "/labels HTTP/1.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string get(const std::string& target, const std::string& fields = "") {
  return "GET /sealock/v1/" + target + " HTTP/1.1\r\n" + fields + "Connection: close\r\n\r\n";
}

struct OwnRig {
  Scripted own;
  ProxyRig rig{{}, policy_text, &own};
  std::string exchange(const std::string& request) { return rig.exchange(request); }
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("own operations: answered here, recorded, and never forwarded") {
  OwnRig bench;
  const std::string got = bench.exchange(put("c_1", "services: {}", "application/yaml"));
  CAPTURE(got);
  CHECK(got.starts_with("HTTP/1.1 201 Created\r\nLocation: /where\r\n"));
  CHECK(got.ends_with("\r\n\r\n{\"changed\":true}\n"));
  CHECK(bench.own.last_body == "services: {}");
  CHECK(holds(bench.own.by, "(client)"));
  CHECK(bench.exchange("DELETE /sealock/v1/compositions/c_1 HTTP/1.1\r\nConnection: close\r\n\r\n")
            .starts_with("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
  CHECK(bench.rig.engine().requests().empty());
  const std::string audit = bench.rig.audit();
  CHECK(holds(audit, "\"operation\":\"CompositionPut\""));
  CHECK(holds(audit, "\"status\":201"));
}

TEST_CASE("own operations: the connection serves further requests") {
  OwnRig bench;
  Wire wire = bench.rig.connect();
  wire.send("GET /sealock/v1/compositions/c_1 HTTP/1.1\r\n\r\n");
  CHECK(holds(wire.read_until("}"), "200 OK"));
  wire.send(get("compositions/c_1"));
  CHECK(holds(wire.read_all(), "200 OK"));
  CHECK(bench.own.answered == 2);
}

TEST_CASE("own operations: what the rules, the reader or the limits refuse is never answered") {
  OwnRig bench;
  const std::string huge(1100 * 1024, ' ');
  const struct {
    std::string request;
    const char* status;
    const char* text;
  } rows[] = {
      {put("x_1", "services: {}", "application/yaml"), "403", "no rule allows CompositionPut"},
      {put("c_1", "bad", "application/yaml"), "400", "c_1:3:5: error[D01]"},
      {put("c_1", "x", "text/plain"), "400", "application/yaml"},
      {put("c_1", "", "application/yaml"), "400", "needs"},
      {put("c_1", huge, "application/yaml"), "413", "longer than"},
      {get("compositions"), "403", "no rule allows CompositionList"},
      {"GET /v1.41/sealock/v1/compositions/c_1 HTTP/1.1\r\nConnection: close\r\n\r\n", "400",
       "leave the API version out"},
      {label("d_1", "{\"label\":\"rc\"}"), "403", "no rule allows CompositionLabel"},
      {label("c_1", "{\"label\":\"prod\"}"), "403", "no rule allows"},
      {label("c_1", "{\"lable\":\"rc\"}"), "400", "lable"},
      {label("c_9", "{\"label\":\"rc\"}"), "404", "no such composition: c_9"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.request.substr(0, 120));
    const std::string got = bench.exchange(row.request);
    CAPTURE(got);
    CHECK(got.starts_with("HTTP/1.1 " + std::string(row.status)));
    CHECK(holds(got, row.text));
  }
  CHECK(bench.own.answered == 0);
  CHECK(bench.rig.engine().requests().empty());
}

TEST_CASE("own operations: what is thrown is a 500 with its text, and the proxy goes on") {
  OwnRig bench;
  const std::string got = bench.exchange(label("c_1", "{\"label\":\"rc\"}"));
  CHECK(got.starts_with("HTTP/1.1 500"));
  CHECK(holds(got, "the disk is full"));
  CHECK(holds(bench.exchange(get("compositions/c_1")), "200 OK"));
}

TEST_CASE("own operations: answers are redacted like the engine's") {
  OwnRig bench;
  const std::string got = bench.exchange(get("compositions/c_1"));
  CHECK(holds(got, "\"name\":\"c_1\""));
  CHECK_FALSE(holds(got, "hunter2"));
}

TEST_CASE("own operations: a stream comes line by line and ends with its last chunk") {
  OwnRig bench;
  const std::string got = bench.exchange(get("deployments/d_1/events?follow=1"));
  CAPTURE(got);
  CHECK(holds(got, "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n"));
  CHECK(holds(got, "{\"number\":1}\n"));
  CHECK(holds(got, "{\"number\":3}\n"));
  CHECK(got.ends_with("0\r\n\r\n"));
}

TEST_CASE("own operations: a stream ends with its client, with its policy and with the proxy") {
  OwnRig bench;
  bench.own.endless = true;
  {
    Wire wire = bench.rig.connect();
    wire.send(get("deployments/d_1/events"));
    CHECK(holds(wire.read_until("\"number\":2"), "200 OK"));
  }
  Wire wire = bench.rig.connect();
  wire.send(get("deployments/d_1/events"));
  CHECK(holds(wire.read_until("}"), "200 OK"));
  bench.rig.reload(plain_policy());
  CHECK_FALSE(wire.read_all().ends_with("0\r\n\r\n"));
  CHECK(holds(bench.rig.audit(), "\"end\":\"policy_changed\""));
  CHECK(holds(bench.rig.audit(), "\"end\":\"client_gone\""));
  bench.rig.reload(policy_text);
  Wire last = bench.rig.connect();
  last.send(get("deployments/d_1/events"));
  CHECK(holds(last.read_until("}"), "200 OK"));
  bench.rig.stop();
  CHECK(bench.rig.stopped());
}

TEST_CASE("own operations: without deployments in the configuration they say so") {
  ProxyRig rig({}, policy_text);
  const std::string got = rig.exchange(get("compositions/c_1"));
  CHECK(got.starts_with("HTTP/1.1 404"));
  CHECK(holds(got, "add 'deployments: {policy: rollout}' to sealock.yaml"));
  CHECK(rig.exchange(put("c_1", "x", "application/yaml")).starts_with("HTTP/1.1 404"));
}

}  // namespace sealock::tests
