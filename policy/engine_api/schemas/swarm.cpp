// The swarm itself, its nodes, and the secrets and configs that it keeps.

#include "policy/engine_api/schemas/schema_tables.hpp"

namespace sealock::policy::schemas {

namespace {

constexpr std::array<std::int64_t, 1> default_mask_length{24};

// cli20-swarm, cli28-swarm: `docker swarm init` sends 24 whether or not it names address pools.
constexpr Neutral default_subnet_size{.integers = default_mask_length};

// Go: swarm.Driver.
constexpr auto driver_fields = std::to_array<Field>({
    {"Name", &text},
    {"Options", &text_map},
});

// Go: swarm.NodeSpec.
constexpr auto node_spec_fields = std::to_array<Field>({
    {"Name", &text},
    {"Labels", &text_map},
    {"Role", &text},
    {"Availability", &text},
});

// Go: swarm.SecretSpec, ConfigSpec.
constexpr auto secret_spec_fields = std::to_array<Field>({
    {"Name", &text},
    {"Labels", &text_map},
    {"Data", &bytes},
    {"Driver", &driver},
    {"Templating", &driver},
});
constexpr auto config_spec_fields = std::to_array<Field>({
    {"Name", &text},
    {"Labels", &text_map},
    {"Data", &bytes},
    {"Templating", &driver},
});

// Go: swarm.OrchestrationConfig.
constexpr auto orchestration_fields = std::to_array<Field>({
    {"TaskHistoryRetentionLimit", &integer, &pointer},
});
constexpr Schema orchestration = object_of(orchestration_fields);

// Go: swarm.RaftConfig. `docker swarm update` sends KeepOldSnapshots 0, the engine's own value.
constexpr auto raft_fields = std::to_array<Field>({
    {"SnapshotInterval", &unsigned_64},
    {"KeepOldSnapshots", &unsigned_64},
    {"LogEntriesForSlowFollowers", &unsigned_64},
    {"ElectionTick", &integer},
    {"HeartbeatTick", &integer},
});
constexpr Schema raft = object_of(raft_fields);

// Go: swarm.DispatcherConfig.
constexpr auto dispatcher_fields = std::to_array<Field>({
    {"HeartbeatPeriod", &integer},
});
constexpr Schema dispatcher = object_of(dispatcher_fields);

// Go: swarm.ExternalCA.
constexpr auto external_ca_fields = std::to_array<Field>({
    {"Protocol", &text},
    {"URL", &text},
    {"Options", &text_map},
    {"CACert", &text},
});
constexpr Schema external_ca = object_of(external_ca_fields);
constexpr Schema external_cas = list_of(external_ca);

// Go: swarm.CAConfig. NodeCertExpiry is in nanoseconds.
constexpr auto ca_config_fields = std::to_array<Field>({
    {"NodeCertExpiry", &integer},
    {"ExternalCAs", &external_cas},
    {"SigningCACert", &text},
    {"SigningCAKey", &text},
    {"ForceRotate", &unsigned_64},
});
constexpr Schema ca_config = object_of(ca_config_fields);

// Go: swarm.TaskDefaults, EncryptionConfig.
constexpr auto task_defaults_fields = std::to_array<Field>({
    {"LogDriver", &driver},
});
constexpr Schema task_defaults = object_of(task_defaults_fields);

constexpr auto encryption_fields = std::to_array<Field>({
    {"AutoLockManagers", &boolean},
});
constexpr Schema encryption = object_of(encryption_fields);

// Go: swarm.Spec.
constexpr auto swarm_spec_fields = std::to_array<Field>({
    {"Name", &text},
    {"Labels", &text_map},
    {"Orchestration", &orchestration},
    {"Raft", &raft},
    {"Dispatcher", &dispatcher},
    {"CAConfig", &ca_config},
    {"TaskDefaults", &task_defaults},
    {"EncryptionConfig", &encryption},
});

// Go: swarm.InitRequest. ListenAddr "0.0.0.0:2377", which the CLI sends, is a setting: the engine
// refuses an init without it.
constexpr auto swarm_init_fields = std::to_array<Field>({
    {"ListenAddr", &text},
    {"AdvertiseAddr", &text},
    {"DataPathAddr", &text},
    {"DataPathPort", &unsigned_32},
    {"ForceNewCluster", &boolean},
    {"Spec", &swarm_spec},
    {"AutoLockManagers", &boolean},
    {"Availability", &text},
    {"DefaultAddrPool", &text_list},
    {"SubnetSize", &unsigned_32, &default_subnet_size},
});

// Go: swarm.JoinRequest, UnlockRequest.
constexpr auto swarm_join_fields = std::to_array<Field>({
    {"ListenAddr", &text},
    {"AdvertiseAddr", &text},
    {"DataPathAddr", &text},
    {"RemoteAddrs", &text_list},
    {"JoinToken", &text},
    {"Availability", &text},
});
constexpr auto swarm_unlock_fields = std::to_array<Field>({
    {"UnlockKey", &text},
});

}  // namespace

constinit const Schema driver = object_of(driver_fields);
constinit const Schema node_spec = object_of(node_spec_fields);
constinit const Schema secret_spec = object_of(secret_spec_fields);
constinit const Schema config_spec = object_of(config_spec_fields);
constinit const Schema swarm_spec = object_of(swarm_spec_fields);
constinit const Schema swarm_init = object_of(swarm_init_fields);
constinit const Schema swarm_join = object_of(swarm_join_fields);
constinit const Schema swarm_unlock = object_of(swarm_unlock_fields);

}  // namespace sealock::policy::schemas
