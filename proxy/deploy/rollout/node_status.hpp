// What runs on the node of what deployments made, and how it differs from what was deployed last.
//
// Errors:  as node.hpp says.
// Threads: one look.

#pragma once

#include "proxy/deploy/composition.hpp"
#include "proxy/deploy/deployment_store.hpp"
#include "proxy/deploy/rollout/node.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sealock::proxy {

struct NodeStatus {
  std::vector<NodeContainer> containers;  // with our labels
};

[[nodiscard]] Result<NodeStatus> look_at_node(Node& node);
[[nodiscard]] nlohmann::json containers_json(const NodeStatus& status);

// [{"component", "container", "what": "missing|stopped|edited|unexpected|other_version", "text"}].
// `composition` null: nothing was deployed, or it is not stored any more.
[[nodiscard]] Result<nlohmann::json> find_drift(Node& node,
                                                const NodeStatus& status,
                                                const Composition* composition,
                                                DeploymentStore& store,
                                                const std::string& key);

}  // namespace sealock::proxy
