#include "policy/effective/image_reference.hpp"

#include "policy/effective/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sealock::policy::effective {
namespace {

constexpr std::string_view hub = "docker.io";
constexpr std::string_view old_hub = "index.docker.io";
constexpr std::size_t longest_name = 255;  // registry included, as in 20.10; newer ones: without
constexpr std::size_t longest_tag = 128;
constexpr std::size_t id_digits = 64;

bool has_capital(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_low_alphanumeric(char c) {
  return is_lower(c) || is_digit(c);
}

// alphanumerics, with one of `.`, `_`, `__` or any number of `-` between them
bool is_path_component(std::string_view text) {
  if (text.empty() || !is_low_alphanumeric(text.front()) || !is_low_alphanumeric(text.back()))
    return false;
  for (std::size_t at = 0; at < text.size();) {
    if (is_low_alphanumeric(text[at])) {
      ++at;
      continue;
    }
    const char separator = text[at];
    const std::size_t end = text.find_first_not_of(separator, at);
    const std::size_t length = end - at;  // never npos: the last one is alphanumeric
    const bool fits =
        separator == '-' || (separator == '.' && length == 1) || (separator == '_' && length <= 2);
    if (!fits || !is_low_alphanumeric(text[end])) return false;
    at = end;
  }
  return true;
}

bool is_host_component(std::string_view text) {
  const auto inner = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
  return !text.empty() && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), inner);
}

bool is_registry(std::string_view text) {
  std::string_view host = text;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    host = text.substr(1, end - 1);
    const auto address = [](char c) { return is_lower_hex(c) || c == ':'; };
    if (!std::all_of(host.begin(), host.end(), address)) return false;
    text.remove_prefix(end + 1);
    return text.empty() || (text[0] == ':' && all_digits(text.substr(1)));
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    if (!all_digits(text.substr(colon + 1))) return false;
    host = text.substr(0, colon);
  }
  const auto parts = split(host, '.');
  return std::all_of(parts.begin(), parts.end(), is_host_component);
}

bool is_repository(std::string_view text) {
  const auto parts = split(text, '/');
  return std::all_of(parts.begin(), parts.end(), is_path_component);
}

tl::unexpected<Error> malformed(std::string_view what) {
  return bad_request("image reference: " + std::string(what));
}

// The part before the first slash is a registry when it looks like a host: a dot, a colon, or
// localhost. Otherwise everything is a repository of Docker Hub.
std::pair<std::string_view, std::string_view> split_registry(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return {hub, name};
  const std::string_view first = name.substr(0, slash);
  const bool is_host = first == "localhost" || first.find_first_of(".:") != std::string_view::npos;
  if (!is_host) return {hub, name};
  return {first == old_hub ? hub : first, name.substr(slash + 1)};
}

// Everything but the digest.
Result<ImageReference> parse_name(std::string_view text) {
  const auto [registry, rest] = split_registry(text);
  const std::size_t colon = rest.find(':');
  const std::string_view path = rest.substr(0, colon);

  if (has_capital(registry)) return malformed("write the registry in lower case");
  if (has_capital(path)) return malformed("the repository must be in lower case");
  if (!is_registry(registry)) return malformed("no such registry host");
  if (!is_repository(path)) return malformed("no such repository name");

  ImageReference reference;
  reference.registry = registry;
  reference.repository = path;
  if (registry == hub && path.find('/') == std::string_view::npos)
    reference.repository.insert(0, "library/");
  if (reference.registry.size() + 1 + reference.repository.size() > longest_name)
    return malformed("the name is longer than 255 characters");
  if (colon != std::string_view::npos) {
    reference.tag = rest.substr(colon + 1);
    reference.tag_is_said = true;
    if (!is_image_tag(reference.tag)) return malformed("no such tag");
  }
  return reference;
}

}  // namespace

bool is_image_tag(std::string_view text) {
  if (text.empty() || text.size() > longest_tag || text[0] == '.' || text[0] == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
  });
}

bool is_image_digest(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 3> algorithms{
      {{"sha256", 64}, {"sha384", 96}, {"sha512", 128}}};
  const auto [name, digits] = cut(text, ':');
  return std::any_of(algorithms.begin(), algorithms.end(), [&, &n = name, &d = digits](auto row) {
    return row.first == n && row.second == d.size() && all_lower_hex(d);
  });
}

bool is_short_image_id(std::string_view text) {
  return text.size() < id_digits && all_lower_hex(text);
}

Result<ImageReference> parse_image_reference(std::string_view text) {
  if (text.empty()) return malformed("there is none");

  std::string_view digits = text;
  const bool has_algorithm = take_prefix(digits, "sha256:");
  if (all_lower_hex(digits) && (has_algorithm || digits.size() == id_digits)) {
    if (digits.size() != id_digits) return malformed("write all 64 digits of an id");
    ImageReference by_id;
    by_id.id = "sha256:" + std::string(digits);
    return by_id;
  }

  const std::size_t at = text.find('@');
  auto reference = parse_name(text.substr(0, at));
  if (!reference) return reference;
  if (at != std::string_view::npos) {
    reference->digest = text.substr(at + 1);
    if (!is_image_digest(reference->digest)) return malformed("no such digest");
  } else if (reference->tag.empty()) {
    reference->tag = "latest";
  }
  return reference;
}

}  // namespace sealock::policy::effective
