// What a container may take from its host: Go's container.HostConfig, and the limits of
// container.Resources, which HostConfig embeds and ContainerUpdate changes.
//
// Neutral values are what the CLI sends for `docker create alpine` (cli20, cli28 in
// ../shared/traces; Z-046 in ../shared/attacks is one such body). Not neutral, although harmless:
// IpcMode and CgroupnsMode "private", LogConfig.Type "json-file", NetworkMode "bridge". No client
// sends them unless it was asked to, and a rule that allows them can name them.

#include "policy/engine_api/schemas/schema_tables.hpp"

namespace sealock::policy::schemas {

namespace {

constexpr std::array<std::string_view, 1> default_word{"default"};
constexpr std::array<std::string_view, 1> no_word{"no"};
constexpr std::array<std::int64_t, 1> minus_one{-1};

// cli20, cli28, and hostconfig.go IsDefault(): "default" and "" are the engine's own network.
constexpr Neutral default_network{.strings = default_word};
// hostconfig.go IsNone(). Only at create: in an update, "no" takes the policy away.
constexpr Neutral no_restart{.strings = no_word};
// cli20, cli28: -1 is "the engine's own"; 0 forbids swapping and is a setting.
constexpr Neutral default_swappiness{.integers = minus_one, .zero_is_set = true};
// cli20, cli28: [0, 0], as Go writes a [2]uint that nobody set.
constexpr Neutral no_console{.all_zero_list = true};
// engine-facts.md 3.1, R-MASKED: [] takes the engine's masks away.
constexpr Neutral engine_masks{.empty_list_is_set = true};

// Go: units.Ulimit.
constexpr auto ulimit_fields = std::to_array<Field>({
    {"Name", &text},
    {"Hard", &integer},
    {"Soft", &integer},
});
constexpr Schema ulimit = object_of(ulimit_fields);

// Go: blkiodev.WeightDevice.
constexpr auto weight_device_fields = std::to_array<Field>({
    {"Path", &text},
    {"Weight", &unsigned_16},
});
constexpr Schema weight_device = object_of(weight_device_fields);
constexpr Schema weight_devices = list_of(weight_device);

// Go: blkiodev.ThrottleDevice.
constexpr auto throttle_device_fields = std::to_array<Field>({
    {"Path", &text},
    {"Rate", &unsigned_64},
});
constexpr Schema throttle_device = object_of(throttle_device_fields);
constexpr Schema throttle_devices = list_of(throttle_device);

// Go: container.DeviceMapping.
constexpr auto device_fields = std::to_array<Field>({
    {"PathOnHost", &text},
    {"PathInContainer", &text},
    {"CgroupPermissions", &text},
});
constexpr Schema device = object_of(device_fields);
constexpr Schema devices = list_of(device);

// Go: container.DeviceRequest.
constexpr auto device_request_fields = std::to_array<Field>({
    {"Driver", &text},
    {"Count", &integer},
    {"DeviceIDs", &text_list},
    {"Capabilities", &text_lists},
    {"Options", &text_map},
});
constexpr Schema device_request = object_of(device_request_fields);
constexpr Schema device_requests = list_of(device_request);

// Go: container.LogConfig.
constexpr auto log_config_fields = std::to_array<Field>({
    {"Type", &text},
    {"Config", &text_map},
});
constexpr Schema log_config = object_of(log_config_fields);

// Go: container.RestartPolicy.
constexpr auto restart_policy_fields = std::to_array<Field>({
    {"Name", &text, &no_restart},
    {"MaximumRetryCount", &integer},
});
constexpr Schema restart_policy = object_of(restart_policy_fields);

constexpr auto changed_restart_policy_fields = std::to_array<Field>({
    {"Name", &text},
    {"MaximumRetryCount", &integer},
});
constexpr Schema changed_restart_policy = object_of(changed_restart_policy_fields);

// Go: network.PortBinding and PortMap ("80/tcp" to bindings; null where any port will do).
constexpr auto port_binding_fields = std::to_array<Field>({
    {"HostIp", &text},
    {"HostPort", &text},
});
constexpr Schema port_binding = object_of(port_binding_fields);
constexpr Schema port_bindings = list_of(port_binding);
constexpr Schema port_map = map_of(port_bindings);

// Go: container.Resources, without the three pointers whose neutral values differ between create
// and update. KernelMemory and KernelMemoryTCP ended with API 1.42; older daemons read them.
// docker-py writes CPURealtimePeriod and CPURealtimeRuntime, old docker-java NanoCPUs; dockerd
// folds them.
constexpr auto resource_fields = std::to_array<Field>({
    {"CpuShares", &integer},
    {"Memory", &integer},
    {"NanoCpus", &integer, nullptr, "NanoCPUs"},
    {"CgroupParent", &text},
    {"BlkioWeight", &unsigned_16},
    {"BlkioWeightDevice", &weight_devices},
    {"BlkioDeviceReadBps", &throttle_devices},
    {"BlkioDeviceWriteBps", &throttle_devices},
    {"BlkioDeviceReadIOps", &throttle_devices},
    {"BlkioDeviceWriteIOps", &throttle_devices},
    {"CpuPeriod", &integer},
    {"CpuQuota", &integer},
    {"CpuRealtimePeriod", &integer, nullptr, "CPURealtimePeriod"},
    {"CpuRealtimeRuntime", &integer, nullptr, "CPURealtimeRuntime"},
    {"CpusetCpus", &text},
    {"CpusetMems", &text},
    {"Devices", &devices},
    {"DeviceCgroupRules", &text_list},
    {"DeviceRequests", &device_requests},
    {"KernelMemory", &integer},
    {"KernelMemoryTCP", &integer},
    {"MemoryReservation", &integer},
    {"MemorySwap", &integer},
    {"Ulimits", &ulimit_list},
    {"CpuCount", &integer},
    {"CpuPercent", &integer},
    {"IOMaximumIOps", &unsigned_64},
    {"IOMaximumBandwidth", &unsigned_64},
});

// At create, the CLI sends OomKillDisable false and PidsLimit 0 for "not said" (cli20, cli28).
constexpr auto create_resource_fields = std::to_array<Field>({
    {"MemorySwappiness", &integer, &default_swappiness},
    {"OomKillDisable", &boolean},
    {"PidsLimit", &integer},
});

// Go: container.UpdateConfig. PidsLimit 0 lifts the limit, OomKillDisable false changes it, and the
// CLI sends null for what was not said (cli20, cli28). The API documents list Init among the
// resources; no daemon reads it in an update.
constexpr auto update_only_fields = std::to_array<Field>({
    {"MemorySwappiness", &integer, &pointer},
    {"OomKillDisable", &boolean, &pointer},
    {"PidsLimit", &integer, &pointer},
    {"RestartPolicy", &changed_restart_policy},
    dropped("Init", boolean),
});
constexpr auto update_fields = join(resource_fields, update_only_fields);

// Go: container.HostConfig, without what it embeds.
constexpr auto own_host_fields = std::to_array<Field>({
    {"Binds", &text_list},
    {"ContainerIDFile", &text},
    {"LogConfig", &log_config},
    {"NetworkMode", &text, &default_network},
    {"PortBindings", &port_map},
    {"RestartPolicy", &restart_policy},
    {"AutoRemove", &boolean},
    {"VolumeDriver", &text},
    {"VolumesFrom", &text_list},
    {"ConsoleSize", &console_size, &no_console},
    {"Annotations", &text_map},
    {"CapAdd", &text_list},
    {"CapDrop", &text_list},
    {"CgroupnsMode", &text},
    {"Dns", &text_list},
    {"DnsOptions", &text_list},
    {"DnsSearch", &text_list},
    {"ExtraHosts", &text_list},
    {"GroupAdd", &text_list},
    {"IpcMode", &text},
    {"Cgroup", &text},
    {"Links", &text_list},
    {"OomScoreAdj", &integer},
    {"PidMode", &text},
    {"Privileged", &boolean},
    {"PublishAllPorts", &boolean},
    {"ReadonlyRootfs", &boolean},
    {"SecurityOpt", &text_list},
    {"StorageOpt", &text_map},
    {"Tmpfs", &text_map},
    {"UTSMode", &text},
    {"UsernsMode", &text},
    {"ShmSize", &integer},
    {"Sysctls", &text_map},
    {"Runtime", &text},
    // Windows only; this engine would but repeat it in inspect.
    dropped("Isolation", text),
    {"Mounts", &mount_list},
    {"MaskedPaths", &text_list, &engine_masks},
    {"ReadonlyPaths", &text_list, &engine_masks},
    {"Init", &boolean},
    // docker-java sends both as null; no daemon since 19.03 reads them.
    dropped("DiskQuota", integer),
    dropped("LxcConf", nothing_list),
});
constexpr auto host_config_fields =
    join(own_host_fields, join(resource_fields, create_resource_fields));

}  // namespace

constinit const Schema ulimit_list = list_of(ulimit);
constinit const Schema host_config = object_of(host_config_fields);
constinit const Schema container_update = object_of(update_fields);

}  // namespace sealock::policy::schemas
