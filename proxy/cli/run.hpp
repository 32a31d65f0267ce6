// `sealock run`: the proxy, from its configuration to its end.
//
// Nothing is served unless everything is right: each problem of sealock.yaml, of the command line
// and of every rule file is printed, and one error of any of them ends the start. Later, a reload
// with a problem changes nothing.
//
// Errors:  exit status 1, with the reason on stderr.
// Threads: call it from the main thread, before there are others.

#pragma once

#include "proxy/cli/command_line.hpp"
#include "proxy/cli/surroundings.hpp"

namespace sealock::proxy {

[[nodiscard]] int run_proxy(const RunOptions& options, const Surroundings& surroundings);

}  // namespace sealock::proxy
