// One value of a query parameter: from its decoded text to a typed Value, and back to the text that
// is sent to the engine.
//
// Sources: moby daemon/server/httputils/form.go (BoolValue, Int64ValueOrDefault, DecodePlatforms);
//          engine-facts.md A16.

#pragma once

#include "policy/engine_api/operation.hpp"
#include "policy/request/value.hpp"
#include "policy/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy {

// Reads one value. Nothing, when the text is empty and so says the same as no parameter at all.
// Errors: bad_request, without the parameter's name.
[[nodiscard]] Result<std::optional<Value>> read_query_value(const Parameter& parameter,
                                                            std::string_view text);

// The text that dockerd reads as `value`, not yet percent-encoded.
[[nodiscard]] std::string write_query_value(const Parameter& parameter, const Value& value);

}  // namespace sealock::policy
