// One request under judgement: reads the fields that conditions name, each effective.* view once.
//
// Twenty rules may look at effective.host_paths of one request; the view is computed for the first
// of them and kept.
//
// Lifetime: request, facts and upload outlive it. FieldValues point into it.
// Threads:  one request; not shared.

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/request/request.hpp"
#include "policy/result.hpp"
#include "policy/rules/condition.hpp"
#include "policy/rules/field_value.hpp"
#include "policy/rules/upload_findings.hpp"

#include <list>
#include <string>
#include <utility>

namespace sealock::policy {

class Evaluation {
public:
  // `upload`: what was found in the request's upload; null when nothing was looked at yet.
  Evaluation(const Request& request, const Facts& facts, const UploadFindings* upload = nullptr)
      : request_(request), facts_(facts), upload_(upload) {}

  [[nodiscard]] FieldValue read(const FieldReference& field);
  [[nodiscard]] Truth holds(const Condition& condition, std::string* why = nullptr);
  // What the view comes to for this request. The reference lives as long as the Evaluation.
  [[nodiscard]] const Result<Value>& view(const View& view);

  [[nodiscard]] const UploadFindings* upload() const { return upload_; }
  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] const Facts& facts() const { return facts_; }
  // The engine said that the object in the path does not exist.
  [[nodiscard]] bool target_is_missing() const;
  // The object in the path as the client wrote it, before it was pinned to its full id.
  [[nodiscard]] std::string target_as_asked() const;
  // "container/web" for the object in the path; empty when the engine did not describe it.
  [[nodiscard]] std::string target_object() const;
  // The engine described the object in the path.
  [[nodiscard]] bool target_is_known() const;

private:
  [[nodiscard]] FieldValue read_query(const FieldReference& field);
  [[nodiscard]] FieldValue read_filter(const FieldReference& field);
  [[nodiscard]] FieldValue read_view(const FieldReference& field);
  [[nodiscard]] FieldValue read_target(const FieldReference& field);
  [[nodiscard]] FieldValue read_owned();
  [[nodiscard]] const Fact* target_fact() const;

  const Request& request_;
  const Facts& facts_;
  const UploadFindings* upload_;
  std::list<std::pair<const View*, Result<Value>>> views_;
  std::list<Value> made_;
};

}  // namespace sealock::policy
