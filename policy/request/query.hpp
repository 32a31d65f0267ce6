// Reads the query by the operation's parameters: decoded once, typed, once each, rebuilt later.
//
// A key that the catalogue does not know is dropped and noted (dockerode repeats its whole body as
// query). A known key twice, `;`, a bad escape, NUL, bad UTF-8, a boolean that dockerd reads
// differently from people (`off` is true there) are refused.
//
// Errors:  bad_request with the parameter's name.
// Sources: engine-facts.md A14, A16; clients.md 1 (12); go net/url ParseQuery.

#pragma once

#include <string>
#include <string_view>

#include "policy/request/request.hpp"
#include "policy/result.hpp"

namespace sealock::policy {

// Fills request.query and request.dropped_parameters; request.operation must be set.
[[nodiscard]] Result<void> parse_query(std::string_view raw, Request& request);

}  // namespace sealock::policy
