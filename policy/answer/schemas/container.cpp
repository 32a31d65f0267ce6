// Answers of the container and exec operations (secrets.md 3.1).

#include "policy/answer/schemas/answer_tables.hpp"
#include "policy/answer/schemas/shared_fields.hpp"

namespace sealock::policy {
namespace {

constexpr AnswerField device_rate_fields[] = {
    {"Path", plain},
    {"Rate", plain},
};

constexpr AnswerField host_config_fields[] = {
    {"Binds[]", plain},
    {"ContainerIDFile", plain},
    {"LogConfig.Type", plain},
    {"LogConfig.Config{}", option},
    {"NetworkMode", plain},
    {"PortBindings{}[].HostIp", address},
    {"PortBindings{}[].HostPort", plain},
    {"RestartPolicy.Name", plain},
    {"RestartPolicy.MaximumRetryCount", plain},
    {"AutoRemove", plain},
    {"VolumeDriver", plain},
    {"VolumesFrom[]", reference},
    {"ConsoleSize[]", plain},
    {"Annotations{}", label},
    {"CapAdd[]", plain},
    {"CapDrop[]", plain},
    {"Capabilities[]", plain},
    {"CgroupnsMode", plain},
    {"Dns[]", address},
    {"DnsOptions[]", plain},
    {"DnsSearch[]", plain},
    {"ExtraHosts[]", plain},
    {"GroupAdd[]", plain},
    {"IpcMode", plain},
    {"Cgroup", plain},
    {"Links[]", plain},
    {"OomScoreAdj", plain},
    {"PidMode", plain},
    {"Privileged", plain},
    {"PublishAllPorts", plain},
    {"ReadonlyRootfs", plain},
    {"SecurityOpt[]", security_option},
    {"StorageOpt{}", option},
    {"Tmpfs{}", plain},
    {"UTSMode", plain},
    {"UsernsMode", plain},
    {"ShmSize", plain},
    {"Sysctls{}", plain},
    {"Runtime", plain},
    {"Isolation", plain},
    {"CpuShares", plain},
    {"Memory", plain},
    {"NanoCpus", plain},
    {"CgroupParent", plain},
    {"BlkioWeight", plain},
    {"BlkioWeightDevice[].Path", plain},
    {"BlkioWeightDevice[].Weight", plain},
    {"BlkioDeviceReadBps[]", device_rate_fields},
    {"BlkioDeviceWriteBps[]", device_rate_fields},
    {"BlkioDeviceReadIOps[]", device_rate_fields},
    {"BlkioDeviceWriteIOps[]", device_rate_fields},
    {"CpuPeriod", plain},
    {"CpuQuota", plain},
    {"CpuRealtimePeriod", plain},
    {"CpuRealtimeRuntime", plain},
    {"CpusetCpus", plain},
    {"CpusetMems", plain},
    {"Devices[].PathOnHost", plain},
    {"Devices[].PathInContainer", plain},
    {"Devices[].CgroupPermissions", plain},
    {"DeviceCgroupRules[]", plain},
    {"DeviceRequests[].Driver", plain},
    {"DeviceRequests[].Count", plain},
    {"DeviceRequests[].DeviceIDs[]", plain},
    {"DeviceRequests[].Capabilities[][]", plain},
    {"DeviceRequests[].Options{}", option},
    {"DiskQuota", plain},
    {"KernelMemory", plain},
    {"KernelMemoryTCP", plain},
    {"MemoryReservation", plain},
    {"MemorySwap", plain},
    {"MemorySwappiness", plain},
    {"OomKillDisable", plain},
    {"PidsLimit", plain},
    {"Ulimits[]", ulimit_fields},
    {"CpuCount", plain},
    {"CpuPercent", plain},
    {"IOMaximumIOps", plain},
    {"IOMaximumBandwidth", plain},
    {"NetworkMaximumBandwidth", plain},
    {"Mounts[]", mount_request_fields},
    {"MaskedPaths[]", plain},
    {"ReadonlyPaths[]", plain},
    {"Init", plain},
    {"InitPath", plain},
};

constexpr AnswerField address_with_prefix_fields[] = {
    {"Addr", address},
    {"PrefixLen", plain},
};

constexpr AnswerField network_settings_fields[] = {
    {"Bridge", plain},
    {"SandboxID", reference},
    {"SandboxKey", plain},
    {"HairpinMode", plain},
    {"LinkLocalIPv6Address", address},
    {"LinkLocalIPv6PrefixLen", plain},
    {"Ports{}[].HostIp", address},
    {"Ports{}[].HostPort", plain},
    {"SecondaryIPAddresses[]", address_with_prefix_fields},
    {"SecondaryIPv6Addresses[]", address_with_prefix_fields},
    {"EndpointID", reference},
    {"Gateway", address},
    {"GlobalIPv6Address", address},
    {"GlobalIPv6PrefixLen", plain},
    {"IPAddress", address},
    {"IPPrefixLen", plain},
    {"IPv6Gateway", address},
    {"MacAddress", address},
    {"Networks{}", endpoint_fields},
};

constexpr AnswerField inspect_fields[] = {
    {"Id", reference},
    {"Created", time},
    {"Path", plain},
    {"Args[]", secret},
    {"State.Status", plain},
    {"State.Running", plain},
    {"State.Paused", plain},
    {"State.Restarting", plain},
    {"State.OOMKilled", plain},
    {"State.Dead", plain},
    {"State.Pid", plain},
    {"State.ExitCode", plain},
    {"State.Error", status_text},
    {"State.StartedAt", time},
    {"State.FinishedAt", time},
    {"State.Health.Status", plain},
    {"State.Health.FailingStreak", plain},
    {"State.Health.Log[].Start", time},
    {"State.Health.Log[].End", time},
    {"State.Health.Log[].ExitCode", plain},
    {"State.Health.Log[].Output", secret},
    {"Image", reference},
    {"ResolvConfPath", plain},
    {"HostnamePath", plain},
    {"HostsPath", plain},
    {"LogPath", plain},
    {"Name", reference},
    {"RestartCount", plain},
    {"Driver", plain},
    {"Platform", plain},
    {"MountLabel", plain},
    {"ProcessLabel", plain},
    {"AppArmorProfile", plain},
    {"ExecIDs[]", reference},
    {"HostConfig", host_config_fields},
    {"GraphDriver.Name", plain},
    {"GraphDriver.Data{}", plain},
    {"Storage.RootFS.Snapshot.Name", plain},
    {"SizeRw", plain},
    {"SizeRootFs", plain},
    {"Mounts[]", mount_fields},
    {"Config", config_fields},
    {"NetworkSettings", network_settings_fields},
    {"ImageManifestDescriptor", descriptor_fields},
};

constexpr AnswerField list_fields[] = {
    {"[]", container_summary_fields},
};

constexpr AnswerField create_fields[] = {
    {"Id", reference},
    {"Warnings[]", free_text},
};

constexpr AnswerField warnings_fields[] = {
    {"Warnings[]", free_text},
};

// The last column is the command line, and the only one that can hold a blank.
constexpr AnswerField top_fields[] = {
    {"Titles[]", plain},
    {"Processes[][]", command_line},
};

constexpr AnswerField changes_fields[] = {
    {"[].Path", plain},
    {"[].Kind", plain},
};

// Numbers and interface names; passed on as they are.
constexpr AnswerField stats_fields[] = {
    {"name", reference},         {"id", reference},
    {"os_type", plain},          {"read", time},
    {"preread", time},           {"pids_stats", anything},
    {"blkio_stats", anything},   {"num_procs", plain},
    {"storage_stats", anything}, {"cpu_stats", anything},
    {"precpu_stats", anything},  {"memory_stats", anything},
    {"network", anything},       {"networks", anything},
};

constexpr AnswerField wait_fields[] = {
    {"StatusCode", plain},
    {"Error.Message", status_text},
};

constexpr AnswerField prune_fields[] = {
    {"ContainersDeleted[]", reference},
    {"SpaceReclaimed", plain},
};

constexpr AnswerField id_fields[] = {
    {"Id", reference},
};

constexpr AnswerField exec_fields[] = {
    {"ID", reference},
    {"Running", plain},
    {"ExitCode", plain},
    {"ProcessConfig.privileged", plain},
    {"ProcessConfig.user", plain},
    {"ProcessConfig.tty", plain},
    {"ProcessConfig.entrypoint", plain},
    {"ProcessConfig.arguments[]", secret},
    {"OpenStdin", plain},
    {"OpenStderr", plain},
    {"OpenStdout", plain},
    {"CanRemove", plain},
    {"ContainerID", reference},
    {"DetachKeys", encoded},
    {"Pid", plain},
};

constexpr AnswerField checkpoint_fields[] = {
    {"[].Name", reference},
};

constexpr std::string_view each[] = {"[]"};

constexpr ErrorTexts hidden = ErrorTexts::hidden;

constexpr AnswerSchema schemas[] = {
    {OperationId::container_list, "[]", list_fields, each},
    {OperationId::container_create, "", create_fields},
    {OperationId::container_inspect, "", inspect_fields},
    {OperationId::container_top, "", top_fields},
    {OperationId::container_changes, "[]", changes_fields},
    {OperationId::container_stats, "", stats_fields},
    {OperationId::container_update, "", warnings_fields},
    {OperationId::container_wait, "", wait_fields},
    {OperationId::container_prune, "", prune_fields},
    {OperationId::container_exec, "", id_fields},
    {OperationId::exec_inspect, "", exec_fields},
    {OperationId::checkpoint_list, "[]", checkpoint_fields, each},
    // No answer of their own; their errors echo argv and mount options.
    {OperationId::container_start, "", {}, {}, hidden},
    {OperationId::container_restart, "", {}, {}, hidden},
    {OperationId::exec_start, "", {}, {}, hidden},
    {OperationId::checkpoint_create, "", {}, {}, hidden},
};

}  // namespace

std::span<const AnswerSchema> container_answers() {
  return schemas;
}

}  // namespace sealock::policy
