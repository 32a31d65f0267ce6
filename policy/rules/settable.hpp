// What an allow rule lets the client say: the body fields and restricted query parameters that it
// names. Everything else must keep Docker's default (rules.md 3, "may_set").
//
// A field is named by `may_set` (with all below it), by a condition of the rule on it (it is
// settable within that condition), or through the effective.* views that its meaning is in: then
// the rule must have a condition on every one of them that is not empty for this request, so that a
// bind mount is closed for a rule that speaks of named volumes only. Views of one family
// (image.registry, image.tag) count as one: a condition on any of them speaks of the image.
//
// `every_field` sets no limit, on restricted parameters neither: what is dangerous among them for
// everybody is the baseline's to deny.
//
// Threads: immutable after construction.

#pragma once

#include "policy/engine_api/schema.hpp"
#include "policy/rules/condition.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

class Evaluation;
struct CompiledRule;
struct QueryParameter;

class Settable {
public:
  explicit Settable(const CompiledRule& rule);

  // The first thing that the request sets and the rule does not name, "HostConfig.CgroupParent" or
  // "query.ps_args"; nothing when all is named.
  [[nodiscard]] std::optional<std::string> find_unnamed(Evaluation& evaluation) const;

private:
  struct CoveringView {
    const View* view;
    bool has_condition;
  };
  // One step of the named paths; the root is the body itself.
  struct Node {
    PathStep step;
    bool open = false;  // this and all below
    std::vector<CoveringView> covering;
    std::vector<Node> children;

    Node& child(const PathStep& wanted);
    [[nodiscard]] const Node* find(PathStep::Kind kind, std::string_view key) const;
    [[nodiscard]] const Node* find_in_map(std::string_view key) const;
  };
  // A value with what the schema says of it.
  struct Spot {
    const Value* value;
    const Schema* schema;
    const Neutral* neutral;
  };

  void open(const std::vector<PathStep>& path);
  void cover(const View& view, bool has_condition);
  [[nodiscard]] static bool is_covered(const Node& node, Evaluation& evaluation);
  [[nodiscard]] static std::optional<std::string> unnamed_in(const Node* node,
                                                             const Spot& spot,
                                                             Evaluation& evaluation);
  [[nodiscard]] static std::optional<std::string> unnamed_member(const Node* node,
                                                                 const Spot& spot,
                                                                 Evaluation& evaluation);
  [[nodiscard]] static std::optional<std::string> unnamed_entry(const Node* node,
                                                                const Spot& spot,
                                                                Evaluation& evaluation);

  bool every_field_ = false;
  Node root_;
  std::vector<std::string> query_;  // names of query parameters
};

// Does this parameter say anything? Zero values and the neutral words of the catalogue do not.
[[nodiscard]] bool says_something(const QueryParameter& parameter);

}  // namespace sealock::policy
