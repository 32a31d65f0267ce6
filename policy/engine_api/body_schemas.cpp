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
    {OperationId::checkpoint_create, &schemas::checkpoint_create},
    {OperationId::composition_label, &schemas::composition_label},
    {OperationId::composition_put, &schemas::composition_put},
    {OperationId::config_create, &schemas::config_spec},
    {OperationId::config_update, &schemas::config_spec},
    {OperationId::container_create, &schemas::container_create},
    {OperationId::container_exec, &schemas::container_exec},
    {OperationId::container_update, &schemas::container_update},
    {OperationId::deployment_create, &schemas::deployment_create},
    {OperationId::deployment_rollback, &schemas::deployment_rollback},
    {OperationId::exec_start, &schemas::exec_start},
    {OperationId::image_commit, &schemas::image_commit},
    {OperationId::image_push, &schemas::registry_login},
    {OperationId::network_connect, &schemas::network_connect},
    {OperationId::network_create, &schemas::network_create},
    {OperationId::network_disconnect, &schemas::network_disconnect},
    {OperationId::node_update, &schemas::node_spec},
    {OperationId::plugin_pull, &schemas::plugin_privileges},
    {OperationId::plugin_set, &schemas::plugin_settings},
    {OperationId::plugin_upgrade, &schemas::plugin_privileges},
    {OperationId::release_tag, &schemas::release_tag},
    {OperationId::secret_create, &schemas::secret_spec},
    {OperationId::secret_update, &schemas::secret_spec},
    {OperationId::service_create, &schemas::service_spec},
    {OperationId::service_update, &schemas::service_spec},
    {OperationId::swarm_init, &schemas::swarm_init},
    {OperationId::swarm_join, &schemas::swarm_join},
    {OperationId::swarm_unlock, &schemas::swarm_unlock},
    {OperationId::swarm_update, &schemas::swarm_spec},
    {OperationId::system_auth, &schemas::registry_login},
    {OperationId::volume_create, &schemas::volume_create},
    {OperationId::volume_update, &schemas::volume_update},
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
