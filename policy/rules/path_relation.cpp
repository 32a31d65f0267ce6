#include "policy/rules/path_relation.hpp"

#include <algorithm>

namespace sealock::policy {
namespace {

bool cleaned_is_under(std::string_view path, std::string_view directory) {
  if (directory == "/") return true;
  if (!path.starts_with(directory)) return false;
  return path.size() == directory.size() || path[directory.size()] == '/';
}

}  // namespace

std::optional<std::string> clean_path(std::string_view path) {
  if (!path.starts_with('/') || path.find('\0') != std::string_view::npos) return std::nullopt;
  std::string clean;
  std::size_t start = 1;
  while (start <= path.size()) {
    const std::size_t slash = std::min(path.find('/', start), path.size());
    const std::string_view component = path.substr(start, slash - start);
    start = slash + 1;
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      clean.resize(clean.empty() ? 0 : clean.rfind('/'));
      continue;
    }
    clean += '/';
    clean += component;
  }
  if (clean.empty()) clean = "/";
  return clean;
}

std::optional<bool> is_under(std::string_view path, std::string_view directory) {
  const auto clean = clean_path(path);
  const auto root = clean_path(directory);
  if (!clean || !root) return std::nullopt;
  return cleaned_is_under(*clean, *root);
}

std::optional<bool> paths_overlap(std::string_view a, std::string_view b) {
  const auto first = clean_path(a);
  const auto second = clean_path(b);
  if (!first || !second) return std::nullopt;
  return cleaned_is_under(*first, *second) || cleaned_is_under(*second, *first);
}

}  // namespace sealock::policy
