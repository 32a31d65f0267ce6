#include "policy/effective/body_places.hpp"

namespace sealock::policy::effective {

bool is_operation(const Request& request, OperationId id) {
  return request.operation != nullptr && request.operation->id == id;
}

bool is_service(const Request& request) {
  return is_operation(request, OperationId::service_create) ||
         is_operation(request, OperationId::service_update);
}

const Value* host_config(const Request& request) {
  if (!is_operation(request, OperationId::container_create)) return nullptr;
  return request.body.find("HostConfig");
}

const Value* resources(const Request& request) {
  if (is_operation(request, OperationId::container_update)) return &request.body;
  return host_config(request);
}

const Value* container_config(const Request& request) {
  const bool has_one = is_operation(request, OperationId::container_create) ||
                       is_operation(request, OperationId::image_commit);
  return has_one ? &request.body : nullptr;
}

const Value* task_template(const Request& request) {
  return is_service(request) ? request.body.find("TaskTemplate") : nullptr;
}

const Value* container_spec(const Request& request) {
  return member(task_template(request), "ContainerSpec");
}

std::string_view query_text(const Request& request, std::string_view name) {
  const Value* value = request.find_query(name);
  return value != nullptr && value->string() != nullptr ? std::string_view(*value->string())
                                                        : std::string_view();
}

const Value* member(const Value* object, std::string_view key) {
  return object != nullptr ? object->find(key) : nullptr;
}

std::string_view text_of(const Value* object, std::string_view key) {
  return object != nullptr ? object->text(key) : std::string_view();
}

}  // namespace sealock::policy::effective
