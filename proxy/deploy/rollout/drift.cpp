#include "proxy/deploy/rollout/drift.hpp"

#include "proxy/deploy/rollout/digests.hpp"

#include <set>

namespace sealock::proxy {
namespace {

using nlohmann::json;

constexpr std::size_t digits = 12;

}  // namespace

json looks_of(const json& inspect, std::string_view key) {
  json looks = json::object();
  const auto remember = [&](const std::string& field, const json& value) {
    looks[field] = hmac_sha256_hex(key, field + "\n" + value.dump()).substr(0, digits);
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
