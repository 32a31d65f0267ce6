// What is done to the fields of one operation's answer for one policy: compiled from the redact
// rules when the policy loads, read by the Redactor for every answer.
//
// Errors:  a path that the answer schema does not know is a load error of the rule.
// Threads: immutable after compile.
// Source:  rules.md 3 and 6 (keep, remove, mask); secrets.md 3 (fields), 6.1 (the mask), 9 (types).

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"

namespace sealock::policy {

struct Operation;
class Value;

// One redact rule's part for one operation, as the rule file says it.
struct RedactRule {
  std::string rule;                 // "policy/rule-id"
  std::vector<std::string> keep;    // only these fields stay; empty: no such limit
  std::vector<std::string> remove;  // the key goes
  std::vector<std::string> mask;    // key, type and count stay; values become one fixed mask
};

class RedactionPlan {
public:
  struct Node;  // answer/redaction_plan.cpp

  // Fails with the unknown or contradictory path in the text.
  [[nodiscard]] static Result<std::unique_ptr<const RedactionPlan>> compile(
      const Operation& operation, const std::vector<RedactRule>& rules);

  ~RedactionPlan();
  RedactionPlan(const RedactionPlan&) = delete;
  RedactionPlan& operator=(const RedactionPlan&) = delete;

  [[nodiscard]] const Node& root() const { return *root_; }
  // Error answers ({"message": ...}) and their free texts are redacted too.
  [[nodiscard]] const Node& error_root() const { return *error_root_; }
  [[nodiscard]] const std::vector<std::string>& rules() const { return rules_; }

private:
  RedactionPlan();
  std::unique_ptr<const Node> root_;
  std::unique_ptr<const Node> error_root_;
  std::vector<std::string> rules_;
};

}  // namespace sealock::policy
