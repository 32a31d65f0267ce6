// The field that a person probably meant: by spelling, else one of the same name in another place.
//
// Threads: pure.

#pragma once

#include "policy/rules/spelling.hpp"

#include <string>
#include <string_view>

namespace sealock::policy {

class NearField {
public:
  explicit NearField(std::string_view path);
  void offer(std::string_view field);

  // The whole path, with the key that was written; empty when nothing is near.
  [[nodiscard]] std::string best() const;
  // "did you mean 'body.HostConfig.Privileged'?", or nothing.
  [[nodiscard]] std::string hint(std::string_view prefix) const;

private:
  std::string key_;
  Suggestion by_path_;
  Suggestion by_name_;
  std::string of_that_name_;
};

}  // namespace sealock::policy
