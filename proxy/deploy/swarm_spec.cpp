#include "proxy/deploy/swarm_spec.hpp"

#include <utility>

namespace sealock::proxy {
namespace {

using Json = nlohmann::json;

void copy(const Json& from, const char* field, Json& to, const char* as) {
  if (from.contains(field)) to[as] = from[field];
}

Json container_spec(const Component& component, const SwarmSettings& settings) {
  const Json& create = component.create;
  const Json& host = create.at("HostConfig");
  Json spec = Json::object();
  copy(create, "Image", spec, "Image");
  copy(create, "Labels", spec, "Labels");
  copy(create, "Entrypoint", spec, "Command");
  copy(create, "Cmd", spec, "Args");
  copy(create, "Hostname", spec, "Hostname");
  copy(create, "Env", spec, "Env");
  copy(create, "WorkingDir", spec, "Dir");
  copy(create, "User", spec, "User");
  copy(create, "StopSignal", spec, "StopSignal");
  copy(create, "Healthcheck", spec, "Healthcheck");
  copy(host, "Init", spec, "Init");
  copy(host, "ReadonlyRootfs", spec, "ReadOnly");
  copy(host, "CapAdd", spec, "CapabilityAdd");
  copy(host, "CapDrop", spec, "CapabilityDrop");
  copy(host, "Ulimits", spec, "Ulimits");
  copy(host, "GroupAdd", spec, "Groups");
  if (create.contains("StopTimeout")) {
    spec["StopGracePeriod"] = create["StopTimeout"].get<std::int64_t>() * 1'000'000'000;
  }
  Json mounts = settings.mounts;
  if (host.contains("Tmpfs")) {
    for (const auto& [target, options] : host["Tmpfs"].items())
      mounts.push_back({{"Type", "tmpfs"}, {"Target", target}});
  }
  if (!mounts.empty()) spec["Mounts"] = std::move(mounts);
  return spec;
}

Json resources(const Component& component, const SwarmSettings& settings) {
  const Json& host = component.create.at("HostConfig");
  Json limits = Json::object();
  copy(host, "NanoCpus", limits, "NanoCPUs");
  copy(host, "Memory", limits, "MemoryBytes");
  copy(host, "PidsLimit", limits, "Pids");
  Json reserved = Json::object();
  copy(host, "MemoryReservation", reserved, "MemoryBytes");
  if (settings.reserved_nano_cpus > 0) reserved["NanoCPUs"] = settings.reserved_nano_cpus;
  Json all = Json::object();
  if (!limits.empty()) all["Limits"] = std::move(limits);
  if (!reserved.empty()) all["Reservations"] = std::move(reserved);
  return all;
}

Json restart_policy(const Json& host) {
  const std::string name = host.contains("RestartPolicy")
                               ? host["RestartPolicy"].value("Name", std::string("no"))
                               : std::string("any");
  Json policy = Json::object();
  policy["Condition"] = name == "no" ? "none" : name == "on-failure" ? "on-failure" : "any";
  if (name == "on-failure" && host["RestartPolicy"].contains("MaximumRetryCount")) {
    policy["MaxAttempts"] = host["RestartPolicy"]["MaximumRetryCount"];
  }
  return policy;
}

Json networks(const Json& create) {
  Json all = Json::array();
  if (!create.contains("NetworkingConfig")) return all;
  for (const auto& [name, endpoint] : create["NetworkingConfig"]["EndpointsConfig"].items()) {
    Json one{{"Target", name}};
    copy(endpoint, "Aliases", one, "Aliases");
    all.push_back(std::move(one));
  }
  return all;
}

Json update_config(const Component& component, const SwarmSettings& settings) {
  Json config{{"Parallelism", settings.parallelism},
              {"Delay", settings.delay.count()},
              {"FailureAction", "rollback"},
              {"Order", component.order == UpdateOrder::stop_first ? "stop-first" : "start-first"}};
  if (component.monitor.count() > 0) config["Monitor"] = component.monitor.count();
  if (settings.failure_millionths > 0) {
    config["MaxFailureRatio"] = static_cast<double>(settings.failure_millionths) / 1e6;
  }
  return config;
}

}  // namespace

Json make_service_spec(const Component& component, const SwarmSettings& settings) {
  const Json& create = component.create;
  const Json& host = create.at("HostConfig");
  Json task{{"ContainerSpec", container_spec(component, settings)},
            {"RestartPolicy", restart_policy(host)}};
  if (Json all = resources(component, settings); !all.empty()) task["Resources"] = std::move(all);
  if (Json all = networks(create); !all.empty()) task["Networks"] = std::move(all);
  if (host.contains("LogConfig")) {
    Json log = Json::object();
    copy(host["LogConfig"], "Type", log, "Name");
    copy(host["LogConfig"], "Config", log, "Options");
    task["LogDriver"] = std::move(log);
  }
  Json spec{{"Name", component.name},
            {"TaskTemplate", std::move(task)},
            {"Mode", {{"Replicated", {{"Replicas", component.replicas}}}}},
            {"UpdateConfig", update_config(component, settings)}};
  Json rollback = update_config(component, settings);
  rollback["FailureAction"] = "pause";  // a rollback that fails is for a human
  spec["RollbackConfig"] = std::move(rollback);
  if (settings.ports.empty()) return spec;
  Json ports = Json::array();
  for (const SwarmSettings::Port& port : settings.ports) {
    ports.push_back({{"Protocol", port.protocol},
                     {"TargetPort", port.target},
                     {"PublishedPort", port.published},
                     {"PublishMode", port.mode}});
  }
  spec["EndpointSpec"] = {{"Ports", std::move(ports)}};
  return spec;
}

}  // namespace sealock::proxy
