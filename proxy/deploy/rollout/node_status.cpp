#include "proxy/deploy/rollout/node_status.hpp"

#include "proxy/deploy/rollout/drift.hpp"
#include "proxy/deploy/rollout/labels.hpp"

#include <set>

namespace sealock::proxy {
namespace {

using nlohmann::json;

json drift_entry(const NodeContainer& container, const char* what, const std::string& text) {
  return {{"component", container.label(labels::component)},
          {"container", container.name},
          {"what", what},
          {"text", text}};
}

bool runs(const NodeContainer& container) {
  // What ends well may be what it is for; that is no drift.
  return container.state == "running" || container.status.starts_with("Exited (0)");
}

void find_wanted(const NodeStatus& status,
                 const Component& component,
                 int replica,
                 std::set<std::string>& known,
                 json& drift) {
  const std::string name = component.name + (replica == 1 ? "" : "-" + std::to_string(replica));
  for (const NodeContainer& container : status.containers) {
    if (container.label(labels::component) != component.name) continue;
    if (container.label(labels::replica) != std::to_string(replica)) continue;
    known.insert(container.id);
    if (container.label(labels::image) != component.digest) {
      drift.push_back(drift_entry(
          container, "other_version",
          "runs " + container.label(labels::image) + " instead of " + component.digest));
    }
    if (!runs(container))
      drift.push_back(drift_entry(container, "stopped", "is " + container.status));
    return;
  }
  drift.push_back({{"component", component.name},
                   {"container", name},
                   {"what", "missing"},
                   {"text", "is not there"}});
}

Result<void> find_edits(Node& node,
                        const NodeStatus& status,
                        DeploymentStore& store,
                        const std::string& key,
                        json& drift) {
  for (const NodeContainer& container : status.containers) {
    const json before = store.looks(container.id);
    if (before.is_null()) continue;
    const Node::Found found = node.container(container.id);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!found->has_value()) continue;
    const std::vector<std::string> fields = edited_fields(before, looks_of(**found, key));
    if (fields.empty()) continue;
    std::string text = "edited by others:";
    for (const std::string& field : fields)
      text += " " + field;
    json entry = drift_entry(container, "edited", text);
    entry["fields"] = fields;
    drift.push_back(std::move(entry));
  }
  return {};
}

}  // namespace

Result<NodeStatus> look_at_node(Node& node) {
  Result<std::vector<NodeContainer>> all = node.containers();
  if (!all) return tl::unexpected<Error>(all.error());
  NodeStatus status;
  for (NodeContainer& container : *all) {
    if (!container.label(labels::component).empty()) {
      status.containers.push_back(std::move(container));
    }
  }
  return status;
}

json containers_json(const NodeStatus& status) {
  json list = json::array();
  for (const NodeContainer& container : status.containers) {
    list.push_back({{"component", container.label(labels::component)},
                    {"container", container.name},
                    {"id", container.id.substr(0, 12)},
                    {"state", container.state},
                    {"status", container.status},
                    {"image", container.image},
                    {"digest", container.label(labels::image)},
                    {"composition", container.label(labels::composition)},
                    {"deployment", container.label(labels::deployment)}});
  }
  return list;
}

Result<json> find_drift(Node& node,
                        const NodeStatus& status,
                        const Composition* composition,
                        DeploymentStore& store,
                        const std::string& key) {
  json drift = json::array();
  std::set<std::string> known;
  if (composition != nullptr) {
    for (const Component& component : composition->components) {
      for (int replica = 1; replica <= component.replicas; ++replica)
        find_wanted(status, component, replica, known, drift);
    }
    for (const NodeContainer& container : status.containers) {
      if (known.contains(container.id)) continue;
      drift.push_back(
          drift_entry(container, "unexpected", "is no part of composition " + composition->name));
    }
  }
  const Result<void> edits = find_edits(node, status, store, key, drift);
  if (!edits) return tl::unexpected<Error>(edits.error());
  return drift;
}

}  // namespace sealock::proxy
