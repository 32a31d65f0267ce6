// One request of a client, understood: what the evaluator judges, and from which the request to
// the engine is built. Nothing of the client's bytes is left in it that was not read by the
// catalogue.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/engine_api/operation.hpp"
#include "policy/request/value.hpp"

namespace sealock::policy {

// One query parameter of the catalogue, decoded and typed. `value` is a string for text, a boolean,
// a number, an object for filters ({"type": ["container"]}, always this form) and json_map, a list
// for json_list and for repeated parameters (of one value each). JSON parameters may be null.
struct QueryParameter {
  const Parameter* parameter;
  Value value;
};

struct Request {
  const Operation* operation = nullptr;
  std::string version;      // "1.41", or empty when the path had none
  std::string target;       // the {id} or {name} of the path, decoded; empty when it has none
  std::string second;       // a second path parameter ({checkpoint}); nearly always empty
  std::vector<QueryParameter> query;
  std::vector<std::string> dropped_parameters;  // names the catalogue does not know; for the audit
  Value body;               // by the operation's schema; null when there is none
  // Headers of the operation's list that the client sent, lower-case name and value.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string reason;       // X-Request-Reason

  [[nodiscard]] const Value* find_query(std::string_view name) const;
};

// The target that is sent to the engine: version prefix, template filled with encoded parameters,
// query in the order it came. Built from parsed parts only.
[[nodiscard]] std::string engine_target(const Request& request);

// The JSON body that is sent to the engine; empty when there is none.
[[nodiscard]] std::string engine_body(const Request& request);

}  // namespace sealock::policy
