// Deployments over a simulated engine and a store in a temporary folder. restart() is a process that died
// and was started again: all but the store and the engine is new.
//
// Life: the folder goes with it.

#pragma once

#include "proxy/deploy/deployments.hpp"
#include "proxy/deploy/store.hpp"
#include "tests/proxy/deploy/simulated_engine.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace sealock::tests {

// What a process that dies in the middle of a request throws here.
struct Death : std::runtime_error {
  Death() : std::runtime_error("killed") {}
};

[[nodiscard]] proxy::Component component(const std::string& name,
                                         const nlohmann::json& create = nlohmann::json::object());

class DeploymentRig {
public:
  DeploymentRig();
  ~DeploymentRig();
  DeploymentRig(const DeploymentRig&) = delete;
  DeploymentRig& operator=(const DeploymentRig&) = delete;

  void put(const std::string& name,
           std::vector<proxy::Component> components,
           std::vector<proxy::Resource> networks = {},
           std::vector<proxy::Resource> volumes = {});
  void secret(const std::string& name, const std::string& value, unsigned mode = 0600);

  // Starts and waits for the end; the inspect document, or {"error": text}.
  nlohmann::json deploy(const std::string& composition);
  nlohmann::json deploy(const proxy::DeploymentOrder& order);
  nlohmann::json finish(const std::string& id);
  void restart();
  // From the next restart on, what the engine may still be making is waited for as in real life.
  void be_patient();
  // restart(), and until what was left has been dealt with.
  nlohmann::json recover();

  [[nodiscard]] SimulatedEngine& engine() { return engine_; }
  [[nodiscard]] proxy::Deployments& deployments() { return *deployments_; }
  // "web running 1": of every container its name, state and MODE variable.
  [[nodiscard]] std::vector<std::string> running();
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
  std::filesystem::path folder_;
  std::map<std::string, proxy::Composition> compositions_;
  proxy::Patience patience_{std::chrono::milliseconds(0), std::chrono::milliseconds(5),
                            std::chrono::milliseconds(1)};
  SimulatedEngine engine_;
  std::unique_ptr<proxy::Store> store_;
  std::unique_ptr<proxy::Deployments> deployments_;
};

}  // namespace sealock::tests
