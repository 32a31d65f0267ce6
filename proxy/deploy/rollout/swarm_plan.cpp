#include "proxy/deploy/rollout/swarm_plan.hpp"

#include "policy/request/base64.hpp"
#include "proxy/deploy/rollout/differences.hpp"
#include "proxy/deploy/rollout/digests.hpp"
#include "proxy/deploy/rollout/json_fields.hpp"
#include "proxy/deploy/rollout/labels.hpp"
#include "proxy/deploy/rollout/steps.hpp"
#include "proxy/deploy/rollout/values.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace sealock::proxy {
namespace {

using nlohmann::json;

constexpr std::string_view secret_mark = "${secret:";
constexpr std::size_t version_digits = 12;

std::string label_of(const json& service, const char* label) {
  return text_of(member(member(service, "Spec"), "Labels"), label);
}

class SwarmPlanner {
public:
  SwarmPlanner(const Composition& composition,
               const DeploymentOrder& order,
               const SwarmSources& sources,
               Node& node)
      : composition_(composition),
        order_(order),
        sources_(sources.values),
        find_(sources.find),
        edits_(sources.edits),
        node_(node),
        values_(sources_.variables, sources_.secrets, Values::SecretForm::file) {
    plan_.composition = composition.name;
  }

  Result<SwarmPlan> make();

private:
  Result<json> list(const std::string& target);
  Result<void> add(const Component& component);
  Result<void> check_files(const Component& component) const;
  void take_secrets(PlannedService& planned, std::string& digest);
  void compare(PlannedService& planned, const Component& component, const std::string& secrets);
  std::vector<std::string> explain(const json& old, const Component& component);
  void remove_left_over();
  Result<void> plan_networks();
  Result<void> plan_secrets();

  const Composition& composition_;
  const DeploymentOrder& order_;
  const ValueSources& sources_;
  const Deployments::Find& find_;
  const Edits& edits_;
  Node& node_;
  Values values_;
  json present_;
  std::set<std::string> taken_;
  SwarmPlan plan_;
};

Result<json> SwarmPlanner::list(const std::string& target) {
  const Result<EngineAnswer> answer = node_.call(policy::Method::get, target);
  if (!answer) return tl::unexpected<Error>(answer.error());
  if (answer->status == 503) {
    return fail(ErrorKind::conflict, "this engine is no manager of a swarm: " + answer->message());
  }
  if (!answer->ok() || !answer->body.is_array()) {
    return fail(ErrorKind::engine_garbage, "cannot list services: " + answer->message());
  }
  return answer->body;
}

Result<SwarmPlan> SwarmPlanner::make() {
  Result<json> services = list("/services");
  if (!services) return tl::unexpected<Error>(services.error());
  present_ = std::move(*services);
  for (const std::string& name : order_.components) {
    if (composition_.find(name) != nullptr) continue;
    return bad_request("composition " + composition_.name + " has no component '" + name + "'");
  }
  if (order_.gate) {
    return bad_request("a gate is for one node; in a swarm update_config does its work");
  }
  for (const Component& component : composition_.components) {
    const auto& chosen = order_.components;
    if (!chosen.empty() &&
        std::find(chosen.begin(), chosen.end(), component.name) == chosen.end()) {
      continue;
    }
    const Result<void> added = add(component);
    if (!added) return tl::unexpected<Error>(added.error());
  }
  if (order_.components.empty()) remove_left_over();
  Result<void> step = plan_networks();
  if (step) step = plan_secrets();
  if (!step) return tl::unexpected<Error>(step.error());
  return std::move(plan_);
}

// A program that takes the path for the password would not work, and not say why.
Result<void> SwarmPlanner::check_files(const Component& component) const {
  const json& container = member(member(component.service, "TaskTemplate"), "ContainerSpec");
  for (const json& variable : member(container, "Env")) {
    const std::string text = variable.is_string() ? variable.get<std::string>() : "";
    const std::string name = text.substr(0, text.find('='));
    if (text.find(secret_mark) == std::string::npos || name.ends_with("_FILE")) continue;
    return bad_request("component '" + component.name +
                       "': in a swarm a secret is a file; name the " + "variable '" + name +
                       "_FILE', which then holds its path");
  }
  return {};
}

void SwarmPlanner::take_secrets(PlannedService& planned, std::string& digest) {
  const auto used = values_.take_used();
  if (!used.empty()) digest = hmac_sha256_hex(sources_.key, json(used).dump());
  json attached = json::array();
  for (const auto& [key, value] : used) {
    if (!key.starts_with("secret:")) continue;
    SwarmSecret secret;
    secret.file = key.substr(std::string("secret:").size());
    secret.name =
        secret.file + "-" +
        hmac_sha256_hex(sources_.key, secret.file + "\n" + value).substr(0, version_digits);
    secret.contents = policy::to_base64(value);
    planned.secrets.push_back(secret.name);
    attached.push_back(
        {{"File", {{"Name", secret.file}, {"UID", "0"}, {"GID", "0"}, {"Mode", 0444}}},
         {"SecretName", secret.name}});
    const bool known = std::any_of(plan_.secrets.begin(), plan_.secrets.end(),
                                   [&](const SwarmSecret& one) { return one.name == secret.name; });
    if (!known) plan_.secrets.push_back(std::move(secret));
  }
  if (!attached.empty()) planned.spec["TaskTemplate"]["ContainerSpec"]["Secrets"] = attached;
}

Result<void> SwarmPlanner::add(const Component& component) {
  if (!component.service.is_object()) {
    return bad_request("component '" + component.name + "' cannot be a service");
  }
  Result<void> step = check_files(component);
  PlannedService planned;
  planned.component = component.name;
  planned.name = component.name;
  planned.spec = component.service;
  planned.replicas = component.replicas;
  for (const Component& other : composition_.components) {
    for (const Dependency& dependency : other.depends_on) {
      planned.completes =
          planned.completes || (dependency.component == component.name &&
                                dependency.condition == Dependency::Condition::completed);
    }
  }
  if (step) step = values_.resolve(planned.spec);
  if (!step) return step;
  std::string digest;
  take_secrets(planned, digest);
  planned.spec["Name"] = component.name;
  planned.spec["TaskTemplate"]["ContainerSpec"]["Image"] = component.pinned_image;
  compare(planned, component, digest);
  if (planned.action == PlannedAction::create) {
    for (const json& service : present_) {
      if (member(service, "Spec").value("Name", "") != planned.name) continue;
      return fail(ErrorKind::conflict, "the name '" + planned.name +
                                           "' is taken by a service that no deployment made; "
                                           "remove or rename that one");
    }
  }
  plan_.services.push_back(std::move(planned));
  return {};
}

void SwarmPlanner::compare(PlannedService& planned,
                           const Component& component,
                           const std::string& secrets) {
  json unresolved = component.service;
  if (member(member(unresolved, "TaskTemplate"), "ContainerSpec").is_object()) {
    unresolved["TaskTemplate"]["ContainerSpec"].erase("Image");
  }
  const std::string spec = sha256_hex(unresolved.dump());
  json& labels = planned.spec["Labels"];
  if (!labels.is_object()) labels = json::object();
  labels[labels::composition] = composition_.name;
  labels[labels::component] = component.name;
  labels[labels::spec] = spec;
  labels[labels::image] = component.digest;
  if (!secrets.empty()) labels[labels::secrets] = secrets;
  planned.action = PlannedAction::create;
  planned.differences = {"+ service " + planned.name + " of image " + component.image};
  for (const json& service : present_) {
    if (label_of(service, labels::component) != component.name) continue;
    planned.old_id = service.value("ID", "");
    taken_.insert(planned.old_id);
    const bool same = label_of(service, labels::spec) == spec &&
                      label_of(service, labels::image) == component.digest &&
                      label_of(service, labels::secrets) == secrets;
    planned.action = same ? PlannedAction::keep : PlannedAction::replace;
    planned.differences = same ? std::vector<std::string>() : explain(service, component);
    if (!same) continue;
    // An update by others leaves our labels as they are.
    for (const std::string& field : edits_(service))
      planned.differences.push_back("- " + field + ": edited by others");
    if (!planned.differences.empty()) {
      planned.action = PlannedAction::replace;
      planned.differences.push_back("+ settings of " + composition_.name);
    }
  }
}

std::vector<std::string> SwarmPlanner::explain(const json& old, const Component& component) {
  std::vector<std::string> lines;
  if (label_of(old, labels::image) != component.digest) {
    lines = {"- image: " + label_of(old, labels::image),
             "+ image: " + component.image + " " + component.digest};
  }
  const Result<Composition> before = find_(label_of(old, labels::composition));
  const Component* earlier = before ? before->find(component.name) : nullptr;
  json then = earlier != nullptr ? earlier->service : json(nullptr);
  json now = component.service;
  for (json* spec : {&then, &now}) {
    if (spec->is_object()) (*spec)["TaskTemplate"]["ContainerSpec"].erase("Image");
  }
  if (earlier != nullptr) {
    const std::vector<std::string> fields = differences(then, now);
    lines.insert(lines.end(), fields.begin(), fields.end());
  }
  if (lines.empty()) lines = {"- other settings or values", "+ settings of " + composition_.name};
  return lines;
}

void SwarmPlanner::remove_left_over() {
  for (const json& service : present_) {
    const std::string id = service.value("ID", "");
    if (label_of(service, labels::component).empty() || taken_.contains(id)) continue;
    PlannedService planned;
    planned.action = PlannedAction::remove;
    planned.component = label_of(service, labels::component);
    planned.name = member(service, "Spec").value("Name", "");
    planned.old_id = id;
    planned.differences = {"- service " + planned.name};
    plan_.services.push_back(std::move(planned));
  }
}

Result<void> SwarmPlanner::plan_networks() {
  for (const Resource& network : composition_.networks) {
    const Node::Found found = node_.network(network.name);
    if (!found) return tl::unexpected<Error>(found.error());
    const bool exists = found->has_value() && (**found).value("Name", "") == network.name;
    if (network.external && !exists) {
      return fail(ErrorKind::conflict, "network '" + network.name +
                                           "' is external to the composition, and is not there; "
                                           "make it first");
    }
    if (network.external) continue;
    if (!exists) {
      plan_.networks.push_back(network);
      continue;
    }
    const json& labels = member(**found, "Labels");
    if (!labels.is_object() || !labels.contains(labels::deployment)) {
      return fail(ErrorKind::conflict, "network '" + network.name +
                                           "' exists, and no deployment made it; declare it "
                                           "'external: true', or give it another name");
    }
  }
  return {};
}

Result<void> SwarmPlanner::plan_secrets() {
  const Result<json> present = list("/secrets");
  if (!present) return tl::unexpected<Error>(present.error());
  std::set<std::string> there;
  for (const json& secret : *present) {
    const std::string name = member(secret, "Spec").value("Name", "");
    there.insert(name);
    const bool wanted = std::any_of(plan_.secrets.begin(), plan_.secrets.end(),
                                    [&](const SwarmSecret& one) { return one.name == name; });
    const bool ours = !label_of(secret, labels::deployment).empty();
    if (ours && !wanted && order_.components.empty()) plan_.spare_secrets.push_back(name);
  }
  for (const SwarmSecret& secret : plan_.secrets) {
    if (!there.contains(secret.name)) plan_.new_secrets.push_back(secret.name);
  }
  return {};
}

}  // namespace

bool SwarmPlan::changed() const {
  return !networks.empty() || !new_secrets.empty() || !spare_secrets.empty() ||
         std::any_of(services.begin(), services.end(), [](const PlannedService& service) {
           return service.action != PlannedAction::keep;
         });
}

std::string summary(const SwarmPlan& plan) {
  std::string text;
  for (const PlannedAction action : {PlannedAction::keep, PlannedAction::create,
                                     PlannedAction::replace, PlannedAction::remove}) {
    const auto count =
        std::count_if(plan.services.begin(), plan.services.end(),
                      [&](const PlannedService& one) { return one.action == action; });
    if (count == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " services to " +
            std::string(name_of(action));
  }
  return text.empty() ? "no services" : text;
}

json to_json(const SwarmPlan& plan) {
  json services = json::array();
  std::string diff;
  for (const PlannedService& planned : plan.services) {
    services.push_back({{"component", planned.component},
                        {"container", planned.name},
                        {"action", name_of(planned.action)},
                        {"differences", planned.differences}});
    if (planned.differences.empty()) continue;
    diff += planned.name + ": " + std::string(name_of(planned.action)) + "\n";
    for (const std::string& line : planned.differences)
      diff += "  " + line + "\n";
  }
  json networks = json::array();
  for (const Resource& network : plan.networks) {
    networks.push_back(network.name);
    diff += "+ network " + network.name + "\n";
  }
  return {{"composition", plan.composition}, {"changed", plan.changed()},
          {"containers", services},          {"networks", networks},
          {"volumes", json::array()},        {"images", json::array()},
          {"notes", json::array()},          {"diff", diff}};
}

Result<SwarmPlan> make_swarm_plan(const Composition& composition,
                                  const DeploymentOrder& order,
                                  const SwarmSources& sources,
                                  Node& node) {
  return SwarmPlanner(composition, order, sources, node).make();
}

std::vector<Step> make_swarm_steps(const SwarmPlan& plan) {
  std::vector<Step> steps;
  const auto add = [&](const char* kind, const std::string& component, json arguments) {
    Step step;
    step.number = static_cast<int>(steps.size()) + 1;
    step.kind = kind;
    step.component = component;
    step.arguments = std::move(arguments);
    steps.push_back(std::move(step));
  };
  for (const std::string& secret : plan.new_secrets)
    add(step_kind::secret, "", {{"name", secret}});
  for (const Resource& network : plan.networks)
    add(step_kind::network, "", {{"name", network.name}});
  for (const PlannedService& planned : plan.services) {
    if (planned.action != PlannedAction::create && planned.action != PlannedAction::replace)
      continue;
    json arguments{{"name", planned.name}, {"old", planned.old_id}};
    add(step_kind::service, planned.component, arguments);
    arguments["replicas"] = planned.replicas;
    arguments["completes"] = planned.completes;
    add(step_kind::converge, planned.component, arguments);
  }
  add(step_kind::commit, "", json::object());
  for (const PlannedService& planned : plan.services) {
    if (planned.action != PlannedAction::remove) continue;
    add(step_kind::remove_service, planned.component,
        {{"name", planned.name}, {"old", planned.old_id}});
  }
  for (const std::string& secret : plan.spare_secrets)
    add(step_kind::remove_secret, "", {{"name", secret}});
  return steps;
}

}  // namespace sealock::proxy
