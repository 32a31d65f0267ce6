// What is done to the fields of one operation's answer for one policy: compiled from the redact
// rules when the policy loads, read by the Redactor for every answer.
//
// Paths in rules are relative to the object that the operation answers with: `Labels` means the
// labels of each container in ContainerList, of each volume in VolumeList. What stands beside the
// objects is reached from the document's root with a leading "/": `/Warnings` of VolumeList.
// Operations that answer with several kinds of objects (SystemDataUsage) are named from the root:
// `Containers[].Labels`.
//
//   Config.Env          a field, and all below it
//   Mounts[].Source     a field of each element of a list
//   Labels{}            every value of a map (as `Labels`, which names the map itself)
//   Labels[a.b]         the value of one name in a map, or one variable of an environment list;
//                       in `mask` and `reveal` with * for any run of characters
//   Labels{secrets}     mask, digest, seal: the values that look like secrets by name or form
//   $secrets            mask, digest, seal: every field of the operation that is known to be sensitive
//
// Meaning of the lists of one rule:
//   keep    these fields stay, and below them what is known to be safe; a sensitive field below is
//           masked unless a path names it. Names match exactly.
//   remove  the key goes. Names match without regard to case.
//   mask    the name, the type and the count stay; what the field must not show is masked in the
//           way of its kind (environment: NAME=**masked**; argument vectors and command lines: the
//           program stays; addresses become ""; times the zero time; numbers 0; see FieldKind).
//           Names match without regard to case.
//   digest  as mask, with a keyed digest in the place of whole values (disguise.hpp): a change shows.
//   seal    as mask, with a sealed value: the same policy may send it back in a create or update.
//   reveal  exceptions from this rule's own masks by name: `Config.Env[LANG]`, `Labels[traefik.*]`.
// Several rules: each one's masks and removals apply, and a field must be kept by each that keeps.
// Order never matters. A field that the answer schema does not know is masked as soon as one rule
// with unknown_fields_masked applies to the operation, and goes where a `keep` is in force.
//
// Rules with conditions make a plan for each set of them that can hold; which one is chosen when the
// answer begins, and for each object of a list (rules/redaction_choice.hpp).
//
// A path that this operation's answer does not have is skipped, because one rule can name several
// operations; check_redact_rule() refuses a path that none of them has.
//
// Errors:  a path with wrong syntax, or one that asks for what cannot be done.
// Threads: immutable after compile.
// Source:  rules.md 3 and 6 (keep, remove, mask); secrets.md 3 (fields), 6.1 (the mask), 9 (types).

#pragma once

#include "policy/result.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

struct Operation;
class Value;

// One redact rule's part for one operation, as the rule file says it.
struct RedactRule {
  std::string rule;                      // "policy/rule-id"
  std::vector<std::string> keep;         // only these fields stay; empty: no such limit
  std::vector<std::string> remove;       // the key goes
  std::vector<std::string> mask;         // key, type and count stay; values become one fixed mask
  std::vector<std::string> reveal = {};  // names that `mask`, `digest` and `seal` spare
  std::vector<std::string> digest = {};  // as mask, but a change of the value shows
  std::vector<std::string> seal = {};    // as mask, but the same policy may send the value back
  bool unknown_fields_masked = true;     // fields that the answer schema does not know
};

// Refuses a rule with a path that none of its operations' answers has, or with nothing in it.
[[nodiscard]] Result<void> check_redact_rule(const RedactRule& rule,
                                             std::span<const Operation* const> operations);

class RedactionPlan {
public:
  struct Node;  // answer/plan_node.hpp
  struct Body;

  // Fails with the impossible path in the text.
  [[nodiscard]] static Result<std::unique_ptr<const RedactionPlan>> compile(
      const Operation& operation, const std::vector<RedactRule>& rules);

  ~RedactionPlan();
  RedactionPlan(const RedactionPlan&) = delete;
  RedactionPlan& operator=(const RedactionPlan&) = delete;
  RedactionPlan(RedactionPlan&&) = delete;
  RedactionPlan& operator=(RedactionPlan&&) = delete;

  [[nodiscard]] const Node& root() const;
  // Error answers ({"message": ...}) and their free texts are redacted too: of a 4xx the known
  // forms of secrets, of a 5xx, and of operations whose errors echo command lines or mount options,
  // all but harmless texts (secrets.md 5).
  [[nodiscard]] const Node& refusal_root() const;
  [[nodiscard]] const Node& error_root() const;
  [[nodiscard]] const std::vector<std::string>& rules() const;
  // The node for one object of a list or stream: of the place with this number (Node::place).
  [[nodiscard]] const Node& object_root(std::uint8_t place) const;
  // Does it digest or seal, so that each object's name must be known?
  [[nodiscard]] bool disguises() const;
  // No other plan of this process has or had the same.
  [[nodiscard]] std::uint64_t number() const { return number_; }

private:
  explicit RedactionPlan(std::unique_ptr<const Body> body);
  std::unique_ptr<const Body> body_;
  std::uint64_t number_;
};

}  // namespace sealock::policy
