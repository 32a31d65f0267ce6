// Judges an upload while it streams by: every entry, instruction and image in it, by every rule that
// speaks of such.
//
// What was found is kept a rule: a deny rule has hit or not yet, an allow rule has held for everything
// so far or not. The decision is made of that and the request each time that one of them changes, by
// the same evaluator; a decision that is no longer allow ends the upload.
//
// Errors:  denied when the decision is deny (decision() says which rule, and `at` where); bad_request
//          and too_large for what cannot be read. After an error nothing may be fed any more.
// Lifetime: policy, request and facts outlive it.
// Threads:  one request; not shared.

#pragma once

#include "policy/archive/upload_scan.hpp"
#include "policy/rules/decision.hpp"
#include "policy/rules/upload_findings.hpp"

#include <cstdint>
#include <string_view>

namespace sealock::policy {

class Facts;
class Policy;
struct Request;

class UploadJudge {
public:
  // `decision` is that on the request, without its upload.
  UploadJudge(const Policy& policy,
              const Request& request,
              const Facts& facts,
              Decision decision,
              const archive::ArchiveLimits& limits = {});

  [[nodiscard]] Result<void> feed(std::string_view bytes) { return scan_.feed(bytes); }
  [[nodiscard]] Result<void> finish() { return scan_.finish(); }
  // How many bytes from the start may be passed on: everything in them has been judged.
  [[nodiscard]] std::uint64_t cleared() const { return scan_.cleared(); }

  // The decision on the request and what was seen of its upload.
  [[nodiscard]] const Decision& decision() const { return decision_; }
  [[nodiscard]] const UploadFindings& findings() const { return findings_; }

private:
  [[nodiscard]] Result<void> take(const archive::UploadItem& item);

  const Policy& policy_;
  const Request& request_;
  const Facts& facts_;
  UploadFindings findings_;
  Decision decision_;
  archive::UploadScan scan_;
};

}  // namespace sealock::policy
