#include "proxy/deploy/rollout/base64.hpp"

#include <algorithm>
#include <vector>

#include <openssl/evp.h>

namespace sealock::proxy {

std::string to_base64(std::string_view text) {
  std::vector<unsigned char> out(4 * ((text.size() + 2) / 3) + 1);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): OpenSSL's bytes are unsigned
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  const int size = EVP_EncodeBlock(out.data(), data, static_cast<int>(text.size()));
  return {out.begin(), out.begin() + size};
}

std::string to_base64url(std::string_view text) {
  std::string encoded = to_base64(text);
  std::replace(encoded.begin(), encoded.end(), '+', '-');
  std::replace(encoded.begin(), encoded.end(), '/', '_');
  return encoded;
}

}  // namespace sealock::proxy
