// What a composition wants of the node: every container with its resolved create body, its labels
// and what is known of how it starts.
//
// Values of variables and secrets are read here, before anything is touched, and live in the bodies
// only, in memory, until the containers are made.
//
// Errors:  bad_request: unknown component, a variable that the request does not give, a secret that
//          is not on this node, two containers of one name or port.
// Threads: pure but for the secret files.

#pragma once

#include "policy/result.hpp"
#include "proxy/deploy/composition.hpp"
#include "proxy/deploy/rollout/node.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sealock::proxy {

using PublishedPort = NodeContainer::Port;

struct WantedContainer {
  const Component* component = nullptr;  // of the composition, which outlives this
  int replica = 1;
  std::string name;          // "web", and "web-2" for its second replica
  nlohmann::json body;       // resolved, without labels of the deployment
  nlohmann::json endpoints;  // the further networks, by name
  std::string spec_digest;
  std::string secrets_digest;        // empty: no variable and no secret in it
  std::vector<PublishedPort> ports;  // fixed ones
  bool start_first = false;
  bool completes = false;  // runs to its end: something depends on that

  [[nodiscard]] std::string key() const;  // "web/1"
};

// Where values come from.
struct ValueSources {
  std::map<std::string, std::string> variables;
  std::vector<std::filesystem::path> secrets;
  std::string key;  // of the secrets' digests
};

// `components` empty: all of them.
[[nodiscard]] Result<std::vector<WantedContainer>> make_wanted(
    const Composition& composition,
    const std::vector<std::string>& components,
    const ValueSources& values);

// Could both be published at once?
[[nodiscard]] bool ports_collide(const PublishedPort& one, const PublishedPort& other);
[[nodiscard]] std::string to_text(const PublishedPort& port);  // "0.0.0.0:80/tcp"

// The digest of a network's or volume's definition, for its label.
[[nodiscard]] std::string definition_digest(const Resource& resource);

}  // namespace sealock::proxy
