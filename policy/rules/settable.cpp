#include "policy/rules/settable.hpp"

#include "policy/effective/effective.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/evaluation.hpp"
#include "policy/rules/field_value.hpp"

#include <algorithm>

namespace sealock::policy {
namespace {

constexpr std::string_view query_prefix = "query.";

// "image" for "image.registry".
std::string_view family(std::string_view view) {
  return view.substr(0, view.find('.'));
}

bool has_condition_on(const CompiledRule& rule, const View& view) {
  return std::any_of(rule.when.begin(), rule.when.end(), [&](const Condition& condition) {
    return condition.field.view != nullptr &&
           family(condition.field.view->name) == family(view.name);
  });
}

// "HostConfig" before "CgroupParent", "Mounts" before "[].Type".
std::string joined(std::string_view name, const std::string& rest) {
  std::string path(name);
  if (!rest.empty() && rest.front() != '[' && rest.front() != '{') path += '.';
  return path + rest;
}

}  // namespace

Settable::Node& Settable::Node::child(const PathStep& wanted) {
  for (Node& node : children) {
    if (node.step == wanted) return node;
  }
  Node& added = children.emplace_back();
  added.step = wanted;
  return added;
}

const Settable::Node* Settable::Node::find(PathStep::Kind kind, std::string_view key) const {
  for (const Node& node : children) {
    if (node.step.kind == kind && node.step.key == key) return &node;
  }
  return nullptr;
}

const Settable::Node* Settable::Node::find_in_map(std::string_view key) const {
  const Node* by_key = find(PathStep::Kind::map_key, key);
  return by_key != nullptr ? by_key : find(PathStep::Kind::map_values, {});
}

Settable::Settable(const CompiledRule& rule) : every_field_(rule.every_field) {
  if (every_field_) return;
  for (const std::string& named : rule.may_set) {
    if (named.starts_with(query_prefix)) {
      query_.push_back(named.substr(query_prefix.size()));
    } else {
      open(parse_path(named));
    }
  }
  for (const Condition& condition : rule.when) {
    const FieldReference& field = condition.field;
    if (field.source == FieldSource::body) open(field.path);
    if (field.source == FieldSource::query && !field.path.empty()) {
      query_.push_back(field.path.front().key);
    }
  }
  for (const View& view : all_views())
    cover(view, has_condition_on(rule, view));
}

void Settable::open(const std::vector<PathStep>& path) {
  if (path.empty()) return;  // wrong syntax names nothing; never the whole body
  Node* node = &root_;
  for (const PathStep& step : path)
    node = &node->child(step);
  node->open = true;
}

void Settable::cover(const View& view, bool has_condition) {
  for (const std::string_view covered : view.covers) {
    const std::vector<PathStep> path = parse_path(covered);
    if (path.empty()) continue;
    Node* node = &root_;
    for (const PathStep& step : path)
      node = &node->child(step);
    node->covering.push_back({&view, has_condition});
  }
}

bool Settable::is_covered(const Node& node, Evaluation& evaluation) {
  if (node.covering.empty()) return false;
  return std::all_of(node.covering.begin(), node.covering.end(), [&](const CoveringView& covering) {
    if (covering.has_condition) return true;
    const Result<Value>& meaning = evaluation.view(*covering.view);
    return meaning.has_value() && meaning->is_zero();
  });
}

std::optional<std::string> Settable::find_unnamed(Evaluation& evaluation) const {
  if (every_field_) return std::nullopt;
  const Request& request = evaluation.request();
  for (const QueryParameter& parameter : request.query) {
    if (!parameter.parameter->restricted || !says_something(parameter)) continue;
    if (std::find(query_.begin(), query_.end(), parameter.parameter->name) == query_.end()) {
      return joined("query", std::string(parameter.parameter->name));
    }
  }
  const Schema* schema = request.operation->body;
  if (schema == nullptr) return std::nullopt;
  return unnamed_in(&root_, {&request.body, schema, nullptr}, evaluation);
}

std::optional<std::string> Settable::unnamed_in(const Node* node,
                                                const Spot& spot,
                                                Evaluation& evaluation) {
  if (node != nullptr && node->open) return std::nullopt;
  if (is_unset(*spot.value, spot.schema, spot.neutral)) return std::nullopt;
  if (node != nullptr && is_covered(*node, evaluation)) return std::nullopt;
  if (spot.value->is_object()) {
    // An object that says something by being there must be named, or something in it.
    if (node == nullptr && spot.neutral != nullptr && spot.neutral->zero_is_set)
      return std::string();
    const bool is_map = spot.schema == nullptr || spot.schema->kind != SchemaKind::object;
    return is_map ? unnamed_entry(node, spot, evaluation) : unnamed_member(node, spot, evaluation);
  }
  const Node* elements = node == nullptr ? nullptr : node->find(PathStep::Kind::elements, {});
  if (!spot.value->is_list() || elements == nullptr) return std::string();
  const Schema* schema = spot.schema == nullptr ? nullptr : spot.schema->element;
  for (const Value& element : *spot.value->list()) {
    if (auto found = unnamed_in(elements, {&element, schema, nullptr}, evaluation)) {
      return joined("[]", *found);
    }
  }
  return std::nullopt;
}

std::optional<std::string> Settable::unnamed_member(const Node* node,
                                                    const Spot& spot,
                                                    Evaluation& evaluation) {
  for (const auto& [name, value] : *spot.value->object()) {
    // Most members of a real body are null or zero; nearly all of those say nothing at all.
    if (value.is_null()) continue;
    const Node* below = node == nullptr ? nullptr : node->find(PathStep::Kind::member, name);
    if (below != nullptr && below->open) continue;
    const Field* field = find_field(*spot.schema, name);
    if (field == nullptr) return name;
    if (auto found = unnamed_in(below, {&value, field->schema, field->neutral}, evaluation)) {
      return joined(name, *found);
    }
  }
  return std::nullopt;
}

// The keys of maps come from the client: the map is named, not its key.
std::optional<std::string> Settable::unnamed_entry(const Node* node,
                                                   const Spot& spot,
                                                   Evaluation& evaluation) {
  const Schema* schema = spot.schema == nullptr ? nullptr : spot.schema->element;
  for (const auto& [key, value] : *spot.value->object()) {
    const Node* below = node == nullptr ? nullptr : node->find_in_map(key);
    if (below == nullptr) return std::string();
    if (auto found = unnamed_in(below, {&value, schema, nullptr}, evaluation)) {
      return found->empty() ? std::string() : joined("{}", *found);
    }
  }
  return std::nullopt;
}

bool says_something(const QueryParameter& parameter) {
  if (parameter.value.is_zero()) return false;
  const std::string* text = parameter.value.string();
  const auto& neutral = parameter.parameter->neutral;
  return text == nullptr || std::find(neutral.begin(), neutral.end(), *text) == neutral.end();
}

}  // namespace sealock::policy
