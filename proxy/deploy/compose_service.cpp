#include "proxy/deploy/compose_service.hpp"

#include "policy/effective/image_reference.hpp"
#include "policy/rules/spelling.hpp"
#include "proxy/deploy/compose_endpoints.hpp"
#include "proxy/deploy/swarm_spec.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace sealock::proxy {
namespace {

using Json = nlohmann::json;
using policy::YamlEntry;
using policy::YamlNode;

constexpr std::array<std::string_view, 32> keys{"cap_add",
                                                "cap_drop",
                                                "command",
                                                "cpus",
                                                "depends_on",
                                                "deploy",
                                                "entrypoint",
                                                "environment",
                                                "healthcheck",
                                                "hostname",
                                                "image",
                                                "init",
                                                "labels",
                                                "logging",
                                                "mem_limit",
                                                "mem_reservation",
                                                "networks",
                                                "pids_limit",
                                                "ports",
                                                "read_only",
                                                "restart",
                                                "shm_size",
                                                "stop_grace_period",
                                                "stop_signal",
                                                "tmpfs",
                                                "ulimits",
                                                "user",
                                                "volumes",
                                                "working_dir",
                                                "extra_hosts",
                                                "group_add",
                                                "stdin_open"};

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

Json object_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json object = Json::object();
  for (const auto& [key, value] : pairs)
    object[key] = value;
  return object;
}

class ServiceReader {
public:
  ServiceReader(const YamlEntry& entry, const ComposeNames& names, ComposeValues& values)
      : entry_(entry), names_(names), values_(values) {}

  ReadService read();

private:
  [[nodiscard]] const YamlNode* find(std::string_view key) const {
    return ComposeValues::find(entry_.value, key);
  }
  void read_image();
  void read_process();
  void read_lists();
  void read_extra_hosts(const YamlNode& node);
  void read_limits();
  void read_restart();
  void read_health();
  void read_logging();
  void read_ulimits();
  void read_depends_on();
  void add_dependency(const YamlNode& place, const std::string& on, const YamlNode* condition);
  void read_deploy();
  void read_resources(const YamlNode& resources);
  void read_update(const YamlNode& update);
  void set_limit(const YamlNode& node, std::string_view key, std::int64_t value);

  const YamlEntry& entry_;
  const ComposeNames& names_;
  ComposeValues& values_;
  ReadService service_;
  Json create_ = Json::object();
  Json host_ = Json::object();
  SwarmSettings swarm_;
};

ReadService ServiceReader::read() {
  Component& component = service_.component;
  component.name = entry_.key;
  if (!values_.expect_map(entry_.value, "the service '" + entry_.key + "'", keys)) return service_;
  read_image();
  read_process();
  read_lists();
  read_limits();
  read_restart();
  read_health();
  read_logging();
  read_ulimits();
  read_depends_on();
  read_deploy();
  EndpointReader endpoints(entry_, names_, values_, create_, host_, swarm_);
  endpoints.read();
  service_.networks = endpoints.networks();
  service_.volumes = endpoints.volumes();
  create_["HostConfig"] = host_;
  component.create = create_;
  component.service = make_service_spec(component, swarm_);
  return service_;
}

void ServiceReader::read_image() {
  const YamlNode* image = find("image");
  if (image == nullptr) {
    values_.diagnostics().error("D04", entry_.key_place,
                                "the service '" + entry_.key + "' has no image",
                                "images are built before; name one with its tag");
    return;
  }
  service_.component.image = values_.text(*image, "image");
  create_["Image"] = service_.component.image;
  const auto reference = policy::effective::parse_image_reference(service_.component.image);
  if (!reference) values_.error("D03", *image, reference.error().text);
}

void ServiceReader::read_process() {
  const auto put_text = [&](std::string_view key, const char* field) {
    if (const YamlNode* node = find(key)) create_[field] = values_.text(*node, key);
  };
  put_text("user", "User");
  put_text("working_dir", "WorkingDir");
  put_text("hostname", "Hostname");
  put_text("stop_signal", "StopSignal");
  if (const YamlNode* node = find("command")) create_["Cmd"] = values_.command(*node, "command");
  if (const YamlNode* node = find("entrypoint")) {
    create_["Entrypoint"] = values_.command(*node, "entrypoint");
  }
  if (const YamlNode* node = find("stdin_open")) {
    create_["OpenStdin"] = values_.flag(*node, "stdin_open");
  }
  if (const YamlNode* node = find("environment")) {
    Json all = Json::array();
    for (const auto& [name, value] : values_.pairs(*node, "environment", Expansion::allowed))
      all.push_back(name + "=" + value);
    create_["Env"] = std::move(all);
  }
  if (const YamlNode* node = find("labels")) {
    create_["Labels"] =
        object_of(values_.pairs(*node, "labels", Expansion::allowed, WithoutValue::is_empty));
  }
  if (const YamlNode* node = find("stop_grace_period")) {
    const auto period = values_.duration(*node, "stop_grace_period");
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(period).count();
    create_["StopTimeout"] = seconds;
  }
}

void ServiceReader::read_lists() {
  const auto put_texts = [&](std::string_view key, const char* field) {
    if (const YamlNode* node = find(key)) host_[field] = values_.texts(*node, key);
  };
  put_texts("cap_add", "CapAdd");
  put_texts("cap_drop", "CapDrop");
  put_texts("group_add", "GroupAdd");
  if (const YamlNode* node = find("extra_hosts")) read_extra_hosts(*node);
  const auto put_flag = [&](std::string_view key, const char* field) {
    if (const YamlNode* node = find(key)) host_[field] = values_.flag(*node, key);
  };
  put_flag("read_only", "ReadonlyRootfs");
  put_flag("init", "Init");
  if (const YamlNode* node = find("tmpfs")) {
    Json all = Json::object();
    const auto places = node->is_scalar() ? std::vector{values_.text(*node, "tmpfs")}
                                          : values_.texts(*node, "tmpfs");
    for (const std::string& place : places) {
      const std::size_t colon = std::min(place.find(':'), place.size());
      all[place.substr(0, colon)] = colon == place.size() ? "" : place.substr(colon + 1);
    }
    host_["Tmpfs"] = std::move(all);
  }
}

// "name:address", "name=address", or {name: address or list of them}; [..] around an address of IPv6.
void ServiceReader::read_extra_hosts(const YamlNode& node) {
  Json all = Json::array();
  const auto add = [&](const YamlNode& at, const std::string& name, std::string address) {
    if (address.starts_with('[') && address.ends_with(']')) {
      address = address.substr(1, address.size() - 2);
    }
    if (name.empty() || address.empty()) {
      values_.error("D03", at, "'" + name + "' in 'extra_hosts' has no name or no address",
                    "write \"db.example.com:10.0.0.7\"");
    }
    all.push_back(name + ":" + address);
  };
  if (node.is_map()) {
    for (const YamlEntry& entry : node.entries) {
      const auto addresses = entry.value.is_list()
                                 ? values_.texts(entry.value, "extra_hosts")
                                 : std::vector{values_.text(entry.value, "extra_hosts")};
      for (const std::string& address : addresses)
        add(entry.value, entry.key, address);
    }
  } else if (node.is_list()) {
    for (const YamlNode& item : node.items) {
      const std::string host = values_.text(item, "extra_hosts");
      const std::size_t at = std::min(host.find_first_of(":="), host.size());
      if (item.is_scalar())
        add(item, host.substr(0, at), host.substr(std::min(at + 1, host.size())));
    }
  } else {
    values_.error("D02", node, "'extra_hosts' must be a list or a map");
  }
  host_["ExtraHosts"] = std::move(all);
}

void ServiceReader::set_limit(const YamlNode& node, std::string_view key, std::int64_t value) {
  const std::string field(key);
  if (host_.contains(field) && host_[field] != value) {
    values_.error("D03", node, "this limit is said twice, with different values",
                  "say it under deploy.resources.limits, or as a key of the service");
  }
  host_[field] = value;
}

void ServiceReader::read_limits() {
  if (const YamlNode* node = find("mem_limit")) {
    set_limit(*node, "Memory", values_.size(*node, "mem_limit"));
  }
  if (const YamlNode* node = find("mem_reservation")) {
    set_limit(*node, "MemoryReservation", values_.size(*node, "mem_reservation"));
  }
  if (const YamlNode* node = find("cpus")) {
    set_limit(*node, "NanoCpus", values_.nano_cpus(*node, "cpus"));
  }
  if (const YamlNode* node = find("pids_limit")) {
    set_limit(*node, "PidsLimit", values_.number(*node, "pids_limit", -1, most));
  }
  if (const YamlNode* node = find("shm_size")) {
    set_limit(*node, "ShmSize", values_.size(*node, "shm_size"));
  }
}

void ServiceReader::read_restart() {
  const YamlNode* node = find("restart");
  if (node == nullptr) return;
  constexpr std::string_view limited = "on-failure:";
  Json policy = Json::object();
  if (node->is_scalar() && node->text.starts_with(limited)) {
    YamlNode count = *node;
    count.text = node->text.substr(limited.size());
    policy["Name"] = "on-failure";
    policy["MaximumRetryCount"] = values_.number(count, "restart", 1, 1'000'000);
  } else {
    constexpr std::array<std::string_view, 4> words{"no", "always", "on-failure", "unless-stopped"};
    policy["Name"] = values_.word(*node, "restart", words);
  }
  host_["RestartPolicy"] = std::move(policy);
}

void ServiceReader::read_health() {
  const YamlNode* node = find("healthcheck");
  constexpr std::array<std::string_view, 7> known{
      "disable", "interval", "retries", "start_interval", "start_period", "test", "timeout"};
  if (node == nullptr || !values_.expect_map(*node, "healthcheck", known)) return;
  Json health = Json::object();
  const YamlNode* test = ComposeValues::find(*node, "test");
  if (test != nullptr && test->is_list()) {
    const auto words = values_.texts(*test, "healthcheck.test", Expansion::allowed);
    constexpr std::array<std::string_view, 3> starts{"NONE", "CMD", "CMD-SHELL"};
    if (words.empty() || std::find(starts.begin(), starts.end(), words[0]) == starts.end()) {
      values_.error("D03", *test, "'healthcheck.test' must begin with NONE, CMD or CMD-SHELL");
    }
    health["Test"] = words;
  } else if (test != nullptr) {
    health["Test"] = {"CMD-SHELL", values_.text(*test, "healthcheck.test", Expansion::allowed)};
  }
  const YamlNode* disable = ComposeValues::find(*node, "disable");
  if (disable != nullptr && values_.flag(*disable, "healthcheck.disable"))
    health["Test"] = {"NONE"};
  const auto put_duration = [&](std::string_view key, const char* field) {
    const YamlNode* value = ComposeValues::find(*node, key);
    if (value != nullptr) health[field] = values_.duration(*value, key).count();
  };
  put_duration("interval", "Interval");
  put_duration("timeout", "Timeout");
  put_duration("start_period", "StartPeriod");
  put_duration("start_interval", "StartInterval");
  if (const YamlNode* retries = ComposeValues::find(*node, "retries")) {
    health["Retries"] = values_.number(*retries, "healthcheck.retries", 1, 1'000);
  }
  service_.component.start_period = std::chrono::nanoseconds(health.value("StartPeriod", 0L));
  create_["Healthcheck"] = std::move(health);
}

void ServiceReader::read_logging() {
  const YamlNode* node = find("logging");
  constexpr std::array<std::string_view, 2> known{"driver", "options"};
  if (node == nullptr || !values_.expect_map(*node, "logging", known)) return;
  Json log = Json::object();
  if (const YamlNode* driver = ComposeValues::find(*node, "driver")) {
    log["Type"] = values_.text(*driver, "logging.driver");
  }
  if (const YamlNode* options = ComposeValues::find(*node, "options")) {
    log["Config"] = object_of(values_.pairs(*options, "logging.options", Expansion::refused));
  }
  host_["LogConfig"] = std::move(log);
}

void ServiceReader::read_ulimits() {
  const YamlNode* node = find("ulimits");
  if (node == nullptr) return;
  if (!node->is_map()) {
    values_.error("D02", *node, "'ulimits' must be a map");
    return;
  }
  Json all = Json::array();
  for (const YamlEntry& entry : node->entries) {
    constexpr std::array<std::string_view, 2> known{"hard", "soft"};
    std::int64_t soft = 0;
    std::int64_t hard = 0;
    if (entry.value.is_map()) {
      if (!values_.expect_map(entry.value, "ulimits", known)) continue;
      const YamlNode* said_soft = ComposeValues::find(entry.value, "soft");
      const YamlNode* said_hard = ComposeValues::find(entry.value, "hard");
      if (said_soft == nullptr || said_hard == nullptr) {
        values_.error("D04", entry.value, "'" + entry.key + "' needs soft and hard");
        continue;
      }
      soft = values_.number(*said_soft, "soft", -1, most);
      hard = values_.number(*said_hard, "hard", -1, most);
    } else {
      soft = hard = values_.number(entry.value, entry.key, -1, most);
    }
    all.push_back({{"Name", entry.key}, {"Soft", soft}, {"Hard", hard}});
  }
  host_["Ulimits"] = std::move(all);
}

void ServiceReader::add_dependency(const YamlNode& place,
                                   const std::string& on,
                                   const YamlNode* condition) {
  constexpr std::array<std::string_view, 3> words{"service_started", "service_healthy",
                                                  "service_completed_successfully"};
  Dependency dependency{on, Dependency::Condition::started};
  if (condition != nullptr) {
    const std::string said = values_.word(*condition, "condition", words);
    if (said == words[1]) dependency.condition = Dependency::Condition::healthy;
    if (said == words[2]) dependency.condition = Dependency::Condition::completed;
  }
  service_.component.depends_on.push_back(std::move(dependency));
  service_.places.depends_on.push_back(place);
}

void ServiceReader::read_depends_on() {
  const YamlNode* node = find("depends_on");
  if (node == nullptr) return;
  if (node->is_list()) {
    for (const YamlNode& item : node->items)
      add_dependency(item, values_.text(item, "depends_on"), nullptr);
    return;
  }
  if (!node->is_map()) {
    values_.error("D02", *node, "'depends_on' must be a list or a map");
    return;
  }
  for (const YamlEntry& entry : node->entries) {
    constexpr std::array<std::string_view, 3> known{"condition", "required", "restart"};
    if (!values_.expect_map(entry.value, "depends_on." + entry.key, known)) continue;
    // What `docker compose config` writes out; the other value has no meaning here.
    const YamlNode* required = ComposeValues::find(entry.value, "required");
    if (required != nullptr && !values_.flag(*required, "required")) {
      values_.error("D03", *required, "'required' can only be true",
                    "a composition deploys all of its components; leave the dependency out");
    }
    const YamlNode* restart = ComposeValues::find(entry.value, "restart");
    if (restart != nullptr && values_.flag(*restart, "restart")) {
      values_.error("D03", *restart, "'restart' can only be false",
                    "a component that did not change is not touched; leave it out");
    }
    YamlNode place = entry.value;
    place.place = entry.key_place;
    add_dependency(place, entry.key, ComposeValues::find(entry.value, "condition"));
  }
}

void ServiceReader::read_deploy() {
  const YamlNode* node = find("deploy");
  constexpr std::array<std::string_view, 3> known{"replicas", "resources", "update_config"};
  if (node == nullptr || !values_.expect_map(*node, "deploy", known)) return;
  if (const YamlNode* replicas = ComposeValues::find(*node, "replicas")) {
    service_.component.replicas =
        static_cast<int>(values_.number(*replicas, "deploy.replicas", 0, 1'000));
  }
  if (const YamlNode* resources = ComposeValues::find(*node, "resources")) {
    read_resources(*resources);
  }
  if (const YamlNode* update = ComposeValues::find(*node, "update_config")) read_update(*update);
}

void ServiceReader::read_resources(const YamlNode& resources) {
  constexpr std::array<std::string_view, 2> known{"limits", "reservations"};
  constexpr std::array<std::string_view, 3> of_limits{"cpus", "memory", "pids"};
  constexpr std::array<std::string_view, 2> of_reservations{"cpus", "memory"};
  if (!values_.expect_map(resources, "deploy.resources", known)) return;
  const YamlNode* limits = ComposeValues::find(resources, "limits");
  if (limits != nullptr && values_.expect_map(*limits, "deploy.resources.limits", of_limits)) {
    if (const YamlNode* cpus = ComposeValues::find(*limits, "cpus")) {
      set_limit(*cpus, "NanoCpus", values_.nano_cpus(*cpus, "limits.cpus"));
    }
    if (const YamlNode* memory = ComposeValues::find(*limits, "memory")) {
      set_limit(*memory, "Memory", values_.size(*memory, "limits.memory"));
    }
    if (const YamlNode* pids = ComposeValues::find(*limits, "pids")) {
      set_limit(*pids, "PidsLimit", values_.number(*pids, "limits.pids", -1, most));
    }
  }
  const YamlNode* wanted = ComposeValues::find(resources, "reservations");
  if (wanted == nullptr ||
      !values_.expect_map(*wanted, "deploy.resources.reservations", of_reservations)) {
    return;
  }
  if (const YamlNode* memory = ComposeValues::find(*wanted, "memory")) {
    set_limit(*memory, "MemoryReservation", values_.size(*memory, "reservations.memory"));
  }
  if (const YamlNode* cpus = ComposeValues::find(*wanted, "cpus")) {
    swarm_.reserved_nano_cpus = values_.nano_cpus(*cpus, "reservations.cpus");
  }
}

void ServiceReader::read_update(const YamlNode& update) {
  constexpr std::array<std::string_view, 6> known{"delay",   "failure_action", "max_failure_ratio",
                                                  "monitor", "order",          "parallelism"};
  if (!values_.expect_map(update, "deploy.update_config", known)) return;
  if (const YamlNode* order = ComposeValues::find(update, "order")) {
    constexpr std::array<std::string_view, 2> words{"start-first", "stop-first"};
    const bool start_first = values_.word(*order, "order", words) == words[0];
    service_.component.order = start_first ? UpdateOrder::start_first : UpdateOrder::stop_first;
  }
  if (const YamlNode* monitor = ComposeValues::find(update, "monitor")) {
    service_.component.monitor = values_.duration(*monitor, "monitor");
  }
  if (const YamlNode* delay = ComposeValues::find(update, "delay")) {
    swarm_.delay = values_.duration(*delay, "delay");
  }
  if (const YamlNode* parallelism = ComposeValues::find(update, "parallelism")) {
    swarm_.parallelism = values_.number(*parallelism, "parallelism", 0, 1'000);
  }
  if (const YamlNode* ratio = ComposeValues::find(update, "max_failure_ratio")) {
    swarm_.failure_millionths = values_.nano_cpus(*ratio, "max_failure_ratio") / 1'000;
  }
  // What fails is always put back: a deployment that stays half done is none.
  if (const YamlNode* action = ComposeValues::find(update, "failure_action")) {
    constexpr std::array<std::string_view, 1> words{"rollback"};
    (void)values_.word(*action, "failure_action", words);
  }
}

}  // namespace

std::span<const std::string_view> service_keys() {
  return keys;
}

ReadService read_compose_service(const YamlEntry& entry,
                                 const ComposeNames& names,
                                 ComposeValues& values) {
  return ServiceReader(entry, names, values).read();
}

}  // namespace sealock::proxy
