// A rule file after loading: names resolved, values typed, rules indexed by operation.
//
// The loader (rules/loader.cpp) makes it, the evaluator (rules/evaluator.cpp) reads it. Nothing in
// it is text that still has to be understood.
//
// Threads: immutable after load.
// Source:  rules.md 3.

#pragma once

#include "policy/answer/redaction_plan.hpp"
#include "policy/rules/condition.hpp"
#include "policy/rules/decision.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/scrub/scrub_ways.hpp"

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sealock::policy {

// Indexed by OperationId.
inline constexpr std::size_t operation_limit = 192;
using OperationSet = std::bitset<operation_limit>;

enum class RuleKind : std::uint8_t { deny, allow, redact };

class Settable;

struct CompiledRule {
  std::string id;    // "create-app"
  std::string name;  // "deployer/create-app"
  RuleKind kind = RuleKind::deny;
  OperationSet operations;
  std::vector<Condition> when;  // all must hold
  // allow: body fields ("Env", "HostConfig.Init": the field and all below it) and restricted query
  // parameters ("query.ps_args") that the client may set; every_field sets no limit.
  std::vector<std::string> may_set;
  bool every_field = false;
  std::string because;
  Severity severity = Severity::medium;
  Mode mode = Mode::enforce;
  std::string since;  // date, as written
  std::vector<std::string> references;
  RedactRule redact;  // redact
  ScrubWays scrub;    // redact, for what programs print
  // allow: may_set and when, made ready by index_rules().
  std::shared_ptr<const Settable> settable;
  Place place;
};

// One line of applies_to; absent members match every client.
struct ClientMatch {
  std::optional<std::string> listener;
  std::optional<unsigned> uid;
  std::optional<unsigned> gid;
};

// `ownership:` as the file writes it; `value` may hold {client.name}, the listener's name, and
// {client.uid} and {client.gid}, so that one policy keeps many clients apart.
struct OwnershipRule {
  std::string label;
  std::string value;
};

// The redaction of one operation: a plan for each set of its conditional rules that can hold.
struct RedactionPlans {
  static constexpr std::size_t conditional_limit = 4;

  std::vector<std::uint16_t> conditional;  // numbers of the redact rules with `when`
  // Bit i of the index: conditional[i] holds. Null where nothing is redacted, empty where nothing
  // ever is.
  std::vector<std::unique_ptr<const RedactionPlan>> by_set;

  // When every rule holds.
  [[nodiscard]] const RedactionPlan* strictest() const {
    return by_set.empty() ? nullptr : by_set.back().get();
  }
};

struct CompiledPolicy {
  std::string name;
  std::string file;
  std::string description;
  std::string owner;
  bool every_client = false;  // the baseline
  std::vector<ClientMatch> applies_to;
  std::optional<OwnershipRule> ownership;
  std::vector<CompiledRule> rules;
  // Rule numbers by operation, filled by index_rules().
  std::vector<std::vector<std::uint16_t>> by_operation;
  std::vector<RedactionPlans> redactions;  // by operation
  std::string content;                     // the text of the file and its lists, for the hash
};

// Fills by_operation and redactions; fails with the text of the first impossible redaction.
[[nodiscard]] Result<void> index_rules(CompiledPolicy& policy);

}  // namespace sealock::policy
