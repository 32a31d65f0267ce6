#include "policy/rules/field_value.hpp"

#include <algorithm>

namespace sealock::policy {
namespace {

bool all_zero(const Value::List& list) {
  return std::all_of(list.begin(), list.end(), [](const Value& element) {
    return element.number() != nullptr && element.is_zero();
  });
}

// A struct of Go with nothing in it is the struct that is not there: RestartPolicy{Name: "no"}.
bool all_members_unset(const Value::Object& members, const Schema& schema) {
  return std::all_of(members.begin(), members.end(), [&](const Value::Member& member) {
    const Field* field = find_field(schema, member.first);
    if (field == nullptr) return false;
    return is_unset(member.second, field->schema, field->neutral);
  });
}

bool all_entries_neutral(const Value::Object& entries, const Schema& map, const Neutral& neutral) {
  return std::all_of(entries.begin(), entries.end(), [&](const Value::Member& entry) {
    const auto& words = neutral.strings;
    return std::find(words.begin(), words.end(), entry.first) != words.end() &&
           is_unset(entry.second, map.element, nullptr);
  });
}

}  // namespace

FieldValue FieldValue::unknown(std::string problem) {
  FieldValue value;
  value.shape = Shape::unknown;
  value.problem = std::move(problem);
  return value;
}

bool is_neutral_scalar(const Value& value, const Neutral* neutral) {
  if (value.is_list() || value.is_object()) return false;
  if (value.is_zero()) {
    const bool says_something = value.number() != nullptr || value.boolean() != nullptr;
    return neutral == nullptr || !neutral->zero_is_set || !says_something;
  }
  if (neutral == nullptr) return false;
  if (const std::string* text = value.string()) {
    return std::find(neutral->strings.begin(), neutral->strings.end(), *text) !=
           neutral->strings.end();
  }
  if (value.number() != nullptr) {
    const auto integer = value.integer();
    return integer.has_value() && std::find(neutral->integers.begin(), neutral->integers.end(),
                                            *integer) != neutral->integers.end();
  }
  return neutral->boolean_true;
}

bool is_unset(const Value& value, const Schema* schema, const Neutral* neutral) {
  if (value.is_null()) return true;
  if (const auto* list = value.list()) {
    if (list->empty()) return neutral == nullptr || !neutral->empty_list_is_set;
    return neutral != nullptr && neutral->all_zero_list && all_zero(*list);
  }
  if (const auto* members = value.object()) {
    // Mode.Global {} chooses the mode, although there is nothing in it.
    if (neutral != nullptr && neutral->zero_is_set) return false;
    if (members->empty()) return true;
    // The keys of a map say something whatever their values are, but for those that the field's
    // neutral words name: EndpointsConfig {"default": {}}, which CLI 28 sends with every container.
    if (schema != nullptr && schema->kind == SchemaKind::map)
      return neutral != nullptr && all_entries_neutral(*members, *schema, *neutral);
    return schema != nullptr && schema->kind == SchemaKind::object &&
           all_members_unset(*members, *schema);
  }
  return is_neutral_scalar(value, neutral);
}

}  // namespace sealock::policy
