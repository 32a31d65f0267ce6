#include "policy/effective/host_path.hpp"

#include "policy/effective/text.hpp"

#include <algorithm>
#include <vector>

namespace sealock::policy::effective {

std::string clean_host_path(std::string_view path) {
  if (!path.starts_with('/')) return "/";
  std::vector<std::string_view> kept;
  for (const std::string_view component : split(path, '/')) {
    if (component.empty() || component == ".") continue;
    if (component != "..") {
      kept.push_back(component);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string clean;
  for (const std::string_view component : kept)
    clean.append("/").append(component);
  return clean.empty() ? "/" : clean;
}

bool climbs(std::string_view path) {
  const auto components = split(path, '/');
  return std::find(components.begin(), components.end(), "..") != components.end();
}

}  // namespace sealock::policy::effective
