// What deployments do when the clock is set back or forward: between them, and while one is under way.

#include "proxy/deploy/deployments.hpp"
#include "tests/proxy/deploy/deployment_rig.hpp"
#include "tests/proxy/deploy/jumping_clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace sealock::proxy {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using tests::component;
using tests::DeploymentRig;
using tests::RestlessClock;
using tests::set_wall_clock;

constexpr std::chrono::hours year{24 * 365};

void put_versions(DeploymentRig& rig) {
  for (const std::string mode : {"1", "2", "3"})
    rig.put("v" + mode, {component("web", {{"Env", {"MODE=" + mode}}})});
}

// Of each deployment, the newest first.
std::vector<std::string> listed(DeploymentRig& rig, const char* field) {
  std::vector<std::string> all;
  for (const json& one : rig.deployments().list(100))
    all.push_back(one.at(field).get<std::string>());
  return all;
}

// The clock is right again when the test has ended, however it ends.
struct RightClock {
  RightClock() = default;
  ~RightClock() { set_wall_clock(0h); }
  RightClock(const RightClock&) = delete;
  RightClock& operator=(const RightClock&) = delete;
};

void check_waits(std::chrono::hours step) {
  DeploymentRig rig;
  constexpr std::chrono::milliseconds period{300};
  Component web = component("web");
  web.start_period = period;
  web.monitor = period;
  rig.put("waits", {web});
  web.create["Env"] = {"A=b"};
  web.start_period = 1h;
  rig.put("endless", {web});
  const RestlessClock restless(step);
  auto begin = std::chrono::steady_clock::now();
  CHECK(rig.deploy("waits")["state"] == "succeeded");
  CHECK(std::chrono::steady_clock::now() - begin >= 2 * period);

  begin = std::chrono::steady_clock::now();
  DeploymentOrder order;
  order.composition = "endless";
  order.timeout = period;
  const json answer = rig.deploy(order);
  CHECK(answer["state"] == "rolled_back");
  CHECK(answer["text"] == "web does not come up: it takes longer than its timeout");
  CHECK(std::chrono::steady_clock::now() - begin >= period);

  // Followers of events, too: nothing comes, and they are let go in time.
  begin = std::chrono::steady_clock::now();
  order.timeout = 1h;
  const Result<Started> started = rig.deployments().start(order);
  REQUIRE(started.has_value());
  rig.deployments().wait(started->id, 1'000'000, period);
  CHECK(std::chrono::steady_clock::now() - begin >= period);
  CHECK_FALSE(rig.deployments().has_ended(started->id));
  CHECK(rig.deployments().cancel(started->id, "a test").has_value());
  CHECK(rig.finish(started->id)["state"] == "rolled_back");
}

}  // namespace

TEST_CASE("clock: the newest deployment is the one that came last, whatever the clock said") {
  const RightClock right;
  DeploymentRig rig;
  put_versions(rig);
  rig.deploy("v1");
  set_wall_clock(-10 * year);
  rig.deploy("v2");
  set_wall_clock(10 * year);
  rig.deploy("v3");
  set_wall_clock(-20 * year);
  const std::vector<std::string> names = listed(rig, "composition");
  CHECK(names == std::vector<std::string>{"v3", "v2", "v1"});
  // By id or time the order would be another one.
  const std::vector<std::string> ids = listed(rig, "id");
  CHECK_FALSE(std::is_sorted(ids.rbegin(), ids.rend()));
  const std::vector<std::string> times = listed(rig, "started");
  CHECK_FALSE(std::is_sorted(times.rbegin(), times.rend()));
  for (const bool restarted : {false, true}) {
    CAPTURE(restarted);
    if (restarted) rig.restart();
    const json status = *rig.deployments().status(Deployments::Look::drift);
    CHECK(status["composition"] == "v3");
    CHECK(status["deployment"] == ids.front());
    CHECK(status["drift"].empty());
    CHECK(rig.deployments().uses("v3"));
    CHECK(rig.deployments().uses("v2"));
    CHECK_FALSE(rig.deployments().uses("v1"));
    CHECK(listed(rig, "id") == ids);
  }
  const Result<Started> back = rig.deployments().rollback(ids.front(), {});
  REQUIRE(back.has_value());
  CHECK(rig.finish(back->id)["composition"] == "v2");
  CHECK(rig.running() == std::vector<std::string>{"web running 2"});
  CHECK(listed(rig, "id").front() == back->id);
}

TEST_CASE("clock: an idempotency key stands for its deployment for ever") {
  const RightClock right;
  DeploymentRig rig;
  put_versions(rig);
  DeploymentOrder order;
  order.composition = "v1";
  order.idempotency_key = "once";
  const Result<Started> first = rig.deployments().start(order);
  REQUIRE(first.has_value());
  rig.finish(first->id);
  for (const std::chrono::hours ahead : {-30 * year, 30 * year, 0 * year}) {
    set_wall_clock(ahead);
    rig.restart();
    const Result<Started> again = rig.deployments().start(order);
    REQUIRE(again.has_value());
    CHECK(again->already);
    CHECK(again->id == first->id);
  }
  CHECK(rig.deployments().list(100).size() == 1);
}

TEST_CASE("clock: set at each change of a deployment, its events and steps stay in order") {
  const RightClock right;
  DeploymentRig rig;
  put_versions(rig);
  rig.deploy("v1");
  rig.engine().intercept([](int number, const std::string&) {
    set_wall_clock(number % 2 == 0 ? -number * year : number * year);
    return std::optional<Result<EngineAnswer>>();
  });
  const json answer = rig.deploy("v2");
  CHECK(answer["state"] == "succeeded");
  for (const json& step : answer["steps"])
    CHECK(step["state"] == "done");
  const json events = *rig.deployments().events(answer["id"].get<std::string>(), 0);
  REQUIRE(events.size() > 5);
  std::vector<std::string> times;
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(events[i]["number"] == i + 1);
    times.push_back(events[i]["time"]);
  }
  CHECK_FALSE(std::is_sorted(times.begin(), times.end()));
  CHECK(events.front()["action"] == "plan");
  CHECK(events.back()["action"] == "succeeded");
  // Who has read so far reads on from there, though what follows bears an earlier time.
  const json rest = *rig.deployments().events(answer["id"].get<std::string>(), 3);
  CHECK(rest.size() == events.size() - 3);
}

TEST_CASE("clock: what is recovered is what was left, whatever the clock says then") {
  const RightClock right;
  for (const std::chrono::hours ahead : {-5 * year, 5 * year}) {
    DeploymentRig rig;
    put_versions(rig);
    rig.deploy("v1");
    bool died = false;
    rig.engine().intercept([&](int, const std::string& target) {
      if (!target.ends_with("/stop") && !target.ends_with("/rename"))
        return std::optional<Result<EngineAnswer>>();
      died = true;
      throw tests::Death();
    });
    DeploymentOrder order;
    order.composition = "v2";
    const Result<Started> started = rig.deployments().start(order);
    REQUIRE(started.has_value());
    while (!died)
      rig.deployments().wait(started->id, 1'000'000, 1ms);
    rig.engine().intercept({});
    set_wall_clock(ahead);
    const json answer = rig.recover();
    CHECK(answer["id"] == started->id);
    CHECK(answer["state"] == "succeeded");
    CHECK(rig.running() == std::vector<std::string>{"web running 2"});
  }
}

// With a wait by the wall clock the first would fail, and the second never end.
TEST_CASE("clock: no wait is cut short by it") {
  check_waits(1h);
}
TEST_CASE("clock: no wait is made endless by it") {
  check_waits(-1h);
}

// What already runs is deployed again by every run of a playbook.
TEST_CASE("deployments: one that changes nothing does not take the place of what was before") {
  DeploymentRig rig;
  put_versions(rig);
  rig.deploy("v1");
  rig.deploy("v2");
  const json again = rig.deploy("v2");
  CHECK(again["changed"] == false);
  CHECK(again["previous"] == "v1");
  CHECK(rig.deployments().uses("v1"));
  const Result<Started> back = rig.deployments().rollback(again["id"].get<std::string>(), {});
  REQUIRE(back.has_value());
  CHECK(rig.finish(back->id)["composition"] == "v1");
}

}  // namespace sealock::proxy
