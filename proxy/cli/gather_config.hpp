// The configuration of `sealock run`: the file or the defaults, with what the command line says in
// its place.
//
// Errors: to Diagnostics; nothing is returned when there was one.

#pragma once

#include "policy/rules/diagnostics.hpp"
#include "proxy/cli/command_line.hpp"
#include "proxy/config/config.hpp"

#include <optional>

namespace sealock::proxy {

[[nodiscard]] std::optional<Config> gather_config(const RunOptions& options,
                                                  policy::Diagnostics& diagnostics);

}  // namespace sealock::proxy
