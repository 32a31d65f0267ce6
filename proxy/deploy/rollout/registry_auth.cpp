#include "proxy/deploy/rollout/registry_auth.hpp"

#include "proxy/deploy/rollout/secrets.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include <openssl/evp.h>

namespace sealock::proxy {
namespace {

// RFC 4648 section 5, as dockerd reads the header.
std::string to_base64url(std::string_view text) {
  std::vector<unsigned char> out(4 * ((text.size() + 2) / 3) + 1);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): OpenSSL's bytes are unsigned
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  const int size = EVP_EncodeBlock(out.data(), data, static_cast<int>(text.size()));
  std::string encoded(out.begin(), out.begin() + size);
  std::replace(encoded.begin(), encoded.end(), '+', '-');
  std::replace(encoded.begin(), encoded.end(), '/', '_');
  return encoded;
}

}  // namespace

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
  return to_base64url(login.dump());
}

}  // namespace sealock::proxy
