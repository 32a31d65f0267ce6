#include "policy/rules/yaml_json.hpp"

#include <algorithm>
#include <string_view>

namespace sealock::policy {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What JSON takes for a number and YAML's profile leaves alone (no exponents).
bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (!all_digits(whole) || (whole.size() > 1 && whole[0] == '0')) return false;
  return point == std::string_view::npos || all_digits(text.substr(point + 1));
}

Value scalar_of(const YamlNode& node, const Schema* schema) {
  const bool is_text = schema != nullptr &&
                       (schema->kind == SchemaKind::string || schema->kind == SchemaKind::base64);
  if (node.quoted || is_text) return Value(node.text);
  if (node.text == "true" || node.text == "false") return Value(node.text == "true");
  if (is_json_number(node.text)) return Value(Value::Number{node.text});
  return Value(node.text);
}

const Schema* schema_of_member(const Schema* schema, std::string_view key) {
  if (schema == nullptr) return nullptr;
  if (schema->kind == SchemaKind::map) return schema->element;
  if (schema->kind != SchemaKind::object) return nullptr;
  const Field* field = find_field(*schema, key);
  return field == nullptr ? nullptr : field->schema;
}

}  // namespace

Value json_of(const YamlNode& node, const Schema* schema) {
  switch (node.kind) {
  case YamlNode::Kind::broken:
  case YamlNode::Kind::null:
    break;
  case YamlNode::Kind::scalar:
    return scalar_of(node, schema);
  case YamlNode::Kind::list: {
    const bool is_list = schema != nullptr && schema->kind == SchemaKind::list;
    Value::List list;
    for (const YamlNode& item : node.items)
      list.push_back(json_of(item, is_list ? schema->element : nullptr));
    return Value(std::move(list));
  }
  case YamlNode::Kind::map: {
    Value::Object object;
    for (const YamlEntry& entry : node.entries)
      object.emplace_back(entry.key, json_of(entry.value, schema_of_member(schema, entry.key)));
    return Value(std::move(object));
  }
  }
  return {};
}

}  // namespace sealock::policy
