// Where the bodies of different operations say the same thing.
//
// ContainerCreate has a HostConfig, ContainerUpdate its resources at the top level, services a
// TaskTemplate.ContainerSpec, and ImageCommit a container's configuration. Views ask here, so that
// each of them knows one shape.
//
// Lifetime: pointers into the request; null when the operation has no such part.
// Threads:  pure.

#pragma once

#include "policy/request/request.hpp"

#include <string>
#include <string_view>

namespace sealock::policy::effective {

[[nodiscard]] bool is_operation(const Request& request, OperationId id);
[[nodiscard]] bool is_service(const Request& request);  // ServiceCreate, ServiceUpdate

// HostConfig of ContainerCreate.
[[nodiscard]] const Value* host_config(const Request& request);
// Limits and devices: HostConfig of ContainerCreate, the body of ContainerUpdate.
[[nodiscard]] const Value* resources(const Request& request);
// Env, User, Volumes, Labels: the body of ContainerCreate and ImageCommit.
[[nodiscard]] const Value* container_config(const Request& request);
[[nodiscard]] const Value* task_template(const Request& request);
[[nodiscard]] const Value* container_spec(const Request& request);

// The text of a query parameter; "" when it is absent.
[[nodiscard]] std::string_view query_text(const Request& request, std::string_view name);

// The member called `key` of an object that may itself be null.
[[nodiscard]] const Value* member(const Value* object, std::string_view key);
[[nodiscard]] std::string_view text_of(const Value* object, std::string_view key);

// Calls `each` with every string of the list called `key`.
template <typename Each>
void for_each_text(const Value* object, std::string_view key, Each each) {
  const Value* value = member(object, key);
  if (value == nullptr || value->list() == nullptr) return;
  for (const Value& element : *value->list())
    if (element.string() != nullptr) each(*element.string());
}

// Calls `each` with every element of the list called `key`.
template <typename Each>
void for_each_element(const Value* object, std::string_view key, Each each) {
  const Value* value = member(object, key);
  if (value == nullptr || value->list() == nullptr) return;
  for (const Value& element : *value->list())
    each(element);
}

// Calls `each` with every name and value of the map called `key`.
template <typename Each>
void for_each_member(const Value* object, std::string_view key, Each each) {
  const Value* value = member(object, key);
  if (value == nullptr || value->object() == nullptr) return;
  for (const auto& [name, element] : *value->object())
    each(name, element);
}

}  // namespace sealock::policy::effective
