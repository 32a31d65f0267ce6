// Takes one step of a deployment, and puts one back.
//
// Both look first and act then, so that each may be called again after a crash at any point in it.
// Objects are known by the ids in the journal, and by the labels of the deployment where a crash came
// between the making of an object and the note of its id.
//
// Errors:  as node.hpp says; "cancelled", "timed out" when a wait was interrupted.
// Threads: the deployment's.
// Cancel:  waits and pulls end by `Pause::sleep` and the node's stop token; changes do not.

#pragma once

#include "proxy/deploy/deployment_store.hpp"
#include "proxy/deploy/rollout/node.hpp"
#include "proxy/deploy/rollout/plan.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>

namespace sealock::proxy {

// Waiting, as the executor lets it: on the steady clock, interrupted by whoever may.
class Pause {
public:
  virtual ~Pause() = default;
  // An error when the wait must not go on.
  [[nodiscard]] virtual Result<void> sleep(std::chrono::milliseconds time) = 0;
};

class Actions {
public:
  // `say` gets sentences for the events. All outlive this.
  Actions(std::string deployment,
          Node& node,
          Pause& pause,
          const Patience& patience,
          std::function<void(const Step&, const std::string&)> say);

  // With the bodies of what is to be made; without it, steps that make something fail.
  void set_plan(const Plan& plan) { plan_ = &plan; }
  // For each key the id that a `create` step has made.
  void set_made(const std::string& key, std::string id) { made_[key] = std::move(id); }
  void set_registry_auth(std::function<std::string(const std::string& image)> find) {
    registry_auth_ = std::move(find);
  }

  // The step's `object` is filled where it makes one.
  [[nodiscard]] Result<void> take(Step& step);
  [[nodiscard]] Result<void> put_back(const Step& step);

private:
  // The container that a step speaks of; "" when it was never made.
  [[nodiscard]] std::string container_of(const Step& step) const;

  Result<void> pull(Step& step);
  Result<void> make_network(Step& step);
  Result<void> make_volume(Step& step);
  Result<void> create(Step& step);
  Result<void> connect(const PlannedContainer& planned, const std::string& id);
  Result<void> start(const Step& step);
  Result<void> wait(const Step& step);
  Result<void> stop(const Step& step);
  Result<void> rename(const std::string& id, const std::string& name);
  Result<void> remove(const Step& step);
  Result<void> remove_network(const Step& step);

  Result<void> unmake_network(const Step& step);
  Result<void> unmake_volume(const Step& step);
  Result<void> uncreate(const Step& step);
  Result<void> restart_old(const Step& step);
  Result<void> await_old(const Step& step, const std::string& id);

  std::string deployment_;
  Node& node_;
  Pause& pause_;
  Patience patience_;
  std::function<void(const Step&, const std::string&)> say_;
  std::function<std::string(const std::string& image)> registry_auth_;
  const Plan* plan_ = nullptr;
  std::map<std::string, std::string> made_;
};

}  // namespace sealock::proxy
