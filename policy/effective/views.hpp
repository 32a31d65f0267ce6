// The views themselves, one function each, by the file that has them. all_views() (views.cpp) gives
// them their names, their documentation and the body fields they cover.
//
// Errors:  see effective.hpp: what cannot be computed is an error, never an empty list.
// Threads: pure.

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/request/value.hpp"
#include "policy/result.hpp"

namespace sealock::policy {
struct Request;
}

namespace sealock::policy::effective {

// mount_views.cpp
[[nodiscard]] Result<Value> host_paths(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> writable_host_paths(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> mount_propagation(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> named_volumes(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> special_mounts(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> volume_drivers(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> mounted_images(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> tmpfs(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> tmpfs_options(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> tmpfs_bytes(const Request& request, const Facts& facts);

// namespaces.cpp
[[nodiscard]] Result<Value> shared_namespaces(const Request& request, const Facts& facts);

// networks.cpp
[[nodiscard]] Result<Value> networks(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> containers(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> endpoint_settings(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> network_drivers(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> network_options(const Request& request, const Facts& facts);

// subnets.cpp
[[nodiscard]] Result<Value> special_subnets(const Request& request, const Facts& facts);

// capabilities.cpp
[[nodiscard]] Result<Value> added_capabilities(const Request& request, const Facts& facts);

// devices.cpp
[[nodiscard]] Result<Value> devices(const Request& request, const Facts& facts);

// confinement.cpp
[[nodiscard]] Result<Value> unconfined(const Request& request, const Facts& facts);

// identity.cpp
[[nodiscard]] Result<Value> user(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> group(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> added_groups(const Request& request, const Facts& facts);

// image_views.cpp
[[nodiscard]] Result<Value> images(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> image_registry(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> image_repository(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> image_tag(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> image_digest(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> image_id(const Request& request, const Facts& facts);

// ports.cpp
[[nodiscard]] Result<Value> published_ports(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> published_port_numbers(const Request& request, const Facts& facts);

// logging.cpp
[[nodiscard]] Result<Value> log_driver(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> log_destination(const Request& request, const Facts& facts);

// settings.cpp
[[nodiscard]] Result<Value> runtime(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> annotations(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> sysctls(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> cgroup_parent(const Request& request, const Facts& facts);

// limits.cpp
[[nodiscard]] Result<Value> memory(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> pids(const Request& request, const Facts& facts);
[[nodiscard]] Result<Value> nano_cpus(const Request& request, const Facts& facts);

}  // namespace sealock::policy::effective
