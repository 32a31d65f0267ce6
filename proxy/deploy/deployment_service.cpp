#include "proxy/deploy/deployment_service.hpp"

#include "policy/rules/policy_set.hpp"
#include "proxy/config/config.hpp"
#include "proxy/deploy/compositions.hpp"
#include "proxy/deploy/deployments.hpp"
#include "proxy/deploy/endpoints.hpp"
#include "proxy/deploy/judged_engine.hpp"
#include "proxy/deploy/store.hpp"
#include "proxy/observe/audit_log.hpp"

#include <string>
#include <utility>

namespace sealock::proxy {
namespace {

class Service final : public DeploymentService {
public:
  Service(std::unique_ptr<Store> store, std::unique_ptr<JudgedEngine> engine)
      : store_(std::move(store)), engine_(std::move(engine)) {}

  Result<void> open(const DeploymentSettings& settings) {
    compositions_ = std::make_unique<Compositions>(*store_, *engine_, settings.secrets);
    auto deployments = Deployments::open(
        *store_, *engine_, [this](std::string_view name) { return compositions_->find(name); },
        settings);
    if (!deployments) return tl::unexpected<Error>(deployments.error());
    deployments_ = std::move(*deployments);
    compositions_->set_in_use([this](std::string_view name) { return deployments_->uses(name); });
    endpoints_ = std::make_unique<Endpoints>(*compositions_, *deployments_);
    return {};
  }

  OwnOperations& operations() override { return *endpoints_; }
  void recover() override { deployments_->recover(); }
  void reload(std::shared_ptr<const policy::PolicySet> policies) override {
    engine_->reload(std::move(policies));
  }
  void stop() override { deployments_->stop(); }

private:
  std::unique_ptr<Store> store_;
  std::unique_ptr<JudgedEngine> engine_;
  std::unique_ptr<Compositions> compositions_;
  std::unique_ptr<Deployments> deployments_;
  std::unique_ptr<Endpoints> endpoints_;
};

}  // namespace

Result<std::unique_ptr<DeploymentService>> DeploymentService::open(
    const Config& config,
    std::shared_ptr<const policy::PolicySet> policies,
    AuditLog& audit,
    const std::string& credentials) {
  auto store = Store::open(config.state);
  if (!store) return tl::unexpected<Error>(store.error());
  auto engine =
      std::make_unique<JudgedEngine>(config.engine, std::move(policies), config.deployments->policy,
                                     audit, config.limits, host_root_of(config));
  DeploymentSettings settings;
  if (!credentials.empty()) settings.secrets.emplace_back(credentials);
  for (const std::filesystem::path& folder : config.deployments->secrets)
    settings.secrets.push_back(folder);
  settings.state = config.state;
  auto service = std::make_unique<Service>(std::move(*store), std::move(engine));
  try {
    const Result<void> opened = service->open(settings);
    if (!opened) return tl::unexpected<Error>(opened.error());
  } catch (const StoreError& error) {
    return fail(ErrorKind::internal, error.what());
  }
  return service;
}

}  // namespace sealock::proxy
