#include "policy/answer/redaction_plan.hpp"

#include "policy/answer/answer_tree.hpp"
#include "policy/answer/plan_builder.hpp"
#include "policy/answer/plan_node.hpp"
#include "policy/engine_api/operation.hpp"

#include <algorithm>
#include <atomic>
#include <tuple>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::string_view all_secrets = "$secrets";
constexpr std::size_t keep_rule_limit = 64;

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

std::string quoted(const RedactRule& rule, std::string_view path) {
  return rule.rule + ": " + std::string(path);
}

// Puts the wishes of rules onto the tree, one rule after the other.
class Marker {
public:
  Marker(AnswerPlace& root, const AnswerSchema& schema) : root_(root), schema_(schema) {}

  // Entries of maps must exist before marks are put on what they are copies of; one may lie in
  // another, so the caller repeats this.
  Result<void> make_entries(const RedactRule& rule);
  Result<void> mark(const RedactRule& rule);
  [[nodiscard]] PlanWishes wishes() const { return wishes_; }

private:
  struct Fresh {  // a mask of the rule being marked, which its `reveal` may still limit
    AnswerPlace* place;
    MaskSelector selector;
  };

  Result<std::vector<AnswerPlace*>> find(const RedactRule& rule,
                                         std::string_view text,
                                         NameCase name_case);
  Result<void> mark_keep(const RedactRule& rule);
  Result<void> mark_remove(const RedactRule& rule);
  Result<void> mark_mask(const RedactRule& rule, std::string_view text, HiddenAs hidden_as);
  Result<void> mark_reveal(const RedactRule& rule, std::string_view text);
  void mask_below(AnswerPlace& place, MaskReach reach, HiddenAs hidden_as);
  [[nodiscard]] bool is_disguised(const AnswerPlace& place) const;
  [[nodiscard]] std::vector<AnswerPlace*> named_leaves(const AnswerPath& path, NameCase name_case);

  AnswerPlace& root_;
  const AnswerSchema& schema_;
  PlanWishes wishes_;
  std::size_t keep_count_ = 0;
  std::vector<Fresh> fresh_;
};

bool ends_with(const AnswerPath& path, AnswerStep::Kind kind) {
  return path.steps.back().kind == kind;
}

// Is the leaf what a `keep` names, itself or as the list or map that holds it?
bool is_named(const AnswerPlace* place, std::uint64_t rule) {
  for (; place != nullptr; place = place->parent) {
    if ((place->named & rule) != 0) return true;
    if (place->is_field) return false;
  }
  return false;
}

// The lists of "NAME=value" texts in which a path ending in [name] names one; no place of the
// schema stands for it.
std::vector<AnswerPlace*> named_entries(AnswerPlace& root,
                                        const AnswerSchema& schema,
                                        AnswerPath path,
                                        NameCase name_case) {
  if (!ends_with(path, AnswerStep::Kind::entry)) return {};
  path.steps.back() = {AnswerStep::Kind::elements, {}};
  std::vector<AnswerPlace*> entries = find_places(root, schema, path, name_case);
  std::erase_if(entries, [](const AnswerPlace* place) {
    return place->kind != FieldKind::environment && place->kind != FieldKind::label_text;
  });
  return entries;
}

// All values that a path ending in [name] chooses among by their names; empty: it names an entry
// with fields of its own.
std::vector<AnswerPlace*> Marker::named_leaves(const AnswerPath& path, NameCase name_case) {
  std::vector<AnswerPlace*> leaves = named_entries(root_, schema_, path, name_case);
  AnswerPath values = path;
  values.steps.back() = {AnswerStep::Kind::values, {}};
  for (AnswerPlace* place : find_places(root_, schema_, values, name_case)) {
    if (place->is_leaf) leaves.push_back(place);
  }
  return leaves;
}

void mark_way_to(AnswerPlace* place, std::uint64_t rule) {
  for (; place != nullptr; place = place->parent)
    place->leads |= rule;
}

Result<std::vector<AnswerPlace*>> Marker::find(const RedactRule& rule,
                                               std::string_view text,
                                               NameCase name_case) {
  const Result<AnswerPath> path = parse_answer_path(text);
  if (!path) return fail(path.error().kind, quoted(rule, path.error().text));
  return find_places(root_, schema_, *path, name_case);
}

Result<void> Marker::make_entries(const RedactRule& rule) {
  for (const std::vector<std::string>* paths :
       {&rule.keep, &rule.remove, &rule.mask, &rule.digest, &rule.seal}) {
    for (const std::string& text : *paths) {
      if (text == all_secrets) continue;
      Result<AnswerPath> path = parse_answer_path(text);
      if (!path) return fail(path.error().kind, quoted(rule, path.error().text));
      // A mask on one name of a plain map is a selector, and may hold a *.
      const bool masks = paths != &rule.keep && paths != &rule.remove;
      if (masks && ends_with(*path, AnswerStep::Kind::entry) &&
          !named_leaves(*path, NameCase::folded).empty()) {
        continue;
      }
      const NameCase name_case = paths == &rule.keep ? NameCase::exact : NameCase::folded;
      std::ignore = find_places(root_, schema_, *path, name_case);
    }
  }
  return {};
}

Result<void> Marker::mark(const RedactRule& rule) {
  fresh_.clear();
  wishes_.unknown_fields_masked = wishes_.unknown_fields_masked || rule.unknown_fields_masked;
  Result<void> result = mark_keep(rule);
  if (result) result = mark_remove(rule);
  const std::pair<const std::vector<std::string>*, HiddenAs> ways[] = {
      {&rule.digest, HiddenAs::digest},
      {&rule.seal, HiddenAs::seal},
      {&rule.mask, HiddenAs::mask},
  };
  for (const auto& [paths, hidden_as] : ways) {
    for (const std::string& text : *paths) {
      if (result) result = mark_mask(rule, text, hidden_as);
    }
  }
  for (const std::string& text : rule.reveal) {
    if (result) result = mark_reveal(rule, text);
  }
  for (Fresh& fresh : fresh_)
    fresh.place->masks.push_back(std::move(fresh.selector));
  return result;
}

Result<void> Marker::mark_keep(const RedactRule& rule) {
  if (rule.keep.empty()) return {};
  if (keep_count_ == keep_rule_limit) {
    return bad_request(rule.rule + ": more than 64 redact rules keep fields of one operation");
  }
  const std::uint64_t bit = std::uint64_t{1} << keep_count_++;
  wishes_.keep_rules |= bit;
  mark_way_to(object_of(root_, schema_), bit);  // an object that keeps nothing becomes {}
  std::vector<AnswerPlace*> all;
  for (const std::string& text : rule.keep) {
    const auto path = parse_answer_path(text);
    if (path && ends_with(*path, AnswerStep::Kind::secrets)) {
      return bad_request(quoted(rule, text) + ": {secrets} can only be masked");
    }
    if (path && !named_entries(root_, schema_, *path, NameCase::exact).empty()) {
      return bad_request(quoted(rule, text) +
                         ": one entry of a list can only be masked or revealed");
    }
    const auto places = find(rule, text, NameCase::exact);
    if (!places) return tl::unexpected(places.error());
    for (AnswerPlace* place : *places) {
      place->named |= bit;
      all.push_back(place);
      for_each_place(*place, [bit](AnswerPlace& below) { below.kept |= bit; });
      for (AnswerPlace* above = place; above != nullptr; above = above->parent)
        above->leads |= bit;
    }
  }
  for (AnswerPlace* place : all) {
    for_each_place(*place, [this, bit](AnswerPlace& below) {
      if (!below.is_leaf || !is_sensitive(below.kind) || is_named(&below, bit)) return;
      fresh_.push_back(
          {&below, {treatment_of(below.kind, MaskReach::policy), HiddenAs::mask, {}, {}}});
    });
  }
  return {};
}

Result<void> Marker::mark_remove(const RedactRule& rule) {
  for (const std::string& text : rule.remove) {
    const auto places = find(rule, text, NameCase::folded);
    if (!places) return tl::unexpected(places.error());
    const auto path = parse_answer_path(text);
    if (!named_entries(root_, schema_, *path, NameCase::folded).empty()) {
      return bad_request(quoted(rule, text) +
                         ": one entry of a list can only be masked or revealed");
    }
    if (!ends_with(*path, AnswerStep::Kind::field) && !ends_with(*path, AnswerStep::Kind::entry)) {
      return bad_request(quoted(rule, text) +
                         ": only a field or one name of a map can be removed; mask the values");
    }
    for (AnswerPlace* place : *places)
      place->removed = true;
  }
  return {};
}

// Does the rule itself say something gentler of this place than its `mask: [$secrets]` does?
bool Marker::is_disguised(const AnswerPlace& place) const {
  return std::any_of(fresh_.begin(), fresh_.end(), [&place](const Fresh& fresh) {
    return fresh.place == &place && fresh.selector.hidden_as != HiddenAs::mask;
  });
}

void Marker::mask_below(AnswerPlace& place, MaskReach reach, HiddenAs hidden_as) {
  for_each_place(place, [this, reach, hidden_as](AnswerPlace& below) {
    if (reach == MaskReach::whole) below.masked_whole = true;
    if (!below.is_leaf) return;
    if (reach == MaskReach::policy && !is_sensitive(below.kind)) return;
    if (reach == MaskReach::policy && hidden_as == HiddenAs::mask && is_disguised(below)) return;
    fresh_.push_back({&below, {treatment_of(below.kind, reach), hidden_as, {}, {}}});
  });
}

Result<void> Marker::mark_mask(const RedactRule& rule, std::string_view text, HiddenAs hidden_as) {
  if (text == all_secrets) {
    mask_below(root_, MaskReach::policy, hidden_as);
    return {};
  }
  const auto path = parse_answer_path(text);
  if (!path) return fail(path.error().kind, quoted(rule, path.error().text));
  if (ends_with(*path, AnswerStep::Kind::entry)) {
    const auto leaves = named_leaves(*path, NameCase::folded);
    for (AnswerPlace* leaf : leaves) {
      const Treatment treatment = treatment_of(leaf->kind, MaskReach::whole);
      fresh_.push_back({leaf, {treatment, hidden_as, {path->steps.back().name}, {}}});
    }
    if (!leaves.empty()) return {};
  }
  const MaskReach reach =
      ends_with(*path, AnswerStep::Kind::secrets) ? MaskReach::policy : MaskReach::whole;
  for (AnswerPlace* place : find_places(root_, schema_, *path, NameCase::folded)) {
    mask_below(*place, reach, hidden_as);
  }
  return {};
}

Result<void> Marker::mark_reveal(const RedactRule& rule, std::string_view text) {
  const auto path = parse_answer_path(text);
  if (!path) return fail(path.error().kind, quoted(rule, path.error().text));
  if (!ends_with(*path, AnswerStep::Kind::entry)) {
    return bad_request(quoted(rule, text) +
                       ": reveal names one value, as Config.Env[LANG] or Labels[traefik.*]");
  }
  for (AnswerPlace* leaf : named_leaves(*path, NameCase::exact)) {
    for (Fresh& fresh : fresh_) {
      if (fresh.place == leaf) fresh.selector.except.push_back(path->steps.back().name);
    }
  }
  return {};
}

bool has_path(const Operation& operation, const AnswerPath& path, NameCase name_case) {
  const AnswerSchema& schema = answer_schema(operation.id);
  const std::unique_ptr<AnswerPlace> root = make_answer_tree(schema);
  if (!find_places(*root, schema, path, name_case).empty()) return true;
  return !named_entries(*root, schema, path, name_case).empty();
}

}  // namespace

bool has_answer_field(const Operation& operation, std::string_view path) {
  if (path == all_secrets) return true;
  const auto parsed = parse_answer_path(path);
  return parsed && has_path(operation, *parsed, NameCase::folded);
}

Result<void> check_redact_rule(const RedactRule& rule,
                               std::span<const Operation* const> operations) {
  if (rule.keep.empty() && rule.remove.empty() && rule.mask.empty() && rule.digest.empty() &&
      rule.seal.empty()) {
    return bad_request(rule.rule +
                       ": redacts nothing; name fields in keep, remove, mask, digest or seal");
  }
  for (const std::vector<std::string>* paths :
       {&rule.keep, &rule.remove, &rule.mask, &rule.digest, &rule.seal, &rule.reveal}) {
    const bool masks = paths == &rule.mask || paths == &rule.digest || paths == &rule.seal;
    for (const std::string& text : *paths) {
      if (text == all_secrets && masks) continue;
      const auto path = parse_answer_path(text);
      if (!path) return fail(path.error().kind, quoted(rule, path.error().text));
      const NameCase name_case = paths == &rule.keep ? NameCase::exact : NameCase::folded;
      const bool known =
          std::any_of(operations.begin(), operations.end(),
                      [&](const Operation* one) { return has_path(*one, *path, name_case); });
      if (!known)
        return bad_request(quoted(rule, text) + ": no answer of the rule's actions has it");
    }
  }
  return {};
}

Result<std::unique_ptr<const RedactionPlan>> RedactionPlan::compile(
    const Operation& operation, const std::vector<RedactRule>& rules) {
  if (operation.answer == AnswerKind::bytes || operation.answer == AnswerKind::tunnel) {
    return bad_request(std::string(operation.name) +
                       " answers with bytes, which no redact rule can see; deny it instead");
  }
  const AnswerSchema& schema = answer_schema(operation.id);
  const std::unique_ptr<AnswerPlace> tree = make_answer_tree(schema);
  Marker marker(*tree, schema);
  constexpr int map_nesting = 3;
  for (int i = 0; i < map_nesting; ++i) {
    for (const RedactRule& rule : rules) {
      if (auto made = marker.make_entries(rule); !made) return tl::unexpected(made.error());
    }
  }
  auto body = std::make_unique<Body>();
  for (const RedactRule& rule : rules) {
    if (auto marked = marker.mark(rule); !marked) return tl::unexpected(marked.error());
    body->rules.push_back(rule.rule);
  }
  PlanWishes wishes = marker.wishes();
  wishes.object = object_of(*tree, schema);
  PlanBuilder builder(*body, wishes);
  body->root = builder.build(*tree);
  body->error_root = builder.build_error_root(Treatment::status_text);
  body->refusal_root = schema.errors == ErrorTexts::hidden
                           ? body->error_root
                           : builder.build_error_root(Treatment::free_text);
  for (Node& node : body->nodes)
    node.finish();
  for (Node& node : body->nodes) {
    for (Node::Expected& expected : node.expected)
      expected.passes = expected.node->passes;
  }
  return std::unique_ptr<const RedactionPlan>(new RedactionPlan(std::move(body)));
}

RedactionPlan::RedactionPlan(std::unique_ptr<const Body> body)
    : body_(std::move(body)), number_(next_number()) {}
RedactionPlan::~RedactionPlan() = default;

const RedactionPlan::Node& RedactionPlan::root() const {
  return *body_->root;
}
const RedactionPlan::Node& RedactionPlan::refusal_root() const {
  return *body_->refusal_root;
}
const RedactionPlan::Node& RedactionPlan::error_root() const {
  return *body_->error_root;
}
const std::vector<std::string>& RedactionPlan::rules() const {
  return body_->rules;
}

const RedactionPlan::Node& RedactionPlan::object_root(std::uint8_t place) const {
  return *body_->filtered.at(place);
}
bool RedactionPlan::disguises() const {
  return body_->disguises;
}

}  // namespace sealock::policy
