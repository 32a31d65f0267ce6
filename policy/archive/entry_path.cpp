#include "policy/archive/entry_path.hpp"

#include "policy/request/utf8.hpp"

#include <algorithm>

namespace sealock::policy::archive {
namespace {

// Calls `use` for each component that is neither empty nor ".".
template <typename Use>
void each_component(std::string_view path, Use use) {
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view component = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (!component.empty() && component != ".") use(component);
  }
}

}  // namespace

Result<std::string> clean_entry_path(std::string_view path) {
  if (path.empty()) return bad_request("the archive has an entry without a name");
  if (!is_utf8(path)) return bad_request("the archive has an entry whose name is not in UTF-8");
  std::string clean;
  bool climbs = false;
  each_component(path, [&](std::string_view component) {
    climbs = climbs || component == "..";
    if (!clean.empty()) clean += '/';
    clean += component;
  });
  if (climbs) return bad_request("the archive has an entry with '..' in its path");
  return clean;
}

bool leaves_archive(std::string_view path, std::string_view symlink_target) {
  if (symlink_target.starts_with('/')) return true;
  int depth = 0;
  each_component(path, [&](std::string_view) { ++depth; });
  --depth;  // the folder of the link
  bool left = false;
  each_component(symlink_target, [&](std::string_view component) {
    depth += component == ".." ? -1 : 1;
    left = left || depth < 0;
  });
  return left;
}

}  // namespace sealock::policy::archive
