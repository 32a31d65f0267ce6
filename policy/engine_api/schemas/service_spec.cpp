// Services: Go's swarm.ServiceSpec, the body of ServiceCreate and ServiceUpdate, with what a task
// runs: a container, a plugin, or the attachment of a container to a network.
//
// Neutral values are those of `docker service create IMAGE` and `docker service update NAME`
// (cli20-swarm, cli28-swarm in ../shared/traces); the update sends back what the engine said.

#include "policy/engine_api/schemas/schema_tables.hpp"

namespace sealock::policy::schemas {

namespace {

constexpr std::array<std::string_view, 1> default_word{"default"};
constexpr std::array<std::string_view, 1> container_word{"container"};
constexpr std::array<std::string_view, 1> vip_word{"vip"};

constexpr Neutral default_isolation{.strings = default_word};
constexpr Neutral container_runtime{.strings = container_word};
constexpr Neutral virtual_ip{.strings = vip_word};

// Go: swarm.CredentialSpec, SELinuxContext, SeccompOpts, AppArmorOpts, Privileges.
constexpr auto credential_spec_fields = std::to_array<Field>({
    {"Config", &text},
    {"File", &text},
    {"Registry", &text},
});
constexpr Schema credential_spec = object_of(credential_spec_fields);

constexpr auto selinux_context_fields = std::to_array<Field>({
    {"Disable", &boolean},
    {"User", &text},
    {"Role", &text},
    {"Type", &text},
    {"Level", &text},
});
constexpr Schema selinux_context = object_of(selinux_context_fields);

constexpr auto seccomp_fields = std::to_array<Field>({
    {"Mode", &text},
    {"Profile", &bytes},
});
constexpr Schema seccomp = object_of(seccomp_fields);

constexpr auto apparmor_fields = std::to_array<Field>({
    {"Mode", &text},
});
constexpr Schema apparmor = object_of(apparmor_fields);

constexpr auto privileges_fields = std::to_array<Field>({
    {"CredentialSpec", &credential_spec},
    {"SELinuxContext", &selinux_context},
    {"Seccomp", &seccomp},
    {"AppArmor", &apparmor},
    {"NoNewPrivileges", &boolean},
});
constexpr Schema privileges = object_of(privileges_fields);

// Go: swarm.DNSConfig.
constexpr auto dns_config_fields = std::to_array<Field>({
    {"Nameservers", &text_list},
    {"Search", &text_list},
    {"Options", &text_list},
});
constexpr Schema dns_config = object_of(dns_config_fields);

// Go: swarm.SecretReferenceFileTarget and ConfigReferenceFileTarget; Mode is an os.FileMode.
constexpr auto file_target_fields = std::to_array<Field>({
    {"Name", &text},
    {"UID", &text},
    {"GID", &text},
    {"Mode", &unsigned_32},
});
constexpr Schema file_target = object_of(file_target_fields);

// Go: swarm.SecretReference, ConfigReference.
constexpr auto secret_reference_fields = std::to_array<Field>({
    {"File", &file_target},
    {"SecretID", &text},
    {"SecretName", &text},
});
constexpr Schema secret_reference = object_of(secret_reference_fields);
constexpr Schema secret_references = list_of(secret_reference);

constexpr auto config_reference_fields = std::to_array<Field>({
    {"File", &file_target},
    {"Runtime", &empty},
    {"ConfigID", &text},
    {"ConfigName", &text},
});
constexpr Schema config_reference = object_of(config_reference_fields);
constexpr Schema config_references = list_of(config_reference);

// Go: swarm.ContainerSpec. Init false is what the CLI sends for "not said"; the API documents write
// HealthCheck, and so do clients that are generated from them.
constexpr auto container_spec_fields = std::to_array<Field>({
    {"Image", &text},
    {"Labels", &text_map},
    {"Command", &text_list},
    {"Args", &text_list},
    {"Hostname", &text},
    {"Env", &text_list},
    {"Dir", &text},
    {"User", &text},
    {"Groups", &text_list},
    {"Privileges", &privileges},
    {"Init", &boolean},
    {"StopSignal", &text},
    {"TTY", &boolean},
    {"OpenStdin", &boolean},
    {"ReadOnly", &boolean},
    {"Mounts", &mount_list},
    {"StopGracePeriod", &integer, &pointer},
    {"Healthcheck", &healthcheck, nullptr, "HealthCheck"},
    {"Hosts", &text_list},
    {"DNSConfig", &dns_config},
    {"Secrets", &secret_references},
    {"Configs", &config_references},
    {"Isolation", &text, &default_isolation},
    {"Sysctls", &text_map},
    {"CapabilityAdd", &text_list},
    {"CapabilityDrop", &text_list},
    {"Ulimits", &ulimit_list},
    {"OomScoreAdj", &integer},
    dropped("Duration", integer),  // docker-java: null
});
constexpr Schema container_spec = object_of(container_spec_fields);

// Go: swarm.RuntimePrivilege and RuntimeSpec, which alone have lower-case names; the API documents
// write them with capitals, and PluginPrivilege, which no daemon reads.
constexpr auto plugin_privilege_fields = std::to_array<Field>({
    {"name", &text, nullptr, "Name"},
    {"description", &text, nullptr, "Description"},
    {"value", &text_list, nullptr, "Value"},
});
constexpr Schema plugin_privilege = object_of(plugin_privilege_fields);
constexpr Schema plugin_privilege_list = list_of(plugin_privilege);

constexpr auto plugin_spec_fields = std::to_array<Field>({
    {"name", &text, nullptr, "Name"},
    {"remote", &text, nullptr, "Remote"},
    {"privileges", &plugin_privilege_list},
    {"disabled", &boolean, nullptr, "Disabled"},
    {"env", &text_list},
    dropped("PluginPrivilege", plugin_privilege_list),
});
constexpr Schema plugin_spec = object_of(plugin_spec_fields);

// Go: swarm.NetworkAttachmentSpec.
constexpr auto attachment_spec_fields = std::to_array<Field>({
    {"ContainerID", &text},
});
constexpr Schema attachment_spec = object_of(attachment_spec_fields);

// Go: swarm.NamedGenericResource, DiscreteGenericResource, GenericResource.
constexpr auto named_resource_fields = std::to_array<Field>({
    {"Kind", &text},
    {"Value", &text},
});
constexpr Schema named_resource = object_of(named_resource_fields);

constexpr auto discrete_resource_fields = std::to_array<Field>({
    {"Kind", &text},
    {"Value", &integer},
});
constexpr Schema discrete_resource = object_of(discrete_resource_fields);

constexpr auto generic_resource_fields = std::to_array<Field>({
    {"NamedResourceSpec", &named_resource},
    {"DiscreteResourceSpec", &discrete_resource},
});
constexpr Schema generic_resource = object_of(generic_resource_fields);
constexpr Schema generic_resources = list_of(generic_resource);

// Go: swarm.Limit, Resources, ResourceRequirements.
constexpr auto limits_fields = std::to_array<Field>({
    {"NanoCPUs", &integer},
    {"MemoryBytes", &integer},
    {"Pids", &integer},
});
constexpr Schema limits = object_of(limits_fields);

constexpr auto reservations_fields = std::to_array<Field>({
    {"NanoCPUs", &integer},
    {"MemoryBytes", &integer},
    {"GenericResources", &generic_resources},
});
constexpr Schema reservations = object_of(reservations_fields);

constexpr auto requirements_fields = std::to_array<Field>({
    {"Limits", &limits},
    {"Reservations", &reservations},
    {"SwapBytes", &integer, &pointer},
    {"MemorySwappiness", &integer, &pointer},
});
constexpr Schema requirements = object_of(requirements_fields);

// Go: swarm.RestartPolicy. Delay and Window are nanoseconds.
constexpr auto restart_policy_fields = std::to_array<Field>({
    {"Condition", &text},
    {"Delay", &integer, &pointer},
    {"MaxAttempts", &unsigned_64, &pointer},
    {"Window", &integer, &pointer},
});
constexpr Schema restart_policy = object_of(restart_policy_fields);

// Go: swarm.SpreadOver, PlacementPreference, Platform, Placement.
constexpr auto spread_fields = std::to_array<Field>({
    {"SpreadDescriptor", &text},
});
constexpr Schema spread = object_of(spread_fields);

constexpr auto preference_fields = std::to_array<Field>({
    {"Spread", &spread},
});
constexpr Schema preference = object_of(preference_fields);
constexpr Schema preferences = list_of(preference);

constexpr auto platform_fields = std::to_array<Field>({
    {"Architecture", &text},
    {"OS", &text},
});
constexpr Schema platform = object_of(platform_fields);
constexpr Schema platforms = list_of(platform);

constexpr auto placement_fields = std::to_array<Field>({
    {"Constraints", &text_list},
    {"Preferences", &preferences},
    {"MaxReplicas", &unsigned_64},
    {"Platforms", &platforms},
});
constexpr Schema placement = object_of(placement_fields);

// Go: swarm.NetworkAttachmentConfig.
constexpr auto attachment_fields = std::to_array<Field>({
    {"Target", &text},
    {"Aliases", &text_list},
    {"DriverOpts", &text_map},
});
constexpr Schema attachment = object_of(attachment_fields);
constexpr Schema attachments = list_of(attachment);

// Go: swarm.TaskSpec.
constexpr auto task_spec_fields = std::to_array<Field>({
    {"ContainerSpec", &container_spec},
    {"PluginSpec", &plugin_spec},
    {"NetworkAttachmentSpec", &attachment_spec},
    {"Resources", &requirements},
    {"RestartPolicy", &restart_policy},
    {"Placement", &placement},
    {"Networks", &attachments},
    {"LogDriver", &driver},
    {"ForceUpdate", &unsigned_64},
    {"Runtime", &text, &container_runtime},
});
constexpr Schema task_spec = object_of(task_spec_fields);

// Go: swarm.ReplicatedService, ReplicatedJob, ServiceMode. docker-py and Ansible write "replicated"
// and "global", which dockerd folds. Replicated {} is the mode of a service that names none.
constexpr auto replicated_fields = std::to_array<Field>({
    {"Replicas", &unsigned_64, &pointer},
});
constexpr Schema replicated = object_of(replicated_fields);

constexpr auto replicated_job_fields = std::to_array<Field>({
    {"MaxConcurrent", &unsigned_64, &pointer},
    {"TotalCompletions", &unsigned_64, &pointer},
});
constexpr Schema replicated_job = object_of(replicated_job_fields);

constexpr auto service_mode_fields = std::to_array<Field>({
    {"Replicated", &replicated, nullptr, "replicated"},
    {"Global", &empty, &pointer, "global"},
    {"ReplicatedJob", &replicated_job, &pointer},
    {"GlobalJob", &empty, &pointer},
});
constexpr Schema service_mode = object_of(service_mode_fields);

// Go: swarm.UpdateConfig, for updates and rollbacks. MaxFailureRatio is a float32.
constexpr auto update_config_fields = std::to_array<Field>({
    {"Parallelism", &unsigned_64},
    {"Delay", &integer},
    {"FailureAction", &text},
    {"Monitor", &integer},
    {"MaxFailureRatio", &number},
    {"Order", &text},
});
constexpr Schema update_config = object_of(update_config_fields);

// Go: swarm.PortConfig, EndpointSpec.
constexpr auto port_fields = std::to_array<Field>({
    {"Name", &text},
    {"Protocol", &text},
    {"TargetPort", &unsigned_32},
    {"PublishedPort", &unsigned_32},
    {"PublishMode", &text},
});
constexpr Schema port = object_of(port_fields);
constexpr Schema ports = list_of(port);

constexpr auto endpoint_spec_fields = std::to_array<Field>({
    {"Mode", &text, &virtual_ip},
    {"Ports", &ports},
});
constexpr Schema endpoint_spec = object_of(endpoint_spec_fields);

// Go: swarm.ServiceSpec. Networks at this level ended with API 1.44; dockerd reads them for older
// versions where the task names none.
constexpr auto service_spec_fields = std::to_array<Field>({
    {"Name", &text},
    {"Labels", &text_map},
    {"TaskTemplate", &task_spec},
    {"Mode", &service_mode},
    {"UpdateConfig", &update_config},
    {"RollbackConfig", &update_config},
    {"Networks", &attachments},
    {"EndpointSpec", &endpoint_spec},
});

}  // namespace

constinit const Schema service_spec = object_of(service_spec_fields);

}  // namespace sealock::policy::schemas
