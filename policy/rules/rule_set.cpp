#include "policy/rules/rule_set.hpp"

#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/folder.hpp"
#include "policy/rules/policy_loader.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace sealock::policy {
namespace {

Place whole(const std::filesystem::path& path) {
  return Place{path.string(), 0, 0, 1};
}

std::filesystem::path baseline_file(const std::filesystem::path& folder) {
  return folder / (std::string(baseline_name) + ".yaml");
}

void read_references(const std::filesystem::path& folder,
                     ReferenceTitles& references,
                     Diagnostics& diagnostics) {
  const auto files = files_in(folder / "references", ".yaml");
  if (!files) return;
  for (const std::filesystem::path& file : *files) {
    const auto root = read_yaml_file(file, diagnostics);
    if (root) references.read(*root, diagnostics);
  }
}

// Reads and indexes one file; null when it has errors.
std::shared_ptr<LoadedPolicy> load(const std::filesystem::path& file,
                                   const std::filesystem::path& folder,
                                   const ReferenceTitles& references,
                                   Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.count(Level::error);
  std::shared_ptr<LoadedPolicy> loaded = read_policy_file(file, folder, references, diagnostics);
  if (loaded == nullptr || diagnostics.count(Level::error) != errors) return nullptr;
  const auto indexed = index_rules(*loaded->policy);
  if (indexed) return loaded;
  diagnostics.error("R27", loaded->place, indexed.error().text);
  return nullptr;
}

void test(TestedPolicy& tested, Diagnostics& diagnostics) {
  tested.run = run_self_tests(tested.policy, tested.tests, diagnostics);
  report_untested_rules(tested.policy, tested.run, diagnostics);
}

std::shared_ptr<LoadedPolicy> load_baseline(const RuleFiles& files,
                                            const ReferenceTitles& references,
                                            Diagnostics& diagnostics) {
  const std::filesystem::path file = baseline_file(files.folder);
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    return load(file, files.folder, references, diagnostics);
  }
  const std::string text = "there is no " + std::string(baseline_name) + ".yaml";
  const std::string hint = "it holds what is denied to every client";
  if (files.baseline_required) {
    diagnostics.error("R40", whole(files.folder), text, hint);
  } else {
    for (const std::filesystem::path& alone : files.files)
      diagnostics.warning("R40", whole(alone), text + " beside this policy", hint);
  }
  return nullptr;
}

}  // namespace

const TestedPolicy* RuleSet::find(std::string_view name) const {
  const auto found = std::find_if(policies.begin(), policies.end(), [&](const TestedPolicy& one) {
    return one.policy.name() == name;
  });
  return found == policies.end() ? nullptr : &*found;
}

RuleFiles find_rule_files(const std::filesystem::path& folder, Diagnostics& diagnostics) {
  RuleFiles found;
  found.folder = folder;
  const auto files = files_in(folder, ".yaml");
  if (!files) {
    diagnostics.error("R40", whole(folder), "there is no such folder");
    found.baseline_required = false;
    return found;
  }
  found.files = *files;
  std::erase(found.files, baseline_file(folder));
  const auto misnamed = files_in(folder, ".yml");
  for (const std::filesystem::path& file :
       misnamed.value_or(std::vector<std::filesystem::path>())) {
    diagnostics.error("R40", whole(file), "a file of this name is not read",
                      "call it " + file.stem().string() + ".yaml");
  }
  if (found.files.empty()) {
    diagnostics.error("R40", whole(folder), "there is no policy in this folder");
  }
  return found;
}

RuleSet load_rule_set(const RuleFiles& files,
                      const LoadOptions& options,
                      Diagnostics& diagnostics) {
  RuleSet set;
  read_references(files.folder, set.references, diagnostics);
  const std::size_t errors = diagnostics.count(Level::error);
  const auto baseline = load_baseline(files, set.references, diagnostics);
  const std::shared_ptr<const CompiledPolicy> common =
      baseline == nullptr ? nullptr : baseline->policy;
  // Without the baseline that should be there every test would say something else.
  const bool testable = diagnostics.count(Level::error) == errors;
  const auto add = [&](const std::shared_ptr<LoadedPolicy>& loaded) {
    set.policies.push_back({Policy(loaded->policy, common), std::move(loaded->tests), {}});
    const bool tests = options.tests == LoadOptions::Tests::run && testable;
    if (tests) test(set.policies.back(), diagnostics);
  };
  if (baseline != nullptr) add(baseline);
  for (const std::filesystem::path& file : files.files) {
    const auto loaded = load(file, files.folder, set.references, diagnostics);
    if (loaded != nullptr) add(loaded);
  }
  return set;
}

std::shared_ptr<const PolicySet> load_policies(const std::filesystem::path& folder,
                                               const LoadOptions& options,
                                               Diagnostics& diagnostics) {
  RuleSet set = load_rule_set(find_rule_files(folder, diagnostics), options, diagnostics);
  if (diagnostics.has_errors()) return nullptr;
  std::vector<Policy> policies;
  for (TestedPolicy& tested : set.policies) {
    if (tested.policy.name() != baseline_name) policies.push_back(std::move(tested.policy));
  }
  return std::make_shared<const PolicySet>(std::move(policies));
}

}  // namespace sealock::policy
