// Answers of the system operations: info, version, events, disk usage, auth (secrets.md 3.4).

#include "policy/answer/schemas/answer_tables.hpp"
#include "policy/answer/schemas/shared_fields.hpp"

namespace sealock::policy {
namespace {

constexpr AnswerField registry_fields[] = {
    {"Name", plain},
    {"Mirrors[]", proxy_url},
    {"Official", plain},
    {"Secure", plain},
};

constexpr AnswerField commit_fields[] = {
    {"ID", plain},
    {"Expected", plain},
};

constexpr AnswerField swarm_fields[] = {
    {"NodeID", reference},
    {"NodeAddr", plain},
    {"LocalNodeState", plain},
    {"ControlAvailable", plain},
    {"Error", status_text},
    {"RemoteManagers[].NodeID", reference},
    {"RemoteManagers[].Addr", plain},
    {"Nodes", plain},
    {"Managers", plain},
    {"Cluster", cluster_fields},
    {"Warnings[]", free_text},
};

constexpr AnswerField info_fields[] = {
    {"ID", plain},
    {"Containers", plain},
    {"ContainersRunning", plain},
    {"ContainersPaused", plain},
    {"ContainersStopped", plain},
    {"Images", plain},
    {"Driver", plain},
    {"DriverStatus[][]", free_text},
    {"SystemStatus[][]", free_text},
    {"Plugins.Volume[]", plain},
    {"Plugins.Network[]", plain},
    {"Plugins.Authorization[]", plain},
    {"Plugins.Log[]", plain},
    {"MemoryLimit", plain},
    {"SwapLimit", plain},
    {"KernelMemory", plain},
    {"KernelMemoryTCP", plain},
    {"CpuCfsPeriod", plain},
    {"CpuCfsQuota", plain},
    {"CPUShares", plain},
    {"CPUSet", plain},
    {"PidsLimit", plain},
    {"IPv4Forwarding", plain},
    {"BridgeNfIptables", plain},
    {"BridgeNfIp6tables", plain},
    {"Debug", plain},
    {"NFd", plain},
    {"OomKillDisable", plain},
    {"OomScoreAdj", plain},
    {"NGoroutines", plain},
    {"SystemTime", time},
    {"LoggingDriver", plain},
    {"CgroupDriver", plain},
    {"CgroupVersion", plain},
    {"NEventsListener", plain},
    {"KernelVersion", plain},
    {"OperatingSystem", plain},
    {"OSVersion", plain},
    {"OSType", plain},
    {"Architecture", plain},
    {"IndexServerAddress", proxy_url},
    {"RegistryConfig.AllowNondistributableArtifactsCIDRs[]", address},
    {"RegistryConfig.AllowNondistributableArtifactsHostnames[]", plain},
    {"RegistryConfig.InsecureRegistryCIDRs[]", address},
    {"RegistryConfig.IndexConfigs{}", registry_fields},
    {"RegistryConfig.Mirrors[]", proxy_url},
    {"NCPU", plain},
    {"MemTotal", plain},
    {"GenericResources[]", generic_resource_fields},
    {"DockerRootDir", plain},
    {"HttpProxy", proxy_url},
    {"HttpsProxy", proxy_url},
    {"NoProxy", proxy_url},
    {"Name", plain},
    {"Labels[]", label_text},
    {"ExperimentalBuild", plain},
    {"ServerVersion", plain},
    {"ClusterStore", proxy_url},
    {"ClusterAdvertise", plain},
    {"DiscoveryBackend", plain},
    {"InitPath", plain},
    {"InitSha1", plain},
    {"ExecutionDriver", plain},  // API 1.24
    {"Runtimes{}.path", plain},
    {"Runtimes{}.runtimeArgs[]", secret},
    {"Runtimes{}.runtimeType", plain},
    {"Runtimes{}.options", secret_tree},
    {"Runtimes{}.Shim", secret_tree},
    {"Runtimes{}.status{}", plain},
    {"DefaultRuntime", plain},
    {"Swarm", swarm_fields},
    {"LiveRestoreEnabled", plain},
    {"Isolation", plain},
    {"InitBinary", plain},
    {"ContainerdCommit", commit_fields},
    {"RuncCommit", commit_fields},
    {"InitCommit", commit_fields},
    {"SecurityOptions[]", plain},
    {"ProductLicense", plain},
    {"DefaultAddressPools[].Base", address},
    {"DefaultAddressPools[].Size", plain},
    {"FirewallBackend.Driver", plain},
    {"FirewallBackend.Info[][]", free_text},
    {"CDISpecDirs[]", plain},
    {"DiscoveredDevices[].Source", plain},
    {"DiscoveredDevices[].ID", plain},
    {"NRI.Info[][]", free_text},
    {"Containerd.Address", plain},
    {"Containerd.Namespaces.Containers", plain},
    {"Containerd.Namespaces.Plugins", plain},
    {"Warnings[]", free_text},
};

constexpr AnswerField version_fields[] = {
    {"Platform.Name", plain},
    {"Components[].Name", plain},
    {"Components[].Version", plain},
    {"Components[].Details{}", plain},
    {"Version", plain},
    {"ApiVersion", plain},
    {"MinAPIVersion", plain},
    {"GitCommit", plain},
    {"GoVersion", plain},
    {"Os", plain},
    {"Arch", plain},
    {"KernelVersion", plain},
    {"Experimental", plain},
    {"BuildTime", plain},
};

constexpr AnswerField event_fields[] = {
    // Until API 1.51.
    {"status", action},
    {"id", reference},
    {"from", reference},
    {"Type", plain},
    {"Action", action},
    {"Actor.ID", reference},
    {"Actor.Attributes{}", attribute},
    {"scope", plain},
    {"time", plain},
    {"timeNano", plain},
};

constexpr AnswerField usage_fields[] = {
    {"ActiveCount", plain},
    {"TotalCount", plain},
    {"Reclaimable", plain},
    {"TotalSize", plain},
};

constexpr AnswerField disk_usage_fields[] = {
    {"LayersSize", plain},
    {"BuilderSize", plain},
    {"Images[]", image_summary_fields},
    {"Containers[]", container_summary_fields},
    {"Volumes[]", volume_fields},
    {"BuildCache[]", build_cache_fields},
    // From API 1.52; both in between.
    {"ImageUsage", usage_fields},
    {"ImageUsage.Items[]", image_summary_fields},
    {"ContainerUsage", usage_fields},
    {"ContainerUsage.Items[]", container_summary_fields},
    {"VolumeUsage", usage_fields},
    {"VolumeUsage.Items[]", volume_fields},
    {"BuildCacheUsage", usage_fields},
    {"BuildCacheUsage.Items[]", build_cache_fields},
};

constexpr AnswerField auth_fields[] = {
    {"Status", plain},
    {"IdentityToken", secret},
};

constexpr std::string_view document[] = {""};

constexpr std::string_view disk_usage_objects[] = {
    "Images[]",
    "Containers[]",
    "Volumes[]",
    "BuildCache[]",
    "ImageUsage.Items[]",
    "ContainerUsage.Items[]",
    "VolumeUsage.Items[]",
    "BuildCacheUsage.Items[]",
};

constexpr AnswerSchema schemas[] = {
    {OperationId::system_info, "", info_fields},
    {OperationId::system_version, "", version_fields},
    {OperationId::system_events, "", event_fields, document},
    {OperationId::system_data_usage, "", disk_usage_fields, disk_usage_objects},
    {OperationId::system_auth, "", auth_fields},
};

}  // namespace

std::span<const AnswerSchema> system_answers() {
  return schemas;
}

}  // namespace sealock::policy
