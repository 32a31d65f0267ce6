#include "tests/policy/engine_api/path_match.hpp"

#include <algorithm>
#include <regex>

namespace sealock::policy {
namespace {

// Names of images and plugins may hold slashes.
bool may_hold_slashes(const Operation& operation) {
  return operation.target == TargetKind::image || operation.target == TargetKind::distribution ||
         operation.target == TargetKind::plugin;
}

// Only one placeholder of a template may take several segments, so that the shortest piece for
// every other one is the only one.
bool fits(std::string_view pattern, std::string_view path, bool slashes) {
  const auto open = pattern.find('{');
  if (open == std::string_view::npos) return pattern == path;
  if (path.size() <= open || pattern.substr(0, open) != path.substr(0, open)) return false;
  path.remove_prefix(open);
  pattern.remove_prefix(pattern.find('}') + 1);
  if (slashes) return path.size() > pattern.size() && path.ends_with(pattern);
  return path.front() != '/' &&
         fits(pattern, path.substr(std::min(path.find('/'), path.size())), false);
}

}  // namespace

std::string sample_path(std::string_view path_template) {
  std::string path;
  while (!path_template.empty()) {
    const auto open = path_template.find('{');
    path += path_template.substr(0, open);
    if (open == std::string_view::npos) break;
    path += "sample";
    path_template.remove_prefix(path_template.find('}') + 1);
  }
  return path;
}

const Operation* match_path(Method method, std::string_view path) {
  const Operation* best = nullptr;
  for (const Operation& operation : all_operations()) {
    if (operation.method != method) continue;
    if (!fits(operation.path, path, may_hold_slashes(operation))) continue;
    // Words win over placeholders, as in dockerd's router.
    if (best == nullptr || best->path.find('{') < operation.path.find('{')) best = &operation;
  }
  return best;
}

std::string without_version(std::string_view path) {
  static const std::regex prefix(
      R"(^(https?:/(/[^/]+)?(?=/)|https?:(?=/[^/]))?(/v[0-9]+\.[0-9.]+)?)");
  return std::regex_replace(std::string(path), prefix, "", std::regex_constants::format_first_only);
}

}  // namespace sealock::policy
