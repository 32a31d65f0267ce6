#include "policy/engine_api/schema.hpp"

#include <algorithm>

namespace sealock::policy {

namespace {

// Takes the bracketed step at the start of `path` ("[]", "{}", "[key]") and moves `path` behind it.
// Null when `schema` cannot be stepped into that way, or the brackets are not closed or empty.
const Schema* step_into(const Schema& schema, std::string_view& path) {
  if (path.starts_with("[]")) {
    path.remove_prefix(2);
    return schema.kind == SchemaKind::list ? schema.element : nullptr;
  }
  if (path.starts_with("{}")) {
    path.remove_prefix(2);
    return schema.kind == SchemaKind::map ? schema.element : nullptr;
  }
  const std::size_t end = path.find(']');
  if (path.front() != '[' || end == std::string_view::npos) {
    return nullptr;
  }
  path.remove_prefix(end + 1);
  return schema.kind == SchemaKind::map ? schema.element : nullptr;
}

// Takes the name at the start of `path` and moves `path` behind it.
const Schema* step_to_member(const Schema& schema, std::string_view& path) {
  const std::string_view name = path.substr(0, path.find_first_of(".[{"));
  path.remove_prefix(name.size());
  const Field* field = find_field(schema, name);
  if (field == nullptr || field->name != name || field->dropped) {
    return nullptr;
  }
  return field->schema;
}

}  // namespace

const Field* find_field(const Schema& object, std::string_view name) {
  if (name.empty()) {
    return nullptr;  // "" would match the alias of every field that has none
  }
  const auto found = std::ranges::find_if(object.fields, [name](const Field& field) {
    return field.name == name || field.alias == name;
  });
  return found == object.fields.end() ? nullptr : &*found;
}

const Schema* find_schema(const Schema& schema, std::string_view path) {
  const Schema* place = &schema;
  bool name_is_next = !path.starts_with('[') && !path.starts_with('{');
  if (path.empty()) {
    return nullptr;
  }
  while (place != nullptr && (name_is_next || !path.empty())) {
    if (name_is_next) {
      place = step_to_member(*place, path);
      name_is_next = false;
    } else if (path.front() == '.') {
      path.remove_prefix(1);
      name_is_next = true;
    } else {
      place = step_into(*place, path);
    }
  }
  return place;
}

std::string_view name_of(SchemaKind kind) {
  switch (kind) {
  case SchemaKind::object:
    return "object";
  case SchemaKind::map:
    return "map";
  case SchemaKind::list:
    return "list";
  case SchemaKind::string:
    return "string";
  case SchemaKind::integer:
    return "integer";
  case SchemaKind::number:
    return "number";
  case SchemaKind::boolean:
    return "boolean";
  case SchemaKind::base64:
    return "base64";
  case SchemaKind::empty:
    return "empty";
  }
  return "";
}

}  // namespace sealock::policy
