// Everything of deployments in one process, put together: the store, the judged engine, compositions,
// deployments and their endpoints.
//
// Reading order of proxy/deploy: endpoints - compositions (compose_reader, image_resolver,
// composition_store, composition_json) - deployments (rollout/) - judged_engine - store.
//
// Errors:  open() says what is wrong and what to do: a damaged store, a folder that cannot be written.
// Threads: open(), recover() and stop() by main; reload() by the signal thread.

#pragma once

#include "policy/result.hpp"

#include <memory>
#include <string>

namespace sealock::policy {
class PolicySet;
}

namespace sealock::proxy {

class AuditLog;
class OwnOperations;
struct Config;

class DeploymentService {
public:
  // `config.deployments` is there. `audit` outlives this. `credentials` is the folder that systemd
  // passes credentials in; empty: none.
  [[nodiscard]] static Result<std::unique_ptr<DeploymentService>> open(
      const Config& config,
      std::shared_ptr<const policy::PolicySet> policies,
      AuditLog& audit,
      const std::string& credentials);
  DeploymentService() = default;
  DeploymentService(const DeploymentService&) = delete;
  DeploymentService& operator=(const DeploymentService&) = delete;
  virtual ~DeploymentService() = default;

  // For the server; lives as long as this.
  [[nodiscard]] virtual OwnOperations& operations() = 0;
  // Goes on with what an earlier process left. Returns at once.
  virtual void recover() = 0;
  virtual void reload(std::shared_ptr<const policy::PolicySet> policies) = 0;
  virtual void stop() = 0;
};

}  // namespace sealock::proxy
