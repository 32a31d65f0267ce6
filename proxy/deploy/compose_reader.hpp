// Reads a Compose file into a Composition: a documented part of the format, strictly.
//
// Reading order: compose_reader (the file), compose_service (one service), compose_endpoints (its
// ports, volumes and networks), compose_values (single values), swarm_spec (the same for Swarm).
//
// Limits:  those of policy/rules/yaml_reader.hpp: 256 KiB, no ambiguous plain words; an empty value is
//          allowed here, as Compose files write `data:` for a volume, and so are anchors, aliases and
//          merge keys, within yaml_anchors.hpp's bounds.
// Errors:  every one of them, with line and column, to Diagnostics.
// Threads: pure.

#pragma once

#include "policy/request/value.hpp"
#include "policy/rules/diagnostics.hpp"
#include "proxy/deploy/composition.hpp"

#include <optional>
#include <string>

namespace sealock::proxy {

// `file` is the name for messages. Images are not resolved.
[[nodiscard]] std::optional<Composition> read_compose(const std::string& name,
                                                      const std::string& file,
                                                      const std::string& text,
                                                      policy::Diagnostics& diagnostics);

// What rules see as the body of CompositionPut (policy/engine_api/schemas/sealock.cpp).
[[nodiscard]] nlohmann::json judged_body(const Composition& composition);

}  // namespace sealock::proxy
