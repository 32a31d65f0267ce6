#include "proxy/deploy/rollout/swarm_actions.hpp"

#include "proxy/deploy/rollout/json_fields.hpp"
#include "proxy/deploy/rollout/labels.hpp"
#include "proxy/deploy/rollout/steps.hpp"

#include <algorithm>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using policy::Method;
using std::chrono::milliseconds;

constexpr milliseconds between_looks{300};
// Swarm starts tasks again for ever; after so many failures of a new service it is ours to say no.
// (Of an update Swarm itself says so.)
constexpr int most_failures = 3;
constexpr int tries_for_network = 60;

std::string argument(const Step& step, const char* key) {
  return text_of(step.arguments, key);
}

const json& labels_of(const json& object) {
  const json& spec = member(object, "Spec");
  return member(spec.is_object() ? spec : object, "Labels");
}

Result<void> check(const Result<EngineAnswer>& answer, const std::string& what) {
  if (!answer) return fail(answer.error().kind, "cannot " + what + ": " + answer.error().text);
  if (answer->ok()) return {};
  return fail(ErrorKind::conflict, "cannot " + what + ": " + answer->message());
}

}  // namespace

SwarmActions::SwarmActions(
    std::string deployment, Node& node, Pause& pause, const SwarmPlan* plan, Say say)
    : deployment_(std::move(deployment)),
      node_(node),
      pause_(pause),
      plan_(plan),
      say_(std::move(say)) {}

bool SwarmActions::is_ours(const json& object) const {
  return text_of(labels_of(object), labels::deployment) == deployment_;
}

Node::Found SwarmActions::find(const std::string& path) {
  const Result<EngineAnswer> answer = node_.call(Method::get, path);
  if (!answer) {
    if (answer.error().kind == ErrorKind::not_found) return std::nullopt;
    return tl::unexpected<Error>(answer.error());
  }
  if (answer->status == 404) return std::nullopt;
  if (!answer->ok()) {
    return fail(ErrorKind::engine_garbage, "cannot read " + path + ": " + answer->message());
  }
  return answer->body;
}

Result<void> SwarmActions::take(Step& step) {
  const std::string& kind = step.kind;
  if (kind == step_kind::secret) return make_secret(step);
  if (kind == step_kind::network) return make_network(step);
  if (kind == step_kind::service) return make_service(step);
  if (kind == step_kind::converge) return converge(step);
  if (kind == step_kind::commit) return {};
  if (kind == step_kind::remove_service) {
    return remove("/services/" + argument(step, "old"), "service " + argument(step, "name"));
  }
  if (kind == step_kind::remove_secret) {
    return remove("/secrets/" + argument(step, "name"), "secret " + argument(step, "name"));
  }
  return fail(ErrorKind::internal, "the journal holds an unknown step '" + kind +
                                       "'; it was written by another version of sealock");
}

Result<void> SwarmActions::put_back(const Step& step) {
  if (step.kind == step_kind::service) return unmake_service(step);
  if (step.kind == step_kind::network) return remove_unused_network(step);
  if (step.kind == step_kind::secret) {
    const std::string name = argument(step, "name");
    const Node::Found found = find("/secrets/" + name);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!found->has_value() || !is_ours(**found)) return {};
    return remove("/secrets/" + name, "secret " + name);
  }
  return {};
}

Result<void> SwarmActions::make_secret(const Step& step) {
  const std::string name = argument(step, "name");
  const Node::Found found = find("/secrets/" + name);
  if (!found) return tl::unexpected<Error>(found.error());
  if (found->has_value()) return {};  // its name holds the digest of what is in it
  const SwarmSecret* secret = nullptr;
  for (std::size_t index = 0; plan_ != nullptr && index < plan_->secrets.size(); ++index) {
    if (plan_->secrets[index].name == name) secret = &plan_->secrets[index];
  }
  if (secret == nullptr) return fail(ErrorKind::internal, "the plan has no secret " + name);
  const json body{
      {"Name", name}, {"Labels", {{labels::deployment, deployment_}}}, {"Data", secret->contents}};
  return check(node_.call(Method::post, "/secrets/create", body), "make secret " + name);
}

Result<void> SwarmActions::make_network(const Step& step) {
  const std::string name = argument(step, "name");
  const Node::Found found = node_.network(name);
  if (!found) return tl::unexpected<Error>(found.error());
  if (found->has_value() && is_ours(**found)) return {};
  if (plan_ == nullptr) return fail(ErrorKind::internal, "the plan has no network " + name);
  for (const Resource& network : plan_->networks) {
    if (network.name != name) continue;
    json body = network.create;
    body["CheckDuplicate"] = true;
    body["Driver"] = "overlay";  // a bridge ends at the edge of its machine
    body["Labels"][labels::deployment] = deployment_;
    body["Labels"][labels::spec] = definition_digest(network);
    return node_.create_network(body);
  }
  return fail(ErrorKind::internal, "the plan has no network " + name);
}

Result<void> SwarmActions::make_service(Step& step) {
  const std::string name = argument(step, "name");
  const Node::Found found = find("/services/" + name);
  if (!found) return tl::unexpected<Error>(found.error());
  if (found->has_value() && is_ours(**found)) {
    step.object = text_of(**found, "ID");
    return {};
  }
  const PlannedService* planned = nullptr;
  for (std::size_t index = 0; plan_ != nullptr && index < plan_->services.size(); ++index) {
    if (plan_->services[index].name == name) planned = &plan_->services[index];
  }
  if (planned == nullptr) return fail(ErrorKind::internal, "the plan has no service " + name);
  json spec = planned->spec;
  spec["Labels"][labels::deployment] = deployment_;
  // The tasks of this specification are known by it.
  json& container = spec["TaskTemplate"]["ContainerSpec"];
  container["Labels"][labels::deployment] = deployment_;
  container["Labels"][labels::component] = planned->component;
  if (container.contains("Secrets")) {
    for (json& attached : container["Secrets"]) {
      const Node::Found secret = find("/secrets/" + text_of(attached, "SecretName"));
      if (!secret) return tl::unexpected<Error>(secret.error());
      if (!secret->has_value()) {
        return fail(ErrorKind::conflict, "secret " + text_of(attached, "SecretName") + " is gone");
      }
      attached["SecretID"] = text_of(**secret, "ID");
    }
  }
  if (found->has_value()) {
    step.object = text_of(**found, "ID");
    return update_service(**found, std::move(spec), "");
  }
  const Result<EngineAnswer> made = node_.call(Method::post, "/services/create", spec);
  const Result<void> checked = check(made, "make service " + name);
  if (checked) step.object = text_of(made->body, "ID");
  return checked;
}

Result<void> SwarmActions::update_service(const json& service, json spec, const char* query) {
  const json& version = member(member(service, "Version"), "Index");
  const std::string target = "/services/" + text_of(service, "ID") +
                             "/update?version=" + (version.is_number() ? version.dump() : "0") +
                             query;
  return check(node_.call(Method::post, target, std::move(spec)),
               "update service " + text_of(member(service, "Spec"), "Name"));
}

Result<void> SwarmActions::converge(const Step& step) {
  const std::string name = argument(step, "name");
  for (;;) {
    const Node::Found found = find("/services/" + name);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!found->has_value())
      return fail(ErrorKind::conflict, "somebody has removed service " + name);
    const std::string update = text_of(member(**found, "UpdateStatus"), "State");
    const Result<bool> run = tasks_run(step, text_of(**found, "ID"));
    if (!run && (is_transient(run.error()) || update.empty())) {
      return tl::unexpected<Error>(run.error());
    }
    const Result<void> judged = judge_update(step, **found);
    if (!judged) return judged;
    const bool under_way = update == "updating" || update == "rollback_started";
    if (run && *run && !under_way && is_ours(**found)) return {};
    const Result<void> slept = pause_.sleep(between_looks);
    if (!slept) return slept;
  }
}

// An error when Swarm has given the update up.
Result<void> SwarmActions::judge_update(const Step& step, const json& service) {
  const json& status = member(service, "UpdateStatus");
  const std::string state = text_of(status, "State");
  if (state == "rollback_completed" || state == "rollback_paused" || state == "paused") {
    return fail(ErrorKind::conflict,
                argument(step, "name") + " does not come up, and Swarm has " +
                    (state == "rollback_completed" ? "taken it back: " : "stopped its update: ") +
                    text_of(status, "Message"));
  }
  return {};
}

// Do as many tasks of this deployment run as are wanted? Says of each what becomes of it.
Result<bool> SwarmActions::tasks_run(const Step& step, const std::string& id) {
  const json filters{{"service", {id}}};
  const Result<EngineAnswer> answer =
      node_.call(Method::get, "/tasks?filters=" + encode_segment(filters.dump()));
  const Result<void> checked = check(answer, "list the tasks of " + argument(step, "name"));
  if (!checked) return tl::unexpected<Error>(checked.error());
  int running = 0;
  int failures = 0;
  std::string problem;
  for (const json& task : answer->body.is_array() ? answer->body : json::array()) {
    const json& container = member(member(task, "Spec"), "ContainerSpec");
    if (text_of(member(container, "Labels"), labels::deployment) != deployment_) continue;
    const json& status = member(task, "Status");
    const std::string state = text_of(status, "State");
    const std::string wanted = text_of(task, "DesiredState");
    const std::string error = text_of(status, "Err");
    if (state == "running" && wanted == "running") ++running;
    if (state == "complete" && step.arguments.value("completes", false)) ++running;
    if (state == "failed" || state == "rejected") {
      ++failures;
      problem = error;
    }
    const json& slot = member(task, "Slot");
    std::string& told = told_[text_of(task, "ID")];
    if (told == state) continue;
    told = state;
    say_(step, argument(step, "name") + "." + (slot.is_number() ? slot.dump() : "?") + " is " +
                   state + (error.empty() ? "" : ": " + error));
  }
  if (failures >= most_failures) {
    return fail(ErrorKind::conflict, argument(step, "name") + " does not come up: " + problem);
  }
  return running >= step.arguments.value("replicas", 1);
}

Result<void> SwarmActions::unmake_service(const Step& step) {
  const std::string name = argument(step, "name");
  const Node::Found found = find("/services/" + name);
  if (!found) return tl::unexpected<Error>(found.error());
  // Not made, or taken back by Swarm already.
  if (!found->has_value() || !is_ours(**found)) return {};
  if (argument(step, "old").empty()) {
    return remove("/services/" + text_of(**found, "ID"), "service " + name);
  }
  const Result<void> updated =
      update_service(**found, member(**found, "Spec"), "&rollback=previous");
  if (updated) say_(step, name + " goes back to what it was");
  return updated;
}

Result<void> SwarmActions::remove(const std::string& path, const std::string& what) {
  const Result<EngineAnswer> answer = node_.call(Method::delete_, path);
  const bool gone =
      (answer && answer->status == 404) || (!answer && answer.error().kind == ErrorKind::not_found);
  return gone ? Result<void>() : check(answer, "remove " + what);
}

// Tasks that were told to stop hold on to their network for a while.
Result<void> SwarmActions::remove_unused_network(const Step& step) {
  const std::string name = argument(step, "name");
  for (int tries = 1;; ++tries) {
    const Node::Found found = node_.network(name);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!found->has_value() || !is_ours(**found)) return {};
    const Result<void> removed = node_.remove_network(text_of(**found, "Id"));
    if (removed || is_transient(removed.error()) || tries == tries_for_network) return removed;
    const Result<void> slept = pause_.sleep(between_looks);
    if (!slept) return slept;
  }
}

}  // namespace sealock::proxy
