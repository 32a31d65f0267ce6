#include "policy/request/filters.hpp"

#include "policy/request/json_reader.hpp"
#include "policy/request/printable.hpp"

#include <algorithm>
#include <utility>

namespace sealock::policy {

namespace {

constexpr std::string_view expected_form =
    R"(write filters as {"name":["value"]} or {"name":{"value":true}}, values up to 4096 bytes)";

bool add_value(Value::List& values, std::string_view text) {
  // It is a key in the form that is sent.
  if (text.size() > untyped_key_bytes || text.find('\0') != std::string_view::npos) return false;
  Value value{text};
  if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
  return true;
}

// The values of one filter in either form; false when it is neither.
bool read_values(const Value& filter, Value::List& values) {
  if (const auto* list = filter.list()) {
    return std::ranges::all_of(*list, [&](const Value& element) {
      return element.is_string() && add_value(values, *element.string());
    });
  }
  const auto* map = filter.object();
  return map != nullptr && std::ranges::all_of(*map, [&](const Value::Member& member) {
           const bool* wanted = member.second.boolean();
           return wanted != nullptr && *wanted && add_value(values, member.first);
         });
}

}  // namespace

Result<Value> read_filters(std::string_view json) {
  if (json.empty()) return Value(Value::Object());
  auto document = read_json(json);
  if (!document) return document;
  auto* filters = document->object();
  if (filters == nullptr) return bad_request("is no JSON object; " + std::string(expected_form));
  const bool as_lists = !filters->empty() && filters->front().second.is_list();
  for (auto& [name, filter] : *filters) {
    Value::List values;
    // dockerd reads the whole text in one form or in the other, never in both.
    if (filter.is_list() != as_lists || !read_values(filter, values) ||
        name.find('\0') != std::string::npos) {
      return bad_request(quoted(name) + ": " + std::string(expected_form));
    }
    filter = Value(std::move(values));
  }
  return document;
}

std::string write_filters(const Value& filters) {
  Value::Object document;
  const auto* names = filters.object();
  for (const auto& [name, values] : names != nullptr ? *names : Value::Object()) {
    Value::Object map;
    const auto* list = values.list();
    for (const Value& value : list != nullptr ? *list : Value::List()) {
      if (const std::string* text = value.string()) map.emplace_back(*text, Value(true));
    }
    document.emplace_back(name, Value(std::move(map)));
  }
  return to_json(Value(std::move(document)));
}

}  // namespace sealock::policy
