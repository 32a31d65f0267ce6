// Docker's own words for an object that is not there, in answers that sealock gives itself: for one
// that does not exist, and for one that the policy hides (design.md 6).
//
// Sources: moby errors of daemon/container.go, daemon/exec.go, daemon/images, libnetwork,
//          volume/service (20.10.24), as the CLI prints them.

#pragma once

#include "policy/engine_api/operation.hpp"

#include <string>
#include <string_view>

namespace sealock::policy {

// "No such container: web"; empty where the path names no object of the engine.
[[nodiscard]] std::string missing_object_text(TargetKind kind, std::string_view name);

}  // namespace sealock::policy
