// What the tests of answers share: plans from short rules, and feeding in pieces.

#pragma once

#include "policy/answer/redaction_plan.hpp"
#include "policy/answer/redactor.hpp"
#include "policy/engine_api/operation.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

using Plan = std::unique_ptr<const RedactionPlan>;

struct Wishes {
  std::vector<std::string> keep = {};
  std::vector<std::string> remove = {};
  std::vector<std::string> mask = {};
  std::vector<std::string> reveal = {};
  bool unknown_fields_masked = true;
};

[[nodiscard]] RedactRule rule_of(const Wishes& wishes);
[[nodiscard]] Plan plan_of(std::string_view operation, const Wishes& wishes);

// An answer of a real engine (recorded/README.md).
struct Recording {
  std::string file;  // its name, without the ending
  const Operation* operation;
  std::string text;
};
[[nodiscard]] std::vector<Recording> recordings();

struct Feed {
  Redactor::Document document = Redactor::Document::answer;
  Redactor::Shape shape = Redactor::Shape::single;
  ObjectFilter filter = {};
};

// What comes out when `input` is fed in pieces of `piece` bytes; "error: ..." after an error.
[[nodiscard]] std::string redact_in_pieces(const RedactionPlan& plan,
                                           std::string_view input,
                                           std::size_t piece,
                                           const Feed& feed = {});

// Whole and in pieces of 1, 7 and 4,096 bytes; all must agree.
[[nodiscard]] std::string redact(const RedactionPlan& plan,
                                 std::string_view input,
                                 const Feed& feed = {});

}  // namespace sealock::policy
