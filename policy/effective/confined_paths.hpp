// The paths that an engine masks and makes read-only in every container by itself.
//
// Inspect shows them, and whoever creates a container from what inspect said sends them back. That
// changes nothing: it is judged as if it were not said, and left to the engine (write_defaults()).
//
// Threads: pure.
// Source:  moby oci/defaults.go (20.10.24 and 2026-08).

#pragma once

#include "policy/request/value.hpp"

namespace sealock::policy {

// All of an engine's own paths and no others: what 20.10 masks, with or without what newer engines
// mask besides.
[[nodiscard]] bool is_engines_masked_paths(const Value& paths);
[[nodiscard]] bool is_engines_readonly_paths(const Value& paths);

}  // namespace sealock::policy
