// Answers of the service and task operations (secrets.md 3.5). A service shows its specification
// twice (Spec, PreviousSpec), a task once more, with the networks' options beside it.

#include "policy/answer/schemas/answer_tables.hpp"
#include "policy/answer/schemas/shared_fields.hpp"

namespace sealock::policy {
namespace {

constexpr AnswerField file_target_fields[] = {
    {"Name", plain},
    {"UID", plain},
    {"GID", plain},
    {"Mode", plain},
};

constexpr AnswerField container_spec_fields[] = {
    {"Image", reference},
    {"Labels{}", label},
    {"Command[]", argument_vector},
    {"Args[]", secret},
    {"Hostname", plain},
    {"Env[]", environment},
    {"Dir", plain},
    {"User", plain},
    {"Groups[]", plain},
    {"Privileges.CredentialSpec.Config", secret},
    {"Privileges.CredentialSpec.File", secret},
    {"Privileges.CredentialSpec.Registry", secret},
    {"Privileges.SELinuxContext.Disable", plain},
    {"Privileges.SELinuxContext.User", plain},
    {"Privileges.SELinuxContext.Role", plain},
    {"Privileges.SELinuxContext.Type", plain},
    {"Privileges.SELinuxContext.Level", plain},
    {"Privileges.Seccomp.Mode", plain},
    {"Privileges.Seccomp.Profile", secret_bytes},
    {"Privileges.AppArmor.Mode", plain},
    {"Privileges.NoNewPrivileges", plain},
    {"Init", plain},
    {"StopSignal", plain},
    {"TTY", plain},
    {"OpenStdin", plain},
    {"ReadOnly", plain},
    {"Mounts[]", mount_request_fields},
    {"StopGracePeriod", plain},
    {"Healthcheck", healthcheck_fields},
    {"HealthCheck", healthcheck_fields},  // as the API documents spell it
    {"Hosts[]", plain},
    {"DNSConfig.Nameservers[]", address},
    {"DNSConfig.Search[]", plain},
    {"DNSConfig.Options[]", plain},
    {"Secrets[].File", file_target_fields},
    {"Secrets[].SecretID", reference},
    {"Secrets[].SecretName", reference},
    {"Configs[].File", file_target_fields},
    {"Configs[].Runtime{}", plain},
    {"Configs[].ConfigID", reference},
    {"Configs[].ConfigName", reference},
    {"Isolation", plain},
    {"Sysctls{}", plain},
    {"CapabilityAdd[]", plain},
    {"CapabilityDrop[]", plain},
    {"Ulimits[]", ulimit_fields},
    {"OomScoreAdj", plain},
};

constexpr AnswerField resource_fields[] = {
    {"NanoCPUs", plain},
    {"MemoryBytes", plain},
    {"Pids", plain},
    {"GenericResources[]", generic_resource_fields},
};

constexpr AnswerField network_attachment_fields[] = {
    {"Target", reference},
    {"Aliases[]", plain},
    {"DriverOpts{}", secret},
};

constexpr AnswerField privilege_fields[] = {
    {"name", plain},
    {"description", plain},
    {"value[]", plain},
    // As the API documents spell them.
    {"Name", plain},
    {"Description", plain},
    {"Value[]", plain},
};

constexpr AnswerField task_spec_fields[] = {
    {"ContainerSpec", container_spec_fields},
    {"PluginSpec.name", reference},
    {"PluginSpec.remote", reference},
    {"PluginSpec.privileges[]", privilege_fields},
    {"PluginSpec.disabled", plain},
    {"PluginSpec.env[]", environment},
    {"PluginSpec.Name", reference},
    {"PluginSpec.Remote", reference},
    {"PluginSpec.PluginPrivilege[]", privilege_fields},
    {"PluginSpec.Disabled", plain},
    {"PluginSpec.Env[]", environment},
    {"NetworkAttachmentSpec.ContainerID", reference},
    {"Resources.Limits", resource_fields},
    {"Resources.Reservations", resource_fields},
    {"Resources.SwapBytes", plain},
    {"Resources.MemorySwappiness", plain},
    {"RestartPolicy.Condition", plain},
    {"RestartPolicy.Delay", plain},
    {"RestartPolicy.MaxAttempts", plain},
    {"RestartPolicy.Window", plain},
    {"Placement.Constraints[]", plain},
    {"Placement.Preferences[].Spread.SpreadDescriptor", plain},
    {"Placement.MaxReplicas", plain},
    {"Placement.Platforms[].Architecture", plain},
    {"Placement.Platforms[].OS", plain},
    {"Networks[]", network_attachment_fields},
    {"LogDriver", driver_fields},
    {"ForceUpdate", plain},
    {"Runtime", plain},
};

constexpr AnswerField port_config_fields[] = {
    {"Name", plain},          {"Protocol", plain},    {"TargetPort", plain},
    {"PublishedPort", plain}, {"PublishMode", plain},
};

constexpr AnswerField endpoint_spec_fields[] = {
    {"Mode", plain},
    {"Ports[]", port_config_fields},
};

constexpr AnswerField update_config_fields[] = {
    {"Parallelism", plain}, {"Delay", plain},           {"FailureAction", plain},
    {"Monitor", plain},     {"MaxFailureRatio", plain}, {"Order", plain},
};

constexpr AnswerField service_spec_fields[] = {
    {"Name", reference},
    {"Labels{}", label},
    {"TaskTemplate", task_spec_fields},
    {"Mode.Replicated.Replicas", plain},
    {"Mode.Global{}", plain},
    {"Mode.ReplicatedJob.MaxConcurrent", plain},
    {"Mode.ReplicatedJob.TotalCompletions", plain},
    {"Mode.GlobalJob{}", plain},
    {"UpdateConfig", update_config_fields},
    {"RollbackConfig", update_config_fields},
    {"Networks[]", network_attachment_fields},
    {"EndpointSpec", endpoint_spec_fields},
};

constexpr AnswerField service_fields[] = {
    {"", object_meta_fields},
    {"Spec", service_spec_fields},
    {"PreviousSpec", service_spec_fields},
    {"Endpoint.Spec", endpoint_spec_fields},
    {"Endpoint.Ports[]", port_config_fields},
    {"Endpoint.VirtualIPs[].NetworkID", reference},
    {"Endpoint.VirtualIPs[].Addr", address},
    {"UpdateStatus.State", plain},
    {"UpdateStatus.StartedAt", time},
    {"UpdateStatus.CompletedAt", time},
    {"UpdateStatus.Message", status_text},
    {"ServiceStatus.RunningTasks", plain},
    {"ServiceStatus.DesiredTasks", plain},
    {"ServiceStatus.CompletedTasks", plain},
    {"JobStatus.JobIteration.Index", plain},
    {"JobStatus.LastExecution", time},
};

constexpr AnswerField ipam_options_fields[] = {
    {"Driver.Name", plain},       {"Driver.Options{}", secret},   {"Configs[].Subnet", address},
    {"Configs[].Range", address}, {"Configs[].Gateway", address},
};

// The swarm's own network object, and what the API documents say instead.
constexpr AnswerField attached_network_fields[] = {
    {"", object_meta_fields},
    {"", network_fields},
    {"Spec.Name", reference},
    {"Spec.Labels{}", label},
    {"Spec.DriverConfiguration", driver_fields},
    {"Spec.IPv6Enabled", plain},
    {"Spec.Internal", plain},
    {"Spec.Attachable", plain},
    {"Spec.Ingress", plain},
    {"Spec.IPAMOptions", ipam_options_fields},
    {"Spec.ConfigFrom.Network", reference},
    {"Spec.Scope", plain},
    {"DriverState", driver_fields},
    {"IPAMOptions", ipam_options_fields},
};

constexpr AnswerField task_fields[] = {
    {"", object_meta_fields},
    {"Name", reference},
    {"Labels{}", label},
    {"Spec", task_spec_fields},
    {"ServiceID", reference},
    {"Slot", plain},
    {"NodeID", reference},
    {"Status.Timestamp", time},
    {"Status.State", plain},
    {"Status.Message", status_text},
    {"Status.Err", status_text},
    {"Status.ContainerStatus.ContainerID", reference},
    {"Status.ContainerStatus.PID", plain},
    {"Status.ContainerStatus.ExitCode", plain},
    {"Status.PortStatus.Ports[]", port_config_fields},
    {"DesiredState", plain},
    {"NetworksAttachments[].Network", attached_network_fields},
    {"NetworksAttachments[].Addresses[]", address},
    {"GenericResources[]", generic_resource_fields},
    {"AssignedGenericResources[]", generic_resource_fields},
    {"JobIteration.Index", plain},
    {"Volumes[].ID", reference},
    {"Volumes[].Source", reference},
    {"Volumes[].Target", plain},
};

constexpr AnswerField service_list_fields[] = {
    {"[]", service_fields},
};

constexpr AnswerField task_list_fields[] = {
    {"[]", task_fields},
};

constexpr AnswerField create_fields[] = {
    {"ID", reference},
    {"Warning", free_text},
    {"Warnings[]", free_text},
};

constexpr AnswerField update_fields[] = {
    {"Warnings[]", free_text},
};

constexpr std::string_view each[] = {"[]"};

constexpr AnswerSchema schemas[] = {
    {OperationId::service_list, "[]", service_list_fields, each},
    {OperationId::service_inspect, "", service_fields},
    {OperationId::service_create, "", create_fields},
    {OperationId::service_update, "", update_fields},
    {OperationId::task_list, "[]", task_list_fields, each},
    {OperationId::task_inspect, "", task_fields},
};

}  // namespace

std::span<const AnswerSchema> service_answers() {
  return schemas;
}

}  // namespace sealock::policy
