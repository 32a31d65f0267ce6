#include "proxy/cli/rules_folder.hpp"

namespace sealock::proxy {

Result<std::filesystem::path> find_rules(const std::filesystem::path& named,
                                         const std::vector<std::filesystem::path>& places) {
  if (!named.empty()) return named;
  std::string looked;
  for (const std::filesystem::path& place : places) {
    std::error_code ignored;
    if (std::filesystem::is_directory(place, ignored)) return place;
    looked += (looked.empty() ? "" : ", ") + place.string();
  }
  return fail(ErrorKind::not_found,
              "no rules found in " + looked + "; name the folder with --rules DIR");
}

}  // namespace sealock::proxy
