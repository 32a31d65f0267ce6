#include "policy/request/query_value.hpp"

#include "policy/request/filters.hpp"
#include "policy/request/json_reader.hpp"
#include "policy/request/printable.hpp"

#include <array>
#include <utility>

namespace sealock::policy {

namespace {

using MaybeValue = Result<std::optional<Value>>;

// The JSON values of parameters go through the same decoder as bodies, which folds the case of
// keys; so they are read by a schema too. platform is one of OCI's, the others are moby's own.
constexpr Schema text_schema{.kind = SchemaKind::string};
constexpr Schema integer_schema{.kind = SchemaKind::integer};
constexpr Schema texts_schema{.kind = SchemaKind::list, .element = &text_schema};
constexpr Schema text_map_schema{.kind = SchemaKind::map, .element = &text_schema};
constexpr std::array ulimit_fields{Field{.name = "Name", .schema = &text_schema},
                                   Field{.name = "Hard", .schema = &integer_schema},
                                   Field{.name = "Soft", .schema = &integer_schema}};
constexpr Schema ulimit_schema{.kind = SchemaKind::object, .fields = ulimit_fields};
constexpr Schema ulimits_schema{.kind = SchemaKind::list, .element = &ulimit_schema};
constexpr std::array output_fields{Field{.name = "Type", .schema = &text_schema},
                                   Field{.name = "Attrs", .schema = &text_map_schema}};
constexpr Schema output_schema{.kind = SchemaKind::object, .fields = output_fields};
constexpr Schema outputs_schema{.kind = SchemaKind::list, .element = &output_schema};
constexpr std::array platform_fields{Field{.name = "architecture", .schema = &text_schema},
                                     Field{.name = "os", .schema = &text_schema},
                                     Field{.name = "os.version", .schema = &text_schema},
                                     Field{.name = "os.features", .schema = &texts_schema},
                                     Field{.name = "variant", .schema = &text_schema}};
constexpr Schema platform_schema{.kind = SchemaKind::object, .fields = platform_fields};

struct NamedSchema {
  std::string_view parameter;
  const Schema* schema;
};
constexpr std::array schemas{
    NamedSchema{"cachefrom", &texts_schema},    NamedSchema{"ulimits", &ulimits_schema},
    NamedSchema{"outputs", &outputs_schema},    NamedSchema{"platform", &platform_schema},
    NamedSchema{"platforms", &platform_schema},
};

const Schema* find_json_schema(const Parameter& parameter) {
  if (parameter.type == ParameterType::json_map) return &text_map_schema;
  for (const auto& [name, schema] : schemas) {
    if (name == parameter.name) return schema;
  }
  return nullptr;
}

// dockerd takes everything for true but "", 0, no, false and none; people do not. Only what both
// read alike gets through.
MaybeValue read_boolean(std::string_view text) {
  if (text == "1" || text == "true" || text == "True") return Value(true);
  if (text.empty() || text == "0" || text == "false" || text == "False") return Value(false);
  return bad_request("must be 0, 1, true or false, not " + quoted(text));
}

MaybeValue read_integer(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  const bool is_plain = !digits.empty() && (digits[0] != '0' || text == "0") &&
                        digits.find_first_not_of("0123456789") == std::string_view::npos;
  Value number(Value::Number{std::string(text)});
  if (!is_plain || !number.integer()) {
    return bad_request("must be an integer in plain digits, not " + quoted(text));
  }
  return number;
}

// The JSON reader names the top of what it reads; here the parameter's name stands there.
std::string without_prefix(std::string_view text, std::string_view prefix) {
  return std::string(text.substr(text.starts_with(prefix) ? prefix.size() : 0));
}

MaybeValue read_json_value(const Parameter& parameter, std::string_view text) {
  if (text.empty()) return std::nullopt;
  const Schema* schema = find_json_schema(parameter);
  // A parameter that nobody has described here is one that nobody can judge.
  if (schema == nullptr) return bad_request("is not understood by sealock; leave it out");
  auto value = read_json_body(text, *schema);
  if (!value) return bad_request(without_prefix(value.error().text, "body: "));
  return std::move(*value);
}

}  // namespace

Result<std::optional<Value>> read_query_value(const Parameter& parameter, std::string_view text) {
  switch (parameter.type) {
  case ParameterType::text:
    return Value(text);
  case ParameterType::boolean:
    return read_boolean(text);
  case ParameterType::integer:
    return read_integer(text);
  case ParameterType::json_map:
  case ParameterType::json_list:
  case ParameterType::json_other:
    return read_json_value(parameter, text);
  case ParameterType::filters:
    break;
  }
  auto filters = read_filters(text);
  if (!filters) return bad_request(without_prefix(filters.error().text, "json: "));
  return std::move(*filters);
}

std::string write_query_value(const Parameter& parameter, const Value& value) {
  switch (parameter.type) {
  case ParameterType::text:
    return value.is_string() ? *value.string() : std::string();
  case ParameterType::boolean:
    return value.is_zero() ? "0" : "1";
  case ParameterType::filters:
    return write_filters(value);
  case ParameterType::integer:
  case ParameterType::json_map:
  case ParameterType::json_list:
  case ParameterType::json_other:
    break;
  }
  return to_json(value);
}

}  // namespace sealock::policy
