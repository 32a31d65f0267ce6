#include "policy/tools/rule_paths.hpp"

#include <algorithm>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::string_view baseline_file = "baseline.yaml";

// The folder that belongs to a single file.
std::filesystem::path folder_of(const std::filesystem::path& file,
                                const std::filesystem::path& rules) {
  const std::filesystem::path parent =
      file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  std::error_code ignored;
  const bool complete = std::filesystem::exists(parent / baseline_file, ignored);
  return complete || rules.empty() ? parent : rules;
}

}  // namespace

std::vector<RuleFiles> find_rule_paths(const std::vector<std::filesystem::path>& paths,
                                       const std::filesystem::path& rules,
                                       Diagnostics& diagnostics) {
  std::vector<RuleFiles> found;
  for (const std::filesystem::path& path : paths) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
      found.push_back(find_rule_files(path, diagnostics));
      continue;
    }
    if (!std::filesystem::exists(path, ignored)) {
      diagnostics.error("R40", Place{path.string(), 0, 0, 1}, "there is no such file or folder");
      continue;
    }
    const std::filesystem::path folder = folder_of(path, rules);
    auto group = std::find_if(found.begin(), found.end(), [&](const RuleFiles& files) {
      return !files.baseline_required && files.folder == folder;
    });
    if (group == found.end()) {
      found.push_back(RuleFiles{folder, {}, false});
      group = std::prev(found.end());
    }
    // The baseline of a folder is read anyway.
    if (path.filename() != baseline_file) group->files.push_back(path);
  }
  return found;
}

}  // namespace sealock::policy
