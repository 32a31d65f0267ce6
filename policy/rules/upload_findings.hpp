// What the rules that speak of an upload have found in it so far.
//
// Lifetime: points to rules of the policy and its baseline.
// Threads:  one request; not shared.

#pragma once

#include "policy/archive/upload_item.hpp"
#include "policy/rules/condition.hpp"

#include <string>
#include <vector>

namespace sealock::policy {

class Policy;
struct CompiledRule;
struct Operation;

struct UploadFinding {
  const CompiledRule* rule = nullptr;
  Truth truth = Truth::no;  // deny: does something fit? allow: does everything fit?
  std::string at;           // what decided that: "dev/sda", "Dockerfile:3"
  std::string field;        // allow: the first condition that failed there
  std::string why;          // "archive.type is block-device, wanted ..."
};

class UploadFindings {
public:
  UploadFindings() = default;
  // Nothing has been seen yet.
  UploadFindings(const Policy& policy, const Operation& operation);

  // Does any rule speak of it?
  [[nodiscard]] bool empty() const { return findings_.empty(); }
  [[nodiscard]] bool want_texts() const;
  // Asks every rule that is for such an item. True when one of them found something new.
  [[nodiscard]] bool take(const archive::UploadItem& item);
  // Null when the rule says nothing of uploads.
  [[nodiscard]] const UploadFinding* find(const CompiledRule& rule) const;

private:
  std::vector<UploadFinding> findings_;
};

}  // namespace sealock::policy
