// What the policy says about one request, and the permit to forward it.
//
// A Decision carries everything that the audit record, `explain` and the error sent to the client
// need, so that the three can never disagree. A Permit can be made by the evaluator alone;
// EngineClient::forward takes one by value, so code that forgets to ask does not compile.
//
// Errors: none. A rule that could not be evaluated arrives as a hit when it denies and not at all
//         when it allows (fail closed, rules.md 4.2).
// Source: rules.md 4.1 (order of evaluation), 4.6 (the text of a denial).

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sealock::policy {

enum class Effect { deny, allow };

enum class Mode {
  enforce,  // the rule takes part in the decision
  warn,     // recorded, and the client is told
  audit,    // recorded only
};

enum class Severity { low, medium, high, critical };

// One rule that matched the request.
struct Hit {
  std::string rule;  // "policy/rule-id"
  Effect effect = Effect::deny;
  Mode mode = Mode::enforce;
  Severity severity = Severity::medium;
  std::string because;
  std::string at = {};  // where in the upload: "dev/sda", "Dockerfile:3"
};

struct Decision {
  Effect effect = Effect::deny;
  std::string policy;          // the client's policy
  std::string by = "default";  // the rule that decided; "default" when none allowed
  std::string because;         // of the deciding deny rule; for "default" what was missing:
                               // "with HostConfig.CgroupParent set"
  std::string at;              // where in the upload that was found; mostly empty
  std::string closest;         // default denials: the allow rule that came nearest
  // Default denials that are Docker's own 404 for the client, in Docker's words ("No such
  // container: web"), because the object in the path does not exist, or is one that the policy
  // hides from it. Such a request is never forwarded: an object made in between would not have been
  // judged.
  std::string not_found;
  std::vector<std::string> denies;  // every enforced deny rule that hit
  std::vector<Hit> warns;           // warn rules that would have denied
  std::vector<std::string> audits;  // the same for audit mode
};

class Permit;

struct Verdict;

// Leave to forward one request to the engine. Moves only: one decision forwards one request.
class Permit {
public:
  Permit(Permit&&) noexcept = default;
  Permit& operator=(Permit&&) noexcept = default;
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;
  ~Permit() = default;

  [[nodiscard]] std::string_view rule() const { return rule_; }

private:
  friend Verdict combine(std::string policy, std::vector<Hit> hits);
  explicit Permit(std::string rule) : rule_(std::move(rule)) {}

  std::string rule_;
};

struct Verdict {
  Decision decision;
  std::optional<Permit> permit;  // present exactly when decision.effect is allow
};

// Deny wins over allow, whatever the order of `hits`; nothing at all is a deny. `by` is the hit
// with the highest severity, then the lowest name.
[[nodiscard]] Verdict combine(std::string policy, std::vector<Hit> hits);

// The text of a denial for the client (rules.md 4.6): "denied by policy P: no rule allows OPERATION
// with FIELD set (closest: RULE). Ask OWNER, request ID.", or "denied by policy P, rule R: because.
// Ask OWNER, request ID.". Names rules and fields, never list contents or patterns.
[[nodiscard]] std::string denial_text(const Decision& decision,
                                      std::string_view operation,
                                      std::string_view owner,
                                      std::string_view request_id);

}  // namespace sealock::policy
