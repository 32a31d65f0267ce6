// An answer schema as a tree of places, and the paths of redact rules in it: what the plan compiler
// marks with the rules' wishes.
//
// Ownership: a place owns what is below it; `parent` is a loan from above.
// Errors:    a path with wrong syntax is bad_request; one that leads nowhere finds no place.

#pragma once

#include "policy/answer/answer_schema.hpp"
#include "policy/answer/plan_node.hpp"
#include "policy/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

struct AnswerPlace {
  std::string name;  // of a member, or of an entry of a map
  AnswerPlace* parent = nullptr;
  bool is_field = false;  // a member of its parent, not a value, an entry or an element
  bool is_leaf = false;
  FieldKind kind = FieldKind::plain;  // of a leaf
  std::vector<std::unique_ptr<AnswerPlace>> fields;
  std::unique_ptr<AnswerPlace> values;                // `{}`
  std::unique_ptr<AnswerPlace> elements;              // `[]`
  std::vector<std::unique_ptr<AnswerPlace>> entries;  // `[name]` of a map, where a rule names one

  // What the rules want here. Rules with `keep` are numbered.
  bool removed = false;
  bool filtered = false;
  std::uint8_t filtered_place = 0;  // its number among the schema's
  bool masked_whole = false;        // and so what the schema does not know in it
  std::uint64_t kept = 0;           // by these rules, here or above
  std::uint64_t leads = 0;          // to a place that these rules keep
  std::uint64_t named = 0;          // itself, by a `keep` of these rules
  std::vector<MaskSelector> masks;  // on a leaf
};

struct AnswerStep {
  enum class Kind : std::uint8_t { field, elements, values, entry, secrets };
  Kind kind = Kind::field;
  std::string name;  // field, entry
};

struct AnswerPath {
  bool from_root = false;
  std::vector<AnswerStep> steps;
};

[[nodiscard]] Result<AnswerPath> parse_answer_path(std::string_view text);

[[nodiscard]] std::unique_ptr<AnswerPlace> make_answer_tree(const AnswerSchema& schema);

enum class NameCase : std::uint8_t { exact, folded };

// The places that `path` names: none, or one, or where `{}` meets entries of their own, several.
// An `entry` step of a map whose values have fields makes the entry.
[[nodiscard]] std::vector<AnswerPlace*> find_places(AnswerPlace& root,
                                                    const AnswerSchema& schema,
                                                    const AnswerPath& path,
                                                    NameCase name_case);

// The place that paths of rules begin at.
[[nodiscard]] AnswerPlace* object_of(AnswerPlace& root, const AnswerSchema& schema);

// `[name]` of a map, as against a member, a value or an element.
[[nodiscard]] bool is_entry(const AnswerPlace& place);

// The path from `base` down to `place`, in the syntax of rules.
[[nodiscard]] std::string path_of(const AnswerPlace& place, const AnswerPlace& base);

// Calls `visit(place)` for `place` and everything below it.
template <typename Place, typename Visit>
void for_each_place(Place& place, const Visit& visit) {
  visit(place);
  for (const auto& field : place.fields)
    for_each_place<Place>(*field, visit);
  for (const auto& entry : place.entries)
    for_each_place<Place>(*entry, visit);
  if (place.values) for_each_place<Place>(*place.values, visit);
  if (place.elements) for_each_place<Place>(*place.elements, visit);
}

}  // namespace sealock::policy
