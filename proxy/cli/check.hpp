// `sealock check`: every problem of rules and configuration, by the code that the proxy loads them
// with.
//
// Errors: exit status 1 with errors, 2 with warnings under --strict.

#pragma once

#include "proxy/cli/command_line.hpp"
#include "proxy/cli/surroundings.hpp"

namespace sealock::proxy {

[[nodiscard]] int check(const CheckOptions& options, const Surroundings& surroundings);

}  // namespace sealock::proxy
