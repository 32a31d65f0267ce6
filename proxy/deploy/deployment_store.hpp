// What is remembered of deployments: each with its steps and events, in the store's database.
//
// The steps are the journal: one is marked `started` before it is taken and `done` after, each in a
// transaction of its own, which is on the disk when the function returns.
//
// Errors:  StoreError, thrown (disk full, file damaged).
// Threads: any; the store's lock serialises.
// Time:    wall-clock time is written for people only; nothing is decided by it.

#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::proxy {

class Store;

enum class DeploymentState {
  running,       // steps are being taken
  rolling_back,  // what was done is being put back
  finishing,     // the new composition holds; what is left over is removed
  succeeded,
  rolled_back,  // failed or was cancelled; the node is as it was
  failed,       // failed, and could not be put back whole: the text says what a human must do
};

[[nodiscard]] std::string_view name_of(DeploymentState state);
[[nodiscard]] bool is_final(DeploymentState state);

struct Deployment {
  std::string id;
  std::string composition;
  DeploymentState state = DeploymentState::running;
  std::string text;    // how it ended, or what is going on, in a sentence
  std::string target;  // "node" or "swarm"
  std::string kind;    // "deploy" or "rollback"
  std::string by;
  std::string previous;  // the composition before it; empty: none
  nlohmann::json order;  // components, gate, timeout; never variables
  bool changed = false;
  std::string idempotency_key;
  std::string order_digest;  // keyed, over all of the order
  std::string started;       // RFC 3339
  std::string ended;
};

enum class StepState { pending, started, done, undone, failed };

[[nodiscard]] std::string_view name_of(StepState state);

struct Step {
  int number = 0;
  std::string kind;       // rollout/steps.hpp
  std::string component;  // empty: of no single one
  nlohmann::json arguments;
  StepState state = StepState::pending;
  std::string object;  // the id of what it made
};

enum class EventLevel { info, warning, error };

struct Event {
  std::int64_t number = 0;
  std::string time;
  EventLevel level = EventLevel::info;
  std::string component;
  std::string action;
  std::string text;
};

// Newer is what was written later, whatever the clock said then: times and ids are for people.
class DeploymentStore {
public:
  explicit DeploymentStore(Store& store);

  // All of it or nothing. False when the id is taken.
  [[nodiscard]] bool add(const Deployment& deployment, const std::vector<Step>& steps);
  void set_state(std::string_view id, DeploymentState state, std::string_view text);
  void set_step(std::string_view id, const Step& step);
  // The step is done and the deployment has reached `state`, in one transaction.
  void set_step_and_state(std::string_view id, const Step& step, DeploymentState state);
  void add_event(std::string_view id, Event event);

  [[nodiscard]] std::optional<Deployment> find(std::string_view id);
  [[nodiscard]] std::optional<Deployment> find_by_key(std::string_view idempotency_key);
  // The newest first.
  [[nodiscard]] std::vector<Deployment> list(std::size_t limit);
  [[nodiscard]] std::vector<Deployment> unfinished();
  // The newest, of one target or of all.
  [[nodiscard]] std::optional<Deployment> last_succeeded(std::string_view target = {});
  [[nodiscard]] std::vector<Step> steps(std::string_view id);
  [[nodiscard]] std::vector<Event> events(std::string_view id, std::int64_t since);

  // What a container or service looked like when it was deployed: field to keyed digest (rollout/drift.hpp).
  void set_looks(std::string_view container, const nlohmann::json& looks);
  [[nodiscard]] nlohmann::json looks(std::string_view container);
  void forget_looks(std::string_view container);

private:
  Store& store_;
};

}  // namespace sealock::proxy
