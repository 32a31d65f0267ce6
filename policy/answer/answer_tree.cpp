#include "policy/answer/answer_tree.hpp"

#include <algorithm>
#include <utility>

namespace sealock::policy {
namespace {

AnswerPlace& below(AnswerPlace& place, const AnswerStep& step) {
  switch (step.kind) {
  case AnswerStep::Kind::elements:
    if (!place.elements) place.elements = std::make_unique<AnswerPlace>();
    place.elements->parent = &place;
    return *place.elements;
  case AnswerStep::Kind::values:
    if (!place.values) place.values = std::make_unique<AnswerPlace>();
    place.values->parent = &place;
    return *place.values;
  case AnswerStep::Kind::field:
  case AnswerStep::Kind::entry:
  case AnswerStep::Kind::secrets:
    break;
  }
  for (const auto& field : place.fields) {
    if (field->name == step.name) return *field;
  }
  place.fields.push_back(std::make_unique<AnswerPlace>());
  AnswerPlace& made = *place.fields.back();
  made.name = step.name;
  made.parent = &place;
  made.is_field = true;
  return made;
}

void add_fields(AnswerPlace& base, std::span<const AnswerField> fields) {
  for (const AnswerField& field : fields) {
    AnswerPlace* place = &base;
    if (!field.path.empty()) {
      const Result<AnswerPath> path = parse_answer_path(field.path);
      if (!path) continue;  // the schema test finds it
      for (const AnswerStep& step : path->steps)
        place = &below(*place, step);
    }
    if (!field.fields.empty()) {
      add_fields(*place, field.fields);
    } else {
      place->is_leaf = true;
      place->kind = field.kind;
    }
  }
}

std::unique_ptr<AnswerPlace> copy_of(const AnswerPlace& place, AnswerPlace* parent) {
  auto copy = std::make_unique<AnswerPlace>();
  copy->name = place.name;
  copy->parent = parent;
  copy->is_field = place.is_field;
  copy->is_leaf = place.is_leaf;
  copy->kind = place.kind;
  for (const auto& field : place.fields)
    copy->fields.push_back(copy_of(*field, copy.get()));
  if (place.values) copy->values = copy_of(*place.values, copy.get());
  if (place.elements) copy->elements = copy_of(*place.elements, copy.get());
  return copy;
}

// A copy of the map's value, for one of its names.
AnswerPlace& make_entry(AnswerPlace& map, const std::string& name) {
  for (const auto& entry : map.entries) {
    if (entry->name == name) return *entry;
  }
  map.entries.push_back(copy_of(*map.values, &map));
  map.entries.back()->name = name;
  return *map.entries.back();
}

void step_down(AnswerPlace& place,
               const AnswerStep& step,
               NameCase name_case,
               std::vector<AnswerPlace*>& found) {
  switch (step.kind) {
  case AnswerStep::Kind::field:
    for (const auto& field : place.fields) {
      const bool same = name_case == NameCase::exact ? field->name == step.name
                                                     : equal_folded(field->name, step.name);
      if (same) found.push_back(field.get());
    }
    return;
  case AnswerStep::Kind::elements:
    if (place.elements) found.push_back(place.elements.get());
    return;
  case AnswerStep::Kind::values:
    if (place.values) found.push_back(place.values.get());
    for (const auto& entry : place.entries)
      found.push_back(entry.get());
    return;
  case AnswerStep::Kind::entry:
    if (place.values) found.push_back(&make_entry(place, step.name));
    return;
  case AnswerStep::Kind::secrets:
    found.push_back(&place);
    return;
  }
}

Result<AnswerStep> parse_bracket(std::string_view text, std::size_t& at) {
  const char closing = text[at] == '[' ? ']' : '}';
  const bool square = text[at] == '[';
  const std::size_t end = text.find(closing, at);
  if (end == std::string_view::npos) {
    return bad_request("no " + std::string(1, closing) + " in path " + std::string(text));
  }
  const std::string_view inside = text.substr(at + 1, end - at - 1);
  at = end + 1;
  if (square && inside.empty()) return AnswerStep{AnswerStep::Kind::elements, {}};
  if (square) return AnswerStep{AnswerStep::Kind::entry, std::string(inside)};
  if (inside.empty()) return AnswerStep{AnswerStep::Kind::values, {}};
  if (inside == "secrets") return AnswerStep{AnswerStep::Kind::secrets, {}};
  return bad_request("{" + std::string(inside) + "} in path " + std::string(text) +
                     " means nothing: write {} for all values, {secrets}, or [name]");
}

// Up to the next . [ or {, or between quotes: 'os.version' is one name.
std::string parse_name(std::string_view text, std::size_t& at) {
  if (at < text.size() && text[at] == '\'') {
    const std::size_t end = text.find('\'', at + 1);
    if (end == std::string_view::npos) return {};
    std::string name(text.substr(at + 1, end - at - 1));
    at = end + 1;
    return name;
  }
  const std::size_t end = std::min(text.find_first_of(".[{", at), text.size());
  std::string name(text.substr(at, end - at));
  at = end;
  return name;
}

}  // namespace

Result<AnswerPath> parse_answer_path(std::string_view text) {
  AnswerPath path;
  std::size_t at = 0;
  if (!text.empty() && text.front() == '/') {
    path.from_root = true;
    at = 1;
  }
  bool name_may_follow = true;
  while (at < text.size()) {
    if (text[at] == '[' || text[at] == '{') {
      Result<AnswerStep> step = parse_bracket(text, at);
      if (!step) return tl::unexpected(step.error());
      path.steps.push_back(std::move(*step));
      name_may_follow = false;
      continue;
    }
    if (text[at] == '.') {
      ++at;
    } else if (!name_may_follow) {
      return bad_request("a . is missing in path " + std::string(text));
    }
    std::string name = parse_name(text, at);
    if (name.empty()) return bad_request("a name is missing in path " + std::string(text));
    path.steps.push_back({AnswerStep::Kind::field, std::move(name)});
    name_may_follow = false;
  }
  if (path.steps.empty()) return bad_request("an empty path");
  return path;
}

std::unique_ptr<AnswerPlace> make_answer_tree(const AnswerSchema& schema) {
  auto root = std::make_unique<AnswerPlace>();
  add_fields(*root, schema.fields);
  std::uint8_t number = 0;
  for (const std::string_view where : schema.filtered) {
    if (where.empty()) {
      root->filtered = true;
      root->filtered_place = number++;
      continue;
    }
    const Result<AnswerPath> path = parse_answer_path(where);
    AnswerPlace* place = root.get();
    for (const AnswerStep& step : path->steps)
      place = &below(*place, step);
    place->filtered = true;
    place->filtered_place = number++;
  }
  return root;
}

std::vector<AnswerPlace*> find_places(AnswerPlace& root,
                                      const AnswerSchema& schema,
                                      const AnswerPath& path,
                                      NameCase name_case) {
  std::vector<AnswerStep> steps;
  if (!path.from_root && !schema.object.empty()) {
    steps = parse_answer_path(schema.object)->steps;
  }
  steps.insert(steps.end(), path.steps.begin(), path.steps.end());
  std::vector<AnswerPlace*> places{&root};
  for (const AnswerStep& step : steps) {
    std::vector<AnswerPlace*> found;
    for (AnswerPlace* place : places)
      step_down(*place, step, name_case, found);
    places = std::move(found);
  }
  return places;
}

AnswerPlace* object_of(AnswerPlace& root, const AnswerSchema& schema) {
  if (schema.object.empty()) return &root;
  const auto path = parse_answer_path("/" + std::string(schema.object));
  return find_places(root, schema, *path, NameCase::exact).front();
}

bool is_entry(const AnswerPlace& place) {
  return place.parent != nullptr &&
         std::any_of(place.parent->entries.begin(), place.parent->entries.end(),
                     [&place](const auto& candidate) { return candidate.get() == &place; });
}

std::string path_of(const AnswerPlace& place, const AnswerPlace& base) {
  if (&place == &base || place.parent == nullptr) return {};
  const AnswerPlace& parent = *place.parent;
  std::string above = path_of(parent, base);
  if (&place == parent.elements.get()) return above + "[]";
  if (&place == parent.values.get()) return above + "{}";
  if (is_entry(place)) return above + "[" + place.name + "]";
  const std::string name =
      place.name.find('.') == std::string::npos ? place.name : "'" + place.name + "'";
  return above.empty() ? name : above + "." + name;
}

}  // namespace sealock::policy
