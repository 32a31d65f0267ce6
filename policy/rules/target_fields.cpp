#include "policy/rules/target_fields.hpp"

#include "policy/answer/answer_schema.hpp"
#include "policy/rules/host_access.hpp"
#include "policy/rules/value_walk.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

namespace sealock::policy {
namespace {

// In which shape the engine gave an object.
enum class Shape : std::uint8_t {
  container_inspect,
  container_shown,
  image_inspect,
  image_shown,
  labelled_spec,  // services, nodes, secrets, configs: labels and name are in Spec, in both shapes
  event,          // of an object that brings its labels: containers and images
  bare_event,     // of any other object
  plain,          // everything is where target.* says it is
};

// `said` (a path as rules say it) stands at `found` in objects of this shape. `whole`: only when
// nothing follows, because what follows would be another thing there.
struct Synonym {
  Shape shape;
  std::string_view said;
  std::string_view found;
  bool whole = false;
};

// Longer paths first.
constexpr std::array synonyms{
    Synonym{Shape::container_inspect, "Labels", "Config.Labels"},
    Synonym{Shape::container_inspect, "Image", "Config.Image", true},
    Synonym{Shape::container_inspect, "State", "State.Status", true},
    Synonym{Shape::container_shown, "Config.Labels", "Labels"},
    Synonym{Shape::container_shown, "Config.Image", "Image", true},
    Synonym{Shape::container_shown, "State.Status", "State", true},
    Synonym{Shape::image_inspect, "Labels", "Config.Labels"},
    Synonym{Shape::image_shown, "Config.Labels", "Labels"},
    Synonym{Shape::labelled_spec, "Labels", "Spec.Labels"},
    Synonym{Shape::labelled_spec, "Name", "Spec.Name", true},
    Synonym{Shape::labelled_spec, "Id", "ID", true},
    Synonym{Shape::event, "Labels", "Actor.Attributes"},
    Synonym{Shape::event, "Name", "Actor.Attributes.name", true},
    Synonym{Shape::event, "Image", "Actor.Attributes.image", true},
    Synonym{Shape::event, "Id", "Actor.ID", true},
    Synonym{Shape::bare_event, "Name", "Actor.Attributes.name", true},
    Synonym{Shape::bare_event, "Id", "Actor.ID", true},
};

Shape inspected_shape(TargetKind kind) {
  switch (kind) {
  case TargetKind::container:
    return Shape::container_inspect;
  case TargetKind::image:
    return Shape::image_inspect;
  case TargetKind::service:
  case TargetKind::node:
  case TargetKind::secret:
  case TargetKind::config:
    return Shape::labelled_spec;
  case TargetKind::none:
  case TargetKind::exec:
  case TargetKind::network:
  case TargetKind::volume:
  case TargetKind::plugin:
  case TargetKind::task:
  case TargetKind::checkpoint:
  case TargetKind::distribution:
  case TargetKind::composition:
  case TargetKind::deployment:
    break;
  }
  return Shape::plain;
}

// The objects of lists do not say what they are; each kind has a member that no other has.
Shape shown_shape(const Value& object) {
  if (object.find("Actor") != nullptr) {
    const std::string_view type = object.text("Type");
    return type == "container" || type == "image" ? Shape::event : Shape::bare_event;
  }
  if (object.find("Names") != nullptr) return Shape::container_shown;
  if (object.find("RepoTags") != nullptr) return Shape::image_shown;
  const bool has_spec = object.find("Spec") != nullptr && object.find("Version") != nullptr;
  // A task has both as well, but its labels are its own.
  return has_spec && object.find("DesiredState") == nullptr ? Shape::labelled_spec : Shape::plain;
}

// How many steps of `path` the dotted `said` covers; 0 when it is not how the path begins.
std::size_t covered_steps(std::string_view said, std::span<const PathStep> path) {
  std::size_t steps = 0;
  while (!said.empty()) {
    const std::size_t dot = std::min(said.find('.'), said.size());
    if (steps == path.size() || path[steps].kind != PathStep::Kind::member ||
        path[steps].key != said.substr(0, dot)) {
      return 0;
    }
    ++steps;
    said.remove_prefix(std::min(dot + 1, said.size()));
  }
  return steps;
}

std::vector<PathStep> path_in(Shape shape, const std::vector<PathStep>& path) {
  for (const Synonym& synonym : synonyms) {
    if (synonym.shape != shape) continue;
    const std::size_t steps = covered_steps(synonym.said, path);
    if (steps == 0 || (synonym.whole && steps != path.size())) continue;
    std::vector<PathStep> found = parse_path(synonym.found);
    found.insert(found.end(), path.begin() + static_cast<std::ptrdiff_t>(steps), path.end());
    return found;
  }
  return path;
}

bool is_word(const std::vector<PathStep>& path, std::string_view word) {
  return path.size() == 1 && path[0].kind == PathStep::Kind::member && path[0].key == word;
}

FieldValue text_value(std::string_view text, std::list<Value>& made) {
  FieldValue value;
  value.set = !text.empty();
  if (value.set) value.scalar = &made.emplace_back(text);
  return value;
}

FieldValue text_values(const std::vector<std::string>& texts, std::list<Value>& made) {
  FieldValue value;
  value.shape = FieldValue::Shape::list;
  value.set = !texts.empty();
  for (const std::string& text : texts)
    value.elements.push_back(&made.emplace_back(text));
  return value;
}

// "/web" of the names "/web" and "/shop/web": the second is a legacy link (engine-facts.md A10).
FieldValue container_name(const Value& object, Shape shape, std::list<Value>& made) {
  std::string_view name = object.text("Name");
  const Value* names = shape == Shape::container_shown ? object.find("Names") : nullptr;
  if (names != nullptr && names->is_list()) {
    for (const Value& candidate : *names->list()) {
      const std::string* text = candidate.string();
      if (text != nullptr && text->find('/', 1) == std::string::npos) name = *text;
    }
  }
  if (name.starts_with('/')) name.remove_prefix(1);
  if (name.empty()) return FieldValue::unknown("it has no Name");
  return text_value(name, made);
}

FieldValue read(const Value& object,
                Shape shape,
                const std::vector<PathStep>& path,
                Absent absent,
                std::list<Value>& made) {
  if (shape == Shape::container_inspect || shape == Shape::container_shown) {
    if (is_word(path, "Name")) return container_name(object, shape, made);
    if (is_word(path, "HostPaths") && object.find("Mounts") != nullptr) {
      return text_values(host_paths_of(object), made);
    }
    if (is_word(path, "HostAccess") && shape == Shape::container_inspect) {
      return text_values(host_access(object), made);
    }
  }
  if (is_word(path, "HostPaths") || is_word(path, "HostAccess")) {
    return FieldValue::unknown("this object does not tell");
  }
  FieldValue value = walk(&object, nullptr, path_in(shape, path), absent);
  value.unset_number = UnsetNumber::unknown;
  return value;
}

}  // namespace

FieldValue read_inspected(const Value& document,
                          TargetKind kind,
                          const std::vector<PathStep>& path,
                          std::list<Value>& made) {
  if (!document.is_object()) return FieldValue::unknown("the engine described no object");
  return read(document, inspected_shape(kind), path, Absent::unset, made);
}

FieldValue read_shown(const Value& object,
                      const std::vector<PathStep>& path,
                      std::list<Value>& made) {
  if (!object.is_object()) return FieldValue::unknown("it is no object");
  const Shape shape = shown_shape(object);
  const bool labels = !path.empty() && path[0].key == "Labels";
  if (shape == Shape::bare_event && labels) {
    return FieldValue::unknown("this event does not carry the labels of its object");
  }
  return read(object, shape, path, Absent::unknown, made);
}

FieldValue read_owned(const Value& object,
                      const std::optional<Owner>& owner,
                      std::list<Value>& made) {
  if (!owner) return FieldValue::unknown("this policy has no ownership");
  const bool image = object.text("Type") == "image" || object.find("RepoTags") != nullptr;
  const std::vector<PathStep> path{{PathStep::Kind::member, "Labels"},
                                   {PathStep::Kind::map_key, owner->label}};
  const FieldValue label = read_shown(object, path, made);
  if (label.shape == FieldValue::Shape::unknown) return label;
  const std::string* text = label.scalar == nullptr ? nullptr : label.scalar->string();
  const bool owned = text != nullptr && *text == (image ? owner->image_value() : owner->value);
  FieldValue value;
  value.scalar = &made.emplace_back(owned);
  value.set = owned;
  return value;
}

std::string shown_object(OperationId id, const Value& object) {
  const Shape shape = shown_shape(object);
  std::string kind;
  if (shape == Shape::event || shape == Shape::bare_event) {
    kind = object.text("Type");
  } else if (shape == Shape::container_shown) {
    kind = "container";
  } else if (shape == Shape::image_shown) {
    kind = "image";
  } else {
    // "volume" of VolumeList; in SystemDataUsage all others are volumes as well.
    for (const char c : operation(id).name) {
      if (c >= 'A' && c <= 'Z' && !kind.empty()) break;
      kind += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    if (id == OperationId::system_data_usage) kind = "volume";
  }
  std::list<Value> made;
  if (shape == Shape::image_shown) {
    const Value* tags = object.find("RepoTags");
    const bool tagged = tags != nullptr && tags->is_list() && !tags->list()->empty();
    const std::string* tag = tagged ? tags->list()->front().string() : nullptr;
    return kind + "/" + (tag != nullptr ? *tag : std::string(object.text("Id")));
  }
  const FieldValue name = read_shown(object, {{PathStep::Kind::member, "Name"}}, made);
  const std::string* text = name.scalar == nullptr ? nullptr : name.scalar->string();
  return text == nullptr ? std::string() : kind + "/" + *text;
}

bool filters_answer(OperationId id) {
  return !answer_schema(id).filtered.empty();
}

}  // namespace sealock::policy
