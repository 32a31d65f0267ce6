#include "policy/rules/field_lookup.hpp"

#include "policy/effective/effective.hpp"
#include "policy/engine_api/schema.hpp"
#include "policy/rules/near_field.hpp"
#include "policy/rules/spelling.hpp"
#include "policy/rules/target_lookup.hpp"
#include "policy/rules/upload_fields.hpp"

#include <algorithm>

namespace sealock::policy {
namespace {

constexpr std::string_view sources =
    "a field begins with body., query., effective., target., archive., build. or load.";
NearField near_body_field(std::string_view path, const Actions& actions) {
  NearField near(path);
  for (const Operation* operation : actions) {
    if (operation->body == nullptr) continue;
    for (const std::string& field : body_fields(*operation->body))
      near.offer(field);
  }
  return near;
}

const Schema* body_field(const Operation& operation, std::string_view path) {
  return operation.body == nullptr ? nullptr : find_schema(*operation.body, path);
}

bool have_body(const Actions& actions) {
  return std::any_of(actions.begin(), actions.end(),
                     [](const Operation* operation) { return operation->body != nullptr; });
}

void report_no_body_field(std::string_view path,
                          const Place& place,
                          const Actions& actions,
                          std::string_view prefix,
                          Diagnostics& diagnostics) {
  if (!have_body(actions)) {
    diagnostics.error("R14", place, subject(actions, "has") + " body");
    return;
  }
  diagnostics.error("R14", place, subject(actions, "has") + " field '" + std::string(path) + "'",
                    near_body_field(path, actions).hint(prefix));
}

// Several actions may have the field; a test can only be read one way.
bool agree(const std::optional<FieldType>& known,
           const FieldType& other,
           std::string_view text,
           const Place& place,
           Diagnostics& diagnostics) {
  if (!known || *known == other) return true;
  diagnostics.error("R22", place,
                    "'" + std::string(text) + "' is of different types in the actions of this rule",
                    "write one rule for each");
  return false;
}

std::optional<FieldType> body_type(std::string_view text,
                                   std::string_view path,
                                   const Place& place,
                                   const Actions& actions,
                                   Diagnostics& diagnostics) {
  std::optional<FieldType> type;
  for (const Operation* operation : actions) {
    if (body_field(*operation, path) == nullptr) continue;
    const FieldType one = field_type(*operation->body, path);
    if (!agree(type, one, text, place, diagnostics)) return std::nullopt;
    type = one;
  }
  if (!type) report_no_body_field(path, place, actions, "body.", diagnostics);
  return type;
}

void report_no_parameter(std::string_view name,
                         const Place& place,
                         const Actions& actions,
                         Diagnostics& diagnostics) {
  Suggestion suggestion(name);
  for (const Operation* operation : actions) {
    for (const Parameter& parameter : operation->parameters)
      suggestion.offer(parameter.name);
  }
  diagnostics.error("R14", place,
                    subject(actions, "has") + " query parameter '" + std::string(name) + "'",
                    suggestion.hint({}, "query."));
}

std::optional<FieldType> query_type(std::string_view text,
                                    std::string_view name,
                                    const Place& place,
                                    const Actions& actions,
                                    Diagnostics& diagnostics) {
  std::optional<FieldType> type;
  for (const Operation* operation : actions) {
    const Parameter* parameter = find_parameter(*operation, name);
    if (parameter == nullptr) continue;
    const FieldType one = type_of_parameter(*parameter);
    if (!agree(type, one, text, place, diagnostics)) return std::nullopt;
    type = one;
  }
  if (!type) report_no_parameter(name, place, actions, diagnostics);
  return type;
}

bool has_filters(const Operation& operation) {
  const Parameter* parameter = find_parameter(operation, "filters");
  return parameter != nullptr && parameter->type == ParameterType::filters;
}

const View* find_rule_view(std::string_view name, const Place& place, Diagnostics& diagnostics) {
  if (const View* view = find_view(name)) return view;
  Suggestion suggestion(name);
  for (const View& view : all_views())
    suggestion.offer(view.name);
  diagnostics.error("R14", place, "there is no view 'effective." + std::string(name) + "'",
                    suggestion.hint("`sealock list views` names them", "effective."));
  return nullptr;
}

std::optional<FoundField> find_body_field(std::string_view text,
                                          std::string_view path,
                                          const Place& place,
                                          const Actions& actions,
                                          Diagnostics& diagnostics) {
  const auto type = body_type(text, path, place, actions, diagnostics);
  if (!type) return std::nullopt;
  if (parse_path(path).empty()) {
    diagnostics.error("R13", place, "'" + std::string(text) + "' is no path of a field");
    return std::nullopt;
  }
  return FoundField{{FieldSource::body, std::string(text), parse_path(path), nullptr}, *type};
}

std::optional<FoundField> find_query_field(std::string_view text,
                                           std::string_view name,
                                           const Place& place,
                                           const Actions& actions,
                                           Diagnostics& diagnostics) {
  constexpr std::string_view filter_prefix = "filters.";
  FoundField found{{FieldSource::query, std::string(text), {}, nullptr}, {}};
  if (name.starts_with(filter_prefix)) {
    const std::string_view filter = name.substr(filter_prefix.size());
    const bool possible =
        std::any_of(actions.begin(), actions.end(),
                    [](const Operation* operation) { return has_filters(*operation); });
    if (!possible || filter.empty()) {
      report_no_parameter("filters", place, actions, diagnostics);
      return std::nullopt;
    }
    found.reference.source = FieldSource::filter;
    found.reference.path = {{PathStep::Kind::member, std::string(filter)}};
    found.type = {FieldShape::list, ValueType::text};
    return found;
  }
  const auto type = query_type(text, name, place, actions, diagnostics);
  if (!type) return std::nullopt;
  found.reference.path = {{PathStep::Kind::member, std::string(name)}};
  found.type = *type;
  return found;
}

}  // namespace

std::optional<FoundField> find_rule_field(std::string_view text,
                                          const Place& place,
                                          const Actions& actions,
                                          Diagnostics& diagnostics) {
  const std::size_t dot = text.find('.');
  const std::string_view source = text.substr(0, dot);
  const std::string_view rest = dot == std::string_view::npos ? "" : text.substr(dot + 1);
  if (source == "body") return find_body_field(text, rest, place, actions, diagnostics);
  if (source == "query") return find_query_field(text, rest, place, actions, diagnostics);
  if (source == "target") return find_target_field(text, rest, place, actions, diagnostics);
  if (is_upload_source(source)) return find_upload_field(text, place, actions, diagnostics);
  if (source == "effective") {
    const View* view = find_rule_view(rest, place, diagnostics);
    if (view == nullptr) return std::nullopt;
    const FieldShape shape = view->shape == ViewShape::list ? FieldShape::list : FieldShape::scalar;
    const bool is_number = view->content == ViewContent::number;
    return FoundField{{FieldSource::effective, std::string(text), {}, view},
                      {shape, is_number ? ValueType::integer : ValueType::text}};
  }
  Suggestion suggestion(source);
  for (const std::string_view known :
       {"body", "query", "effective", "target", "archive", "build", "load"})
    suggestion.offer(known);
  std::string hint(sources);
  if (suggestion.found() && !rest.empty()) {
    hint = "did you mean '" + suggestion.best() + "." + std::string(rest) + "'?";
  } else if (const std::string near = near_body_field(text, actions).hint("body."); !near.empty()) {
    hint = near;
  }
  diagnostics.error("R13", place, "'" + std::string(text) + "' is no field of a request", hint);
  return std::nullopt;
}

void check_settable(std::string_view text,
                    const Place& place,
                    const Actions& actions,
                    Diagnostics& diagnostics) {
  constexpr std::string_view query_prefix = "query.";
  if (text.starts_with(query_prefix)) {
    (void)query_type(text, text.substr(query_prefix.size()), place, actions, diagnostics);
    return;
  }
  if (text.starts_with("body.")) {
    diagnostics.error("R13", place, "may_set names body fields without 'body.'",
                      "write '" + std::string(text.substr(5)) + "'");
    return;
  }
  const bool known = std::any_of(actions.begin(), actions.end(), [&](const Operation* operation) {
    return body_field(*operation, text) != nullptr && !parse_path(text).empty();
  });
  if (!known) report_no_body_field(text, place, actions, {}, diagnostics);
}

}  // namespace sealock::policy
