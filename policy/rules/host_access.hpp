// What of the host an existing container holds already: the fields target.HostAccess and
// target.HostPaths of rules.
//
// Rules on ContainerCreate cannot speak of containers that were made outside of sealock, but who
// may enter one (exec, attach, copy files into it) gets what it has. These two say it in a few
// words:
//
//   target.HostAccess  privileged; pid-host, ipc-host, network-host, uts-host, user-host;
//                      capability:NAME for what is beyond Docker's defaults; device; unconfined
//   target.HostPaths   the host paths that are mounted into it by name of the path
//
// A volume of the local driver that stands for a host path (o=bind) is a volume here: inspect of a
// container does not tell; who may name such a volume in a new container is judged by
// effective.host_paths, which asks for its options.
//
// Threads: pure.
// Sources: engine-facts.md F4; moby api/types/container HostConfig, MountPoint (20.10.24, 2026-08).

#pragma once

#include "policy/request/value.hpp"

#include <string>
#include <vector>

namespace sealock::policy {

// `document` is a container's inspect document.
[[nodiscard]] std::vector<std::string> host_access(const Value& document);
// The same for the objects of a container list, which show their mounts, too.
[[nodiscard]] std::vector<std::string> host_paths_of(const Value& document);

}  // namespace sealock::policy
