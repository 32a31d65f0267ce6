#include "proxy/deploy/engine.hpp"

namespace sealock::proxy {

std::string EngineAnswer::message() const {
  if (body.is_object()) {
    const auto found = body.find("message");
    if (found != body.end() && found->is_string()) return found->get<std::string>();
  }
  return "the engine answers " + std::to_string(status);
}

std::string encode_segment(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 15U]);
  }
  return out;
}

}  // namespace sealock::proxy
