#include "policy/rules/field_type.hpp"

#include "policy/engine_api/schema.hpp"

#include <algorithm>

namespace sealock::policy {
namespace {

// Docker's bodies are seven deep; service specs are the deepest.
constexpr int deepest_field = 12;

void collect_fields(const Schema& schema,
                    const std::string& path,
                    int depth,
                    std::vector<std::string>& fields) {
  if (depth > deepest_field) return;
  if (schema.kind == SchemaKind::object) {
    for (const Field& field : schema.fields) {
      if (field.dropped) continue;
      const std::string name = (path.empty() ? "" : path + ".") + std::string(field.name);
      fields.push_back(name);
      collect_fields(*field.schema, name, depth + 1, fields);
    }
  } else if (schema.kind == SchemaKind::list || schema.kind == SchemaKind::map) {
    const SchemaKind inner = schema.element->kind;
    if (inner != SchemaKind::object && inner != SchemaKind::list) return;
    const std::string step = schema.kind == SchemaKind::list ? "[]" : "{}";
    collect_fields(*schema.element, path + step, depth + 1, fields);
  }
}

FieldType type_of_schema(const Schema& schema) {
  switch (schema.kind) {
  case SchemaKind::object:
  case SchemaKind::map:
  case SchemaKind::empty:
    return {FieldShape::object, ValueType::any};
  case SchemaKind::list: {
    const FieldType element = type_of_schema(*schema.element);
    const bool scalars = element.shape == FieldShape::scalar;
    return {scalars ? FieldShape::list : FieldShape::object_list, element.type};
  }
  case SchemaKind::string:
  case SchemaKind::base64:
    return {FieldShape::scalar, ValueType::text};
  case SchemaKind::integer:
    return {FieldShape::scalar, ValueType::integer};
  case SchemaKind::number:
    return {FieldShape::scalar, ValueType::number};
  case SchemaKind::boolean:
    return {FieldShape::scalar, ValueType::boolean};
  }
  return {FieldShape::object, ValueType::any};
}

}  // namespace

bool has_list_step(const std::vector<PathStep>& path) {
  return std::any_of(path.begin(), path.end(), [](const PathStep& step) {
    return step.kind == PathStep::Kind::elements || step.kind == PathStep::Kind::map_values;
  });
}

PathEnd split_key(std::string_view path) {
  const bool closed = path.ends_with(']') || path.ends_with('}');
  const std::size_t last = closed ? path.find_last_of("[{") : std::string_view::npos;
  const bool all = path.ends_with("[]") || path.ends_with("{}");
  if (last == std::string_view::npos || all) return {path, {}};
  return {path.substr(0, last), path.substr(last)};
}

FieldType type_of_parameter(const Parameter& parameter) {
  FieldType type{parameter.repeated ? FieldShape::list : FieldShape::scalar, ValueType::text};
  switch (parameter.type) {
  case ParameterType::text:
    break;
  case ParameterType::boolean:
    type.type = ValueType::boolean;
    break;
  case ParameterType::integer:
    type.type = ValueType::integer;
    break;
  case ParameterType::filters:
  case ParameterType::json_map:
  case ParameterType::json_other:
    return {FieldShape::object, ValueType::any};
  case ParameterType::json_list:
    return {FieldShape::list, ValueType::any};
  }
  return type;
}

std::string subject(const Actions& actions, std::string_view verb) {
  if (actions.size() == 1) return std::string(actions[0]->name) + " " + std::string(verb) + " no";
  return "no action of this rule " + std::string(verb);
}

std::string_view name_of(ValueType type) {
  switch (type) {
  case ValueType::text:
    return "text";
  case ValueType::boolean:
    return "true or false";
  case ValueType::integer:
    return "a whole number";
  case ValueType::number:
    return "a number";
  case ValueType::any:
    return "anything";
  }
  return "";
}

std::vector<std::string> body_fields(const Schema& schema) {
  std::vector<std::string> fields;
  collect_fields(schema, {}, 0, fields);
  return fields;
}

FieldType field_type(const Schema& schema, std::string_view path) {
  const Schema* found = find_schema(schema, path);
  FieldType type = type_of_schema(found == nullptr ? schema : *found);
  if (!has_list_step(parse_path(path))) return type;
  const bool scalar = type.shape == FieldShape::scalar;
  type.shape = scalar ? FieldShape::list : FieldShape::object_list;
  return type;
}

}  // namespace sealock::policy
