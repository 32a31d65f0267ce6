#include "policy/effective/views.hpp"

#include "policy/effective/effective.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace sealock::policy {
namespace {

using Paths = std::span<const std::string_view>;

// Where mounts are said. Every view of mounts covers them all: a bind with rshared is a host path and
// a special mount, and a rule must speak of both. Volumes is not here: anonymous volumes are in none
// of the views, so a rule must name the field. Paths at the top level of a body must be those of
// one operation only (VolumeCreate's Driver is not here: networks and secrets have one, too); a test
// holds the table against the catalogue.
constexpr auto mount_places = std::to_array<std::string_view>({
    "HostConfig.Binds",
    "HostConfig.Mounts",
    "HostConfig.VolumesFrom",
    "HostConfig.VolumeDriver",
    "TaskTemplate.ContainerSpec.Mounts",
    "DriverOpts",
});
constexpr auto tmpfs_places = std::to_array<std::string_view>({
    "HostConfig.Tmpfs",
    "HostConfig.Mounts",
    "TaskTemplate.ContainerSpec.Mounts",
});
constexpr auto image_mount_places = std::to_array<std::string_view>({
    "HostConfig.Mounts",
    "TaskTemplate.ContainerSpec.Mounts",
});
constexpr auto driver_places = std::to_array<std::string_view>({"HostConfig.VolumeDriver"});

constexpr auto endpoint_places = std::to_array<std::string_view>({
    "NetworkingConfig.EndpointsConfig",
    "EndpointConfig",
    "TaskTemplate.Networks",
    "Networks",
});
constexpr auto network_places = std::to_array<std::string_view>({
    "HostConfig.NetworkMode",
    "NetworkingConfig.EndpointsConfig",
    "EndpointConfig",
    "TaskTemplate.Networks",
    "Networks",
    "ConfigFrom",
});
constexpr auto namespace_places = std::to_array<std::string_view>({
    "HostConfig.NetworkMode",
    "HostConfig.PidMode",
    "HostConfig.IpcMode",
    "HostConfig.UTSMode",
    "HostConfig.UsernsMode",
    "HostConfig.CgroupnsMode",
    "HostConfig.Cgroup",
    "NetworkingConfig.EndpointsConfig",
    "TaskTemplate.Networks",
    "Networks",
});
constexpr auto container_places = std::to_array<std::string_view>({
    "HostConfig.NetworkMode",
    "HostConfig.PidMode",
    "HostConfig.IpcMode",
    "HostConfig.Cgroup",
    "HostConfig.VolumesFrom",
    "HostConfig.Links",
    "NetworkingConfig.EndpointsConfig",
    "EndpointConfig",
    "Container",
    "TaskTemplate.NetworkAttachmentSpec",
});
constexpr auto sysctl_places = std::to_array<std::string_view>({
    "HostConfig.Sysctls",
    "TaskTemplate.ContainerSpec.Sysctls",
    "NetworkingConfig.EndpointsConfig",
    "EndpointConfig",
    "TaskTemplate.Networks",
    "Networks",
});
constexpr auto capability_places = std::to_array<std::string_view>(
    {"HostConfig.CapAdd", "TaskTemplate.ContainerSpec.CapabilityAdd"});
constexpr auto device_places = std::to_array<std::string_view>({
    "HostConfig.Devices",
    "HostConfig.DeviceRequests",
    "HostConfig.DeviceCgroupRules",
    "Devices",
    "DeviceRequests",
    "DeviceCgroupRules",
});
constexpr auto confinement_places = std::to_array<std::string_view>({
    "HostConfig.SecurityOpt",
    "HostConfig.MaskedPaths",
    "HostConfig.ReadonlyPaths",
    "TaskTemplate.ContainerSpec.Privileges.Seccomp",
    "TaskTemplate.ContainerSpec.Privileges.AppArmor",
    "TaskTemplate.ContainerSpec.Privileges.SELinuxContext",
    "TaskTemplate.ContainerSpec.Privileges.NoNewPrivileges",
});
constexpr auto user_places =
    std::to_array<std::string_view>({"User", "TaskTemplate.ContainerSpec.User"});
constexpr auto group_places =
    std::to_array<std::string_view>({"HostConfig.GroupAdd", "TaskTemplate.ContainerSpec.Groups"});
constexpr auto image_places =
    std::to_array<std::string_view>({"Image", "TaskTemplate.ContainerSpec.Image"});
constexpr auto port_places = std::to_array<std::string_view>(
    {"HostConfig.PortBindings", "HostConfig.PublishAllPorts", "EndpointSpec.Ports"});
constexpr auto log_places =
    std::to_array<std::string_view>({"HostConfig.LogConfig", "TaskTemplate.LogDriver"});
constexpr auto runtime_places =
    std::to_array<std::string_view>({"HostConfig.Runtime", "TaskTemplate.Runtime"});
constexpr auto annotation_places = std::to_array<std::string_view>({"HostConfig.Annotations"});
constexpr auto cgroup_parent_places =
    std::to_array<std::string_view>({"HostConfig.CgroupParent", "CgroupParent"});
constexpr auto network_option_places = std::to_array<std::string_view>({"Options", "IPAM.Options"});
constexpr auto network_driver_places = std::to_array<std::string_view>({"IPAM.Driver"});
constexpr auto memory_places = std::to_array<std::string_view>(
    {"HostConfig.Memory", "Memory", "TaskTemplate.Resources.Limits.MemoryBytes"});
constexpr auto pids_places =
    std::to_array<std::string_view>({"HostConfig.PidsLimit", "TaskTemplate.Resources.Limits.Pids"});
constexpr auto cpu_places = std::to_array<std::string_view>({
    "HostConfig.NanoCpus",
    "HostConfig.CpuQuota",
    "HostConfig.CpuPeriod",
    "NanoCpus",
    "CpuQuota",
    "CpuPeriod",
    "TaskTemplate.Resources.Limits.NanoCPUs",
});

constexpr ViewShape text = ViewShape::scalar;
constexpr ViewShape list = ViewShape::list;
constexpr ViewContent number = ViewContent::number;
constexpr ViewContent object = ViewContent::object;

constexpr auto views = std::to_array<View>({
    {"host_paths", list, "paths of the host that are mounted, whichever way it is said",
     effective::host_paths, mount_places},
    {"writable_host_paths",
     list,
     "those of host_paths that are not mounted read-only",
     effective::writable_host_paths,
     {}},
    {"mount_propagation",
     list,
     "propagation modes that mounts ask for: rshared, rprivate, ...",
     effective::mount_propagation,
     {}},
    {"named_volumes", list, "volumes that are mounted or created by name", effective::named_volumes,
     mount_places, object},
    {"special_mounts", list,
     "mounts that are neither a plain host path, volume nor tmpfs: image, cluster, npipe, "
     "volume-driver, volume-options, volume-labels, filesystem-TYPE, relabel, shared, rshared, "
     "slave, "
     "rslave",
     effective::special_mounts, mount_places},
    {"volume_drivers", list, "volume drivers other than local", effective::volume_drivers,
     driver_places},
    {"mounted_images", list, "images that are mounted into the container",
     effective::mounted_images, image_mount_places},
    {"tmpfs", list, "paths in the container where a tmpfs is mounted", effective::tmpfs,
     tmpfs_places},
    {"tmpfs_options", list, "tmpfs options that loosen or are not known: exec, suid, dev, size=0",
     effective::tmpfs_options, tmpfs_places},
    {"tmpfs_bytes", text, "sum of the tmpfs sizes that are said", effective::tmpfs_bytes,
     tmpfs_places, number},
    {"networks", list, "networks that are joined or touched; bridge when nothing is said",
     effective::networks, network_places, object},
    {"endpoint_settings", list,
     "what is asked of network endpoints: aliases, address, mac-address, links, driver-options, "
     "gateway-priority, reported",
     effective::endpoint_settings, endpoint_places},
    {"containers", list, "other containers that the request names", effective::containers,
     container_places, object},
    {"shared_namespaces", list,
     "pid-, ipc-, network-, uts-, user- or cgroup- with host, container, ns or unknown; "
     "ipc-shareable",
     effective::shared_namespaces, namespace_places},
    {"added_capabilities", list, "capabilities in capitals without CAP_, or ALL",
     effective::added_capabilities, capability_places},
    {"devices", list, "devices: a path, cgroup:RULE, request:DRIVER, cdi:NAME, env:VARIABLE=VALUE",
     effective::devices, device_places},
    {"unconfined", list,
     "seccomp-unconfined, seccomp-profile, apparmor-unconfined, apparmor-profile, label-disable, "
     "label-options, no-new-privileges-off, writable-cgroups, masked-paths, readonly-paths",
     effective::unconfined, confinement_places},
    {"user", text, "the user: root for every spelling of 0, a number, or a name", effective::user,
     user_places},
    {"group", text, "the group: root for every spelling of 0, a number, or a name",
     effective::group, user_places},
    {"added_groups", list, "additional groups, spelt like group", effective::added_groups,
     group_places},
    {"images",
     list,
     "images that the request names besides the one in its path",
     effective::images,
     {},
     object},
    {"image.registry", text, "registry.example.com:5000; docker.io when none is said",
     effective::image_registry, image_places},
    {"image.repository",
     text,
     "the repository in the registry: library/alpine",
     effective::image_repository,
     {}},
    {"image.tag",
     text,
     "the tag; latest when neither tag nor digest is said",
     effective::image_tag,
     {}},
    {"image.digest", text, "the digest of a reference that has one", effective::image_digest, {}},
    {"image.id", text, "the id of the image that a container is made of", effective::image_id, {}},
    {"published_ports", list, "host ports as ADDRESS:PORT/PROTOCOL, or 0.0.0.0:all",
     effective::published_ports, port_places},
    {"published_port_numbers",
     list,
     "host ports as numbers, both ends of a range",
     effective::published_port_numbers,
     {},
     number},
    {"log_driver", text, "the log driver, when one is named", effective::log_driver, log_places},
    {"log_destination", list, "options of the log driver that say where to, as NAME=VALUE",
     effective::log_destination, log_places},
    {"network_drivers", list, "drivers of a network that is created; ipam:NAME for addresses",
     effective::network_drivers, network_driver_places},
    {"network_options", list, "driver options of a network that is created, as NAME=VALUE",
     effective::network_options, network_option_places},
    {"special_subnets",
     list,
     "addresses that a new network would take over: loopback, link-local, multicast, unspecified, "
     "public",
     effective::special_subnets,
     {}},
    {"runtime", text, "the OCI runtime, when one is named", effective::runtime, runtime_places},
    {"annotations", list, "annotations for the OCI runtime, as NAME=VALUE", effective::annotations,
     annotation_places},
    {"sysctls", list, "names of sysctls that are set, with dots", effective::sysctls,
     sysctl_places},
    {"cgroup_parent", text, "the parent cgroup, when one is named", effective::cgroup_parent,
     cgroup_parent_places},
    {"memory", text, "the memory limit in bytes", effective::memory, memory_places, number},
    {"pids", text, "the limit of processes", effective::pids, pids_places, number},
    {"nano_cpus", text, "the processor limit in billionths", effective::nano_cpus, cpu_places,
     number},
});

}  // namespace

std::span<const View> all_views() {
  return views;
}

const View* find_view(std::string_view name) {
  const auto found =
      std::find_if(views.begin(), views.end(), [&](const View& view) { return view.name == name; });
  return found != views.end() ? &*found : nullptr;
}

}  // namespace sealock::policy
