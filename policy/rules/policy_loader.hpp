// Reads one policy file of a rules folder: its keys, the lists that it uses, its rules, its tests.
//
// The tests are read here and run by load_policies(), when the baseline is known.
//
// Errors:  all of them, to Diagnostics. A policy is returned when there is enough of it to speak
//          about; it must not be used when has_errors().
// Threads: one file reader; not shared.
// Source:  rules.md 3, 5, 8.

#pragma once

#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/reference_titles.hpp"
#include "policy/rules/self_test.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

inline constexpr std::string_view baseline_name = "baseline";

struct LoadedPolicy {
  std::shared_ptr<CompiledPolicy> policy;
  std::vector<SelfTest> tests;
  Place place;  // of its name
};

// `use` finds lists beside the file, or else in `folder`. Null when the file is no policy at all.
[[nodiscard]] std::shared_ptr<LoadedPolicy> read_policy_file(const std::filesystem::path& file,
                                                             const std::filesystem::path& folder,
                                                             const ReferenceTitles& references,
                                                             Diagnostics& diagnostics);

}  // namespace sealock::policy
