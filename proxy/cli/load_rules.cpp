#include "proxy/cli/load_rules.hpp"

#include "proxy/cli/rules_folder.hpp"

#include <sys/stat.h>

namespace sealock::proxy {
namespace {

// Whoever can write a rule can do what the engine can.
void warn_if_writable(const std::filesystem::path& path, policy::Diagnostics& diagnostics) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || (status.st_mode & S_IWOTH) == 0) return;
  diagnostics.warning("C09", policy::Place{path.string()}, "every user of this host can write this",
                      "chmod o-w " + path.string());
}

void warn_if_rules_are_writable(const std::filesystem::path& folder,
                                policy::Diagnostics& diagnostics) {
  std::error_code ignored;
  warn_if_writable(folder, diagnostics);
  constexpr auto skip = std::filesystem::directory_options::skip_permission_denied;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, skip, ignored)) {
    if (entry.is_directory(ignored) || entry.path().extension() == ".yaml") {
      warn_if_writable(entry.path(), diagnostics);
    }
  }
}

void warn_of_unreachable(const Config& config,
                         const policy::PolicySet& policies,
                         policy::Diagnostics& diagnostics) {
  for (const ListenerConfig& listener : config.listeners) {
    const policy::Policy* policy = policies.find(listener.policy);
    if (policy == nullptr || policy->could_serve(listener.name)) continue;
    diagnostics.warning("C10", listener.places.name,
                        "policy '" + listener.policy + "' does not apply to listener '" +
                            listener.name + "': every request there is refused",
                        "name the listener in applies_to of " + listener.policy +
                            ".yaml, or call it as it is named there");
  }
}

}  // namespace

std::shared_ptr<const policy::PolicySet> load_rules(Config& config,
                                                    const Surroundings& surroundings,
                                                    policy::Diagnostics& diagnostics) {
  auto folder = find_rules(config.rules, surroundings.rules_places);
  if (!folder) {
    diagnostics.error("C04", policy::Place{"rules"}, folder.error().text);
    return nullptr;
  }
  config.rules = std::move(*folder);
  warn_if_rules_are_writable(config.rules, diagnostics);
  auto policies = policy::load_policies(config.rules, {}, diagnostics);
  if (policies == nullptr) return nullptr;
  std::vector<std::string> names;
  for (const policy::Policy& policy : policies->policies()) {
    names.emplace_back(policy.name());
  }
  check_policies(config.listeners, names, diagnostics);
  if (config.deployments) check_deployment_policy(*config.deployments, names, diagnostics);
  warn_of_unreachable(config, *policies, diagnostics);
  return diagnostics.has_errors() ? nullptr : policies;
}

}  // namespace sealock::proxy
