// What is kept of deployments as the endpoints answer it.
//
// Threads: pure.

#pragma once

#include "proxy/deploy/deployment_store.hpp"
#include "proxy/deploy/deployments.hpp"
#include "proxy/deploy/rollout/plan.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace sealock::proxy {

// Without the variables: this is stored.
[[nodiscard]] nlohmann::json to_json(const DeploymentOrder& order);
[[nodiscard]] nlohmann::json to_json(const Deployment& deployment);
[[nodiscard]] nlohmann::json to_json(const Step& step);
[[nodiscard]] nlohmann::json to_json(const Event& event);

// "1 created, 2 replaced, 17 untouched"
[[nodiscard]] std::string summary(const Plan& plan);

}  // namespace sealock::proxy
