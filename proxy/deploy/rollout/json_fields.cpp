#include "proxy/deploy/rollout/json_fields.hpp"

#include <nlohmann/json.hpp>

namespace sealock::proxy {

using nlohmann::json;

const json& member(const json& object, const char* key) {
  static const json nothing = nullptr;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::string text_of(const json& object, const char* key) {
  const json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

}  // namespace sealock::proxy
