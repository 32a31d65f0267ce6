// A component as a Swarm service (`target: swarm`): Docker's own rolling update and rollback.
//
// Made of the ContainerCreate body, so that both targets run the same thing.
//
// Source: moby api/types/swarm (b985e2313a, 2026-08).

#pragma once

#include "proxy/deploy/composition.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sealock::proxy {

// What a Compose file says that only Swarm has a place for.
struct SwarmSettings {
  std::int64_t parallelism = 1;
  std::chrono::nanoseconds delay{0};
  std::int64_t failure_millionths = 0;
  std::int64_t reserved_nano_cpus = 0;
  struct Port {
    std::int64_t target = 0;
    std::int64_t published = 0;
    std::string protocol = "tcp";
    std::string mode = "ingress";
  };
  std::vector<Port> ports;
  std::vector<nlohmann::json> mounts;  // in Docker's Mounts form
};

[[nodiscard]] nlohmann::json make_service_spec(const Component& component,
                                               const SwarmSettings& settings);

}  // namespace sealock::proxy
