#include "proxy/deploy/compose_reader.hpp"

#include "policy/effective/image_reference.hpp"
#include "policy/request/names.hpp"
#include "policy/rules/spelling.hpp"
#include "policy/rules/yaml_json.hpp"
#include "policy/rules/yaml_reader.hpp"
#include "proxy/deploy/compose_service.hpp"
#include "proxy/deploy/rollout/digests.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace sealock::proxy {
namespace {

using Json = nlohmann::json;
using policy::YamlEntry;
using policy::YamlNode;

// Of services, of networks and of volumes: far more than one engine runs.
constexpr std::size_t most_objects = 1'000;

constexpr std::array<std::string_view, 5> top_keys{"name", "networks", "services", "version",
                                                   "volumes"};
constexpr std::array<std::string_view, 9> network_keys{"attachable",  "driver",   "driver_opts",
                                                       "enable_ipv6", "external", "internal",
                                                       "ipam",        "labels",   "name"};
constexpr std::array<std::string_view, 5> volume_keys{"driver", "driver_opts", "external", "labels",
                                                      "name"};

// An order in which each component stands behind those that it needs: walk over all of them by name,
// take what is ready, and begin again until nothing more is. So the order in the file means nothing.
// Less than all when there is a circle.
std::vector<std::size_t> order_of(const std::vector<ReadService>& services) {
  const auto name = [&](std::size_t i) -> std::string_view { return services[i].component.name; };
  std::map<std::string_view, std::size_t> by_name;
  for (std::size_t i = 0; i < services.size(); ++i)
    by_name.emplace(name(i), i);
  std::vector<std::vector<std::size_t>> needed_by(services.size());
  std::vector<std::size_t> waits_for(services.size(), 0);
  for (std::size_t i = 0; i < services.size(); ++i) {
    for (const Dependency& need : services[i].component.depends_on) {
      needed_by[by_name.at(need.component)].push_back(i);
      ++waits_for[i];
    }
  }
  std::vector<std::size_t> walk(services.size(), 0);  // the walk in which it is taken
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < services.size(); ++i)
    if (waits_for[i] == 0) order.push_back(i);
  for (std::size_t at = 0; at < order.size(); ++at) {
    const std::size_t taken = order[at];
    for (const std::size_t i : needed_by[taken]) {
      walk[i] = std::max(walk[i], walk[taken] + (name(taken) < name(i) ? 0 : 1));
      if (--waits_for[i] == 0) order.push_back(i);
    }
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(walk[a], name(a)) < std::pair(walk[b], name(b));
  });
  return order;
}

// Text that is the same for the same content: members by name, numbers as they were written (1.10 is
// another version than 1.1).
void write_content(const policy::Value& value, std::string& out) {
  if (const policy::Value::Object* object = value.object()) {
    std::map<std::string_view, const policy::Value*> members;
    for (const auto& [key, member] : *object)
      members.emplace(key, &member);
    const char* separator = "";
    out += '{';
    for (const auto& [key, member] : members) {
      out.append(std::exchange(separator, ",")).append(Json(key).dump()) += ':';
      write_content(*member, out);
    }
    out += '}';
  } else if (const policy::Value::List* list = value.list()) {
    const char* separator = "";
    out += '[';
    for (const policy::Value& item : *list) {
      out += std::exchange(separator, ",");
      write_content(item, out);
    }
    out += ']';
  } else if (const policy::Value::Number* number = value.number()) {
    out += number->text;
  } else if (const std::string* text = value.string()) {
    out += Json(*text).dump();
  } else {
    out += policy::to_json(value);
  }
}

class FileReader {
public:
  FileReader(std::string name, policy::Diagnostics& diagnostics)
      : values_(diagnostics), diagnostics_(diagnostics) {
    composition_.name = std::move(name);
  }

  std::optional<Composition> read(const YamlNode& root);

private:
  enum class Kind { network, volume };

  std::string engine_name(const std::string& key) const;
  void read_resources(const YamlNode& root, Kind kind);
  Resource read_resource(const YamlEntry& entry, Kind kind);
  Json create_network(const YamlNode& node, const std::string& name);
  Json create_volume(const YamlNode& node, const std::string& name);
  void read_common(const YamlNode& node, Json& create, const char* options);
  void read_address_pools(const YamlNode& node, Json& create);
  void read_services(const YamlNode& root);
  bool expect_few(const YamlNode& node, const std::string& what);
  void check_dependencies();
  void check_order(const std::vector<std::size_t>& order);
  void keep_used();

  ComposeValues values_;
  policy::Diagnostics& diagnostics_;
  Composition composition_;
  std::vector<Resource> networks_;
  std::vector<Resource> volumes_;
  std::vector<ReadService> services_;
  std::vector<policy::Place> service_places_;
};

std::string FileReader::engine_name(const std::string& key) const {
  if (!composition_.project.empty()) return composition_.project + "_" + key;
  return key == "default" ? "sealock_default" : key;  // Docker has a network of that name
}

std::optional<Composition> FileReader::read(const YamlNode& root) {
  if (!root.is_map()) {
    values_.error("D02", root, "a Compose file is a map, with 'services'");
    return std::nullopt;
  }
  if (!values_.expect_map(root, "a Compose file", top_keys)) return std::nullopt;
  if (const YamlNode* project = ComposeValues::find(root, "name")) {
    composition_.project = values_.text(*project, "name");
    if (!policy::is_object_name(composition_.project)) {
      values_.error("D03", *project, "'" + composition_.project + "' is no name of a project",
                    "letters, digits, _ . and -");
    }
  }
  read_resources(root, Kind::network);
  read_resources(root, Kind::volume);
  read_services(root);
  check_dependencies();
  if (diagnostics_.has_errors()) return std::nullopt;
  const std::vector<std::size_t> order = order_of(services_);
  check_order(order);
  if (diagnostics_.has_errors()) return std::nullopt;
  for (const std::size_t i : order)
    composition_.components.push_back(services_[i].component);
  keep_used();
  std::string content;
  write_content(policy::json_of(root, nullptr), content);
  composition_.content_digest = "sha256:" + sha256_hex(content);
  return std::move(composition_);
}

void FileReader::read_resources(const YamlNode& root, Kind kind) {
  std::vector<Resource>& all = kind == Kind::network ? networks_ : volumes_;
  const char* section = kind == Kind::network ? "networks" : "volumes";
  if (const YamlNode* node = ComposeValues::find(root, section)) {
    if (!node->is_map()) {
      values_.error("D02", *node, "'" + std::string(section) + "' must be a map");
      return;
    }
    if (!expect_few(*node, section)) return;
    for (const YamlEntry& entry : node->entries) {
      if (!entry.key.starts_with("x-")) all.push_back(read_resource(entry, kind));
    }
  }
  const bool has_default =
      std::any_of(all.begin(), all.end(), [](const Resource& one) { return one.key == "default"; });
  if (kind == Kind::volume || has_default) return;
  const std::string name = engine_name("default");
  all.push_back({"default", name, false, Json{{"Name", name}, {"CheckDuplicate", true}}});
}

Resource FileReader::read_resource(const YamlEntry& entry, Kind kind) {
  Resource resource{entry.key, engine_name(entry.key), false, nullptr};
  const YamlNode& node = entry.value;
  const std::string what =
      (kind == Kind::network ? "the network '" : "the volume '") + entry.key + "'";
  const std::span<const std::string_view> keys =
      kind == Kind::network ? std::span<const std::string_view>(network_keys) : volume_keys;
  if (!values_.expect_map(node, what, keys)) return resource;
  if (const YamlNode* external = ComposeValues::find(node, "external")) {
    resource.external = external->is_map() || values_.flag(*external, "external");
    if (resource.external) resource.name = entry.key;
    // {name: ...}, as files before 2018 have it.
    constexpr std::array<std::string_view, 1> of_external{"name"};
    const bool named = external->is_map() && values_.expect_map(*external, "external", of_external);
    const YamlNode* name = named ? ComposeValues::find(*external, "name") : nullptr;
    if (name != nullptr) resource.name = values_.text(*name, "name");
  }
  if (const YamlNode* name = ComposeValues::find(node, "name")) {
    resource.name = values_.text(*name, "name");
  }
  if (!policy::is_object_name(resource.name)) {
    diagnostics_.error("D03", entry.key_place, "'" + resource.name + "' is no name of an object",
                       "letters, digits, _ . and -");
  }
  if (resource.external) return resource;
  resource.create = kind == Kind::network ? create_network(node, resource.name)
                                          : create_volume(node, resource.name);
  return resource;
}

void FileReader::read_common(const YamlNode& node, Json& create, const char* options) {
  if (const YamlNode* driver = ComposeValues::find(node, "driver")) {
    create["Driver"] = values_.text(*driver, "driver");
  }
  const auto put_map = [&](std::string_view key, const char* field, WithoutValue without) {
    const YamlNode* map = ComposeValues::find(node, key);
    if (map == nullptr) return;
    create[field] = Json::object();
    for (const auto& [name, value] : values_.pairs(*map, key, Expansion::refused, without))
      create[field][name] = value;
  };
  put_map("driver_opts", options, WithoutValue::is_refused);
  put_map("labels", "Labels", WithoutValue::is_empty);
}

Json FileReader::create_network(const YamlNode& node, const std::string& name) {
  Json create{{"Name", name}, {"CheckDuplicate", true}};
  read_common(node, create, "Options");
  const auto put_flag = [&](std::string_view key, const char* field) {
    if (const YamlNode* flag = ComposeValues::find(node, key)) {
      create[field] = values_.flag(*flag, key);
    }
  };
  put_flag("internal", "Internal");
  put_flag("attachable", "Attachable");
  put_flag("enable_ipv6", "EnableIPv6");
  if (const YamlNode* pools = ComposeValues::find(node, "ipam")) read_address_pools(*pools, create);
  return create;
}

void FileReader::read_address_pools(const YamlNode& node, Json& create) {
  constexpr std::array<std::string_view, 2> of_ipam{"config", "driver"};
  constexpr std::array<std::string_view, 3> of_pool{"gateway", "ip_range", "subnet"};
  if (!values_.expect_map(node, "ipam", of_ipam)) return;
  if (const YamlNode* driver = ComposeValues::find(node, "driver")) {
    constexpr std::array<std::string_view, 1> words{"default"};
    (void)values_.word(*driver, "ipam.driver", words);
  }
  const YamlNode* config = ComposeValues::find(node, "config");
  if (config == nullptr) return;
  if (!config->is_list()) return values_.error("D02", *config, "'ipam.config' must be a list");
  Json pools = Json::array();
  for (const YamlNode& item : config->items) {
    if (!values_.expect_map(item, "ipam.config", of_pool)) continue;
    Json pool = Json::object();
    const auto put = [&](std::string_view key, const char* field) {
      if (const YamlNode* text = ComposeValues::find(item, key)) {
        pool[field] = values_.text(*text, key);
      }
    };
    put("subnet", "Subnet");
    put("ip_range", "IPRange");
    put("gateway", "Gateway");
    pools.push_back(std::move(pool));
  }
  create["IPAM"]["Config"] = std::move(pools);
}

Json FileReader::create_volume(const YamlNode& node, const std::string& name) {
  Json create{{"Name", name}};
  read_common(node, create, "DriverOpts");
  return create;
}

void FileReader::read_services(const YamlNode& root) {
  const YamlNode* services = ComposeValues::find(root, "services");
  if (services == nullptr || !services->is_map() || services->entries.empty()) {
    const YamlNode& place = services == nullptr ? root : *services;
    values_.error("D04", place, "there are no services", "services: {web: {image: ...}}");
    return;
  }
  if (!expect_few(*services, "services")) return;
  ComposeNames names;
  for (const Resource& network : networks_)
    names.networks.emplace(network.key, network.name);
  for (const Resource& volume : volumes_)
    names.volumes.emplace(volume.key, volume.name);
  for (const YamlEntry& entry : services->entries) {
    if (entry.key.starts_with("x-")) continue;
    // It names the container, for which Docker wants two characters at least.
    if (!policy::is_object_name(entry.key) || entry.key.size() < 2) {
      diagnostics_.error("D03", entry.key_place, "'" + entry.key + "' is no name of a component",
                         "two or more letters, digits, _ . and -");
    }
    services_.push_back(read_compose_service(entry, names, values_));
    service_places_.push_back(entry.key_place);
    if (!composition_.project.empty() && services_.back().component.service.is_object()) {
      services_.back().component.service["Name"] = composition_.project + "_" + entry.key;
    }
  }
  if (services_.empty()) values_.error("D04", *services, "there are no services but x-...");
}

bool FileReader::expect_few(const YamlNode& node, const std::string& what) {
  if (node.entries.size() <= most_objects) return true;
  values_.error("D03", node, "more than " + std::to_string(most_objects) + " " + what,
                "divide it into several compositions");
  return false;
}

void FileReader::check_dependencies() {
  std::set<std::string_view> names;
  for (const ReadService& service : services_)
    names.insert(service.component.name);
  for (const ReadService& service : services_) {
    const std::vector<Dependency>& needs = service.component.depends_on;
    for (std::size_t i = 0; i < needs.size(); ++i) {
      if (names.contains(needs[i].component)) continue;
      policy::Suggestion suggestion(needs[i].component);
      for (const std::string_view name : names)
        suggestion.offer(name);
      values_.error("D06", service.places.depends_on[i],
                    "there is no service '" + needs[i].component + "'", suggestion.hint());
    }
  }
}

void FileReader::check_order(const std::vector<std::size_t>& order) {
  if (order.size() == services_.size()) return;
  for (std::size_t i = 0; i < services_.size(); ++i) {
    if (std::find(order.begin(), order.end(), i) != order.end()) continue;
    diagnostics_.error("D03", service_places_[i],
                       "'" + services_[i].component.name + "' depends on itself, through others");
    return;
  }
}

// A network or volume that nothing uses is not made.
void FileReader::keep_used() {
  std::set<std::string_view> networks;
  std::set<std::string_view> volumes;
  for (const ReadService& service : services_) {
    networks.insert(service.networks.begin(), service.networks.end());
    volumes.insert(service.volumes.begin(), service.volumes.end());
  }
  for (const Resource& network : networks_)
    if (networks.contains(network.key)) composition_.networks.push_back(network);
  for (const Resource& volume : volumes_)
    if (volumes.contains(volume.key)) composition_.volumes.push_back(volume);
}

Json resources_for_rules(const std::vector<Resource>& resources) {
  Json all = Json::array();
  for (const Resource& resource : resources) {
    all.push_back(
        {{"name", resource.name}, {"external", resource.external}, {"create", resource.create}});
  }
  return all;
}

}  // namespace

std::optional<Composition> read_compose(const std::string& name,
                                        const std::string& file,
                                        const std::string& text,
                                        policy::Diagnostics& diagnostics) {
  const auto root = policy::read_yaml(file, text, diagnostics, policy::YamlProfile::compose);
  if (!root) return std::nullopt;
  return FileReader(name, diagnostics).read(*root);
}

Json judged_body(const Composition& composition) {
  Json components = Json::array();
  for (const Component& component : composition.components) {
    Json needs = Json::array();
    for (const Dependency& need : component.depends_on)
      needs.push_back(need.component);
    const auto reference = policy::effective::parse_image_reference(component.image);
    Json one{{"name", component.name},
             {"image", component.image},
             {"replicas", component.replicas},
             {"depends_on", std::move(needs)},
             {"create", component.create}};
    if (reference) {
      one["reference"] = reference->registry + "/" + reference->repository +
                         (reference->tag.empty() ? "" : ":" + reference->tag) +
                         (reference->digest.empty() ? "" : "@" + reference->digest);
      one["tag"] = reference->tag;
    }
    components.push_back(std::move(one));
  }
  return {{"name", composition.name},
          {"project", composition.project},
          {"components", std::move(components)},
          {"networks", resources_for_rules(composition.networks)},
          {"volumes", resources_for_rules(composition.volumes)}};
}

}  // namespace sealock::proxy
