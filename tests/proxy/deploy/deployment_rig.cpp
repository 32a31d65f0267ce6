#include "tests/proxy/deploy/deployment_rig.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include <sys/stat.h>

namespace sealock::tests {

using nlohmann::json;
using namespace proxy;
using namespace std::chrono_literals;

Component component(const std::string& name, const json& create) {
  Component made;
  made.name = name;
  made.image = "shop/" + name + ":1";
  made.digest = "sha256:1";
  made.pinned_image = "sha256:1";
  made.create = {{"Image", made.image}, {"Labels", json::object()}, {"Cmd", {"serve"}}};
  made.create.update(create, true);
  return made;
}

DeploymentRig::DeploymentRig() {
  std::string folder = (std::filesystem::temp_directory_path() / "sealock-deploy-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  folder_ = folder;
  std::filesystem::create_directory(folder_ / "secrets");
  engine_.add_image("sha256:1");
  restart();
}

DeploymentRig::~DeploymentRig() {
  deployments_.reset();
  store_.reset();
  std::filesystem::remove_all(folder_);
}

void DeploymentRig::restart() {
  deployments_.reset();
  store_.reset();
  auto store = Store::open(folder_ / "state");
  REQUIRE(store);
  store_ = std::move(*store);
  DeploymentSettings settings;
  settings.state = folder_ / "state";
  settings.secrets = {folder_ / "none", folder_ / "secrets"};
  settings.patience = patience_;
  const auto find = [this](std::string_view name) -> Result<Composition> {
    const auto found = compositions_.find(std::string(name));
    if (found == compositions_.end()) {
      return fail(ErrorKind::not_found, "no such composition: " + std::string(name));
    }
    return found->second;
  };
  auto opened = Deployments::open(*store_, engine_, find, settings);
  REQUIRE(opened);
  deployments_ = std::move(*opened);
}

void DeploymentRig::be_patient() {
  patience_.still_coming = 10min;
}

json DeploymentRig::recover() {
  restart();
  deployments_->recover();
  const json newest = deployments_->list(1);
  return newest.empty() ? json(nullptr) : finish(newest[0]["id"]);
}

void DeploymentRig::put(const std::string& name,
                        std::vector<Component> components,
                        std::vector<Resource> networks,
                        std::vector<Resource> volumes) {
  compositions_[name] = {name, "", std::move(components), std::move(networks), std::move(volumes),
                         "",   ""};
}

void DeploymentRig::secret(const std::string& name, const std::string& value, unsigned mode) {
  const std::filesystem::path file = folder_ / "secrets" / name;
  std::ofstream(file) << value;
  REQUIRE(::chmod(file.c_str(), mode) == 0);
}

json DeploymentRig::finish(const std::string& id) {
  while (!deployments_->has_ended(id))
    deployments_->wait(id, 1'000'000, 20ms);
  return *deployments_->inspect(id);
}

json DeploymentRig::deploy(const DeploymentOrder& order) {
  const Result<Started> started = deployments_->start(order);
  if (!started) return {{"error", started.error().text}, {"state", "refused"}};
  return finish(started->id);
}

json DeploymentRig::deploy(const std::string& composition) {
  DeploymentOrder order;
  order.composition = composition;
  return deploy(order);
}

std::vector<std::string> DeploymentRig::running() {
  std::vector<std::string> lines;
  for (const auto& [name, container] : engine_.containers()) {
    std::string mode;
    for (const json& variable : container.body.value("Env", json::array())) {
      const std::string text = variable.get<std::string>();
      if (text.starts_with("MODE=")) mode = " " + text.substr(5);
    }
    lines.push_back(name + " " + container.state + mode);
  }
  return lines;
}

}  // namespace sealock::tests
