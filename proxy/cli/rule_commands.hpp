// `sealock check`, `test`, `list` and `explain`: finds the files that were meant, asks
// policy/tools, prints the answer.
//
// Errors: exit status as the tools say (1 errors, 2 warnings under --strict); problems with what
//         the command line named are exit status 1, on stderr.

#pragma once

#include "proxy/cli/command_line.hpp"
#include "proxy/cli/surroundings.hpp"

namespace sealock::proxy {

[[nodiscard]] int check_rules(const CheckOptions& options, const Surroundings& surroundings);
[[nodiscard]] int test_rules(const CheckOptions& options, const Surroundings& surroundings);
[[nodiscard]] int list_vocabulary(const ListOptions& options, const Surroundings& surroundings);
[[nodiscard]] int explain_request(const ExplainOptions& options, const Surroundings& surroundings);

}  // namespace sealock::proxy
