// The plan of a deployment to a swarm: services compared with what is wanted. Reading only.
//
// A secret is a file in a swarm: ${secret:NAME} becomes /run/secrets/NAME, and the value goes into a
// Swarm secret whose name ends in a keyed digest of it, since Swarm's secrets never change. An
// environment variable that is told a secret must therefore be called ..._FILE.
//
// Errors:  as plan.hpp says; conflict when the engine is no manager of a swarm.
// Threads: one rollout.

#pragma once

#include "proxy/deploy/deployment_store.hpp"
#include "proxy/deploy/rollout/plan.hpp"

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sealock::proxy {

struct SwarmSecret {
  std::string name;      // of the Swarm secret: "db_password-3f9c1ea11b02"
  std::string file;      // "db_password", below /run/secrets
  std::string contents;  // base64, as the engine wants it; in memory only
};

struct PlannedService {
  PlannedAction action = PlannedAction::keep;
  std::string component;
  std::string name;
  nlohmann::json spec;  // resolved, without labels of the deployment and ids of secrets
  std::vector<std::string> secrets;  // Swarm secrets that it is given, by name
  int replicas = 1;
  bool completes = false;
  std::string old_id;
  std::vector<std::string> differences;
};

struct SwarmPlan {
  std::string composition;
  std::vector<PlannedService> services;
  std::vector<Resource> networks;          // to be made
  std::vector<SwarmSecret> secrets;        // all that services are given
  std::vector<std::string> new_secrets;    // names; to be made
  std::vector<std::string> spare_secrets;  // names; ours, and no longer wanted

  [[nodiscard]] bool changed() const;
};

[[nodiscard]] nlohmann::json to_json(const SwarmPlan& plan);
[[nodiscard]] std::string summary(const SwarmPlan& plan);

// What others have changed of a service since it was deployed, by the names of the fields.
using Edits = std::function<std::vector<std::string>(const nlohmann::json& service)>;

struct SwarmSources {
  const ValueSources& values;
  const Deployments::Find& find;
  const Edits& edits;
};

[[nodiscard]] Result<SwarmPlan> make_swarm_plan(const Composition& composition,
                                                const DeploymentOrder& order,
                                                const SwarmSources& sources,
                                                Node& node);

[[nodiscard]] std::vector<Step> make_swarm_steps(const SwarmPlan& plan);

}  // namespace sealock::proxy
