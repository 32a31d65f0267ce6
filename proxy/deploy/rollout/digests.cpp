#include "proxy/deploy/rollout/digests.hpp"

#include <array>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace sealock::proxy {
namespace {

using Bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string to_hex(const Bytes& bytes, unsigned size) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (unsigned index = 0; index < size; ++index) {
    out.push_back(digits[bytes.at(index) >> 4U]);
    out.push_back(digits[bytes.at(index) & 15U]);
  }
  return out;
}

}  // namespace

std::string sha256_hex(std::string_view text) {
  Bytes bytes{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL cannot make a SHA-256 digest");
  }
  return to_hex(bytes, size);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
  Bytes bytes{};
  unsigned size = 0;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): OpenSSL's bytes are unsigned
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, text.size(), bytes.data(),
           &size) == nullptr) {
    throw std::runtime_error("OpenSSL cannot make an HMAC");
  }
  return to_hex(bytes, size);
}

}  // namespace sealock::proxy
