// What a rollout does to one engine, in the engine's own nouns: containers, networks, volumes, images.
//
// Every function may be called again after a failure: what is already so is no error.
//
// Errors:  as engine.hpp says; what the engine refuses becomes `conflict` with the engine's words and
//          what was wanted. is_transient() tells what may be over in a moment.
// Threads: one rollout.

#pragma once

#include "proxy/deploy/engine.hpp"

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::proxy {

// The engine is not there, or was not for a moment: worth another try.
[[nodiscard]] bool is_transient(const Error& error);

// As `docker ps -a` tells it.
struct NodeContainer {
  struct Port {
    std::string ip;  // "" and "0.0.0.0" and "::" are every address
    int port = 0;
    std::string protocol;
    bool operator==(const Port&) const = default;
  };
  std::string id;
  std::string name;
  std::string image;
  std::string state;  // "running", "exited" ...
  std::string status;
  nlohmann::json labels;  // of a task of a swarm without ours: it is Swarm's to replace and remove
  std::vector<Port> ports;  // published, of a running one

  [[nodiscard]] std::string label(const char* name) const;  // "" when absent
};

class Node {
public:
  Node(Engine& engine, std::string reason) : engine_(engine), reason_(std::move(reason)) {}

  // What pulls and waits are ended by; changes that the engine has begun are waited for, because what
  // became of them would not be known.
  void set_stop(std::stop_token stop) { stop_ = std::move(stop); }
  // When a pull must have ended.
  void set_deadline(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }

  [[nodiscard]] Result<std::vector<NodeContainer>> containers();
  // Those with `label` of this value.
  [[nodiscard]] Result<std::vector<NodeContainer>> containers(std::string_view label,
                                                              std::string_view value);
  // The inspect document; nothing when there is no such object.
  using Found = Result<std::optional<nlohmann::json>>;
  [[nodiscard]] Found container(std::string_view id);
  [[nodiscard]] Found network(std::string_view name);
  [[nodiscard]] Found volume(std::string_view name);
  [[nodiscard]] Found image(std::string_view reference);
  [[nodiscard]] Found service(std::string_view id);

  [[nodiscard]] Result<std::string> create_container(std::string_view name,
                                                     const nlohmann::json& body);
  [[nodiscard]] Result<void> connect(std::string_view network,
                                     std::string_view container,
                                     const nlohmann::json& endpoint);
  [[nodiscard]] Result<void> start(std::string_view id);
  // Politely, with the container's own grace period.
  [[nodiscard]] Result<void> stop(std::string_view id);
  [[nodiscard]] Result<void> rename(std::string_view id, std::string_view name);
  // With its anonymous volumes.
  [[nodiscard]] Result<void> remove_container(std::string_view id);
  [[nodiscard]] Result<void> create_network(const nlohmann::json& body);
  [[nodiscard]] Result<void> remove_network(std::string_view id);
  [[nodiscard]] Result<void> create_volume(const nlohmann::json& body);
  [[nodiscard]] Result<void> remove_volume(std::string_view name);
  // "registry/name@sha256:..."; `progress` gets a sentence now and then.
  [[nodiscard]] Result<void> pull(std::string_view pinned,
                                  const std::string& registry_auth,
                                  const std::function<void(const std::string&)>& progress);

  [[nodiscard]] Result<EngineAnswer> call(
      policy::Method method,
      std::string target,
      nlohmann::json body = nullptr,
      std::chrono::milliseconds timeout = std::chrono::seconds(60));

private:
  [[nodiscard]] Found find(std::string target);
  // `fine` are statuses besides 2xx and 304 that mean that it is so already.
  [[nodiscard]] Result<void> change(EngineCall call,
                                    const std::string& what,
                                    std::initializer_list<int> fine = {});
  [[nodiscard]] Result<std::vector<NodeContainer>> list(const std::string& target);

  Engine& engine_;
  std::string reason_;
  std::stop_token stop_;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
};

}  // namespace sealock::proxy
