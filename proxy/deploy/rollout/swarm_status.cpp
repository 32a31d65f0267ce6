#include "proxy/deploy/rollout/swarm_status.hpp"

#include "proxy/deploy/rollout/drift.hpp"
#include "proxy/deploy/rollout/json_fields.hpp"
#include "proxy/deploy/rollout/labels.hpp"

#include <algorithm>
#include <set>

namespace sealock::proxy {
namespace {

using nlohmann::json;

const json& spec_of(const json& service) {
  return member(service, "Spec");
}
std::string label_of(const json& service, const char* label) {
  return text_of(member(spec_of(service), "Labels"), label);
}
std::string image_of(const json& service) {
  return text_of(member(member(spec_of(service), "TaskTemplate"), "ContainerSpec"), "Image");
}

// Nothing for a service that is not replicated.
std::optional<std::int64_t> replicas_of(const json& service) {
  const json& replicated = member(member(spec_of(service), "Mode"), "Replicated");
  const json& replicas = member(replicated, "Replicas");
  // The engine leaves out a zero.
  if (!replicas.is_number_integer()) {
    return replicated.is_object() ? std::optional<std::int64_t>(0) : std::nullopt;
  }
  return replicas.get<std::int64_t>();
}

int running_of(const SwarmStatus& status, const json& service) {
  const auto found = status.running.find(text_of(service, "ID"));
  return found == status.running.end() ? 0 : found->second;
}

bool has_to_complete(const Composition& composition, const std::string& name) {
  return std::any_of(
      composition.components.begin(), composition.components.end(), [&](const Component& other) {
        return std::any_of(
            other.depends_on.begin(), other.depends_on.end(), [&](const Dependency& need) {
              return need.component == name && need.condition == Dependency::Condition::completed;
            });
      });
}

class DriftFinder {
public:
  DriftFinder(const SwarmStatus& status,
              const Composition* composition,
              DeploymentStore& store,
              const std::string& key)
      : status_(status), composition_(composition), store_(store), key_(key) {}

  json find();

private:
  void compare(const Component& component);
  void find_edit(const json& service, const Component* component);
  json& add(const json& service, const char* what, const std::string& text);

  const SwarmStatus& status_;
  const Composition* composition_;
  DeploymentStore& store_;
  const std::string& key_;
  std::set<std::string> known_;
  json drift_ = json::array();
};

json DriftFinder::find() {
  if (composition_ == nullptr) {
    for (const json& service : status_.services)
      find_edit(service, nullptr);
    return std::move(drift_);
  }
  for (const Component& component : composition_->components)
    compare(component);
  for (const json& service : status_.services) {
    if (known_.contains(text_of(service, "ID"))) continue;
    add(service, "unexpected", "is no part of composition " + composition_->name);
    find_edit(service, nullptr);
  }
  return std::move(drift_);
}

void DriftFinder::compare(const Component& component) {
  const auto found = std::find_if(
      status_.services.begin(), status_.services.end(),
      [&](const json& service) { return label_of(service, labels::component) == component.name; });
  if (found == status_.services.end()) {
    drift_.push_back({{"component", component.name},
                      {"service", component.name},
                      {"what", "missing"},
                      {"text", "is not there"}});
    return;
  }
  const json& service = *found;
  known_.insert(text_of(service, "ID"));
  const std::string digest = label_of(service, labels::image);
  if (digest != component.digest) {
    add(service, "other_version", "runs " + digest + " instead of " + component.digest);
  }
  find_edit(service, &component);
  // Of how many it should be, the service itself says; that it was told another number is an edit.
  const std::int64_t wanted = replicas_of(service).value_or(0);
  const int running = running_of(status_, service);
  if (running >= wanted || has_to_complete(*composition_, component.name)) return;
  add(service, "stopped", std::to_string(running) + " of " + std::to_string(wanted) + " tasks run");
}

void DriftFinder::find_edit(const json& service, const Component* component) {
  const std::vector<std::string> fields = edited_service_fields(service, store_, key_);
  if (fields.empty()) return;
  std::string text = "edited by others:";
  for (const std::string& field : fields) {
    text += " " + field;
    if (component == nullptr) continue;
    if (field == "Mode.Replicated.Replicas") {
      text += " (" + std::to_string(component->replicas) + " is now " +
              std::to_string(replicas_of(service).value_or(0)) + ")";
    } else if (field == "TaskTemplate.ContainerSpec.Image") {
      text += " (" + component->pinned_image + " is now " + image_of(service) + ")";
    }
  }
  add(service, "edited", text)["fields"] = fields;
}

json& DriftFinder::add(const json& service, const char* what, const std::string& text) {
  drift_.push_back({{"component", label_of(service, labels::component)},
                    {"service", text_of(spec_of(service), "Name")},
                    {"what", what},
                    {"text", text}});
  return drift_.back();
}

}  // namespace

Result<SwarmStatus> look_at_swarm(Node& node) {
  SwarmStatus status;
  const json filters{{"desired-state", {"running"}}};
  const Result<EngineAnswer> services = node.call(policy::Method::get, "/services");
  if (!services) return tl::unexpected<Error>(services.error());
  if (services->status == 503) return status;
  const Result<EngineAnswer> tasks =
      node.call(policy::Method::get, "/tasks?filters=" + encode_segment(filters.dump()));
  if (!tasks) return tl::unexpected<Error>(tasks.error());
  for (const EngineAnswer* answer : {&*services, &*tasks}) {
    if (answer->ok() && answer->body.is_array()) continue;
    return fail(ErrorKind::engine_garbage, "cannot list services: " + answer->message());
  }
  for (const json& service : services->body) {
    if (!label_of(service, labels::component).empty()) status.services.push_back(service);
  }
  for (const json& task : tasks->body) {
    if (text_of(member(task, "Status"), "State") == "running") {
      ++status.running[text_of(task, "ServiceID")];
    }
  }
  return status;
}

json services_json(const SwarmStatus& status) {
  json list = json::array();
  for (const json& service : status.services) {
    const auto replicas = replicas_of(service);
    list.push_back({{"component", label_of(service, labels::component)},
                    {"service", text_of(spec_of(service), "Name")},
                    {"id", text_of(service, "ID")},
                    {"running", running_of(status, service)},
                    {"replicas", replicas ? json(*replicas) : json(nullptr)},
                    {"image", image_of(service)},
                    {"digest", label_of(service, labels::image)},
                    {"composition", label_of(service, labels::composition)},
                    {"deployment", label_of(service, labels::deployment)}});
  }
  return list;
}

std::vector<std::string> edited_service_fields(const json& service,
                                               DeploymentStore& store,
                                               const std::string& key) {
  const json before = store.looks(text_of(service, "ID"));
  return before.is_null() ? std::vector<std::string>()
                          : differing_fields(before, looks_of_service(service, key));
}

json find_swarm_drift(const SwarmStatus& status,
                      const Composition* composition,
                      DeploymentStore& store,
                      const std::string& key) {
  return DriftFinder(status, composition, store, key).find();
}

}  // namespace sealock::proxy
