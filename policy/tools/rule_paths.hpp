// Turns the paths on a command line into rule files to read, one folder at a time.

#pragma once

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/rule_set.hpp"

#include <filesystem>
#include <vector>

namespace sealock::policy {

// A folder stands for all its policies. A file is read with the baseline, lists and references
// beside it, or with those of `rules` when there is no baseline beside it.
[[nodiscard]] std::vector<RuleFiles> find_rule_paths(
    const std::vector<std::filesystem::path>& paths,
    const std::filesystem::path& rules,
    Diagnostics& diagnostics);

}  // namespace sealock::policy
