// Volumes, with the specification of a cluster (CSI) volume, which swarm managers keep.

#include "policy/engine_api/schemas/schema_tables.hpp"

namespace sealock::policy::schemas {

namespace {

constexpr std::array<std::string_view, 1> local_word{"local"};

// `docker volume create NAME` sends Driver "local" (cli20, cli28), which is what "" means.
constexpr Neutral local_driver{.strings = local_word};

// Go: volume.TypeMount; TypeBlock is an empty struct.
constexpr auto mount_access_fields = std::to_array<Field>({
    {"FsType", &text},
    {"MountFlags", &text_list},
});
constexpr Schema mount_access = object_of(mount_access_fields);

// Go: volume.AccessMode.
constexpr auto access_mode_fields = std::to_array<Field>({
    {"Scope", &text},
    {"Sharing", &text},
    {"MountVolume", &mount_access, &pointer},
    {"BlockVolume", &empty, &pointer},
});
constexpr Schema access_mode = object_of(access_mode_fields);

// Go: volume.Topology and TopologyRequirement. The API document gives the segments without the
// object around them; no daemon reads that.
constexpr auto topology_fields = std::to_array<Field>({
    {"Segments", &text_map},
});
constexpr Schema topology = object_of(topology_fields);
constexpr Schema topologies = list_of(topology);

constexpr auto topology_requirement_fields = std::to_array<Field>({
    {"Requisite", &topologies},
    {"Preferred", &topologies},
});
constexpr Schema topology_requirement = object_of(topology_requirement_fields);

// Go: volume.CapacityRange.
constexpr auto capacity_range_fields = std::to_array<Field>({
    {"RequiredBytes", &integer},
    {"LimitBytes", &integer},
});
constexpr Schema capacity_range = object_of(capacity_range_fields);

// Go: volume.Secret.
constexpr auto volume_secret_fields = std::to_array<Field>({
    {"Key", &text},
    {"Secret", &text},
});
constexpr Schema volume_secret = object_of(volume_secret_fields);
constexpr Schema volume_secrets = list_of(volume_secret);

// Go: volume.ClusterVolumeSpec.
constexpr auto cluster_volume_fields = std::to_array<Field>({
    {"Group", &text},
    {"AccessMode", &access_mode},
    {"AccessibilityRequirements", &topology_requirement},
    {"CapacityRange", &capacity_range},
    {"Secrets", &volume_secrets},
    {"Availability", &text},
});
constexpr Schema cluster_volume = object_of(cluster_volume_fields);

// Go: volume.CreateRequest, UpdateOptions.
constexpr auto volume_create_fields = std::to_array<Field>({
    {"Name", &text},
    {"Driver", &text, &local_driver},
    {"DriverOpts", &text_map},
    {"Labels", &text_map},
    {"ClusterVolumeSpec", &cluster_volume},
});
constexpr auto volume_update_fields = std::to_array<Field>({
    {"Spec", &cluster_volume},
});

}  // namespace

constinit const Schema volume_create = object_of(volume_create_fields);
constinit const Schema volume_update = object_of(volume_update_fields);

}  // namespace sealock::policy::schemas
