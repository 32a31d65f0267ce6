// Puts values in the place of ${NAME}, ${secret:NAME} and $$ in a specification.
//
// Errors:  bad_request with the name of what is missing. A value never stands in a message.
// Threads: one plan.

#pragma once

#include "policy/result.hpp"

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::proxy {

class Values {
public:
  // What stands for a secret: its value, or the path of its file in a container of a swarm.
  enum class SecretForm { value, file };
  // Both outlive this.
  Values(const std::map<std::string, std::string>& variables,
         const std::vector<std::filesystem::path>& secrets,
         SecretForm form = SecretForm::value)
      : variables_(variables), secrets_(secrets), form_(form) {}

  // Replaces in every string of `spec`, at any depth; keys are left as they are.
  [[nodiscard]] Result<void> resolve(nlohmann::json& spec);
  // What resolve() has put in so far, by "NAME" and "secret:NAME"; starts anew.
  [[nodiscard]] std::map<std::string, std::string> take_used();

private:
  [[nodiscard]] Result<std::string> find(std::string_view name);
  [[nodiscard]] Result<std::string> resolve_text(std::string_view text);

  const std::map<std::string, std::string>& variables_;
  const std::vector<std::filesystem::path>& secrets_;
  SecretForm form_;
  std::map<std::string, std::string> used_;
};

}  // namespace sealock::proxy
