#include "policy/answer/written_back.hpp"

#include "policy/engine_api/schema.hpp"
#include "policy/request/request.hpp"

#include <optional>
#include <string>

namespace sealock::policy {
namespace {

// The object that the request makes or changes, as answers about it name it.
std::string object_of(const Request& request) {
  const auto named = [](std::string_view kind, std::string_view name) {
    return name.empty() ? std::string() : std::string(kind) + "/" + std::string(name);
  };
  switch (request.operation->id) {
  case OperationId::container_create: {
    const Value* name = request.find_query("name");
    if (name == nullptr || name->string() == nullptr) return {};
    std::string_view text = *name->string();
    if (text.starts_with('/')) text.remove_prefix(1);
    return named("container", text);
  }
  case OperationId::service_create:
  case OperationId::service_update:  // which cannot rename
    return named("service", request.body.text("Name"));
  default:
    return {};
  }
}

tl::unexpected<Error> written_back(std::string_view where) {
  return bad_request(std::string(where.empty() ? "the body" : where) +
                     ": a masked value was written back; it would replace the real one");
}

// Walks a body with the words of its schema, so that a field is called here as answers call it.
class Opener {
public:
  Opener(const Disguise& disguise, std::string object)
      : disguise_(disguise), object_(std::move(object)) {}

  Result<void> open(Value& value,
                    const Schema* schema,
                    const std::string& path,
                    std::string_view name) {
    if (std::string* text = value.string()) return open_text(*text, path, name);
    if (Value::List* list = value.list()) {
      const Schema* element = schema == nullptr ? nullptr : schema->element;
      for (Value& item : *list) {
        if (auto opened = open(item, element, path + "[]", {}); !opened) return opened;
      }
    }
    if (Value::Object* object = value.object()) {
      const bool map = schema == nullptr || schema->kind == SchemaKind::map;
      for (auto& [key, member] : *object) {
        auto opened =
            map ? open(member, schema == nullptr ? nullptr : schema->element, path + "{}", key)
                : open_member(*schema, key, member, path);
        if (!opened) return opened;
      }
    }
    return {};
  }

private:
  Result<void> open_member(const Schema& schema,
                           const std::string& key,
                           Value& member,
                           const std::string& path) {
    const Field* field = find_field(schema, key);
    return open(member, field == nullptr ? nullptr : field->schema,
                path.empty() ? key : path + "." + key, {});
  }

  Result<void> open_text(std::string& text, const std::string& path, std::string_view name) {
    const std::size_t at = text.find(seal_begin);
    if (at == std::string::npos) return {};
    // NAME=seal, as environments have it; else the whole text is the seal.
    const std::size_t equal = text.find('=');
    const bool named = name.empty() && equal != std::string::npos && equal + 1 == at;
    if (at != 0 && !named) return written_back(path);
    const std::string own_name = named ? text.substr(0, equal) : std::string(name);
    Result<std::string> value =
        disguise_.keys->open(disguise_.policy, {object_, path, own_name},
                             std::string_view(text).substr(at), disguise_.now);
    if (!value) return bad_request(path + ": " + value.error().text);
    text.replace(at, std::string::npos, *value);
    return {};
  }

  const Disguise& disguise_;
  std::string object_;
};

// The path of the first hidden value, in words; nothing when there is none.
std::optional<std::string> find_hidden(const Value& value, const std::string& path) {
  if (const std::string* text = value.string()) {
    if (holds_hidden_value(*text)) return path;
  }
  if (const Value::List* list = value.list()) {
    for (const Value& item : *list) {
      if (auto found = find_hidden(item, path + "[]")) return found;
    }
  }
  if (const Value::Object* object = value.object()) {
    for (const auto& [key, member] : *object) {
      if (holds_hidden_value(key)) return path;
      if (auto found = find_hidden(member, path.empty() ? key : path + "." + key)) return found;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<void> open_seals(Request& request, const Disguise& disguise) {
  if (disguise.keys == nullptr) return {};
  std::string object = object_of(request);
  if (object.empty()) return {};
  return Opener(disguise, std::move(object)).open(request.body, request.operation->body, {}, {});
}

Result<void> check_written_back(const Request& request) {
  if (const auto path = find_hidden(request.body, {})) return written_back(*path);
  for (const auto& [parameter, value] : request.query) {
    if (find_hidden(value, {})) return written_back("query." + std::string(parameter->name));
  }
  if (holds_hidden_value(request.target) || holds_hidden_value(request.second))
    return written_back("the path");
  return {};
}

}  // namespace sealock::policy
