#include "proxy/deploy/rollout/swarm_status.hpp"

#include "proxy/deploy/rollout/drift.hpp"
#include "proxy/deploy/store.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace sealock::proxy {
namespace {

using nlohmann::json;

const std::string key = "k";

json service(const std::string& name) {
  return {{"ID", "id-" + name},
          {"Spec",
           {{"Name", name},
            {"Labels",
             {{"sealock.component", name}, {"sealock.image", "sha256:1"}, {"team.name", "shop"}}},
            {"TaskTemplate",
             {{"ContainerSpec", {{"Image", "sha256:1"}, {"Env", {"A=canary-1", "B=2"}}}}}},
            {"Mode", {{"Replicated", {{"Replicas", 2}}}}}}}};
}

Component component(const std::string& name) {
  Component made;
  made.name = name;
  made.digest = "sha256:1";
  made.pinned_image = "sha256:1";
  made.replicas = 2;
  return made;
}

// A swarm as it was when it had been deployed.
struct Bench {
  Bench() {
    auto opened = Store::open(":memory:");
    REQUIRE(opened.has_value());
    store = std::move(*opened);
    deployments = std::make_unique<DeploymentStore>(*store);
    composition.name = "c_1";
    for (const char* name : {"db", "web"}) {
      composition.components.push_back(component(name));
      status.services.push_back(service(name));
      status.running["id-" + std::string(name)] = 2;
      deployments->set_looks("id-" + std::string(name), looks_of_service(service(name), key));
    }
  }
  json& spec(std::size_t index) { return status.services[index]["Spec"]; }
  std::vector<std::string> drift() {
    std::vector<std::string> lines;
    for (const json& one : find_swarm_drift(status, &composition, *deployments, key)) {
      lines.push_back(one["service"].get<std::string>() + " " + one["what"].get<std::string>() +
                      ": " + one["text"].get<std::string>());
    }
    return lines;
  }

  std::unique_ptr<Store> store;
  std::unique_ptr<DeploymentStore> deployments;
  Composition composition;
  SwarmStatus status;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("swarm drift: none when nobody did anything") {
  Bench bench;
  CHECK(bench.drift().empty());
  CHECK(services_json(bench.status)[0] == json({{"component", "db"},
                                                {"service", "db"},
                                                {"id", "id-db"},
                                                {"running", 2},
                                                {"replicas", 2},
                                                {"image", "sha256:1"},
                                                {"digest", "sha256:1"},
                                                {"composition", ""},
                                                {"deployment", ""}}));
}

TEST_CASE("swarm drift: each edit is named, and no value but image and number") {
  Bench bench;
  bench.spec(0)["Mode"]["Replicated"]["Replicas"] = 5;
  bench.status.running["id-db"] = 5;
  bench.spec(1)["TaskTemplate"]["ContainerSpec"]["Image"] = "other:1";
  bench.spec(1)["TaskTemplate"]["ContainerSpec"]["Env"] = {"A=canary-2", "C=canary-3"};
  bench.spec(1)["Labels"]["team.name"] = "canary-4";
  bench.spec(1)["Labels"]["new"] = "canary-5";
  CHECK(bench.drift() ==
        Lines{"db edited: edited by others: Mode.Replicated.Replicas (2 is now 5)",
              "web edited: edited by others: Labels[new] Labels[team.name] "
              "TaskTemplate.ContainerSpec.Env[A] TaskTemplate.ContainerSpec.Env[B] "
              "TaskTemplate.ContainerSpec.Env[C] TaskTemplate.ContainerSpec.Image (sha256:1 is now "
              "other:1)"});
  const json looks = bench.deployments->looks("id-web");
  CHECK(looks.dump().find("canary") == std::string::npos);
}

TEST_CASE("swarm drift: down to no task at all") {
  Bench bench;
  bench.spec(0)["Mode"]["Replicated"] = json::object();  // the engine leaves out a zero
  bench.status.running.clear();
  CHECK(bench.drift() == Lines{"db edited: edited by others: Mode.Replicated.Replicas (2 is now 0)",
                               "web stopped: 0 of 2 tasks run"});
}

TEST_CASE("swarm drift: what an engine says that nobody told it is no edit") {
  Bench bench;
  bench.spec(0)["TaskTemplate"]["ForceUpdate"] = 0;
  bench.spec(0)["TaskTemplate"]["Placement"] = json::object();
  bench.spec(0)["TaskTemplate"]["Runtime"] = "";
  CHECK(bench.drift().empty());
  bench.spec(0)["TaskTemplate"]["ForceUpdate"] = 1;
  CHECK(bench.drift() == Lines{"db edited: edited by others: TaskTemplate.ForceUpdate"});
}

TEST_CASE("swarm drift: gone, added, another version, and tasks that have ended well") {
  Bench bench;
  bench.status.services[0] = service("more");
  bench.spec(1)["Labels"]["sealock.image"] = "sha256:2";
  CHECK(bench.drift() == Lines{"db missing: is not there",
                               "web other_version: runs sha256:2 instead of sha256:1",
                               "web edited: edited by others: Labels[sealock.image]",
                               "more unexpected: is no part of composition c_1"});
  Bench job;
  job.status.running["id-db"] = 0;
  job.composition.components[1].depends_on = {{"db", Dependency::Condition::completed}};
  CHECK(job.drift().empty());
  CHECK(find_swarm_drift(job.status, nullptr, *job.deployments, key).empty());
}

}  // namespace sealock::proxy
