#include "policy/request/base64.hpp"

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

}  // namespace sealock::policy
