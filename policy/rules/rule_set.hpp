// All policies of a rules folder with the baseline and their tests: what the proxy loads and what
// the tools look at.
//
// Errors:  all of every file, to Diagnostics. A policy with errors is left out, so that the others
//          can still be tested and reported; nobody serves from a set when has_errors().
// Threads: one file reader; immutable afterwards.

#pragma once

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/reference_titles.hpp"
#include "policy/rules/self_test.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace sealock::policy {

struct TestedPolicy {
  Policy policy;
  std::vector<SelfTest> tests;
  SelfTestRun run;  // empty when tests were skipped
};

struct RuleSet {
  std::vector<TestedPolicy> policies;  // the baseline first, when there is one
  ReferenceTitles references;

  [[nodiscard]] const TestedPolicy* find(std::string_view name) const;
};

// What to read: policy files, and the folder in which their lists, references and the baseline are.
struct RuleFiles {
  std::filesystem::path folder;
  std::vector<std::filesystem::path> files;  // without the baseline
  bool baseline_required = true;
};

// The policy files of a folder, sorted (R40 when there is no such folder, or nothing in it).
[[nodiscard]] RuleFiles find_rule_files(const std::filesystem::path& folder,
                                        Diagnostics& diagnostics);

[[nodiscard]] RuleSet load_rule_set(const RuleFiles& files,
                                    const LoadOptions& options,
                                    Diagnostics& diagnostics);

}  // namespace sealock::policy
