#include "proxy/deploy/deployments.hpp"

#include "proxy/deploy/deployment_store.hpp"
#include "proxy/deploy/rollout/deployment_json.hpp"
#include "proxy/deploy/rollout/digests.hpp"
#include "proxy/deploy/rollout/node_status.hpp"
#include "proxy/deploy/rollout/plan.hpp"
#include "proxy/deploy/rollout/registry_auth.hpp"
#include "proxy/deploy/rollout/rollout.hpp"
#include "proxy/deploy/rollout/secrets.hpp"
#include "proxy/deploy/rollout/steps.hpp"
#include "proxy/deploy/rollout/swarm_plan.hpp"
#include "proxy/deploy/rollout/swarm_status.hpp"
#include "proxy/deploy/store.hpp"
#include "proxy/observe/audit_log.hpp"
#include "proxy/observe/log.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace sealock::proxy {
namespace {

using nlohmann::json;

constexpr std::size_t suffix_length = 6;

// "d_" and a ULID in lower case: sorts by time, and never comes twice, whatever the clock says.
std::string make_id() {
  std::string id = "d_" + make_request_id();
  std::transform(id.begin(), id.end(), id.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return id;
}

std::string suffix_of(const std::string& id) {
  return id.substr(id.size() - suffix_length);
}

class NodeDeployments : public Deployments {
public:
  NodeDeployments(
      Store& store, Engine& engine, Find find, DeploymentSettings settings, std::string key)
      : store_(store),
        engine_(engine),
        find_(std::move(find)),
        settings_(std::move(settings)),
        key_(std::move(key)) {}
  ~NodeDeployments() override { NodeDeployments::stop(); }

  void recover() override;
  Result<json> check(const DeploymentOrder& order) override;
  Result<Started> start(const DeploymentOrder& order) override { return start_as(order, "deploy"); }
  Result<Started> rollback(std::string_view id, DeploymentOrder order) override;
  Result<void> cancel(std::string_view id, std::string_view by) override;
  Result<json> inspect(std::string_view id) override;
  json list(std::size_t limit) override;
  Result<json> events(std::string_view id, std::int64_t since) override;
  void wait(std::string_view id, std::int64_t since, std::chrono::milliseconds time) override;
  bool has_ended(std::string_view id) override;
  Result<json> status(Look look) override;
  bool uses(std::string_view composition) override;
  void stop() override;

private:
  Result<void> add_node_status(Look look, json& answer);
  Result<void> add_swarm_status(Look look, json& answer);
  std::optional<Composition> find_deployed(const char* target);
  Result<Started> start_as(const DeploymentOrder& order, const std::string& kind);
  Result<std::optional<Started>> find_earlier(const DeploymentOrder& order);
  Result<RolloutPlan> plan(std::shared_ptr<const Composition> composition,
                           const DeploymentOrder& order);
  [[nodiscard]] std::string digest_of(const DeploymentOrder& order) const;
  [[nodiscard]] RolloutSetting make_setting();
  void run(std::unique_ptr<Rollout> rollout);

  DeploymentStore store_;
  Engine& engine_;
  Find find_;
  DeploymentSettings settings_;
  std::string key_;
  std::mutex start_mutex_;  // one start() at a time, from its look at the store to its note in it

  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Rollout> current_;  // under mutex_
  std::thread thread_;                // under mutex_
  bool stopping_ = false;             // under mutex_
};

std::string NodeDeployments::digest_of(const DeploymentOrder& order) const {
  const json all{{"order", to_json(order)}, {"variables", order.variables}};
  return hmac_sha256_hex(key_, all.dump());
}

RolloutSetting NodeDeployments::make_setting() {
  RolloutSetting setting;
  setting.key = key_;
  setting.patience = settings_.patience;
  setting.changed = [this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  };
  setting.registry_auth = [secrets = settings_.secrets](const std::string& image) {
    return find_registry_auth(secrets, image);
  };
  return setting;
}

void NodeDeployments::run(std::unique_ptr<Rollout> rollout) {
  std::thread earlier;
  {
    const std::lock_guard lock(mutex_);
    earlier = std::move(thread_);
  }
  if (earlier.joinable()) earlier.join();  // its deployment has ended, or start() had refused
  const std::lock_guard lock(mutex_);
  if (stopping_) return;  // recover() of the next process finds it
  current_ = std::move(rollout);
  thread_ = std::thread([this, running = current_] {
    running->run();
    const std::lock_guard held(mutex_);
    changed_.notify_all();
  });
}

void NodeDeployments::recover() {
  std::vector<Deployment> left = store_.unfinished();
  // One at a time is all that start() lets in.
  if (left.empty()) return;
  Deployment deployment = std::move(left.front());
  log_warn("deployment_found_unfinished", {{"deployment", deployment.id},
                                           {"composition", deployment.composition},
                                           {"state", name_of(deployment.state)}});
  std::vector<Step> steps = store_.steps(deployment.id);
  run(std::make_unique<Rollout>(std::move(deployment), std::move(steps), RolloutPlan(), store_,
                                engine_, make_setting()));
}

Result<RolloutPlan> NodeDeployments::plan(std::shared_ptr<const Composition> composition,
                                          const DeploymentOrder& order) {
  const ValueSources values{order.variables, settings_.secrets, key_};
  Node node(engine_, "plan of " + composition->name);
  RolloutPlan plan;
  plan.composition = std::move(composition);
  if (order.target == DeploymentTarget::swarm) {
    const Edits edits = [this](const json& service) {
      return edited_service_fields(service, store_, key_);
    };
    const SwarmSources sources{values, find_, edits};
    Result<SwarmPlan> made = make_swarm_plan(*plan.composition, order, sources, node);
    if (!made) return tl::unexpected<Error>(made.error());
    plan.swarm = std::move(*made);
  } else {
    Result<Plan> made = make_plan(*plan.composition, order, values, find_, node);
    if (!made) return tl::unexpected<Error>(made.error());
    plan.node = std::move(*made);
  }
  return plan;
}

Result<json> NodeDeployments::check(const DeploymentOrder& order) {
  Result<Composition> found = find_(order.composition);
  if (!found) return tl::unexpected<Error>(found.error());
  const Result<RolloutPlan> planned =
      plan(std::make_shared<const Composition>(std::move(*found)), order);
  if (!planned) return tl::unexpected<Error>(planned.error());
  return planned->swarm ? to_json(*planned->swarm) : to_json(*planned->node);
}

// The deployment that this idempotency key stands for, when there is one.
Result<std::optional<Started>> NodeDeployments::find_earlier(const DeploymentOrder& order) {
  if (order.idempotency_key.empty()) return std::nullopt;
  const std::optional<Deployment> known = store_.find_by_key(order.idempotency_key);
  if (!known) return std::nullopt;
  if (known->order_digest == digest_of(order)) return Started{known->id, true};
  return fail(ErrorKind::conflict, "the idempotency key came with another request already (" +
                                       known->id + "); use a new one");
}

Result<Started> NodeDeployments::start_as(const DeploymentOrder& order, const std::string& kind) {
  const std::lock_guard one_at_a_time(start_mutex_);
  Result<std::optional<Started>> earlier = find_earlier(order);
  if (!earlier) return tl::unexpected<Error>(earlier.error());
  if (*earlier) return **earlier;
  for (const Deployment& holder : store_.unfinished()) {
    return fail(ErrorKind::conflict, "deployment " + holder.id + " of " + holder.composition +
                                         " is under way; wait for it, or cancel it");
  }
  Result<Composition> found = find_(order.composition);
  if (!found) return tl::unexpected<Error>(found.error());
  const auto composition = std::make_shared<const Composition>(std::move(*found));
  Result<RolloutPlan> planned = plan(composition, order);
  if (!planned) return tl::unexpected<Error>(planned.error());

  const bool swarm = planned->swarm.has_value();
  Deployment deployment;
  deployment.composition = composition->name;
  deployment.target = swarm ? "swarm" : "node";
  deployment.kind = kind;
  deployment.by = order.by;
  deployment.order = to_json(order);
  deployment.changed = swarm ? planned->swarm->changed() : planned->node->changed();
  deployment.idempotency_key = order.idempotency_key;
  deployment.order_digest = digest_of(order);
  const auto before = store_.last_succeeded(deployment.target);
  // What runs already does not take the place of what was there before it.
  if (before) {
    const bool same = before->composition == composition->name;
    deployment.previous = same ? before->previous : before->composition;
  }
  if (!deployment.changed) {
    deployment.state = DeploymentState::succeeded;
    deployment.text = composition->name + " runs already; nothing was changed";
  }
  std::vector<Step> steps;
  do {
    deployment.id = make_id();
    if (!deployment.changed) continue;
    steps = swarm ? make_swarm_steps(*planned->swarm)
                  : make_steps(*planned->node, suffix_of(deployment.id));
  } while (!store_.add(deployment, steps));
  const std::string id = deployment.id;
  for (const std::string& text : swarm ? std::vector<std::string>() : planned->node->notes)
    store_.add_event(id, Event{0, "", EventLevel::warning, "", "plan", text});
  const std::string text = swarm ? summary(*planned->swarm) : summary(*planned->node);
  store_.add_event(id, Event{0, "", EventLevel::info, "", "plan", text});
  if (deployment.changed) {
    run(std::make_unique<Rollout>(std::move(deployment), std::move(steps), std::move(*planned),
                                  store_, engine_, make_setting()));
  }
  return Started{id, false};
}

Result<Started> NodeDeployments::rollback(std::string_view id, DeploymentOrder order) {
  const std::optional<Deployment> deployment = store_.find(id);
  if (!deployment) return fail(ErrorKind::not_found, "no such deployment: " + std::string(id));
  if (deployment->target == "swarm") order.target = DeploymentTarget::swarm;
  if (order.composition.empty()) order.composition = deployment->previous;
  if (order.composition.empty()) {
    return fail(ErrorKind::conflict, "nothing was deployed before " + std::string(id) +
                                         "; name the composition to go back to");
  }
  return start_as(order, "rollback");
}

Result<void> NodeDeployments::cancel(std::string_view id, std::string_view by) {
  const std::optional<Deployment> deployment = store_.find(id);
  if (!deployment) return fail(ErrorKind::not_found, "no such deployment: " + std::string(id));
  if (is_final(deployment->state)) {
    return fail(ErrorKind::conflict, "deployment " + std::string(id) + " has ended already (" +
                                         std::string(name_of(deployment->state)) + ")");
  }
  std::shared_ptr<Rollout> rollout;
  {
    const std::lock_guard lock(mutex_);
    rollout = current_;
  }
  const std::string text = "cancelled" + (by.empty() ? std::string() : " by " + std::string(by));
  if (rollout && rollout->id() == id && rollout->cancel(text)) return {};
  return fail(ErrorKind::conflict, "deployment " + std::string(id) +
                                       " can be cancelled no more: the new composition holds; roll "
                                       "back instead");
}

Result<json> NodeDeployments::inspect(std::string_view id) {
  const std::optional<Deployment> deployment = store_.find(id);
  if (!deployment) return fail(ErrorKind::not_found, "no such deployment: " + std::string(id));
  json answer = to_json(*deployment);
  json steps = json::array();
  for (const Step& step : store_.steps(id))
    steps.push_back(to_json(step));
  answer["steps"] = std::move(steps);
  return answer;
}

json NodeDeployments::list(std::size_t limit) {
  json answer = json::array();
  for (const Deployment& deployment : store_.list(limit))
    answer.push_back(to_json(deployment));
  return answer;
}

Result<json> NodeDeployments::events(std::string_view id, std::int64_t since) {
  if (!store_.find(id)) return fail(ErrorKind::not_found, "no such deployment: " + std::string(id));
  json answer = json::array();
  for (const Event& event : store_.events(id, since))
    answer.push_back(to_json(event));
  return answer;
}

bool NodeDeployments::has_ended(std::string_view id) {
  const std::optional<Deployment> deployment = store_.find(id);
  return !deployment || is_final(deployment->state);
}

void NodeDeployments::wait(std::string_view id,
                           std::int64_t since,
                           std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  std::unique_lock lock(mutex_);
  // Writers write first and then take the lock to notify, so nothing is missed in between.
  while (!stopping_ && store_.events(id, since).empty() && !has_ended(id)) {
    if (changed_.wait_until(lock, until) == std::cv_status::timeout) return;
  }
}

Result<json> NodeDeployments::status(Look look) {
  json answer{{"composition", nullptr}, {"deployment", nullptr}, {"holder", nullptr}};
  const std::vector<Deployment> holders = store_.unfinished();
  if (!holders.empty()) answer["holder"] = holders.front().id;
  if (const auto newest = store_.last_succeeded()) {
    answer["composition"] = newest->composition;
    answer["deployment"] = newest->id;
    answer["target"] = newest->target;
  }
  if (look == Look::drift) answer["drift"] = json::array();
  const Result<void> node = add_node_status(look, answer);
  if (!node) return tl::unexpected<Error>(node.error());
  const bool swarm =
      store_.last_succeeded("swarm") || (!holders.empty() && holders.front().target == "swarm");
  if (!swarm) return answer;
  const Result<void> services = add_swarm_status(look, answer);
  if (!services) return tl::unexpected<Error>(services.error());
  return answer;
}

// What was deployed last to `target`; nothing when nothing was, or it is not stored any more.
std::optional<Composition> NodeDeployments::find_deployed(const char* target) {
  const auto last = store_.last_succeeded(target);
  if (!last) return std::nullopt;
  Result<Composition> found = find_(last->composition);
  if (!found) return std::nullopt;
  return std::move(*found);
}

Result<void> NodeDeployments::add_node_status(Look look, json& answer) {
  Node node(engine_, "status");
  const Result<NodeStatus> seen = look_at_node(node);
  if (!seen) return tl::unexpected<Error>(seen.error());
  answer["containers"] = containers_json(*seen);
  if (look == Look::state) return {};
  const std::optional<Composition> wanted = find_deployed("node");
  const Result<json> drift = find_drift(node, *seen, wanted ? &*wanted : nullptr, store_, key_);
  if (!drift) return tl::unexpected<Error>(drift.error());
  answer["drift"].insert(answer["drift"].end(), drift->begin(), drift->end());
  return {};
}

Result<void> NodeDeployments::add_swarm_status(Look look, json& answer) {
  Node node(engine_, "status");
  const Result<SwarmStatus> seen = look_at_swarm(node);
  if (!seen) return tl::unexpected<Error>(seen.error());
  answer["services"] = services_json(*seen);
  if (look == Look::state) return {};
  const std::optional<Composition> wanted = find_deployed("swarm");
  const json drift = find_swarm_drift(*seen, wanted ? &*wanted : nullptr, store_, key_);
  answer["drift"].insert(answer["drift"].end(), drift.begin(), drift.end());
  return {};
}

bool NodeDeployments::uses(std::string_view composition) {
  std::vector<std::string> names;
  for (const Deployment& deployment : store_.unfinished())
    names.insert(names.end(), {deployment.composition, deployment.previous});
  for (const char* target : {"node", "swarm"}) {
    if (const auto last = store_.last_succeeded(target)) {
      names.insert(names.end(), {last->composition, last->previous});
    }
  }
  return std::find(names.begin(), names.end(), composition) != names.end();
}

void NodeDeployments::stop() {
  std::thread ended;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (current_) current_->stop();
    changed_.notify_all();
    ended = std::move(thread_);
  }
  if (ended.joinable()) ended.join();
}

}  // namespace

Result<std::unique_ptr<Deployments>> Deployments::open(Store& store,
                                                       Engine& engine,
                                                       Find find,
                                                       const DeploymentSettings& settings) {
  Result<std::string> key = read_or_make_key(settings.state);
  if (!key) return tl::unexpected<Error>(key.error());
  return std::make_unique<NodeDeployments>(store, engine, std::move(find), settings,
                                           std::move(*key));
}

}  // namespace sealock::proxy
