// Finds the operation that a method and a target name, anchored at both ends.
//
// Errors:  denied for what is no operation of the catalogue (403 unknown-operation, never 404,
//          which makes clients pull or create: clients.md 3); bad_request for a container, network
//          or volume name that is no such name; not_found for an inspect of a name that only an
//          image can have (`docker inspect` asks all kinds in turn until it gets no 404).
// Sources: engine-facts.md A3, A4, A9, A10; secrets.md 4.

#pragma once

#include <string_view>

#include "policy/engine_api/operation.hpp"
#include "policy/request/request.hpp"
#include "policy/request/target.hpp"
#include "policy/result.hpp"

namespace sealock::policy {

// Fills operation, version, target and second of a request. The query is read by parse_query().
// Versions 1.12 to 1.23 become 1.24 where that is safe (route.cpp, may_be_raised); otherwise they
// are a bad_request.
[[nodiscard]] Result<Request> route(Method method, const Target& target);

}  // namespace sealock::policy
