#include "policy/request/percent.hpp"

namespace sealock::policy {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<char> decode_percent(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  const int high = hex_value(text[1]);
  const int low = hex_value(text[2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

void append_encoded(std::string_view text, std::string_view plain, std::string& out) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && is_unreserved(text[run]))
      ++run;
    out.append(text, 0, run);
    text.remove_prefix(run);
    if (text.empty()) break;
    if (plain.find(text[0]) != std::string_view::npos) {
      out += text[0];
    } else {
      const auto byte = static_cast<unsigned char>(text[0]);
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
    text.remove_prefix(1);
  }
}

}  // namespace sealock::policy
