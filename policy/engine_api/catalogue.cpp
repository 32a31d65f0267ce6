#include "policy/engine_api/body_schemas.hpp"
#include "policy/engine_api/operation.hpp"
#include "policy/engine_api/operations/tables.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace sealock::policy {
namespace {

using Catalogue = std::array<Operation, operation_count>;

// Puts each row at the index of its id. That no place stays empty is checked by the tests.
Catalogue make_catalogue() {
  Catalogue catalogue{};
  for (const auto rows :
       {container_operations, image_operations, network_and_volume_operations, plugin_operations,
        sealock_operations, swarm_operations, system_operations}) {
    for (const Operation& row : rows) {
      Operation& place = catalogue.at(static_cast<std::size_t>(row.id));
      place = row;
      if (row.body_kind == BodyKind::json) place.body = body_schema(row.id);
    }
  }
  return catalogue;
}

const Catalogue& catalogue() {
  static const Catalogue table = make_catalogue();
  return table;
}

}  // namespace

std::string_view name_of(Method method) {
  switch (method) {
  case Method::get:
    return "GET";
  case Method::head:
    return "HEAD";
  case Method::post:
    return "POST";
  case Method::put:
    return "PUT";
  case Method::delete_:
    return "DELETE";
  }
  return "";
}

std::optional<Method> parse_method(std::string_view text) {
  for (const Method method :
       {Method::get, Method::head, Method::post, Method::put, Method::delete_}) {
    if (text == name_of(method)) return method;
  }
  return std::nullopt;
}

std::span<const Operation> all_operations() {
  return catalogue();
}

const Operation& operation(OperationId id) {
  return catalogue()[static_cast<std::size_t>(id)];
}

const Operation* find_operation(std::string_view name) {
  // The order of ids is the order of names.
  const auto found = std::ranges::lower_bound(catalogue(), name, {}, &Operation::name);
  return found != catalogue().end() && found->name == name ? &*found : nullptr;
}

const Parameter* find_parameter(const Operation& operation, std::string_view name) {
  const auto found = std::ranges::find(operation.parameters, name, &Parameter::name);
  return found != operation.parameters.end() ? &*found : nullptr;
}

}  // namespace sealock::policy
