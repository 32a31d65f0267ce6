// Waits until a container is up: healthy, where it (or its image) has a health check; else still
// running after its start period; or ended well, where that is what it is for.
//
// Errors:  conflict, saying what became of the container and what its health check printed last; what
//          Pause and Node say.
// Threads: the deployment's.

#pragma once

#include "proxy/deploy/rollout/node.hpp"
#include "proxy/deploy/rollout/step_taker.hpp"

#include <chrono>
#include <string>

namespace sealock::proxy {

struct Readiness {
  bool completes = false;
  std::chrono::milliseconds start_period{0};
  std::chrono::milliseconds monitor{0};  // to be watched for after it is up
};

[[nodiscard]] Result<void> await_ready(Node& node,
                                       Pause& pause,
                                       const std::string& id,
                                       const Readiness& readiness);

}  // namespace sealock::proxy
