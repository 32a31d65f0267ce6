#include "policy/rules/folder.hpp"

#include <algorithm>
#include <system_error>

namespace sealock::policy {

std::optional<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& folder,
                                                           std::string_view extension) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  const std::filesystem::directory_iterator end;
  for (std::filesystem::directory_iterator entry(folder, error); !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;  // between listing and looking: not there is not a file
    if (entry->path().extension() == extension && entry->is_regular_file(gone)) {
      files.push_back(entry->path());
    }
  }
  if (error) return std::nullopt;
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace sealock::policy
