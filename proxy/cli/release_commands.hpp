// sealock composition, label, tag, deploy, rollback, status, cancel: the endpoints under /sealock/v1,
// for people and scripts.
//
// Errors:  one line to stderr, "sealock deploy: ...", and exit_errors.
// Output:  text for people, or with --json what sealock answered, as it is.

#pragma once

#include "proxy/cli/command_line.hpp"
#include "proxy/cli/surroundings.hpp"

namespace sealock::proxy {

[[nodiscard]] int perform_release(Command command,
                                  const ReleaseOptions& options,
                                  const Surroundings& surroundings);

}  // namespace sealock::proxy
