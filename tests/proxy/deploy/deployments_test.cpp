#include "proxy/deploy/deployments.hpp"

#include "tests/proxy/deploy/deployment_rig.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using tests::component;
using tests::Death;
using tests::DeploymentRig;
using Lines = std::vector<std::string>;

Component versioned(const std::string& name,
                    const std::string& mode,
                    json create = json::object()) {
  create["Env"] = {"MODE=" + mode};
  return component(name, create);
}

json on_port(const std::string& port) {
  return {{"HostConfig", {{"PortBindings", {{"80/tcp", {{{"HostPort", port}}}}}}}}};
}

Resource made(const std::string& name) {
  return {name, name, false, {{"Name", name}, {"Labels", json::object()}}};
}

// Every way of being replaced, and what comes and goes.
void put_two_versions(DeploymentRig& rig) {
  for (const std::string mode : {"1", "2"}) {
    Component web = versioned("web", mode);
    web.depends_on = {{"job", Dependency::Condition::completed}};
    web.create["NetworkingConfig"]["EndpointsConfig"] = {{"front", json::object()},
                                                         {"back" + mode, json::object()}};
    web.create["HostConfig"]["NetworkMode"] = "front";
    rig.put("v" + mode,
            {versioned("db", mode, on_port("5432")), versioned("job", mode, {{"Cmd", {"true"}}}),
             web, versioned("only" + mode, mode)},
            {made("front"), made("back" + mode)}, {made("data" + mode)});
  }
}

Lines whole(const std::string& mode) {
  return {"db running " + mode, "job exited " + mode, "only" + mode + " running " + mode,
          "web running " + mode};
}

TEST_CASE("deployments: create all, and then nothing") {
  DeploymentRig rig;
  put_two_versions(rig);
  const json first = rig.deploy("v1");
  CHECK(first["state"] == "succeeded");
  CHECK(rig.running() == whole("1"));
  CHECK(rig.engine().containers()["web"].networks.contains("back1"));
  const int writes = rig.engine().writes();
  const json second = rig.deploy("v1");
  CHECK(second["state"] == "succeeded");
  CHECK(second["changed"] == false);
  CHECK(rig.engine().writes() == writes);
}

TEST_CASE("deployments: what is changed is replaced, what is left over goes, volumes stay") {
  DeploymentRig rig;
  put_two_versions(rig);
  rig.deploy("v1");
  CHECK(rig.deploy("v2")["state"] == "succeeded");
  CHECK(rig.running() == whole("2"));
  CHECK_FALSE(rig.engine().networks().contains("back1"));
  CHECK(rig.engine().volumes().contains("data1"));
}

TEST_CASE("deployments: a component that does not come up puts everything back") {
  DeploymentRig rig;
  put_two_versions(rig);
  rig.deploy("v1");
  const auto before = rig.engine().containers();
  Component broken = versioned("web", "3", {{"Cmd", {"fail"}}});
  broken.depends_on = {{"job", Dependency::Condition::completed}};
  rig.put(
      "v3",
      {versioned("db", "3", on_port("5432")), versioned("job", "3", {{"Cmd", {"true"}}}), broken},
      {made("new")}, {made("newer")});
  const json answer = rig.deploy("v3");
  CHECK(answer["state"] == "rolled_back");
  CHECK(answer["text"] == "web does not come up: it ended with exit code 3");
  CHECK(rig.running() == whole("1"));
  for (const auto& [name, container] : rig.engine().containers())
    CHECK(before.at(name).id == container.id);
  CHECK_FALSE(rig.engine().networks().contains("new"));
  CHECK_FALSE(rig.engine().volumes().contains("newer"));
}

// The proof of the journal: death before and after every request that changes something, and death
// again while the next process puts things right.
TEST_CASE(
    "deployments: killed at any request, the node ends as the old or as the new composition") {
  for (const bool after : {false, true}) {
    for (int number = 1;; ++number) {
      DeploymentRig rig;
      put_two_versions(rig);
      rig.deploy("v1");
      bool died = false;
      const auto die_at = [&](int seen, int when) {
        if (seen != when) return;
        died = true;
        throw Death();
      };
      const auto arm = [&](int when) {
        if (after) rig.engine().afterwards([=](int seen) { die_at(seen, when); });
        if (!after) {
          rig.engine().intercept([=](int seen, const std::string&) {
            die_at(seen, when);
            return std::nullopt;
          });
        }
      };
      arm(number);
      DeploymentOrder order;
      order.composition = "v2";
      const Result<Started> started = rig.deployments().start(order);
      REQUIRE(started);
      while (!died && !rig.deployments().has_ended(started->id))
        rig.deployments().wait(started->id, 1'000'000, std::chrono::milliseconds(1));
      if (!died) {
        CHECK(number > 20);
        break;
      }
      CAPTURE(after);
      CAPTURE(number);
      died = false;
      arm(2);
      rig.restart();
      rig.deployments().recover();
      while (!died && !rig.deployments().has_ended(started->id))
        rig.deployments().wait(started->id, 1'000'000, std::chrono::milliseconds(1));
      arm(-1);
      const json answer = rig.recover();
      const bool forward = answer["state"] == "succeeded";
      CHECK((forward || answer["state"] == "rolled_back"));
      CHECK(rig.running() == whole(forward ? "2" : "1"));
      CHECK(rig.engine().networks().size() == 2);
      CHECK(rig.engine().networks().contains(forward ? "back2" : "back1"));
      CHECK(rig.engine().volumes().contains("data2") == forward);
      const json events = *rig.deployments().events(started->id, 0);
      for (std::size_t index = 0; index < events.size(); ++index)
        CHECK(events[index]["number"] == index + 1);
    }
  }
}

TEST_CASE("deployments: what the engine makes long after its client was killed is taken away") {
  for (int number = 1;; ++number) {
    DeploymentRig rig;
    put_two_versions(rig);
    rig.deploy("v1");
    const auto before = rig.engine().containers();
    rig.engine().make_late(number, 400);
    DeploymentOrder order;
    order.composition = "v2";
    const Result<Started> started = rig.deployments().start(order);
    REQUIRE(started);
    CAPTURE(number);
    while (!rig.engine().is_late() && !rig.deployments().has_ended(started->id))
      rig.deployments().wait(started->id, 1'000'000, std::chrono::milliseconds(1));
    rig.be_patient();
    const json answer = rig.recover();
    if (answer["state"] == "succeeded") {  // all was made, so it goes on
      CHECK(number > 6);
      break;
    }
    CHECK(answer["state"] == "rolled_back");
    CHECK(rig.running() == whole("1"));
    CHECK(rig.engine().containers().size() == before.size());
    CHECK(rig.engine().networks().size() == 2);
    CHECK_FALSE(rig.engine().volumes().contains("data2"));
  }
}

TEST_CASE("deployments: an engine that goes away for a while is waited for") {
  DeploymentRig rig;
  put_two_versions(rig);
  rig.deploy("v1");
  rig.engine().intercept([](int number, const std::string&) -> std::optional<Result<EngineAnswer>> {
    if (number != 7) return std::nullopt;
    return fail(ErrorKind::engine_unreachable, "the Docker engine cannot be reached");
  });
  const json answer = rig.deploy("v2");
  CHECK(answer["state"] == "succeeded");
  CHECK(rig.running() == whole("2"));
  const json events = *rig.deployments().events(answer["id"].get<std::string>(), 0);
  CHECK(std::any_of(events.begin(), events.end(),
                    [](const json& event) { return event["action"] == "engine"; }));
}

TEST_CASE("deployments: names and ports of others are refused before anything is touched") {
  DeploymentRig rig;
  rig.engine().add_container("db", {{"Image", "theirs"}});
  rig.engine().add_container("edge",
                             {{"Image", "theirs"}, {"HostConfig", on_port("80")["HostConfig"]}});
  rig.put("name", {component("db")});
  rig.put("port", {component("web", on_port("80"))});
  CHECK(rig.deploy("name")["error"].get<std::string>().starts_with(
      "the name 'db' is taken by container 000"));
  CHECK(rig.deploy("port")["error"] ==
        "port 0.0.0.0:80/tcp, which 'web' publishes, is taken by container 'edge'; stop that one, "
        "or publish "
        "another port");
  CHECK(rig.engine().writes() == 0);
}

TEST_CASE("deployments: one that is under way is named, and can be cancelled until it holds") {
  DeploymentRig rig;
  rig.put("slow", {component("web")});
  std::string id;
  std::string second;
  bool cancelled = false;
  rig.engine().intercept(
      [&](int number, const std::string&) -> std::optional<Result<EngineAnswer>> {
        if (number == 1) {
          // The deployment's thread waits in the engine; start() has not returned to the test yet.
          return std::nullopt;
        }
        id = rig.deployments().list(1)[0]["id"];
        if (second.empty()) {
          DeploymentOrder order;
          order.composition = "slow";
          second = rig.deployments().start(order).error().text;
          cancelled = rig.deployments().cancel(id, "a test").has_value();
        }
        return std::nullopt;
      });
  const json answer = rig.deploy("slow");
  CHECK(second == "deployment " + id + " of slow is under way; wait for it, or cancel it");
  CHECK(cancelled);
  CHECK(answer["state"] == "rolled_back");
  CHECK(answer["text"] == "cancelled by a test");
  CHECK(rig.running().empty());
  CHECK(rig.deployments().cancel(id, "").error().text ==
        "deployment " + id + " has ended already (rolled_back)");
  CHECK(rig.deployments().cancel("d_x", "").error().kind == ErrorKind::not_found);
}

TEST_CASE("deployments: a cancellation outlives the process that promised it") {
  DeploymentRig rig;
  put_two_versions(rig);
  rig.deploy("v1");
  std::atomic<bool> cancelled = false;
  rig.engine().intercept(
      [&](int number, const std::string& target) -> std::optional<Result<EngineAnswer>> {
        // The first start: all containers are made, so a restart alone would go on.
        if (number > 1 && target.ends_with("/start") && !cancelled) {
          cancelled = rig.deployments()
                          .cancel(rig.deployments().list(1)[0]["id"].get<std::string>(), "a test")
                          .has_value();
          throw Death();
        }
        return std::nullopt;
      });
  DeploymentOrder order;
  order.composition = "v2";
  const Result<Started> started = rig.deployments().start(order);
  REQUIRE(started);
  while (!cancelled)
    rig.deployments().wait(started->id, 1'000'000, std::chrono::milliseconds(1));
  const json answer = rig.recover();
  CHECK(answer["state"] == "rolled_back");
  CHECK(answer["text"] == "cancelled by a test");
  CHECK(rig.running() == whole("1"));
}

TEST_CASE("deployments: an idempotency key is one deployment") {
  DeploymentRig rig;
  rig.put("a", {component("web")});
  DeploymentOrder order;
  order.composition = "a";
  order.idempotency_key = "k";
  const json first = rig.deploy(order);
  const Result<Started> again = rig.deployments().start(order);
  REQUIRE(again);
  CHECK(again->already);
  CHECK(again->id == first["id"]);
  order.variables["A"] = "b";
  CHECK(rig.deployments().start(order).error().kind == ErrorKind::conflict);
}

TEST_CASE("deployments: secrets and variables are resolved, and changes of them seen") {
  DeploymentRig rig;
  rig.put("a", {component("db", {{"Env", {"P=${secret:pw}", "V=${V}", "D=1$$"}}})});
  CHECK(rig.deploy("a")["error"].get<std::string>().starts_with(
      "component 'db': secret 'pw' is not on this node; looked in "));
  rig.secret("pw", "hidden\n");
  CHECK(rig.deploy("a")["error"] ==
        "component 'db': the composition needs variable 'V'; give it in \"variables\" of the "
        "request");
  DeploymentOrder order;
  order.composition = "a";
  order.variables = {{"V", "v"}};
  CHECK(rig.deploy(order)["state"] == "succeeded");
  CHECK(rig.engine().containers()["db"].body["Env"] == json({"P=hidden", "V=v", "D=1$"}));
  CHECK(rig.deploy(order)["changed"] == false);
  rig.secret("pw", "another");
  const json plan = *rig.deployments().check(order);
  CHECK(plan["diff"] ==
        "db: replace\n  - values of its variables and secrets\n  + other values of its variables "
        "and secrets\n");
  CHECK(rig.deploy(order)["changed"] == true);
  rig.secret("pw", "another", 0640);
  CHECK(rig.deploy(order)["error"].get<std::string>().find("is open to others; run: chown root") !=
        std::string::npos);
}

TEST_CASE("deployments: back to what was before, and to any other") {
  DeploymentRig rig;
  put_two_versions(rig);
  rig.deploy("v1");
  const json second = rig.deploy("v2");
  const Result<Started> back = rig.deployments().rollback(second["id"].get<std::string>(), {});
  REQUIRE(back);
  CHECK(rig.finish(back->id)["kind"] == "rollback");
  CHECK(rig.running() == whole("1"));
  CHECK(rig.deployments().uses("v1"));
  CHECK(rig.deployments().uses("v2"));
  CHECK_FALSE(rig.deployments().uses("v3"));
  const json first = rig.deployments().list(9).back();
  CHECK(rig.deployments().rollback(first["id"].get<std::string>(), {}).error().kind ==
        ErrorKind::conflict);
}

TEST_CASE("deployments: drift names what others did") {
  DeploymentRig rig;
  put_two_versions(rig);
  rig.deploy("v1");
  CHECK((*rig.deployments().status(Deployments::Look::drift))["drift"] == json::array());
  rig.engine().remove("web");
  const json drift = (*rig.deployments().status(Deployments::Look::drift))["drift"];
  REQUIRE(drift.size() == 1);
  CHECK(drift[0]["what"] == "missing");
  CHECK(drift[0]["container"] == "web");
}

TEST_CASE("deployments: the gate is closed first and opened last, also when it fails") {
  DeploymentRig rig;
  rig.engine().add_container("health", {{"Image", "theirs"}});
  rig.put("good", {component("web")});
  rig.put("bad", {component("web", {{"Cmd", {"fail"}}})});
  DeploymentOrder order;
  order.composition = "good";
  order.gate = Gate{"health", std::chrono::milliseconds(1)};
  CHECK(rig.deploy(order)["state"] == "succeeded");
  const std::string gate = rig.engine().containers()["health"].id;
  const Lines log = rig.engine().log();
  const auto at = [&](const std::string& what) {
    return std::find(log.begin(), log.end(), "POST /containers/" + gate + what) - log.begin();
  };
  CHECK(at("/stop") == 1);
  CHECK(at("/start") == static_cast<std::ptrdiff_t>(log.size()) - 1);
  order.composition = "bad";
  CHECK(rig.deploy(order)["state"] == "rolled_back");
  CHECK(rig.running() == Lines{"health running", "web running"});
  order.gate->container = "nowhere";
  CHECK(rig.deploy(order)["error"] ==
        "the gate 'nowhere' is neither a component of bad nor a container of this node");
}

}  // namespace
}  // namespace sealock::proxy
