// Mounts of containers and of services: Go's mount.Mount. One table for both, because the engine
// has one, whatever the API version (engine-facts.md A7).

#include "policy/engine_api/schemas/schema_tables.hpp"

namespace sealock::policy::schemas {

namespace {

constexpr auto bind_options_fields = std::to_array<Field>({
    {"Propagation", &text},
    {"NonRecursive", &boolean},
    {"CreateMountpoint", &boolean},
    {"ReadOnlyNonRecursive", &boolean},
    {"ReadOnlyForceRecursive", &boolean},
});
constexpr Schema bind_options = object_of(bind_options_fields);

// Go: mount.Driver.
constexpr auto volume_driver_fields = std::to_array<Field>({
    {"Name", &text},
    {"Options", &text_map},
});
constexpr Schema volume_driver = object_of(volume_driver_fields);

constexpr auto volume_options_fields = std::to_array<Field>({
    {"NoCopy", &boolean},
    {"Labels", &text_map},
    {"Subpath", &text},
    {"DriverConfig", &volume_driver},
});
constexpr Schema volume_options = object_of(volume_options_fields);

constexpr auto image_options_fields = std::to_array<Field>({
    {"Subpath", &text},
});
constexpr Schema image_options = object_of(image_options_fields);

// Mode is an os.FileMode.
constexpr auto tmpfs_options_fields = std::to_array<Field>({
    {"SizeBytes", &integer},
    {"Mode", &unsigned_32},
    {"Options", &text_lists},
});
constexpr Schema tmpfs_options = object_of(tmpfs_options_fields);

constexpr auto mount_fields = std::to_array<Field>({
    {"Type", &text},
    {"Source", &text},
    {"Target", &text},
    {"ReadOnly", &boolean},
    {"Consistency", &text},
    {"BindOptions", &bind_options},
    {"VolumeOptions", &volume_options},
    {"ImageOptions", &image_options},
    {"TmpfsOptions", &tmpfs_options},
    {"ClusterOptions", &empty},
});
constexpr Schema mount = object_of(mount_fields);

}  // namespace

constinit const Schema mount_list = list_of(mount);

}  // namespace sealock::policy::schemas
