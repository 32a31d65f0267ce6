// Deployments: bring the node (or the swarm) to a composition, one at a time, each step journalled
// before it is taken.
//
// start() plans and writes the plan down; a thread of our own takes the steps. A process that dies is
// followed by one whose recover() goes on where the containers of the deployment had all been made,
// and puts everything back where not.
//
// Errors:  conflict (409): another deployment is under way (the text names it), a name or port is
//          taken by somebody else, an idempotency key came with another request, too late to cancel;
//          bad_request: an unknown component, a missing variable, an impossible composition;
//          not_found; denied: the policy of rollouts, with its text; engine_*. Nothing has been
//          touched when start() or check() fails. A damaged or full store throws StoreError.
// Threads: any. start(), check(), rollback(), drift() and wait() block (on the engine, on time);
//          the others read the store only.
// JSON:    the answers of the /sealock/v1 endpoints as they are sent; deployments.cpp shows their form.

#pragma once

#include "policy/result.hpp"
#include "proxy/deploy/composition.hpp"
#include "proxy/deploy/engine.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::proxy {

class Store;

// Where a container that stands for the node's health is stopped, so that the load balancer looks
// elsewhere while the node changes.
struct Gate {
  std::string container;               // a component's name, or that of any container
  std::chrono::milliseconds drain{0};  // from its stop to the first change
};

enum class DeploymentTarget { node, swarm };

// What a client asks for.
struct DeploymentOrder {
  std::string composition;              // name or label: c_20150619_1504, rc_20150619_1504
  std::vector<std::string> components;  // empty: all of them
  std::optional<Gate> gate;
  std::chrono::milliseconds timeout{600'000};    // for all of it; then everything is put back
  std::map<std::string, std::string> variables;  // for ${NAME}; neither stored nor logged
  std::string idempotency_key;                   // empty: none
  DeploymentTarget target = DeploymentTarget::node;
  std::string by;  // who asks, for the history: "uid 1001 (deployer)"
};

struct Started {
  std::string id;
  bool already = false;  // the idempotency key was known: this is that deployment
};

// How long a rollout looks where nothing tells it that it has seen enough.
struct Patience {
  // A container without a health check and without a start period must run for this long.
  std::chrono::milliseconds least_start_period{500};
  // What the engine may still be making for a process that was killed is looked for this long.
  std::chrono::milliseconds still_coming{10'000};
  std::chrono::milliseconds between_looks{250};
};

struct DeploymentSettings {
  // Folders with one file a secret; the first that has it counts. $CREDENTIALS_DIRECTORY, then
  // /etc/sealock/secrets.
  std::vector<std::filesystem::path> secrets;
  std::filesystem::path state;  // holds the key of secret digests (0600), made when missing
  Patience patience = {};
};

class Deployments {
public:
  // The composition that a name or label stands for; not_found when there is none.
  using Find = std::function<Result<Composition>(std::string_view name)>;

  // Fails when the key file cannot be made or read. `store` and `engine` outlive this.
  [[nodiscard]] static Result<std::unique_ptr<Deployments>> open(
      Store& store, Engine& engine, Find find, const DeploymentSettings& settings);
  virtual ~Deployments() = default;

  // Goes on with, or puts back, what an earlier process left; to be called once before the first
  // start(), also when there is nothing. Returns at once; the engine may come later.
  virtual void recover() = 0;

  // The plan: {"composition", "changed": bool, "containers": [{"component", "container", "action":
  // "keep|create|replace|start|remove", "order", "differences": ["- image ...", "+ image ..."]}],
  // "networks": [..], "volumes": [..], "images": [..], "diff": "unified text"}. Changes nothing.
  [[nodiscard]] virtual Result<nlohmann::json> check(const DeploymentOrder& order) = 0;
  [[nodiscard]] virtual Result<Started> start(const DeploymentOrder& order) = 0;
  // Deploys `order.composition`, or when that is empty what was deployed before the deployment `id`.
  [[nodiscard]] virtual Result<Started> rollback(std::string_view id, DeploymentOrder order) = 0;
  [[nodiscard]] virtual Result<void> cancel(std::string_view id, std::string_view by) = 0;

  // {"id", "composition", "state": "running|finishing|rolling_back|succeeded|rolled_back|failed",
  // "text", "changed", "by", "started", "ended", "target", "gate", "steps": [...]}
  [[nodiscard]] virtual Result<nlohmann::json> inspect(std::string_view id) = 0;
  // The newest first, without steps.
  [[nodiscard]] virtual nlohmann::json list(std::size_t limit) = 0;
  // Events with a number above `since`: {"number", "time", "level", "component", "action", "text"}.
  [[nodiscard]] virtual Result<nlohmann::json> events(std::string_view id, std::int64_t since) = 0;
  // Until the deployment has an event above `since`, has ended, or the time is over.
  virtual void wait(std::string_view id, std::int64_t since, std::chrono::milliseconds time) = 0;
  [[nodiscard]] virtual bool has_ended(std::string_view id) = 0;

  // {"composition", "deployment", "target", "holder", "containers": [{"component", "container",
  // "state", "image", "composition"}]}, where something was deployed to a swarm "services" (see
  // swarm_status.hpp) and, with Look::drift, "drift": [{"component", "container" or "service", "what",
  // "text"}]: what runs differs from what was deployed last.
  enum class Look { state, drift };
  [[nodiscard]] virtual Result<nlohmann::json> status(Look look) = 0;

  // Is the composition deployed, being deployed, or what a rollback would go back to?
  [[nodiscard]] virtual bool uses(std::string_view composition) = 0;

  // Ends our thread after the step that is being taken; the rest is for recover().
  virtual void stop() = 0;
};

}  // namespace sealock::proxy
