#include "policy/request/base64.hpp"

#include <algorithm>
#include <vector>

#include <openssl/evp.h>

namespace sealock::policy {

namespace {

// RFC 4648 table 1; -1 for any other character.
int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

}  // namespace

bool is_base64(std::string_view text) {
  if (text.empty()) return true;
  if (text.size() % 4 != 0) return false;
  unsigned padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  for (const char c : text) {
    if (base64_value(c) < 0) return false;
  }
  // The bits of the last character that belong to no byte are 0: 2 of them after "=", 4 after "==".
  const unsigned stray_bits = padding == 0 ? 0U : padding == 1 ? 3U : 15U;
  return (static_cast<unsigned>(base64_value(text.back())) & stray_bits) == 0;
}

std::string to_base64(std::string_view bytes) {
  std::vector<unsigned char> out(4 * ((bytes.size() + 2) / 3) + 1);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): OpenSSL's bytes are unsigned
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const int size = EVP_EncodeBlock(out.data(), data, static_cast<int>(bytes.size()));
  return {out.begin(), out.begin() + size};
}

std::string to_base64url(std::string_view bytes) {
  std::string encoded = to_base64(bytes);
  std::replace(encoded.begin(), encoded.end(), '+', '-');
  std::replace(encoded.begin(), encoded.end(), '/', '_');
  return encoded;
}

std::optional<std::string> from_unpadded_base64url(std::string_view text) {
  if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
  std::string padded(text);
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  const std::size_t padding = (4 - padded.size() % 4) % 4;
  padded.append(padding, '=');
  if (!is_base64(padded)) return std::nullopt;
  std::vector<unsigned char> out(padded.size() / 4 * 3);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): OpenSSL's bytes are unsigned
  const auto* data = reinterpret_cast<const unsigned char*>(padded.data());
  const int size = EVP_DecodeBlock(out.data(), data, static_cast<int>(padded.size()));
  if (size < 0) return std::nullopt;
  return std::string(out.begin(), out.end() - static_cast<std::ptrdiff_t>(padding));
}

}  // namespace sealock::policy
