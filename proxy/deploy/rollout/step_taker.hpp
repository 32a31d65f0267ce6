// Takes one step of a deployment, and puts one back: on one engine (actions.hpp) or in a swarm
// (swarm_actions.hpp).
//
// Both look first and act then, so that each may be called again after a crash at any point in it.
//
// Errors:  as node.hpp says; "cancelled", "timed out" when a wait was interrupted.
// Threads: the deployment's.
// Cancel:  waits and pulls end by `Pause::sleep` and the node's stop token; changes do not.

#pragma once

#include "policy/result.hpp"
#include "proxy/deploy/deployment_store.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace sealock::proxy {

// Waiting, as the executor lets it: on the steady clock, interrupted by whoever may.
class Pause {
public:
  virtual ~Pause() = default;
  // An error when the wait must not go on.
  [[nodiscard]] virtual Result<void> sleep(std::chrono::milliseconds time) = 0;
};

// A sentence for the events.
using Say = std::function<void(const Step&, const std::string&)>;

class StepTaker {
public:
  virtual ~StepTaker() = default;
  // The step's `object` is filled where it makes one.
  [[nodiscard]] virtual Result<void> take(Step& step) = 0;
  [[nodiscard]] virtual Result<void> put_back(const Step& step) = 0;
};

}  // namespace sealock::proxy
