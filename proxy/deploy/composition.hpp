// A composition: a release as it was stored. Every component with its image, what Docker is told to
// make of it, and what it needs before it may start.
//
// It is read from a Compose file (compose_reader.hpp), its images are resolved to digests when it is
// stored, and from then on it never changes. A rollout takes it as it is.
//
// Text: the strings of Env, Cmd, Entrypoint, Labels and Healthcheck.Test in `create` (and of the
// same places in `service`) may hold ${NAME}, ${secret:NAME} and $$ (one dollar sign); no other `$`
// stands in them, and none in any other place. Who deploys resolves them (expand() in variables.hpp);
// what is stored never holds a value.
//
// Units:   durations are std::chrono types; bytes inside of `create` as Docker counts them.
// Threads: plain values.
// Ownership: plain values; copies are deep.

#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::proxy {

// A component that must have come so far before this one is started.
struct Dependency {
  enum class Condition { started, healthy, completed };
  std::string component;
  Condition condition = Condition::started;
  bool operator==(const Dependency&) const = default;
};

// In which order a container is replaced by its successor.
enum class UpdateOrder {
  automatic,  // start_first where names and ports allow it, else stop_first
  start_first,
  stop_first,
};

struct Component {
  std::string name;   // the key under `services`
  std::string image;  // as it was written: "registry.example.com/shop/web:20150619_1504"
  // "sha256:...": the image's digest at its registry, or its id where it has never been at one.
  // Empty until it is resolved.
  std::string digest;
  // What to ask the engine for so that it gets exactly these bytes: "registry/name@sha256:..." for a
  // digest at a registry, "sha256:..." for an image id. Empty until it is resolved.
  std::string pinned_image;
  // Docker's ContainerCreate body with Image (as written), HostConfig, NetworkingConfig and Labels.
  // All networks of the component are in NetworkingConfig.EndpointsConfig with their aliases, by the
  // names that the engine knows them by; the first one is HostConfig.NetworkMode as well. (Engines
  // before API 1.44 take one endpoint at create; who deploys connects the others.) Without the
  // aliases of the component's own name, that is: they are in.
  nlohmann::json create;
  std::vector<Dependency> depends_on;
  int replicas = 1;
  UpdateOrder order = UpdateOrder::automatic;
  // How long a container without a health check must run before it counts as up; with one, Docker's
  // own start period, in which failures do not count.
  std::chrono::nanoseconds start_period{0};
  // deploy.update_config.monitor: how long the new container is watched after it is up.
  std::chrono::nanoseconds monitor{0};
  nlohmann::json service;  // Swarm's ServiceSpec, for `target: swarm`
};

// A network or a volume of the composition.
struct Resource {
  std::string key;        // as the Compose file calls it
  std::string name;       // as the engine knows it
  bool external = false;  // made by somebody else: must be there, is never made or removed
  nlohmann::json
      create;  // Docker's NetworkCreate or VolumeCreate body; with Name; null if external
};

struct Composition {
  std::string name;                   // "c_20150619_1504"
  std::string project;                // `name:` of the Compose file; may be empty
  std::vector<Component> components;  // each after those that it depends on
  std::vector<Resource> networks;     // only those that a component uses
  std::vector<Resource> volumes;      // the same
  std::string content_digest;  // "sha256:..." over what was written, whatever the order of keys
  std::string digest_set;  // "sha256:..." over components with their digests; empty until resolved
  [[nodiscard]] const Component* find(std::string_view component) const;
};

// The stored form. from_json gives nothing for what to_json did not write.
[[nodiscard]] nlohmann::json to_json(const Composition& composition);
[[nodiscard]] Composition composition_from_json(
    const nlohmann::json& stored);  // throws json::exception

}  // namespace sealock::proxy
