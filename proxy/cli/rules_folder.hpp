// Finds the folder with the policies when nobody has named one.
//
// Errors: a text that lists where was looked.

#pragma once

#include "policy/result.hpp"

#include <filesystem>
#include <vector>

namespace sealock::proxy {

// `named` when it is not empty (whether it exists or not: its absence is to be reported, not
// papered over), else the first of `places` that is a folder.
[[nodiscard]] Result<std::filesystem::path> find_rules(
    const std::filesystem::path& named, const std::vector<std::filesystem::path>& places);

}  // namespace sealock::proxy
