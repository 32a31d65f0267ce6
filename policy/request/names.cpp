#include "policy/request/names.hpp"

#include "policy/request/percent.hpp"

#include <algorithm>

namespace sealock::policy {

namespace {

constexpr std::size_t longest_repository = 255;
constexpr std::size_t longest_tag = 128;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
bool is_alphanumeric(char c) {
  return is_letter(c) || is_digit(c);
}
bool is_lower_alphanumeric(char c) {
  return is_lower(c) || is_digit(c);
}

bool is_tag(std::string_view text) {
  const auto is_tag_character = [](char c) {
    return is_alphanumeric(c) || c == '_' || c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= longest_tag && text[0] != '.' && text[0] != '-' &&
         std::ranges::all_of(text, is_tag_character);
}

bool is_digest(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view algorithm = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const std::size_t size = algorithm == "sha256"   ? 64
                           : algorithm == "sha384" ? 96
                           : algorithm == "sha512" ? 128
                                                   : 0;
  const auto is_hex_digit = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  return size != 0 && digits.size() == size && std::ranges::all_of(digits, is_hex_digit);
}

// [a-z0-9]+ parts joined by one of: "."  "_"  "__"  any number of "-".
bool is_path_component(std::string_view text) {
  if (text.empty() || !is_lower_alphanumeric(text.front()) || !is_lower_alphanumeric(text.back())) {
    return false;
  }
  std::size_t i = 0;
  while (i < text.size()) {
    if (is_lower_alphanumeric(text[i])) {
      ++i;
      continue;
    }
    const std::size_t first = i;
    while (i < text.size() && text[i] == text[first])
      ++i;
    const std::size_t run = i - first;
    const bool joins =
        (text[first] == '.' && run == 1) || (text[first] == '_' && run <= 2) || text[first] == '-';
    if (!joins || !is_lower_alphanumeric(text[i])) return false;
  }
  return true;
}

// Host names and IPv4 addresses, with or without a port.
bool is_domain(std::string_view text) {
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5 || !std::ranges::all_of(port, is_digit)) return false;
    text = text.substr(0, colon);
  }
  bool at_edge = true;  // of a label
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') {
      if (at_edge || text[i - 1] == '-') return false;
      at_edge = true;
    } else if (is_alphanumeric(text[i]) || (text[i] == '-' && !at_edge)) {
      at_edge = false;
    } else {
      return false;
    }
  }
  return !at_edge && text.back() != '-';
}

// Docker takes the first component for a registry only when it cannot be a user's name.
bool names_registry(std::string_view component) {
  return component == "localhost" || component.find_first_of(".:") != std::string_view::npos ||
         std::ranges::any_of(component, [](char c) { return is_letter(c) && !is_lower(c); });
}

bool is_repository(std::string_view text) {
  if (text.size() > longest_repository) return false;
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const std::string_view first = text.substr(0, slash);
    if (names_registry(first)) {
      if (!is_domain(first)) return false;
      text.remove_prefix(slash + 1);
    }
  }
  for (;;) {
    const std::size_t slash = text.find('/');
    if (!is_path_component(text.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
}

}  // namespace

bool is_object_name(std::string_view text) {
  const auto is_name_character = [](char c) { return is_unreserved(c) && c != '~'; };
  return !text.empty() && is_alphanumeric(text[0]) && std::ranges::all_of(text, is_name_character);
}

bool is_image_reference(std::string_view text) {
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    if (!is_digest(text.substr(at + 1))) return false;
    text = text.substr(0, at);
  }
  // A colon before the last slash belongs to a port.
  const std::size_t slash = text.rfind('/');
  const std::size_t colon = text.find(':', slash == std::string_view::npos ? 0 : slash);
  if (colon != std::string_view::npos) {
    if (!is_tag(text.substr(colon + 1))) return false;
    text = text.substr(0, colon);
  }
  return is_repository(text);
}

bool is_named_by_reference(TargetKind kind) {
  return kind == TargetKind::image || kind == TargetKind::distribution ||
         kind == TargetKind::plugin;
}

}  // namespace sealock::policy
