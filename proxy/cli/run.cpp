#include "proxy/cli/run.hpp"

#include "policy/rules/policy_set.hpp"
#include "proxy/cli/diagnostics_output.hpp"
#include "proxy/cli/exit_status.hpp"
#include "proxy/cli/gather_config.hpp"
#include "proxy/cli/load_rules.hpp"
#include "proxy/cli/notify.hpp"
#include "proxy/cli/resident_memory.hpp"
#include "proxy/cli/signals.hpp"
#include "proxy/config/key_file.hpp"
#include "proxy/deploy/deployment_service.hpp"
#include "proxy/net/server.hpp"
#include "proxy/observe/audit_log.hpp"
#include "proxy/observe/log.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <system_error>

#include <sys/stat.h>

namespace sealock::proxy {
namespace {

using policy::Diagnostics;
using Policies = std::shared_ptr<const policy::PolicySet>;

constexpr const char* run_folder = "/run/sealock";

void log_listeners(std::string_view event,
                   const Config& config,
                   const policy::PolicySet& policies) {
  for (const ListenerConfig& listener : config.listeners) {
    const policy::Policy* policy = policies.find(listener.policy);
    log_info(event, {{"name", listener.name},
                     {"socket", listener.socket.string()},
                     {"policy", listener.policy},
                     {"hash", policy == nullptr ? "" : policy->hash()}});
  }
}

std::string text_of(const EngineAddress& engine) {
  if (engine.kind == EngineAddress::Kind::unix_socket) return "unix://" + engine.path;
  return "tcp://" + engine.host + ":" + std::to_string(engine.port);
}

// /run is empty after a boot; a service unit or a package makes the folder, and a first try by hand
// finds nobody who has. Any other folder is the administrator's.
Result<void> make_run_folder(const Config& config) {
  for (const ListenerConfig& listener : config.listeners) {
    if (listener.socket.parent_path() != run_folder) continue;
    if (mkdir(run_folder, 0755) == 0) {
      // mkdir obeys the umask; clients of other users must be able to pass.
      if (chmod(run_folder, 0755) == 0) return {};
    } else if (errno == EEXIST) {
      return {};
    }
    return fail(ErrorKind::internal, std::string("cannot make the folder ") + run_folder + ": " +
                                         std::generic_category().message(errno) +
                                         "; run as root, or name other sockets with --listen");
  }
  return {};
}

// What listeners and deployments are judged by, with the key that digests and seals are made with when
// one of them has any. The folder's other policies were checked, and take no memory from here on.
Result<Policies> policies_in_use(const Policies& all, const Config& config) {
  std::vector<policy::Policy> used;
  for (const policy::Policy& policy : all->policies()) {
    const bool listens =
        std::any_of(config.listeners.begin(), config.listeners.end(),
                    [&](const ListenerConfig& one) { return one.policy == policy.name(); });
    const bool deploys = config.deployments && config.deployments->policy == policy.name();
    if (listens || deploys) used.push_back(policy);
  }
  std::shared_ptr<const policy::DisguiseKeys> keys;
  if (std::any_of(used.begin(), used.end(), [](const auto& one) { return one.disguises(); })) {
    const auto secret = read_redaction_key(config.redaction_key);
    if (!secret) return tl::unexpected(secret.error());
    keys = std::make_shared<const policy::DisguiseKeys>(*secret);
  }
  return std::make_shared<const policy::PolicySet>(std::move(used), std::move(keys));
}

// SIGHUP. Runs on the signal thread; what a library throws must not end the proxy.
void reload(Config config, AuditLog& audit, Server& server, DeploymentService* deployments) {
  const auto reopened = audit.reopen();
  if (!reopened) log_error("audit_not_reopened", {{"text", reopened.error().text}});
  try {
    Diagnostics diagnostics;
    auto policies = load_rules(config, {}, diagnostics);
    print_problems(diagnostics, stderr, Colour::off);
    if (policies == nullptr) {
      log_error("reload_failed", {{"problems", diagnostics.count(policy::Level::error)},
                                  {"text", "the old policies stay"}});
      return;
    }
    auto ready = policies_in_use(policies, config);
    if (!ready) {
      log_error("reload_failed", {{"text", ready.error().text}});
      return;
    }
    server.reload(*ready);
    if (deployments != nullptr) deployments->reload(*ready);
    log_listeners("reloaded", config, **ready);
  } catch (const std::exception& exception) {
    log_error("reload_failed", {{"text", exception.what()}});
  }
  trim_resident_memory();
}

int serve(const Config& config,
          Policies policies,
          AuditLog& audit,
          const Surroundings& surroundings) {
  const auto fault = [](std::string_view event, const Error& error) {
    log_error(event, {{"text", error.text}});
    return exit_errors;
  };
  if (const auto made = make_run_folder(config); !made) return fault("not_started", made.error());
  auto used = policies_in_use(policies, config);
  if (!used) return fault("not_started", used.error());
  policies = std::move(*used);
  std::unique_ptr<DeploymentService> deployments;
  if (config.deployments) {
    auto opened = DeploymentService::open(config, policies, audit, surroundings.credentials);
    if (!opened) return fault("not_started", opened.error());
    deployments = std::move(*opened);
  }
  Server server(config, policies, audit, deployments ? &deployments->operations() : nullptr);
  if (const auto opened = server.open(); !opened) return fault("not_started", opened.error());
  log_listeners("listening", config, *policies);
  log_info("started", {{"engine", text_of(config.engine)}, {"rules", config.rules.string()}});
  if (deployments) deployments->recover();
  policies.reset();  // the server has the set now; an old one is freed after a reload
  {
    const SignalThread signals(
        {.stop =
             [&] {
               notify_manager(surroundings.notify_socket, "STOPPING=1");
               server.stop();
             },
         .reload = [&] { reload(config, audit, server, deployments.get()); }});
    trim_resident_memory();
    notify_manager(surroundings.notify_socket, "READY=1");
    server.run();
  }
  if (deployments) deployments->stop();
  log_info("stopped");
  return exit_ok;
}

}  // namespace

int run_proxy(const RunOptions& options, const Surroundings& surroundings) {
  block_signals();
  const Colour colour = surroundings.colour_errors ? Colour::on : Colour::off;
  Diagnostics diagnostics;
  auto config = gather_config(options, diagnostics);
  Policies policies;
  if (config) {
    start_log(config->log_level);
    policies = load_rules(*config, surroundings, diagnostics);
  }
  print_problems(diagnostics, stderr, colour);
  if (policies == nullptr) return exit_errors;
  auto audit = AuditLog::open(config->audit);
  if (!audit) {
    log_error("not_started", {{"text", audit.error().text}});
    return exit_errors;
  }
  return serve(*config, std::move(policies), **audit, surroundings);
}

}  // namespace sealock::proxy
