// A rules folder on disk for one test: a baseline, shared lists and references, and what the test
// adds. Removed at the end.

#pragma once

#include "policy/rules/diagnostics.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace sealock::policy {

class RulesFolder {
public:
  // Holds lists/docker.yaml, references/known.yaml and a small baseline.yaml.
  RulesFolder();
  ~RulesFolder();
  RulesFolder(const RulesFolder&) = delete;
  RulesFolder& operator=(const RulesFolder&) = delete;

  void write(std::string_view name, std::string_view text) const;
  void remove(std::string_view name) const;
  [[nodiscard]] std::filesystem::path path() const { return path_; }
  [[nodiscard]] std::filesystem::path file(std::string_view name) const { return path_ / name; }
  // Output with the folder's changing name taken out.
  [[nodiscard]] std::string clean(std::string text) const;

  // Loads the folder; what was reported, as text.
  [[nodiscard]] std::string problems() const;

private:
  std::filesystem::path path_;
};

// A policy called `probe` with these rules and tests (text of the lists, two spaces indented).
[[nodiscard]] std::string policy_text(std::string_view rules, std::string_view tests);

}  // namespace sealock::policy
