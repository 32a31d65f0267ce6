#include "policy/request/printable.hpp"

namespace sealock::policy {

namespace {

constexpr std::size_t longest_shown = 128;

enum class Quotes { keep, escape };

std::string shown(std::string_view text, Quotes quotes) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (const char c : text.substr(0, longest_shown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      out += "\\x";
      out += hex[byte >> 4];
      out += hex[byte & 15];
      continue;
    }
    if (quotes == Quotes::escape && (c == '"' || c == '\\')) out += '\\';
    out += c;
  }
  if (text.size() > longest_shown) out += "...";
  return out;
}

}  // namespace

std::string printable(std::string_view text) {
  return shown(text, Quotes::keep);
}

std::string quoted(std::string_view text) {
  return '"' + shown(text, Quotes::escape) + '"';
}

}  // namespace sealock::policy
