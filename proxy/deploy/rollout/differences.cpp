#include "proxy/deploy/rollout/differences.hpp"

#include <algorithm>
#include <map>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using Fields = std::map<std::string, std::string>;

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool is_assignment(const json& value) {
  return value.is_string() && value.get_ref<const std::string&>().find('=') != std::string::npos;
}

bool is_empty(const json& value) {
  return value.is_null() || ((value.is_object() || value.is_array()) && value.empty());
}

void flatten(const json& value, const std::string& path, Fields& fields) {
  if (is_empty(value)) {
    // What Docker takes for "not said".
  } else if (value.is_object()) {
    for (const auto& [key, element] : value.items())
      flatten(element, path.empty() ? key : path + "." + key, fields);
  } else if (value.is_array() && std::all_of(value.begin(), value.end(), is_assignment)) {
    for (const json& element : value) {
      const std::string text = element.get<std::string>();
      const std::size_t equals = text.find('=');
      fields[path + "." + text.substr(0, equals)] = text.substr(equals + 1);
    }
  } else {
    // A list is one value: Cmd ["serve", "--fast"].
    fields[path] = text_of(value);
  }
}

}  // namespace

std::vector<std::string> differences(const json& before, const json& after) {
  Fields old_fields;
  Fields new_fields;
  flatten(before, "", old_fields);
  flatten(after, "", new_fields);
  Fields all = old_fields;
  all.insert(new_fields.begin(), new_fields.end());
  std::vector<std::string> lines;
  for (const auto& [path, any] : all) {
    const auto old_field = old_fields.find(path);
    const auto new_field = new_fields.find(path);
    const bool had = old_field != old_fields.end();
    const bool has = new_field != new_fields.end();
    if (had && has && old_field->second == new_field->second) continue;
    if (had) lines.push_back("- " + path + ": " + old_field->second);
    if (has) lines.push_back("+ " + path + ": " + new_field->second);
  }
  return lines;
}

}  // namespace sealock::proxy
