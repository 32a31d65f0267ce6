#include "proxy/deploy/rollout/drift.hpp"

#include "proxy/deploy/rollout/digests.hpp"
#include "proxy/deploy/rollout/json_fields.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace sealock::proxy {
namespace {

using nlohmann::json;

constexpr std::size_t digits = 12;

std::string digest_of(std::string_view key, const std::string& field, const json& value) {
  return hmac_sha256_hex(key, field + "\n" + value.dump()).substr(0, digits);
}

bool is_unsaid(const json& value) {
  if (value.is_object() || value.is_array() || value.is_null()) return value.empty();
  return value == "" || value == 0 || value == false;
}

bool is_assignment(const json& value) {
  return value.is_string() && value.get_ref<const std::string&>().find('=') != std::string::npos;
}

void flatten(const json& value, const std::string& field, std::string_view key, json& looks) {
  if (is_unsaid(value)) return;
  const auto inner = [&](const std::string& name) {
    // Names of labels have dots in them.
    const bool own_names = field == "Labels" || field.ends_with(".Labels");
    return own_names ? field + "[" + name + "]" : field.empty() ? name : field + "." + name;
  };
  if (value.is_object()) {
    for (const auto& [name, element] : value.items())
      flatten(element, inner(name), key, looks);
  } else if (value.is_array() && std::all_of(value.begin(), value.end(), is_assignment)) {
    for (const json& element : value) {
      const std::string text = element.get<std::string>();
      const std::string variable = field + "[" + text.substr(0, text.find('=')) + "]";
      looks[variable] = digest_of(key, variable, element);
    }
  } else {
    looks[field] = digest_of(key, field, value);
  }
}

}  // namespace

json looks_of_service(const json& inspect, std::string_view key) {
  json looks = json::object();
  flatten(member(inspect, "Spec"), "", key, looks);
  return looks;
}

std::vector<std::string> differing_fields(const json& before, const json& now) {
  std::set<std::string> fields;
  for (const auto& [one, other] : {std::pair(&before, &now), std::pair(&now, &before)}) {
    if (!one->is_object() || !other->is_object()) continue;
    for (const auto& [field, digest] : one->items())
      if (other->value(field, "") != digest) fields.insert(field);
  }
  return {fields.begin(), fields.end()};
}

json looks_of(const json& inspect, std::string_view key) {
  json looks = json::object();
  const auto remember = [&](const std::string& field, const json& value) {
    looks[field] = digest_of(key, field, value);
  };
  for (const char* part : {"Config", "HostConfig"}) {
    const auto settings = inspect.find(part);
    if (settings == inspect.end() || !settings->is_object()) continue;
    for (const auto& [field, value] : settings->items())
      remember(std::string(part) + "." + field, value);
  }
  remember("Name", inspect.value("Name", ""));
  const json network_settings = inspect.value("NetworkSettings", json::object());
  const json networks = network_settings.value("Networks", json::object());
  json names = json::array();
  for (const auto& [name, endpoint] : networks.items())
    names.push_back(name);
  remember("Networks", names);
  return looks;
}

std::vector<std::string> edited_fields(const json& before, const json& now) {
  std::set<std::string> fields;
  if (!before.is_object()) return {};
  for (const auto& [field, digest] : before.items()) {
    if (now.value(field, "") != digest) fields.insert(field);
  }
  for (const auto& [field, digest] : now.items()) {
    // A field that an engine which was upgraded meanwhile has brought is nobody's edit.
    if (field == "Networks" && before.value(field, "") != digest) fields.insert(field);
  }
  return {fields.begin(), fields.end()};
}

}  // namespace sealock::proxy
