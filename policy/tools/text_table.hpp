// Lines of words in columns, as wide as their longest word.

#pragma once

#include <string>
#include <vector>

namespace sealock::policy {

class TextTable {
public:
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // Each line begins with `indent`; the last column is not filled up.
  [[nodiscard]] std::string to_text(const std::string& indent = {}) const;

private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace sealock::policy
