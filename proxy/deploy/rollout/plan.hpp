// The plan of a deployment: what runs compared with what is wanted. Reading only.
//
// A container is found by the labels that a rollout stamped on it, never by its name. Untouched is
// what has the same specification, the same image digest and the same secrets, its own name, and runs
// (or has ended well, when something depends on just that).
//
// Errors:  conflict: a name, port, network or volume is somebody else's; bad_request and others as
//          wanted.hpp and engine.hpp say.
// Threads: one rollout.

#pragma once

#include "policy/result.hpp"
#include "proxy/deploy/deployments.hpp"
#include "proxy/deploy/rollout/node.hpp"
#include "proxy/deploy/rollout/wanted.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sealock::proxy {

enum class PlannedAction { keep, create, replace, start, remove };

[[nodiscard]] std::string_view name_of(PlannedAction action);

struct PlannedContainer {
  PlannedAction action = PlannedAction::keep;
  std::string component;
  std::string name;        // what it is to be called; of a removed one: what it is called
  WantedContainer wanted;  // empty when it is removed
  std::string old_id;      // empty when it is created
  bool old_running = false;
  std::vector<PublishedPort> old_ports;
  std::vector<std::string> differences;

  [[nodiscard]] std::string key() const;  // "web/1"; of a removed one "-web/ID"
};

struct Plan {
  std::string composition;
  std::vector<PlannedContainer> containers;  // in the order of dependencies; removed ones last
  std::vector<Resource> networks;            // to be made
  std::vector<Resource> volumes;             // to be made
  std::vector<std::string> images;           // to be pulled
  std::vector<std::string> spare_networks;   // ids; ours, empty, and no longer wanted
  std::optional<Gate> gate;                  // only when something changes
  std::string gate_container;                // its id; empty when it does not run anyway
  std::vector<std::string> notes;            // for people

  [[nodiscard]] bool changed() const;
};

// As the endpoint answers it.
[[nodiscard]] nlohmann::json to_json(const Plan& plan);

// `composition` outlives the plan. `find` gives the composition of what runs, for the differences.
[[nodiscard]] Result<Plan> make_plan(const Composition& composition,
                                     const DeploymentOrder& order,
                                     const ValueSources& values,
                                     const Deployments::Find& find,
                                     Node& node);

}  // namespace sealock::proxy
