#include "proxy/deploy/rollout/registry_auth.hpp"

#include "policy/request/base64.hpp"
#include "proxy/deploy/rollout/secrets.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sealock::proxy {
std::string registry_of(std::string_view image) {
  const std::size_t slash = image.find('/');
  if (slash == std::string_view::npos) return "docker.io";
  const std::string_view host = image.substr(0, slash);
  const bool is_host = host.find_first_of(".:") != std::string_view::npos || host == "localhost";
  return is_host ? std::string(host) : "docker.io";
}

std::string find_registry_auth(std::span<const std::filesystem::path> secrets,
                               std::string_view image) {
  const std::string registry = registry_of(image);
  std::string name = "registry." + registry;
  std::replace(name.begin(), name.end(), ':', '_');
  const Result<std::string> secret = read_secret(secrets, name);
  if (!secret) return {};
  nlohmann::json login = nlohmann::json::parse(*secret, nullptr, false);
  if (!login.is_object()) return {};
  login["serveraddress"] = registry;
  return policy::to_base64url(login.dump());
}

}  // namespace sealock::proxy
