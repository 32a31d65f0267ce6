#include "proxy/deploy/rollout/actions.hpp"

#include "proxy/deploy/rollout/labels.hpp"
#include "proxy/deploy/rollout/readiness.hpp"
#include "proxy/deploy/rollout/steps.hpp"

#include <algorithm>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// How long an old container that is started again may take to be up before its successor is taken
// away all the same.
constexpr std::chrono::seconds old_patience{60};

std::string argument(const Step& step, const char* key) {
  return step.arguments.value(key, "");
}

bool is_kind(const Step& step, const char* kind) {
  return step.kind == kind;
}

// Of a container they stand in its Config.
bool has_label(const json& inspect, const char* label, const std::string& value) {
  const json holder = inspect.contains("Config") ? inspect.at("Config") : inspect;
  const auto labels = holder.find("Labels");
  return labels != holder.end() && labels->is_object() && labels->value(label, "") == value;
}

std::string state_of(const json& inspect) {
  return inspect.value("State", json::object()).value("Status", "");
}

bool is_up(const std::string& state) {
  return state == "running" || state == "restarting" || state == "paused";
}

const PlannedContainer* find_planned(const Plan* plan, const std::string& key) {
  if (plan == nullptr) return nullptr;
  for (const PlannedContainer& planned : plan->containers) {
    if (planned.action != PlannedAction::remove && planned.key() == key) return &planned;
  }
  return nullptr;
}

const Resource* find_resource(const std::vector<Resource>& resources, const std::string& name) {
  const auto found = std::find_if(resources.begin(), resources.end(),
                                  [&](const Resource& one) { return one.name == name; });
  return found == resources.end() ? nullptr : &*found;
}

}  // namespace

Actions::Actions(
    std::string deployment, Node& node, Pause& pause, const Patience& patience, Say say)
    : deployment_(std::move(deployment)),
      node_(node),
      pause_(pause),
      patience_(patience),
      say_(std::move(say)) {}

std::string Actions::container_of(const Step& step) const {
  const std::string key = argument(step, "new");
  if (key.empty()) return argument(step, "old");
  const auto made = made_.find(key);
  return made == made_.end() ? std::string() : made->second;
}

Result<void> Actions::take(Step& step) {
  if (is_kind(step, step_kind::pull)) return pull(step);
  if (is_kind(step, step_kind::network)) return make_network(step);
  if (is_kind(step, step_kind::volume)) return make_volume(step);
  if (is_kind(step, step_kind::create)) return create(step);
  if (is_kind(step, step_kind::close_gate)) return stop(step);
  if (is_kind(step, step_kind::drain)) {
    return pause_.sleep(milliseconds(step.arguments.value("milliseconds", std::int64_t{0})));
  }
  if (is_kind(step, step_kind::start) || is_kind(step, step_kind::open_gate)) return start(step);
  if (is_kind(step, step_kind::wait)) return wait(step);
  if (is_kind(step, step_kind::stop)) return stop(step);
  if (is_kind(step, step_kind::aside))
    return rename(argument(step, "old"), argument(step, "aside"));
  if (is_kind(step, step_kind::take)) return rename(container_of(step), argument(step, "name"));
  if (is_kind(step, step_kind::commit)) return {};
  if (is_kind(step, step_kind::remove)) return remove(step);
  if (is_kind(step, step_kind::remove_network)) return remove_network(step);
  return fail(ErrorKind::internal, "the journal holds an unknown step '" + step.kind +
                                       "'; it was written by another version of sealock");
}

Result<void> Actions::put_back(const Step& step) {
  if (is_kind(step, step_kind::network)) return unmake_network(step);
  if (is_kind(step, step_kind::volume)) return unmake_volume(step);
  if (is_kind(step, step_kind::create)) return uncreate(step);
  if (is_kind(step, step_kind::start)) {
    const std::string id = container_of(step);
    return id.empty() ? Result<void>() : node_.stop(id);
  }
  if (is_kind(step, step_kind::stop) || is_kind(step, step_kind::close_gate)) {
    return restart_old(step);
  }
  if (is_kind(step, step_kind::aside)) return rename(argument(step, "old"), argument(step, "name"));
  if (is_kind(step, step_kind::take)) {
    const std::string id = container_of(step);
    return id.empty() ? Result<void>() : rename(id, argument(step, "temporary"));
  }
  return {};  // a pull, a wait, a drain: nothing that anybody would miss
}

Result<void> Actions::pull(Step& step) {
  const std::string image = argument(step, "image");
  const Node::Found found = node_.image(image);
  if (!found) return tl::unexpected<Error>(found.error());
  if (found->has_value()) return {};
  const std::string auth = registry_auth_ ? registry_auth_(image) : std::string();
  const Result<void> pulled =
      node_.pull(image, auth, [&](const std::string& text) { say_(step, text); });
  if (!pulled) return pulled;
  const Node::Found now = node_.image(image);
  if (!now) return tl::unexpected<Error>(now.error());
  if (now->has_value()) return {};
  return fail(ErrorKind::conflict, "image " + image + " was pulled, and is not there");
}

Result<void> Actions::make_network(Step& step) {
  const std::string name = argument(step, "name");
  const Node::Found found = node_.network(name);
  if (!found) return tl::unexpected<Error>(found.error());
  if (found->has_value() && has_label(**found, labels::deployment, deployment_)) return {};
  const Resource* resource = plan_ == nullptr ? nullptr : find_resource(plan_->networks, name);
  if (resource == nullptr) return fail(ErrorKind::internal, "the plan has no network " + name);
  json body = resource->create;
  body["CheckDuplicate"] = true;  // engines before 25 would make a second one of the name
  body["Labels"][labels::deployment] = deployment_;
  body["Labels"][labels::spec] = definition_digest(*resource);
  return node_.create_network(body);
}

Result<void> Actions::make_volume(Step& step) {
  const std::string name = argument(step, "name");
  const Node::Found found = node_.volume(name);
  if (!found) return tl::unexpected<Error>(found.error());
  if (found->has_value()) {
    if (has_label(**found, labels::deployment, deployment_)) return {};
    return fail(ErrorKind::conflict, "volume '" + name + "' was made by somebody else meanwhile");
  }
  const Resource* resource = plan_ == nullptr ? nullptr : find_resource(plan_->volumes, name);
  if (resource == nullptr) return fail(ErrorKind::internal, "the plan has no volume " + name);
  json body = resource->create;
  body["Labels"][labels::deployment] = deployment_;
  body["Labels"][labels::spec] = definition_digest(*resource);
  return node_.create_volume(body);
}

Result<void> Actions::create(Step& step) {
  const std::string key = argument(step, "new");
  const PlannedContainer* planned = find_planned(plan_, key);
  if (planned == nullptr) return fail(ErrorKind::internal, "the plan has no container " + key);
  const std::string name = argument(step, "temporary");
  // After an engine that went away: it may be there.
  const Node::Found found = node_.container(name);
  if (!found) return tl::unexpected<Error>(found.error());
  std::string id;
  if (found->has_value() && has_label(**found, labels::deployment, deployment_)) {
    id = (**found).value("Id", "");
  } else {
    json body = planned->wanted.body;
    json& stamped = body["Labels"];
    stamped[labels::composition] = plan_->composition;
    stamped[labels::component] = planned->component;
    stamped[labels::replica] = std::to_string(planned->wanted.replica);
    stamped[labels::deployment] = deployment_;
    stamped[labels::spec] = planned->wanted.spec_digest;
    stamped[labels::image] = planned->wanted.component->digest;
    if (!planned->wanted.secrets_digest.empty()) {
      stamped[labels::secrets] = planned->wanted.secrets_digest;
    }
    const Result<std::string> made = node_.create_container(name, body);
    if (!made) return tl::unexpected<Error>(made.error());
    id = *made;
  }
  step.object = id;
  made_[key] = id;
  return connect(*planned, id);
}

Result<void> Actions::connect(const PlannedContainer& planned, const std::string& id) {
  if (planned.wanted.endpoints.empty()) return {};
  const Node::Found found = node_.container(id);
  if (!found) return tl::unexpected<Error>(found.error());
  if (!found->has_value()) return fail(ErrorKind::conflict, "somebody has removed the container");
  const json settings = (**found).value("NetworkSettings", json::object());
  const json networks = settings.value("Networks", json::object());
  for (const auto& [network, endpoint] : planned.wanted.endpoints.items()) {
    if (networks.is_object() && networks.contains(network)) continue;
    const Result<void> connected = node_.connect(network, id, endpoint);
    if (!connected) return connected;
  }
  return {};
}

Result<void> Actions::start(const Step& step) {
  const std::string id = container_of(step);
  const Result<void> started = node_.start(id);
  if (started) return {};
  return fail(started.error().kind, argument(step, "name") + ": " + started.error().text);
}

Result<void> Actions::wait(const Step& step) {
  Readiness readiness;
  readiness.completes = step.arguments.value("completes", false);
  readiness.start_period =
      std::max(milliseconds(step.arguments.value("start_period", std::int64_t{0})),
               patience_.least_start_period);
  readiness.monitor = milliseconds(step.arguments.value("monitor", std::int64_t{0}));
  const Result<void> ready = await_ready(node_, pause_, container_of(step), readiness);
  if (ready || is_transient(ready.error())) return ready;
  return fail(ready.error().kind,
              argument(step, "name") + " does not come up: " + ready.error().text);
}

Result<void> Actions::stop(const Step& step) {
  const std::string id = argument(step, "old");
  const Node::Found found = node_.container(id);
  if (!found) return tl::unexpected<Error>(found.error());
  if (!found->has_value() || !is_up(state_of(**found))) return {};
  return node_.stop(id);
}

Result<void> Actions::rename(const std::string& id, const std::string& name) {
  const Node::Found found = node_.container(id);
  if (!found) return tl::unexpected<Error>(found.error());
  if (!found->has_value()) {
    return fail(ErrorKind::conflict,
                "somebody has removed the container that is to be called " + name);
  }
  if ((**found).value("Name", "") == "/" + name) return {};
  return node_.rename(id, name);
}

Result<void> Actions::remove(const Step& step) {
  return node_.remove_container(argument(step, "old"));
}

Result<void> Actions::remove_network(const Step& step) {
  return node_.remove_network(argument(step, "network"));
}

// What the engine was asked for by a process that was killed may come yet: nothing tells when the engine
// takes a request from its socket, and a busy one takes seconds. Nothing was stopped before the last create,
// so waiting costs nobody a service. The end comes by looks, not by the clock: an engine that is slow to
// answer them is slow to make things, too.
Result<void> Actions::unmake(const Step& step, const std::function<Result<Left>()>& remove_found) {
  for (auto looks = patience_.still_coming / patience_.between_looks;; --looks) {
    const Result<Left> left = remove_found();
    if (!left) return tl::unexpected<Error>(left.error());
    const bool may_come = *left == Left::nothing && step.state == StepState::started;
    if (*left != Left::there && (!may_come || looks <= 0)) return {};
    if (looks <= 0) return fail(ErrorKind::conflict, "the engine does not remove it");
    const Result<void> slept = pause_.sleep(patience_.between_looks);
    if (!slept) return slept;
  }
}

Result<void> Actions::unmake_network(const Step& step) {
  return unmake(step, [&]() -> Result<Left> {
    const Node::Found found = node_.network(argument(step, "name"));
    if (!found) return tl::unexpected<Error>(found.error());
    if (!found->has_value()) return Left::nothing;
    if (!has_label(**found, labels::deployment, deployment_)) return Left::removed;  // another's
    return node_.remove_network((**found).value("Id", "")).map([] { return Left::removed; });
  });
}

Result<void> Actions::unmake_volume(const Step& step) {
  return unmake(step, [&]() -> Result<Left> {
    const Node::Found found = node_.volume(argument(step, "name"));
    if (!found) return tl::unexpected<Error>(found.error());
    if (!found->has_value()) return Left::nothing;
    if (!has_label(**found, labels::deployment, deployment_)) return Left::removed;
    return node_.remove_volume(argument(step, "name")).map([] { return Left::removed; });
  });
}

// dockerd lists a container some time before it has made it, and says until then that there is none to be
// removed (moby daemon/create.go: setHostConfig() before Register()): it is gone when it was listed and is
// not any more.
Result<void> Actions::uncreate(const Step& step) {
  if (!step.object.empty()) return node_.remove_container(step.object);
  bool seen = false;
  return unmake(step, [&]() -> Result<Left> {
    const Result<std::vector<NodeContainer>> made =
        node_.containers(labels::deployment, deployment_);
    if (!made) return tl::unexpected<Error>(made.error());
    const auto found = std::find_if(made->begin(), made->end(), [&](const NodeContainer& one) {
      return one.label(labels::component) + "/" + one.label(labels::replica) ==
             argument(step, "new");
    });
    if (found == made->end()) return seen ? Left::removed : Left::nothing;
    seen = true;
    return node_.remove_container(found->id).map([] { return Left::there; });
  });
}

Result<void> Actions::restart_old(const Step& step) {
  const std::string id = argument(step, "old");
  if (is_kind(step, step_kind::stop) && !step.arguments.value("running", false)) return {};
  const Node::Found found = node_.container(id);
  if (!found) return tl::unexpected<Error>(found.error());
  if (!found->has_value()) {
    return fail(ErrorKind::conflict, "somebody has removed container " + argument(step, "name") +
                                         " (" + id.substr(0, 12) +
                                         "), so it cannot be started again");
  }
  // A stop that was under way when we were killed goes on in the engine; a start would be lost in it.
  if (step.state != StepState::done && is_up(state_of(**found))) {
    const Result<void> stopped = node_.stop(id);
    if (!stopped) return stopped;
  }
  const Result<void> started = node_.start(id);
  if (!started) return started;
  return await_old(step, id);
}

// Its successor still serves; it is taken away when the old one can.
Result<void> Actions::await_old(const Step& step, const std::string& id) {
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < old_patience) {
    const Node::Found found = node_.container(id);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!found->has_value()) break;
    const json state = (**found).value("State", json::object());
    const auto health = state.find("Health");
    const bool checked = health != state.end() && health->is_object();
    const std::string status = checked ? health->value("Status", "") : "";
    if (state_of(**found) != "running" || status != "starting") break;
    const Result<void> slept = pause_.sleep(patience_.between_looks);
    if (!slept) return slept;
  }
  say_(step, argument(step, "name") + " runs again");
  return {};
}

}  // namespace sealock::proxy
