// The steps of a deployment on one engine.
//
// Objects are known by the ids in the journal, and by the labels of the deployment where a crash came
// between the making of an object and the note of its id.
//
// Errors, threads, cancel: as step_taker.hpp says.

#pragma once

#include "proxy/deploy/deployment_store.hpp"
#include "proxy/deploy/rollout/node.hpp"
#include "proxy/deploy/rollout/plan.hpp"
#include "proxy/deploy/rollout/step_taker.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>

namespace sealock::proxy {

class Actions : public StepTaker {
public:
  // `say` gets sentences for the events. All outlive this.
  Actions(std::string deployment, Node& node, Pause& pause, const Patience& patience, Say say);

  // With the bodies of what is to be made; without it, steps that make something fail.
  void set_plan(const Plan& plan) { plan_ = &plan; }
  // For each key the id that a `create` step has made.
  void set_made(const std::string& key, std::string id) { made_[key] = std::move(id); }
  void set_registry_auth(std::function<std::string(const std::string& image)> find) {
    registry_auth_ = std::move(find);
  }

  [[nodiscard]] Result<void> take(Step& step) override;
  [[nodiscard]] Result<void> put_back(const Step& step) override;

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

  enum class Left { nothing, removed, there };  // what a look for something to be removed came to
  Result<void> unmake(const Step& step, const std::function<Result<Left>()>& remove_found);
  Result<void> unmake_network(const Step& step);
  Result<void> unmake_volume(const Step& step);
  Result<void> uncreate(const Step& step);
  Result<void> restart_old(const Step& step);
  Result<void> await_old(const Step& step, const std::string& id);

  std::string deployment_;
  Node& node_;
  Pause& pause_;
  Patience patience_;
  Say say_;
  std::function<std::string(const std::string& image)> registry_auth_;
  const Plan* plan_ = nullptr;
  std::map<std::string, std::string> made_;
};

}  // namespace sealock::proxy
