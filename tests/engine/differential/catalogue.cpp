#include "tests/engine/differential/catalogue.hpp"

#include "policy/engine_api/operation.hpp"
#include "policy/engine_api/schema.hpp"

#include <string>

namespace sealock::differential {
namespace {

using nlohmann::json;
using policy::Field;
using policy::Operation;
using policy::Parameter;
using policy::ParameterType;
using policy::Schema;

std::string word_for(ParameterType type) {
  switch (type) {
  case ParameterType::text:
    return "text";
  case ParameterType::boolean:
    return "boolean";
  case ParameterType::integer:
    return "integer";
  case ParameterType::filters:
    return "filters";
  case ParameterType::json_map:
    return "json_map";
  case ParameterType::json_list:
    return "json_list";
  case ParameterType::json_other:
    return "json_other";
  }
  return "unknown";
}

json shape_of(const Schema& schema) {
  json shape = {{"kind", policy::name_of(schema.kind)}};
  if (schema.element != nullptr) shape["element"] = shape_of(*schema.element);
  for (const Field& field : schema.fields)
    shape["fields"][std::string(field.name)] = shape_of(*field.schema);
  return shape;
}

json describe(const Operation& operation) {
  json parameters = json::array();
  for (const Parameter& parameter : operation.parameters) {
    parameters.push_back({{"name", parameter.name},
                          {"type", word_for(parameter.type)},
                          {"repeated", parameter.repeated}});
  }
  return {{"name", operation.name},
          {"method", policy::name_of(operation.method)},
          {"path", operation.path},
          {"parameters", std::move(parameters)},
          {"opaque", operation.body_kind == policy::BodyKind::opaque},
          {"tunnel", operation.answer == policy::AnswerKind::tunnel},
          {"changes_state", operation.changes_state},
          {"body", operation.body == nullptr ? json() : shape_of(*operation.body)}};
}

}  // namespace

json catalogue() {
  json operations = json::array();
  for (const Operation& operation : policy::all_operations()) {
    // The engine knows nothing of those that sealock answers itself.
    if (operation.answered_by == policy::AnsweredBy::engine)
      operations.push_back(describe(operation));
  }
  return operations;
}

}  // namespace sealock::differential
