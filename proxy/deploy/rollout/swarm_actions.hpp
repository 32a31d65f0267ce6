// The steps of a deployment to a swarm: secrets, networks, services, and the wait until Swarm says that
// all tasks run. How tasks are replaced, and when a service is taken back, is Swarm's own business
// (update_config); what is done here when one service fails is to take the others back, too.
//
// A service belongs to this deployment when its label says so; that is how a step that a crash
// interrupted is found to be done.
//
// Errors, threads, cancel: as step_taker.hpp says.

#pragma once

#include "proxy/deploy/rollout/node.hpp"
#include "proxy/deploy/rollout/step_taker.hpp"
#include "proxy/deploy/rollout/swarm_plan.hpp"

#include <map>
#include <string>

namespace sealock::proxy {

class SwarmActions : public StepTaker {
public:
  // `plan` is null for a deployment that an earlier process has begun. All outlive this.
  SwarmActions(std::string deployment, Node& node, Pause& pause, const SwarmPlan* plan, Say say);

  [[nodiscard]] Result<void> take(Step& step) override;
  [[nodiscard]] Result<void> put_back(const Step& step) override;

private:
  Result<void> make_secret(const Step& step);
  Result<void> make_network(const Step& step);
  Result<void> make_service(Step& step);
  Result<void> update_service(const nlohmann::json& service,
                              nlohmann::json spec,
                              const char* query);
  Result<void> converge(const Step& step);
  Result<void> judge_update(const Step& step, const nlohmann::json& service);
  Result<bool> tasks_run(const Step& step, const std::string& id);
  Result<void> unmake_service(const Step& step);
  Result<void> remove(const std::string& path, const std::string& what);
  Result<void> remove_unused_network(const Step& step);

  [[nodiscard]] Node::Found find(const std::string& path);
  [[nodiscard]] bool is_ours(const nlohmann::json& object) const;

  std::string deployment_;
  Node& node_;
  Pause& pause_;
  const SwarmPlan* plan_;
  Say say_;
  std::map<std::string, std::string> told_;  // state of each task, as it was last said
};

}  // namespace sealock::proxy
