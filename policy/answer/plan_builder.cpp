#include "policy/answer/plan_builder.hpp"

#include <algorithm>
#include <utility>

namespace sealock::policy {
namespace {

using Node = RedactionPlan::Node;

// A node that meets itself at every depth.
void close_over(Node& node) {
  node.is_object = true;
  node.is_list = true;
  node.free_keys = true;
  node.other = &node;
  node.element = &node;
  node.stranger = &node;
}

// The masks whose reach is decided by what the text itself says leave numbers alone.
bool hides_numbers(Treatment treatment) {
  return treatment > Treatment::first_word;
}

// Where a create or update has what an inspect shows here: "Config.Env[]" is "Env[]" there.
std::string create_field(const AnswerPlace& place, const AnswerPlace& object) {
  std::string field =
      is_entry(place) ? path_of(*place.parent, object) + "{}" : path_of(place, object);
  constexpr std::pair<std::string_view, std::string_view> prefixes[] = {
      {"Config.", ""},
      {"Spec.", ""},
      {"NetworkSettings.Networks{}.", "NetworkingConfig.EndpointsConfig{}."},
  };
  for (const auto& [shown, created] : prefixes) {
    if (field.starts_with(shown)) return field.replace(0, shown.size(), created);
  }
  return field;
}

bool judges_by_name(const Node& node) {
  return !node.selectors.empty() || node.hidden_as != HiddenAs::mask ||
         node.treatment == Treatment::label_policy ||
         node.treatment == Treatment::attribute_policy ||
         node.treatment == Treatment::option_policy;
}

}  // namespace

PlanBuilder::PlanBuilder(RedactionPlan::Body& body, PlanWishes wishes)
    : body_(body), wishes_(wishes) {
  Node& copy = make();
  copy.visit = Node::Visit::copy;
  close_over(copy);
  copy_ = &copy;
  Node& hide = make();
  hide.treatment = Treatment::mask;
  hide.hides_scalars = true;
  close_over(hide);
  hide_ = &hide;
  // Members are left out by their keys. Were one of these ever met elsewhere, it would hide.
  Node& drop = make();
  drop.visit = Node::Visit::drop;
  drop.treatment = Treatment::mask;
  drop.hides_scalars = true;
  close_over(drop);
  drop_ = &drop;
}

Node& PlanBuilder::make() {
  return body_.nodes.emplace_back();
}

bool PlanBuilder::is_shown(const AnswerPlace& place) const {
  return !place.removed && ((place.kept | place.leads) & wishes_.keep_rules) == wishes_.keep_rules;
}

// Nothing at this place or below is treated in any way.
bool PlanBuilder::is_quiet(const AnswerPlace& place) const {
  if (wishes_.unknown_fields_masked || wishes_.keep_rules != 0) return false;
  bool quiet = true;
  for_each_place(place, [&quiet](const AnswerPlace& at) {
    quiet = quiet && at.masks.empty() && !at.removed && !at.filtered && !at.masked_whole;
  });
  return quiet;
}

// What becomes of a field that the schema does not know.
const Node* PlanBuilder::unknown_in(const AnswerPlace& place) const {
  if ((place.kept & wishes_.keep_rules) != wishes_.keep_rules) return drop_;
  return wishes_.unknown_fields_masked || place.masked_whole ? hide_ : copy_;
}

const Node* PlanBuilder::build(const AnswerPlace& place) {
  if (!is_shown(place)) return drop_;
  if (is_quiet(place)) return copy_;
  if (place.is_leaf && !place.filtered) {
    if (place.masks.empty() &&
        (place.kind == FieldKind::anything || place.kind == FieldKind::secret_tree)) {
      return copy_;
    }
    if (place.kind == FieldKind::anything || place.kind == FieldKind::secret_tree) return hide_;
  }
  Node& node = make();
  const Node* const unknown = unknown_in(place);
  node.filtered = place.filtered;
  node.place = place.filtered_place;
  if (place.filtered) {
    if (body_.filtered.size() <= node.place) body_.filtered.resize(node.place + 1U, copy_);
    body_.filtered[node.place] = &node;
  }
  node.stranger = unknown == copy_ && place.masks.empty() ? copy_ : hide_;
  build_leaf(place, node);
  build_object(place, node);
  build_list(place, node);
  return &node;
}

void PlanBuilder::build_leaf(const AnswerPlace& place, Node& node) {
  if (place.masks.empty()) {
    // Where only objects and lists are known, any other value is unknown as well.
    if (!place.is_leaf && wishes_.unknown_fields_masked) {
      node.treatment = Treatment::mask;
      node.hides_scalars = true;
    }
    return;
  }
  const bool by_name =
      std::any_of(place.masks.begin(), place.masks.end(), [](const MaskSelector& selector) {
        return !selector.names.empty() || !selector.except.empty();
      });
  Selected strongest;
  bool disguises = false;
  for (const MaskSelector& selector : place.masks) {
    strongest.strengthen(selector.treatment, selector.hidden_as);
    disguises = disguises || selector.hidden_as != HiddenAs::mask;
  }
  node.treatment = strongest.treatment;
  node.hidden_as = strongest.hidden_as;
  node.hides_scalars = hides_numbers(node.treatment);
  if (by_name) node.selectors = place.masks;
  if (!disguises) return;
  node.field = create_field(place, *wishes_.object);
  body_.disguises = true;
}

void PlanBuilder::build_object(const AnswerPlace& place, Node& node) {
  const bool is_map = place.values != nullptr;
  if (!is_map && place.fields.empty()) return;
  node.is_object = true;
  node.free_keys = is_map;
  node.other = is_map ? build(*place.values) : unknown_in(place);
  for (const auto& field : place.fields)
    node.fields.push_back({field->name, build(*field)});
  for (const auto& entry : place.entries)
    node.fields.push_back({entry->name, build(*entry)});
  node.may_drop = node.other->visit == Node::Visit::drop ||
                  std::any_of(node.fields.begin(), node.fields.end(), [](const Node::Field& field) {
                    return field.node->visit == Node::Visit::drop;
                  });
  node.needs_key = node.may_drop || !node.fields.empty() || judges_by_name(*node.other);
  node.index_fields();
}

void PlanBuilder::build_list(const AnswerPlace& place, Node& node) {
  if (place.elements == nullptr) return;
  node.is_list = true;
  const AnswerPlace& elements = *place.elements;
  node.element = build(elements);
  if (elements.kind != FieldKind::argument_vector || elements.masks.empty()) return;
  Node& first = make();  // the program stays
  first.stranger = hide_;
  node.first_element = &first;
}

const Node* PlanBuilder::build_error_root(Treatment message) {
  Node& text = make();
  text.treatment = message;
  text.hides_scalars = true;
  text.stranger = hide_;
  Node& root = make();
  root.treatment = Treatment::mask;
  root.is_object = true;
  root.needs_key = true;
  root.other = hide_;
  root.stranger = hide_;
  root.fields.push_back({"message", &text});
  root.index_fields();
  return &root;
}

}  // namespace sealock::policy
