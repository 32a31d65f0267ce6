// Reads `limits:` of sealock.yaml: the names of struct Limits, sizes like 64KiB, durations like
// 10s.
//
// Every limit has bounds: too small a one breaks real clients in ways that look like faults of the
// engine, too large a one is none.
//
// Errors: to Diagnostics.

#pragma once

#include "policy/rules/yaml_reader.hpp"
#include "proxy/net/limits.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace sealock::proxy {

void read_limits(const policy::YamlNode& node, Limits& limits, policy::Diagnostics& diagnostics);

// "10s", "5m", "2h"; nothing else, and no number without a unit.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace sealock::proxy
