#include "proxy/deploy/rollout/deployment_json.hpp"

#include "proxy/deploy/rollout/rollout.hpp"

#include <array>

namespace sealock::proxy {

using nlohmann::json;

json to_json(const DeploymentOrder& order) {
  json answer{{"composition", order.composition},
              {"components", order.components},
              {"timeout_ms", order.timeout.count()},
              {"target", order.target == DeploymentTarget::swarm ? "swarm" : "node"},
              {"gate", nullptr}};
  if (order.gate) {
    answer["gate"] = {{"container", order.gate->container},
                      {"drain_ms", order.gate->drain.count()}};
  }
  return answer;
}

json to_json(const Deployment& deployment) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? json(nullptr) : json(text);
  };
  return {{"id", deployment.id},
          {"composition", deployment.composition},
          {"state", name_of(deployment.state)},
          {"text", deployment.text},
          {"changed", deployment.changed},
          {"kind", deployment.kind},
          {"target", deployment.target},
          {"by", deployment.by},
          {"previous", or_null(deployment.previous)},
          {"components", deployment.order.value("components", json::array())},
          {"gate", deployment.order.value("gate", json(nullptr))},
          {"started", deployment.started},
          {"ended", or_null(deployment.ended)}};
}

json to_json(const Step& step) {
  return {{"number", step.number},
          {"action", step.kind},
          {"component", step.component},
          {"text", describe(step)},
          {"state", name_of(step.state)}};
}

json to_json(const Event& event) {
  constexpr std::array<const char*, 3> levels{"info", "warning", "error"};
  return {{"number", event.number},
          {"time", event.time},
          {"level", levels.at(static_cast<std::size_t>(event.level))},
          {"component", event.component},
          {"action", event.action},
          {"text", event.text}};
}

std::string summary(const Plan& plan) {
  std::array<int, 5> counts{};
  for (const PlannedContainer& planned : plan.containers)
    ++counts.at(static_cast<std::size_t>(planned.action));
  constexpr std::array<const char*, 5> words{"untouched", "created", "replaced", "started again",
                                             "removed"};
  std::string text;
  for (std::size_t index = 0; index < counts.size(); ++index) {
    if (counts.at(index) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(counts.at(index)) + " " + words.at(index);
  }
  return text.empty() ? "no containers" : text;
}

}  // namespace sealock::proxy
