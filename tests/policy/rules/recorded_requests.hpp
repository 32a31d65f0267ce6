// Requests that were recorded: what real clients sent (../shared/traces), and the attack corpus
// (../shared/attacks). Empty, with a message, where a clone has no ../shared.

#pragma once

#include <string>
#include <vector>

namespace sealock::policy::testing {

struct RecordedRequest {
  std::string source;  // "cli28", "C-207"
  std::string method;
  std::string target;
  std::string body;  // JSON; empty when there was none, or another kind
  int status = 0;    // traces: what the engine answered
  std::string must;  // attacks: deny, 400, sanitize, allow
  std::string rule;  // attacks: "R-PRIV"
  std::string profile;
  bool may_pass = false;  // attacks: to let it pass is right, too
};

// The traces with these names, or all of them.
[[nodiscard]] std::vector<RecordedRequest> recorded_traces(const std::vector<std::string>& names);

// Every attack that is one well-formed request; those on framing and syntax are none, and are the
// proxy's to refuse.
[[nodiscard]] std::vector<RecordedRequest> recorded_attacks();

}  // namespace sealock::policy::testing
