#include "policy/engine_api/body_schemas.hpp"

#include "policy/engine_api/schemas/schema_tables.hpp"

#include <array>
#include <cstddef>

namespace sealock::policy {

namespace {

struct Body {
  OperationId operation;
  const Schema* schema;
};

constexpr auto bodies = std::to_array<Body>({
    {OperationId::container_create, &schemas::container_create},
    {OperationId::container_update, &schemas::container_update},
    {OperationId::image_commit, &schemas::image_commit},
    {OperationId::network_connect, &schemas::network_connect},
    {OperationId::network_create, &schemas::network_create},
    {OperationId::network_disconnect, &schemas::network_disconnect},
});

constexpr auto by_operation = [] {
  std::array<const Schema*, operation_count> table{};
  for (const Body& body : bodies) {
    table[static_cast<std::size_t>(body.operation)] = body.schema;
  }
  return table;
}();

}  // namespace

const Schema* body_schema(OperationId id) {
  return by_operation[static_cast<std::size_t>(id)];
}

}  // namespace sealock::policy
