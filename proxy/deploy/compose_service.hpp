// One entry of `services` in a Compose file, turned into what Docker is told at ContainerCreate.
//
// Only what is named in service_keys() has a meaning; all else is an error with its place, never
// something that is silently left out. There is no key for `privileged` and its like, and what the
// supported keys can say (`volumes: ["/:/host"]`, `cap_add`) is judged like a client's own request.
//
// Errors:  to Diagnostics; the component is only whole when there were none.
// Source:  compose-spec 05-services.md (2024-01); docker-compose's translation of it as recorded in
//          ../shared/traces.

#pragma once

#include "policy/rules/yaml_reader.hpp"
#include "proxy/deploy/compose_values.hpp"
#include "proxy/deploy/composition.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::proxy {

// What the rest of the file says about the names that a service uses.
struct ComposeNames {
  std::map<std::string, std::string> networks;  // key to the engine's name
  std::map<std::string, std::string> volumes;
  std::string default_network;  // the engine's name, for a service that names none
};

struct ServicePlaces {
  std::vector<policy::YamlNode> depends_on;  // beside Component::depends_on
};

struct ReadService {
  Component component;
  std::vector<std::string> networks;  // keys; "default" for the default network
  std::vector<std::string> volumes;   // keys
  ServicePlaces places;
};

[[nodiscard]] ReadService read_compose_service(const policy::YamlEntry& entry,
                                               const ComposeNames& names,
                                               ComposeValues& values);

// The keys of a service, for messages and documentation.
[[nodiscard]] std::span<const std::string_view> service_keys();

}  // namespace sealock::proxy
