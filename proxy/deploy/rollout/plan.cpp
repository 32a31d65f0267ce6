#include "proxy/deploy/rollout/plan.hpp"

#include "proxy/deploy/rollout/differences.hpp"
#include "proxy/deploy/rollout/labels.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace sealock::proxy {
namespace {

using nlohmann::json;

class Planner {
public:
  Planner(const Composition& composition,
          const DeploymentOrder& order,
          const Deployments::Find& find,
          Node& node)
      : composition_(composition), order_(order), find_(find), node_(node) {
    plan_.composition = composition.name;
  }

  Result<Plan> make(std::vector<WantedContainer> wanted);

private:
  void compare(WantedContainer wanted);
  void compare_with(const NodeContainer& old, PlannedContainer& planned);
  [[nodiscard]] std::vector<std::string> explain(const NodeContainer& old,
                                                 const WantedContainer& wanted);
  void remove_left_over();
  [[nodiscard]] Result<void> check_names() const;
  [[nodiscard]] Result<void> check_ports() const;
  Result<void> plan_images();
  Result<void> plan_resources();
  Result<void> plan_resource(const Resource& resource, std::string_view kind, Node::Found found);
  Result<void> plan_spare_networks();
  Result<void> plan_gate();

  const Composition& composition_;
  const DeploymentOrder& order_;
  const Deployments::Find& find_;
  Node& node_;
  std::vector<NodeContainer> present_;
  std::set<std::string> taken_;  // ids of present ones that a wanted one stands for
  std::map<std::string, std::optional<Composition>> earlier_;
  Plan plan_;
};

bool ended_well(const NodeContainer& container) {
  return container.state == "exited" && container.status.starts_with("Exited (0)");
}

Result<Plan> Planner::make(std::vector<WantedContainer> wanted) {
  Result<std::vector<NodeContainer>> present = node_.containers();
  if (!present) return tl::unexpected<Error>(present.error());
  present_ = std::move(*present);
  for (WantedContainer& container : wanted)
    compare(std::move(container));
  if (order_.components.empty()) remove_left_over();
  Result<void> step = check_names();
  if (step) step = check_ports();
  if (step) step = plan_images();
  if (step) step = plan_resources();
  if (step && order_.components.empty()) step = plan_spare_networks();
  if (step) step = plan_gate();
  if (!step) return tl::unexpected<Error>(step.error());
  return std::move(plan_);
}

void Planner::compare(WantedContainer wanted) {
  PlannedContainer planned;
  planned.component = wanted.component->name;
  planned.name = wanted.name;
  planned.wanted = std::move(wanted);
  const std::string replica = std::to_string(planned.wanted.replica);
  const NodeContainer* old = nullptr;
  for (const NodeContainer& candidate : present_) {
    const bool same = candidate.label(labels::component) == planned.component &&
                      candidate.label(labels::replica) == replica;
    // Should somebody have copied one with its labels, the one with the right name counts.
    if (same && (old == nullptr || candidate.name == planned.name)) old = &candidate;
  }
  if (old != nullptr) {
    compare_with(*old, planned);
  } else {
    planned.action = PlannedAction::create;
    planned.differences = {"+ container " + planned.name + " of image " +
                           planned.wanted.component->image};
  }
  plan_.containers.push_back(std::move(planned));
}

void Planner::compare_with(const NodeContainer& old, PlannedContainer& planned) {
  taken_.insert(old.id);
  const WantedContainer& wanted = planned.wanted;
  planned.old_id = old.id;
  planned.old_running =
      old.state == "running" || old.state == "restarting" || old.state == "paused";
  planned.old_ports = old.ports;
  const bool same = old.label(labels::spec) == wanted.spec_digest &&
                    old.label(labels::image) == wanted.component->digest &&
                    old.label(labels::secrets) == wanted.secrets_digest && old.name == planned.name;
  if (!same) {
    planned.action = PlannedAction::replace;
    planned.differences = explain(old, wanted);
    return;
  }
  const bool fine = planned.old_running || (wanted.completes && ended_well(old));
  planned.action = fine ? PlannedAction::keep : PlannedAction::start;
  if (!fine) planned.differences = {"- state: " + old.state, "+ state: running"};
}

std::vector<std::string> Planner::explain(const NodeContainer& old, const WantedContainer& wanted) {
  std::vector<std::string> lines;
  const std::string before = old.label(labels::composition);
  auto known = earlier_.find(before);
  if (known == earlier_.end()) {
    std::optional<Composition> composition;
    Result<Composition> found = find_(before);
    if (found) composition = std::move(*found);
    known = earlier_.emplace(before, std::move(composition)).first;
  }
  const Component* earlier =
      known->second ? known->second->find(old.label(labels::component)) : nullptr;
  if (old.name != wanted.name) lines = {"- name: " + old.name, "+ name: " + wanted.name};
  if (old.label(labels::image) != wanted.component->digest) {
    lines.push_back("- image: " + (earlier != nullptr ? earlier->image + " " : std::string()) +
                    old.label(labels::image));
    lines.push_back("+ image: " + wanted.component->image + " " + wanted.component->digest);
  }
  if (old.label(labels::spec) != wanted.spec_digest) {
    json now = wanted.component->create;
    now.erase("Image");
    json then = earlier != nullptr ? earlier->create : json(nullptr);
    if (then.is_object()) then.erase("Image");
    const std::vector<std::string> fields =
        earlier != nullptr ? differences(then, now)
                           : std::vector<std::string>{"- settings of composition '" + before +
                                                          "', which is not stored any more",
                                                      "+ settings of " + composition_.name};
    lines.insert(lines.end(), fields.begin(), fields.end());
  }
  if (old.label(labels::secrets) != wanted.secrets_digest) {
    lines.emplace_back("- values of its variables and secrets");
    lines.emplace_back("+ other values of its variables and secrets");
  }
  return lines;
}

void Planner::remove_left_over() {
  for (const NodeContainer& old : present_) {
    if (old.label(labels::component).empty() || taken_.contains(old.id)) continue;
    PlannedContainer planned;
    planned.action = PlannedAction::remove;
    planned.component = old.label(labels::component);
    planned.name = old.name;
    planned.old_id = old.id;
    planned.old_running =
        old.state == "running" || old.state == "restarting" || old.state == "paused";
    planned.old_ports = old.ports;
    planned.differences = {"- container " + old.name + " of image " + old.image};
    plan_.containers.push_back(std::move(planned));
  }
}

Result<void> Planner::check_names() const {
  for (const PlannedContainer& planned : plan_.containers) {
    if (planned.action != PlannedAction::create && planned.action != PlannedAction::replace)
      continue;
    for (const NodeContainer& other : present_) {
      if (other.name != planned.name || other.id == planned.old_id) continue;
      const bool going = std::any_of(
          plan_.containers.begin(), plan_.containers.end(), [&](const PlannedContainer& candidate) {
            return candidate.old_id == other.id && candidate.action == PlannedAction::remove;
          });
      if (going && !other.label(labels::component).empty()) continue;
      return fail(ErrorKind::conflict,
                  "the name '" + planned.name + "' is taken by container " +
                      other.id.substr(0, 12) + " (image " + other.image +
                      "), which no deployment made; remove or rename that one");
    }
  }
  return {};
}

Result<void> Planner::check_ports() const {
  std::set<std::string> going;
  for (const PlannedContainer& planned : plan_.containers) {
    if (planned.action == PlannedAction::replace || planned.action == PlannedAction::remove) {
      going.insert(planned.old_id);
    }
  }
  for (const PlannedContainer& planned : plan_.containers) {
    if (planned.action == PlannedAction::keep || planned.action == PlannedAction::remove) continue;
    for (const NodeContainer& other : present_) {
      if (going.contains(other.id) || other.id == planned.old_id) continue;
      for (const PublishedPort& port : planned.wanted.ports) {
        for (const PublishedPort& held : other.ports) {
          if (!ports_collide(port, held)) continue;
          return fail(ErrorKind::conflict, "port " + to_text(port) + ", which '" + planned.name +
                                               "' publishes, is taken by container '" + other.name +
                                               "'; stop that one, or publish another port");
        }
      }
    }
  }
  return {};
}

Result<void> Planner::plan_images() {
  std::set<std::string> asked;
  for (const PlannedContainer& planned : plan_.containers) {
    if (planned.action != PlannedAction::create && planned.action != PlannedAction::replace)
      continue;
    const std::string& image = planned.wanted.component->pinned_image;
    if (!asked.insert(image).second) continue;
    const Node::Found found = node_.image(image);
    if (!found) return tl::unexpected<Error>(found.error());
    if (found->has_value()) continue;
    if (image.find('@') == std::string::npos) {
      return fail(ErrorKind::conflict, "image " + planned.wanted.component->image + " (" + image +
                                           ") is not on this node any more, and no registry has "
                                           "it; load it again, or deploy a composition made anew");
    }
    plan_.images.push_back(image);
  }
  return {};
}

Result<void> Planner::plan_resource(const Resource& resource,
                                    std::string_view kind,
                                    Node::Found found) {
  if (!found) return tl::unexpected<Error>(found.error());
  const std::string what = std::string(kind) + " '" + resource.name + "'";
  // A network is also found by the beginning of its id.
  const bool exists = found->has_value() && (**found).value("Name", "") == resource.name;
  if (resource.external) {
    if (exists) return {};
    return fail(ErrorKind::conflict, what +
                                         " is external to the composition, and is not there; "
                                         "make it first");
  }
  if (!exists) {
    (kind == "network" ? plan_.networks : plan_.volumes).push_back(resource);
    return {};
  }
  const json found_labels = (**found).value("Labels", json::object());
  if (!found_labels.is_object() || !found_labels.contains(labels::deployment)) {
    return fail(ErrorKind::conflict, what +
                                         " exists, and no deployment made it; declare it "
                                         "'external: true', or give it another name");
  }
  if (found_labels.value(labels::spec, "") == definition_digest(resource)) return {};
  return fail(ErrorKind::conflict, what + " exists with other settings than composition " +
                                       composition_.name +
                                       " says; give it another name, or remove "
                                       "it when nothing needs it");
}

Result<void> Planner::plan_resources() {
  for (const Resource& network : composition_.networks) {
    const Result<void> planned = plan_resource(network, "network", node_.network(network.name));
    if (!planned) return planned;
  }
  for (const Resource& volume : composition_.volumes) {
    const Result<void> planned = plan_resource(volume, "volume", node_.volume(volume.name));
    if (!planned) return planned;
  }
  return {};
}

// Networks that deployments made and nobody is in. Volumes stay: they hold data.
Result<void> Planner::plan_spare_networks() {
  const json filters{{"label", {labels::deployment}}};
  const Result<EngineAnswer> answer =
      node_.call(policy::Method::get, "/networks?filters=" + encode_segment(filters.dump()));
  if (!answer) return tl::unexpected<Error>(answer.error());
  std::set<std::string> going;
  for (const PlannedContainer& planned : plan_.containers) {
    if (planned.action == PlannedAction::replace || planned.action == PlannedAction::remove) {
      going.insert(planned.old_id);
    }
  }
  for (const json& network : answer->body.is_array() ? answer->body : json::array()) {
    const std::string name = network.value("Name", "");
    const bool wanted =
        std::any_of(composition_.networks.begin(), composition_.networks.end(),
                    [&](const Resource& resource) { return resource.name == name; });
    if (wanted) continue;
    const std::string id = network.value("Id", "");
    const Node::Found found = node_.network(id);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!found->has_value()) continue;
    const json inside = (**found).value("Containers", json::object());
    bool busy = false;
    for (const auto& [container, endpoint] : inside.items())
      busy = busy || !going.contains(container);
    if (!busy) plan_.spare_networks.push_back(id);
  }
  return {};
}

Result<void> Planner::plan_gate() {
  if (!order_.gate) return {};
  const std::string& name = order_.gate->container;
  const auto component = std::find_if(plan_.containers.begin(), plan_.containers.end(),
                                      [&](const PlannedContainer& planned) {
                                        return planned.component == name || planned.name == name;
                                      });
  const bool is_component = component != plan_.containers.end();
  const auto present =
      std::find_if(present_.begin(), present_.end(), [&](const NodeContainer& container) {
        return is_component ? container.id == component->old_id : container.name == name;
      });
  if (present == present_.end() && !is_component) {
    return bad_request("the gate '" + name + "' is neither a component of " + composition_.name +
                       " nor a container of this node");
  }
  const bool changes =
      std::any_of(plan_.containers.begin(), plan_.containers.end(),
                  [](const PlannedContainer& one) { return one.action != PlannedAction::keep; });
  if (!changes) return {};
  plan_.gate = order_.gate;
  if (present != present_.end() && present->state == "running") {
    plan_.gate_container = present->id;
  } else {
    plan_.notes.push_back("the gate '" + name + "' is closed already");
  }
  return {};
}

}  // namespace

std::string_view name_of(PlannedAction action) {
  constexpr std::array<std::string_view, 5> names{"keep", "create", "replace", "start", "remove"};
  return names.at(static_cast<std::size_t>(action));
}

std::string PlannedContainer::key() const {
  if (action == PlannedAction::remove) return "-" + component + "/" + old_id.substr(0, 12);
  return wanted.key();
}

bool Plan::changed() const {
  return !networks.empty() || !volumes.empty() || !images.empty() || !spare_networks.empty() ||
         std::any_of(containers.begin(), containers.end(), [](const PlannedContainer& container) {
           return container.action != PlannedAction::keep;
         });
}

json to_json(const Plan& plan) {
  json containers = json::array();
  std::string diff;
  for (const PlannedContainer& planned : plan.containers) {
    json entry{{"component", planned.component},
               {"container", planned.name},
               {"action", name_of(planned.action)},
               {"differences", planned.differences}};
    if (planned.action == PlannedAction::replace) {
      entry["order"] = planned.wanted.start_first ? "start-first" : "stop-first";
    }
    containers.push_back(std::move(entry));
    if (planned.differences.empty()) continue;
    diff += planned.name + ": " + std::string(name_of(planned.action)) + "\n";
    for (const std::string& line : planned.differences)
      diff += "  " + line + "\n";
  }
  const auto names = [&](const std::vector<Resource>& resources, const char* kind) {
    json list = json::array();
    for (const Resource& resource : resources) {
      list.push_back(resource.name);
      diff += "+ " + std::string(kind) + " " + resource.name + "\n";
    }
    return list;
  };
  json networks = names(plan.networks, "network");
  json volumes = names(plan.volumes, "volume");
  return {{"composition", plan.composition},
          {"changed", plan.changed()},
          {"containers", containers},
          {"networks", networks},
          {"volumes", volumes},
          {"images", plan.images},
          {"notes", plan.notes},
          {"diff", diff}};
}

Result<Plan> make_plan(const Composition& composition,
                       const DeploymentOrder& order,
                       const ValueSources& values,
                       const Deployments::Find& find,
                       Node& node) {
  Result<std::vector<WantedContainer>> wanted = make_wanted(composition, order.components, values);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  Planner planner(composition, order, find, node);
  return planner.make(std::move(*wanted));
}

}  // namespace sealock::proxy
