// The loaded policies of one process: immutable, shared by pointer, swapped whole on reload.
//
// Errors:  loading reports every problem of every file at once, to Diagnostics, and gives nothing
//          when there is one: a broken file never half-loads (rules.md 8, "broken file at reload").
// Threads: immutable after load; any thread.

#pragma once

#include "policy/answer/redactor.hpp"
#include "policy/effective/facts.hpp"
#include "policy/rules/decision.hpp"
#include "policy/scrub/scrub_ways.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

class Diagnostics;
class RedactionPlan;
class UploadFindings;
struct CompiledPolicy;  // rules/compiled_policy.hpp
struct Operation;
struct Request;

// Who asks, as far as policies care.
struct Client {
  std::string listener;
  std::optional<unsigned> uid;
  std::optional<unsigned> gid;
};

// One policy with the baseline: what a connection is judged by.
class Policy {
public:
  explicit Policy(std::shared_ptr<const CompiledPolicy> own,
                  std::shared_ptr<const CompiledPolicy> baseline);

  [[nodiscard]] std::string_view name() const;
  [[nodiscard]] std::string_view owner() const;
  [[nodiscard]] std::string_view hash() const;  // 12 hex digits over file, lists and baseline
  [[nodiscard]] bool applies_to(const Client& client) const;
  // Could it apply to any client of this listener? When not, every connection there is refused.
  [[nodiscard]] bool could_serve(std::string_view listener) const;

  // Does the policy tell what belongs to its client, and whose label that is for this client? No
  // owner although the policy has ownership: the client cannot be told from others, and is refused.
  [[nodiscard]] bool has_ownership() const;
  [[nodiscard]] std::optional<Owner> owner_of(const Client& client) const;

  // Could any request of this operation be allowed? Lets a session refuse before it reads a body.
  [[nodiscard]] bool could_allow(const Operation& operation) const;
  // The denial of an operation for which could_allow() is false: nothing of the request is looked
  // at.
  [[nodiscard]] Decision refuse(const Operation& operation) const;
  // Does a rule for this operation look at target.*, or at whose images it names? (Then
  // needed_lookups() must ask for them.)
  [[nodiscard]] bool wants_target(const Operation& operation) const;

  // Does a rule for this operation look into uploads? (Then an UploadJudge must read it.)
  [[nodiscard]] bool reads_upload(const Operation& operation) const;

  // The decision. `facts` must hold what needed_lookups() asked for, and the client's owner. `upload`:
  // what was found in the upload so far; without it, as if it held nothing.
  [[nodiscard]] Verdict evaluate(const Request& request,
                                 const Facts& facts,
                                 const UploadFindings* upload = nullptr) const;

  // How the answer to an allowed request of this operation is redacted when every redact rule holds;
  // null when it is passed on byte for byte. Not null whenever object_filter() can give a filter.
  // Lives as long as the policy.
  [[nodiscard]] const RedactionPlan* redaction(const Operation& operation) const;
  // The same for one request: without the rules whose conditions do not hold. A condition that
  // cannot be computed holds. In lists this is for what stands around the objects.
  [[nodiscard]] const RedactionPlan* redaction(const Request& request, const Facts& facts) const;
  // What is hidden in the answer to this request, where that is what a program prints. A rule whose
  // condition cannot be computed holds.
  [[nodiscard]] ScrubWays scrub(const Request& request, const Facts& facts) const;
  [[nodiscard]] bool scrubs(const Operation& operation) const;  // any request
  // The names of the redact rules that hold for the answer to this request.
  [[nodiscard]] std::vector<std::string> redacted_by(const Request& request,
                                                     const Facts& facts) const;
  // Are answers of this operation digested or sealed? Then each object's name must be known.
  [[nodiscard]] bool disguises(const Operation& operation) const;
  [[nodiscard]] bool disguises() const;  // any operation
  // What digests and seals in this answer are bound to: "container/web"; empty for lists.
  [[nodiscard]] std::string disguised_object(const Request& request, const Facts& facts) const;
  // Which objects of a list or event stream this request may see, where rules of the operation look
  // at target.*: an object is shown when some allow rule that holds on the request holds on it too,
  // and no enforced deny rule does; and how it is redacted, where that differs from object to object.
  // Empty when every object may be seen and all are redacted alike. Copies what it needs of
  // the request; lives as long as the policy.
  [[nodiscard]] ObjectFilter object_filter(const Request& request, const Facts& facts) const;

  // For tools (explain, lint); never null. The baseline is null for itself.
  [[nodiscard]] const CompiledPolicy& own() const { return *own_; }
  [[nodiscard]] const CompiledPolicy* baseline() const { return baseline_.get(); }

private:
  std::shared_ptr<const CompiledPolicy> own_;
  std::shared_ptr<const CompiledPolicy> baseline_;
  [[nodiscard]] bool finds_allow(const Operation& operation) const;
  [[nodiscard]] bool finds_target(const Operation& operation) const;

  // By operation: what each request asks first.
  std::vector<bool> could_allow_;
  std::vector<bool> wants_target_;
  std::string hash_;
};

class PolicySet {
public:
  // `keys`: for digests and seals; without them values are masked instead.
  explicit PolicySet(std::vector<Policy> policies,
                     std::shared_ptr<const DisguiseKeys> keys = nullptr)
      : policies_(std::move(policies)), keys_(std::move(keys)) {}
  [[nodiscard]] const Policy* find(std::string_view name) const;
  [[nodiscard]] const std::vector<Policy>& policies() const { return policies_; }
  [[nodiscard]] const std::shared_ptr<const DisguiseKeys>& keys() const { return keys_; }

private:
  std::vector<Policy> policies_;
  std::shared_ptr<const DisguiseKeys> keys_;
};

struct LoadOptions {
  enum class Tests { run, skip };
  Tests tests = Tests::run;  // the tests inside the files
};

// Reads every *.yaml of `folder` (not of its sub-folders lists/ and references/, which are read
// when used), compiles them, and runs the tests inside them. `sealock check` and the proxy call
// this same function, so what passes there loads here.
[[nodiscard]] std::shared_ptr<const PolicySet> load_policies(const std::filesystem::path& folder,
                                                             const LoadOptions& options,
                                                             Diagnostics& diagnostics);

}  // namespace sealock::policy
