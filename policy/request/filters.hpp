// The `filters` parameter: a JSON object of names, each with the values it may have.
//
// Two forms are in use, and dockerd tries one after the other: {"type":{"container":true}} (Go
// clients) and {"type":["container"]} (docker-py, curl). In a Value it is always the second, on the
// wire to the engine always the first, which every engine since API 1.22 reads. Values keep their
// order, each comes once. A `false` in the first form is refused: some of dockerd's filters look at
// it and some only at the key.
//
// Errors:  bad_request, without the parameter's name.
// Sources: moby api/types/filters/parse.go (FromJSON, ExactMatch, Contains); clients.md.

#pragma once

#include "policy/request/value.hpp"
#include "policy/result.hpp"

#include <string>
#include <string_view>

namespace sealock::policy {

// An empty text is no filter at all: {}.
[[nodiscard]] Result<Value> read_filters(std::string_view json);

[[nodiscard]] std::string write_filters(const Value& filters);

}  // namespace sealock::policy
