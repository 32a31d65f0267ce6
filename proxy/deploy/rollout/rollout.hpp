// One deployment under way: takes its steps, or puts them back, and writes down each before and after.
//
// Errors:  none come out of run(): they end in the deployment's state, its text and its events. A
//          store that cannot be written stops the way forward; putting back goes on without it.
// Threads: run() by one thread; cancel(), stop() and is_committed() by any.
// Time:    waits and the timeout are on the steady clock.

#pragma once

#include "proxy/deploy/deployment_store.hpp"
#include "proxy/deploy/rollout/node.hpp"
#include "proxy/deploy/rollout/plan.hpp"
#include "proxy/deploy/rollout/step_taker.hpp"
#include "proxy/deploy/rollout/swarm_plan.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace sealock::proxy {

struct RolloutSetting {
  std::string key;  // of digests
  Patience patience = {};
  std::function<void()> changed;  // an event has been written
  std::function<std::string(const std::string& image)> registry_auth;
};

// What the steps are made of; empty for a deployment that an earlier process has begun.
struct RolloutPlan {
  std::shared_ptr<const Composition> composition;
  std::optional<Plan> node;
  std::optional<SwarmPlan> swarm;
};

class Rollout : public Pause {
public:
  Rollout(Deployment deployment,
          std::vector<Step> steps,
          RolloutPlan plan,
          DeploymentStore& store,
          Engine& engine,
          RolloutSetting setting);

  // Until the deployment has ended, or stop().
  void run();

  // False when it is too late: the new composition holds already.
  [[nodiscard]] bool cancel(const std::string& text);
  void stop();
  [[nodiscard]] const std::string& id() const { return deployment_.id; }

  [[nodiscard]] Result<void> sleep(std::chrono::milliseconds time) override;

private:
  enum class Direction { forward, back };

  void make_taker();
  void resume();
  std::string try_forward();
  Result<void> go_forward();
  Result<void> take(Step& step);
  Result<void> attempt(const std::function<Result<void>()>& action);
  void go_back(const std::string& because);
  bool put_back(Step& step);
  void succeed();
  void remember_looks();
  void end(DeploymentState state, const std::string& text);
  [[nodiscard]] Result<void> check_interruption() const;
  void note(const Step& step);
  void say(EventLevel level,
           const std::string& component,
           const std::string& action,
           std::string text);
  [[nodiscard]] bool stopping() const { return stopping_; }

  Deployment deployment_;
  std::vector<Step> steps_;
  RolloutPlan plan_;
  DeploymentStore& store_;
  RolloutSetting setting_;
  Node node_;
  std::unique_ptr<StepTaker> taker_;
  Direction direction_ = Direction::forward;
  std::chrono::steady_clock::time_point deadline_;
  std::vector<std::string> warnings_;

  std::stop_source stop_source_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> committed_ = false;
  std::string cancelled_;  // why; under mutex_
};

// "starts web", for events.
[[nodiscard]] std::string describe(const Step& step);

}  // namespace sealock::proxy
