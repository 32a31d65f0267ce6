#include "policy/rules/upload_judge.hpp"

#include "policy/request/request.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/policy_set.hpp"

#include <utility>

namespace sealock::policy {

UploadJudge::UploadJudge(const Policy& policy,
                         const Request& request,
                         const Facts& facts,
                         Decision decision,
                         const archive::ArchiveLimits& limits)
    : policy_(policy),
      request_(request),
      facts_(facts),
      findings_(policy, *request.operation),
      decision_(std::move(decision)),
      scan_(
          archive::plan_upload(
              request, findings_.want_texts() ? archive::Texts::read : archive::Texts::none),
          [this](const archive::UploadItem& item) { return take(item); },
          limits) {}

Result<void> UploadJudge::take(const archive::UploadItem& item) {
  if (!findings_.take(item)) return {};
  Verdict verdict = policy_.evaluate(request_, facts_, &findings_);
  decision_ = std::move(verdict.decision);
  // The tests of the baseline, which allows nothing by itself.
  const bool of_baseline = policy_.own().every_client && decision_.by == "default";
  if (verdict.permit || of_baseline) return {};
  return fail(ErrorKind::denied, "the upload is denied");
}

}  // namespace sealock::policy
