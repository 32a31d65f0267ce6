#include "policy/effective/ownership.hpp"

#include "policy/effective/body_places.hpp"
#include "policy/request/request.hpp"

#include <algorithm>
#include <cctype>

namespace sealock::policy {
namespace {

// How an operation is stamped.
enum class Stamp { none, labels, service, image_labels, image_query, image_changes, filter };

Stamp stamp_of(const Request& request) {
  switch (request.operation->id) {
  case OperationId::container_create:
  case OperationId::network_create:
  case OperationId::volume_create:
  case OperationId::secret_create:
  case OperationId::secret_update:
  case OperationId::config_create:
  case OperationId::config_update:
    return Stamp::labels;
  case OperationId::service_create:
  case OperationId::service_update:
    return Stamp::service;
  case OperationId::image_commit:
    return Stamp::image_labels;
  case OperationId::image_build:
    return Stamp::image_query;
  case OperationId::image_create:  // a pull takes no changes
    return request.find_query("fromSrc") == nullptr ? Stamp::none : Stamp::image_changes;
  case OperationId::container_prune:
  case OperationId::network_prune:
  case OperationId::volume_prune:
  case OperationId::image_prune:
    return Stamp::filter;
  default:
    return Stamp::none;
  }
}

bool is_own_value(const Value& value, const Owner& owner) {
  const std::string* text = value.string();
  return text != nullptr && (*text == owner.value || *text == owner.image_value());
}

// The first member, at any depth, of which `wanted` says yes: labels stand in the object, in its
// containers, and in volumes that mounts create.
template <typename Wanted>
const Value::Member* find_member(const Value& value, const Wanted& wanted) {
  if (const auto* list = value.list()) {
    for (const Value& element : *list) {
      if (const auto* found = find_member(element, wanted)) return found;
    }
  }
  if (const auto* object = value.object()) {
    for (const Value::Member& member : *object) {
      if (wanted(member)) return &member;
      if (const auto* found = find_member(member.second, wanted)) return found;
    }
  }
  return nullptr;
}

// The same in the body, and among the labels of a build.
template <typename Wanted>
const Value::Member* find_label(const Request& request, const Wanted& wanted) {
  if (const auto* found = find_member(request.body, wanted)) return found;
  const Value* labels = request.find_query("labels");
  return labels == nullptr ? nullptr : find_member(*labels, wanted);
}

// Quotes, escapes and variables of a Dockerfile can spell a label's name in any number of ways, so
// the instructions that set one are refused whole.
bool may_set_label(std::string_view change) {
  const std::size_t begin = change.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return false;
  std::string word;
  for (const char c : change.substr(begin)) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') break;
    word += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  // More than one line would be more than one instruction.
  const bool lines = change.find('\n') != std::string_view::npos;
  return lines || word == "LABEL" || word == "ONBUILD" || word.find('\\') != std::string::npos;
}

bool may_set_label(const Value* changes) {
  if (changes == nullptr) return false;
  if (changes->string() != nullptr) return may_set_label(*changes->string());
  const auto* list = changes->list();
  return list != nullptr && std::any_of(list->begin(), list->end(), [](const Value& change) {
           return change.string() != nullptr && may_set_label(*change.string());
         });
}

Value& query_value(Request& request, std::string_view name, Value fresh) {
  const auto found =
      std::find_if(request.query.begin(), request.query.end(),
                   [&](const QueryParameter& one) { return one.parameter->name == name; });
  if (found != request.query.end()) {
    if (found->value.is_null()) found->value = std::move(fresh);
    return found->value;
  }
  return request.query
      .emplace_back(QueryParameter{find_parameter(*request.operation, name), std::move(fresh)})
      .value;
}

void put_label(Value& holder, const Owner& owner, const std::string& value) {
  const Value* labels = holder.find("Labels");
  if (labels == nullptr || !labels->is_object()) holder.set("Labels", Value(Value::Object()));
  holder.find("Labels")->set(owner.label, Value(value));
}

void put_filter(Request& request, const std::string& label) {
  Value& filters = query_value(request, "filters", Value(Value::Object()));
  Value* labels = filters.find("label");
  if (labels == nullptr || !labels->is_list()) {
    filters.set("label", Value(Value::List()));
    labels = filters.find("label");
  }
  labels->list()->emplace_back(label);
}

}  // namespace

bool sets_owner_label(const Request& request, const Owner& owner) {
  const auto forged = [&owner](const Value::Member& member) {
    return member.first == owner.label && !is_own_value(member.second, owner);
  };
  return find_label(request, forged) != nullptr || may_set_label(request.find_query("changes"));
}

std::string reserved_label(const Request& request) {
  constexpr std::string_view reserved_prefix = "sealock.";
  const auto* found = find_label(request, [&](const Value::Member& member) {
    return member.first.starts_with(reserved_prefix);
  });
  return found == nullptr ? std::string() : found->first;
}

bool takes_foreign_volume(const Request& request, const Facts& facts) {
  if (!effective::is_operation(request, OperationId::volume_create)) return false;
  const Fact* fact = facts.find(ObjectKind::volume, request.body.text("Name"));
  return fact != nullptr && fact->exists && fact->ownership != Ownership::own;
}

bool is_narrowed_by_owner(const Request& request) {
  return stamp_of(request) == Stamp::filter;
}

void stamp_owner(Request& request, const Owner& owner) {
  switch (stamp_of(request)) {
  case Stamp::none:
    break;
  case Stamp::labels:
    put_label(request.body, owner, owner.value);
    break;
  case Stamp::service: {
    put_label(request.body, owner, owner.value);
    Value* task = request.body.find("TaskTemplate");
    Value* spec = task == nullptr ? nullptr : task->find("ContainerSpec");
    if (spec != nullptr && spec->is_object()) put_label(*spec, owner, owner.value);
    break;
  }
  case Stamp::image_labels:
    put_label(request.body, owner, owner.image_value());
    break;
  case Stamp::image_query:
    query_value(request, "labels", Value(Value::Object()))
        .set(owner.label, Value(owner.image_value()));
    break;
  case Stamp::image_changes: {
    Value& changes = query_value(request, "changes", Value(Value::List()));
    if (!changes.is_list()) changes = Value(Value::List{changes});
    changes.list()->emplace_back("LABEL \"" + owner.label + "\"=\"" + owner.image_value() + "\"");
    break;
  }
  case Stamp::filter: {
    const bool image = request.operation->id == OperationId::image_prune;
    put_filter(request, owner.label + "=" + (image ? owner.image_value() : owner.value));
    break;
  }
  }
}

}  // namespace sealock::policy
