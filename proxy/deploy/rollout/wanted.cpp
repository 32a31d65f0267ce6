#include "proxy/deploy/rollout/wanted.hpp"

#include "proxy/deploy/rollout/digests.hpp"
#include "proxy/deploy/rollout/json_fields.hpp"
#include "proxy/deploy/rollout/values.hpp"

#include <algorithm>
#include <set>

namespace sealock::proxy {
namespace {

using nlohmann::json;

std::vector<PublishedPort> fixed_ports(const json& create) {
  std::vector<PublishedPort> ports;
  const json& bindings = member(member(create, "HostConfig"), "PortBindings");
  if (!bindings.is_object()) return ports;
  for (const auto& [inside, places] : bindings.items()) {
    const std::size_t slash = inside.find('/');
    const std::string protocol = slash == std::string::npos ? "tcp" : inside.substr(slash + 1);
    for (const json& place : places.is_array() ? places : json::array()) {
      const std::string port = place.value("HostPort", "");
      // None, or a range: the engine finds one that is free.
      const bool fixed =
          !port.empty() && port.size() <= 5 &&
          std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (fixed) ports.push_back({place.value("HostIp", ""), std::stoi(port), protocol});
    }
  }
  return ports;
}

bool has_fixed_address(const json& create) {
  const json& endpoints = member(member(create, "NetworkingConfig"), "EndpointsConfig");
  if (!endpoints.is_object()) return false;
  return std::any_of(endpoints.begin(), endpoints.end(), [](const json& endpoint) {
    const json& address = member(endpoint, "IPAMConfig");
    const json& mac = member(endpoint, "MacAddress");
    return (address.is_object() && !address.empty()) || (mac.is_string() && mac != "");
  });
}

// Two containers on one volume are no upgrade of a database but its end.
bool writes_volume(const json& create) {
  const json& host = member(create, "HostConfig");
  for (const json& mount : member(host, "Mounts")) {
    if (mount.value("Type", "") == "volume" && !mount.value("ReadOnly", false)) return true;
  }
  for (const json& bind : member(host, "Binds")) {
    const std::string text = bind.is_string() ? bind.get<std::string>() : "";
    if (!text.ends_with(":ro")) return true;
  }
  return false;
}

bool may_start_first(const Component& component, const std::vector<PublishedPort>& ports) {
  if (component.order == UpdateOrder::stop_first) return false;
  if (!ports.empty() || has_fixed_address(component.create)) return false;
  return component.order == UpdateOrder::start_first || !writes_volume(component.create);
}

bool has_to_complete(const Composition& composition, const std::string& name) {
  for (const Component& component : composition.components) {
    for (const Dependency& dependency : component.depends_on) {
      if (dependency.component == name &&
          dependency.condition == Dependency::Condition::completed) {
        return true;
      }
    }
  }
  return false;
}

// Everything but the image, which has a digest of its own.
std::string digest_of(json create) {
  create.erase("Image");
  return sha256_hex(create.dump());
}

// Engines before API 1.44 take one endpoint at create.
void split_endpoints(WantedContainer& wanted) {
  wanted.endpoints = json::object();
  if (!member(wanted.body, "NetworkingConfig").is_object()) return;
  json& networking = wanted.body["NetworkingConfig"];
  if (!member(networking, "EndpointsConfig").is_object()) return;
  json& endpoints = networking["EndpointsConfig"];
  const json& mode = member(member(wanted.body, "HostConfig"), "NetworkMode");
  const std::string first = mode.is_string() ? mode.get<std::string>() : "";
  const bool named = endpoints.contains(first);
  json kept = json::object();
  for (const auto& [name, endpoint] : endpoints.items()) {
    const bool keep = named ? name == first : kept.empty();
    (keep ? kept : wanted.endpoints)[name] = endpoint;
  }
  endpoints = std::move(kept);
}

Result<WantedContainer> make_one(const Component& component,
                                 Values& values,
                                 const std::string& key) {
  WantedContainer wanted;
  wanted.component = &component;
  wanted.body = component.create;
  const Result<void> resolved = values.resolve(wanted.body);
  if (!resolved) {
    return fail(resolved.error().kind,
                "component '" + component.name + "': " + resolved.error().text);
  }
  const auto used = values.take_used();
  if (!used.empty()) wanted.secrets_digest = hmac_sha256_hex(key, json(used).dump());
  wanted.spec_digest = digest_of(component.create);
  wanted.body["Image"] = component.pinned_image;
  if (!wanted.body.contains("Labels") || !wanted.body["Labels"].is_object()) {
    wanted.body["Labels"] = json::object();
  }
  wanted.ports = fixed_ports(component.create);
  wanted.start_first = may_start_first(component, wanted.ports);
  split_endpoints(wanted);
  return wanted;
}

Result<void> check_names(const Composition& composition, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (composition.find(name) != nullptr) continue;
    std::string known;
    for (const Component& component : composition.components)
      known += (known.empty() ? "" : ", ") + component.name;
    return bad_request("composition " + composition.name + " has no component '" + name +
                       "'; it has " + known);
  }
  return {};
}

// Within the composition; what others hold is the plan's to find.
Result<void> check_collisions(const std::vector<WantedContainer>& all) {
  std::set<std::string> names;
  for (std::size_t index = 0; index < all.size(); ++index) {
    const WantedContainer& one = all[index];
    if (!names.insert(one.name).second) {
      return bad_request("two containers of the composition would be called '" + one.name +
                         "'; rename a component");
    }
    for (std::size_t other = 0; other < index; ++other) {
      for (const PublishedPort& port : one.ports) {
        for (const PublishedPort& taken : all[other].ports) {
          if (!ports_collide(port, taken)) continue;
          return bad_request("containers '" + all[other].name + "' and '" + one.name +
                             "' would both publish port " + to_text(port));
        }
      }
    }
  }
  return {};
}

}  // namespace

std::string WantedContainer::key() const {
  return component->name + "/" + std::to_string(replica);
}

std::string to_text(const PublishedPort& port) {
  return (port.ip.empty() ? "0.0.0.0" : port.ip) + ":" + std::to_string(port.port) + "/" +
         port.protocol;
}

bool ports_collide(const PublishedPort& one, const PublishedPort& other) {
  const auto any = [](const std::string& ip) {
    return ip.empty() || ip == "0.0.0.0" || ip == "::";
  };
  return one.port == other.port && one.protocol == other.protocol &&
         (any(one.ip) || any(other.ip) || one.ip == other.ip);
}

std::string definition_digest(const Resource& resource) {
  return sha256_hex(resource.create.dump());
}

Result<std::vector<WantedContainer>> make_wanted(const Composition& composition,
                                                 const std::vector<std::string>& components,
                                                 const ValueSources& sources) {
  const Result<void> named = check_names(composition, components);
  if (!named) return tl::unexpected<Error>(named.error());
  Values values(sources.variables, sources.secrets);
  std::vector<WantedContainer> all;
  for (const Component& component : composition.components) {
    const bool chosen = components.empty() || std::find(components.begin(), components.end(),
                                                        component.name) != components.end();
    if (!chosen) continue;
    Result<WantedContainer> wanted = make_one(component, values, sources.key);
    if (!wanted) return tl::unexpected<Error>(wanted.error());
    wanted->completes = has_to_complete(composition, component.name);
    for (int replica = 1; replica <= component.replicas; ++replica) {
      wanted->replica = replica;
      wanted->name = component.name + (replica == 1 ? "" : "-" + std::to_string(replica));
      all.push_back(*wanted);
    }
  }
  const Result<void> apart = check_collisions(all);
  if (!apart) return tl::unexpected<Error>(apart.error());
  return all;
}

}  // namespace sealock::proxy
