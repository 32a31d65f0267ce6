// What runs in the swarm of what deployments made, and how it differs from what was deployed last.
//
// Errors:  as node.hpp says. An engine that is no manager of a swarm (any more) has no services.
// Threads: one look.

#pragma once

#include "proxy/deploy/composition.hpp"
#include "proxy/deploy/deployment_store.hpp"
#include "proxy/deploy/rollout/node.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sealock::proxy {

struct SwarmStatus {
  std::vector<nlohmann::json> services;  // with our labels; as the engine describes them
  std::map<std::string, int> running;    // tasks of a service, by its id
};

[[nodiscard]] Result<SwarmStatus> look_at_swarm(Node& node);
// [{"component", "service", "id", "running", "replicas", "image", "digest", "composition",
// "deployment"}]
[[nodiscard]] nlohmann::json services_json(const SwarmStatus& status);

// The fields of one service that others have changed since it was deployed, sorted.
[[nodiscard]] std::vector<std::string> edited_service_fields(const nlohmann::json& service,
                                                             DeploymentStore& store,
                                                             const std::string& key);

// [{"component", "service", "what": "missing|stopped|edited|unexpected|other_version", "text",
// "fields"}]. `composition` null: it is not stored any more.
[[nodiscard]] nlohmann::json find_swarm_drift(const SwarmStatus& status,
                                              const Composition* composition,
                                              DeploymentStore& store,
                                              const std::string& key);

}  // namespace sealock::proxy
