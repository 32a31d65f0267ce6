// Answers of the swarm, node, secret and config operations (secrets.md 3.5).

#include "policy/answer/schemas/answer_tables.hpp"
#include "policy/answer/schemas/shared_fields.hpp"

namespace sealock::policy {
namespace {

constexpr AnswerField swarm_fields[] = {
    {"", cluster_fields},
    {"JoinTokens.Worker", secret},
    {"JoinTokens.Manager", secret},
};

constexpr AnswerField node_id_fields[] = {
    {"", reference},  // a JSON string
};

constexpr AnswerField unlock_key_fields[] = {
    {"UnlockKey", secret},
};

constexpr AnswerField node_fields[] = {
    {"", object_meta_fields},
    {"Spec.Name", reference},
    {"Spec.Labels{}", label},
    {"Spec.Role", plain},
    {"Spec.Availability", plain},
    {"Description.Hostname", plain},
    {"Description.Platform.Architecture", plain},
    {"Description.Platform.OS", plain},
    {"Description.Resources.NanoCPUs", plain},
    {"Description.Resources.MemoryBytes", plain},
    {"Description.Resources.GenericResources[]", generic_resource_fields},
    {"Description.Engine.EngineVersion", plain},
    {"Description.Engine.Labels{}", label},
    {"Description.Engine.Plugins[].Type", plain},
    {"Description.Engine.Plugins[].Name", plain},
    {"Description.TLSInfo", tls_info_fields},
    {"Description.CSIInfo[].PluginName", plain},
    {"Description.CSIInfo[].NodeID", plain},
    {"Description.CSIInfo[].MaxVolumesPerNode", plain},
    {"Description.CSIInfo[].AccessibleTopology", topology_fields},
    {"Status.State", plain},
    {"Status.Message", status_text},
    {"Status.Addr", plain},
    {"ManagerStatus.Leader", plain},
    {"ManagerStatus.Reachability", plain},
    {"ManagerStatus.Addr", plain},
};

constexpr AnswerField node_list_fields[] = {
    {"[]", node_fields},
};

// Data of secrets is never returned; should an engine do it, it is masked.
constexpr AnswerField secret_fields_of_swarm[] = {
    {"", object_meta_fields},        {"Spec.Name", reference},
    {"Spec.Labels{}", label},        {"Spec.Data", secret_bytes},
    {"Spec.Driver.Name", plain},     {"Spec.Driver.Options{}", secret},
    {"Spec.Templating.Name", plain}, {"Spec.Templating.Options{}", secret},
};

constexpr AnswerField secret_list_fields[] = {
    {"[]", secret_fields_of_swarm},
};

constexpr AnswerField config_fields_of_swarm[] = {
    {"", object_meta_fields},        {"Spec.Name", reference},
    {"Spec.Labels{}", label},        {"Spec.Data", secret_bytes},
    {"Spec.Templating.Name", plain}, {"Spec.Templating.Options{}", secret},
};

constexpr AnswerField config_list_fields[] = {
    {"[]", config_fields_of_swarm},
};

constexpr AnswerField id_fields[] = {
    {"ID", reference}, {"Id", reference},  // as the API documents spell it
};

constexpr std::string_view each[] = {"[]"};

constexpr AnswerSchema schemas[] = {
    {OperationId::swarm_inspect, "", swarm_fields},
    {OperationId::swarm_init, "", node_id_fields},
    {OperationId::swarm_unlockkey, "", unlock_key_fields},
    {OperationId::node_list, "[]", node_list_fields, each},
    {OperationId::node_inspect, "", node_fields},
    {OperationId::secret_list, "[]", secret_list_fields, each},
    {OperationId::secret_inspect, "", secret_fields_of_swarm},
    {OperationId::secret_create, "", id_fields},
    {OperationId::config_list, "[]", config_list_fields, each},
    {OperationId::config_inspect, "", config_fields_of_swarm},
    {OperationId::config_create, "", id_fields},
};

}  // namespace

std::span<const AnswerSchema> cluster_answers() {
  return schemas;
}

}  // namespace sealock::policy
