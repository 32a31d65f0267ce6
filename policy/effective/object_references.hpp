// Every place where a request names another object: the path, `container:X`, VolumesFrom, networks,
// volumes, the image. What must be asked of the engine, what is put into views and what is replaced
// by a full id all come from this one list, so that none of the three can forget a place.
//
// Lifetime: `text` points into the request, which must not change while a place is used (but for the
//           pinning itself, one place at a time).
// Threads:  pure.
// Sources:  engine-facts.md F1, F4 to F7; rules.md 4.7.

#pragma once

#include "policy/effective/facts.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy::effective {

enum class ReferenceRole {
  target,          // the {id} or {name} of the path
  query,           // a parameter that names an object: commit's container
  namespace_mode,  // container:X of PidMode, IpcMode, NetworkMode, Cgroup, and build's networkmode
  volumes_from,
  link,            // HostConfig.Links and the Links of an endpoint
  network_member,  // Container of NetworkConnect and NetworkDisconnect, a task's attachment
  network_mode,    // the network that NetworkMode or networkmode names
  endpoint,        // a key of EndpointsConfig
  attachment,      // a network of a service
  config_from,     // the network that a new one takes its configuration from; by name only
  endpoint_id,     // NetworkID of an endpoint: dockerd joins this one, whatever the key says
  volume,          // Binds, Mounts, VolumeCreate
  image,           // the image a container is made of
};

struct ReferencePlace {
  ObjectKind kind = ObjectKind::container;
  ReferenceRole role = ReferenceRole::target;
  const std::string* text = nullptr;  // the whole string it stands in
  std::size_t begin = 0;  // the part of it that is the reference, a leading slash included
  std::size_t length = 0;
  std::string name;  // without the slash; never empty
};

[[nodiscard]] std::vector<ReferencePlace> references_of(const Request& request);

// Must the engine be asked for it? The target of an operation that only reads: when a rule wants it.
[[nodiscard]] bool must_be_known(const ReferencePlace& place,
                                 const Request& request,
                                 bool target_wanted);

// Networks that every engine has, which nobody can create, rename or delete; "" and "default" mean
// one of them.
[[nodiscard]] bool is_predefined_network(std::string_view name);

// Those that the request joins: by NetworkMode when it says nothing else, in EndpointsConfig, in a
// service, by NetworkConnect. "default" is said as "bridge".
[[nodiscard]] std::vector<std::string> predefined_networks_of(const Request& request);

}  // namespace sealock::policy::effective
