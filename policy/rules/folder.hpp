// The files of one folder, in an order that does not depend on the file system.

#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace sealock::policy {

// The regular files of `folder` itself whose names end with `extension` (".yaml"), sorted; nothing
// when there is no such folder, or it cannot be read.
[[nodiscard]] std::optional<std::vector<std::filesystem::path>> files_in(
    const std::filesystem::path& folder, std::string_view extension);

}  // namespace sealock::policy
