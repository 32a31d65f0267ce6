// Turns a tree of places that carry the rules' marks into the nodes that the redactor walks.
//
// Errors:  none.
// Threads: one compile.

#pragma once

#include "policy/answer/answer_tree.hpp"
#include "policy/answer/plan_node.hpp"

#include <cstdint>

namespace sealock::policy {

struct PlanWishes {
  std::uint64_t keep_rules = 0;  // one bit for each rule that has a `keep`
  bool unknown_fields_masked = false;
  const AnswerPlace* object = nullptr;  // that paths of rules begin at
};

class PlanBuilder {
public:
  PlanBuilder(RedactionPlan::Body& body, PlanWishes wishes);

  const RedactionPlan::Node* build(const AnswerPlace& place);
  // The root for {"message": ...} with this treatment of the message.
  const RedactionPlan::Node* build_error_root(Treatment message);

private:
  using Node = RedactionPlan::Node;

  [[nodiscard]] bool is_quiet(const AnswerPlace& place) const;
  [[nodiscard]] bool is_shown(const AnswerPlace& place) const;
  [[nodiscard]] const Node* unknown_in(const AnswerPlace& place) const;
  void build_leaf(const AnswerPlace& place, Node& node);
  void build_object(const AnswerPlace& place, Node& node);
  void build_list(const AnswerPlace& place, Node& node);
  Node& make();

  RedactionPlan::Body& body_;
  PlanWishes wishes_;
  const Node* copy_ = nullptr;  // as it is, with all below
  const Node* hide_ = nullptr;  // every string, number and boolean below is masked
  const Node* drop_ = nullptr;
};

}  // namespace sealock::policy
