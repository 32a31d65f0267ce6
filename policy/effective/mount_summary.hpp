// Everything that a request mounts, wherever it says so, sorted by what it comes to: the one source
// of the views host_paths, named_volumes, special_mounts, tmpfs and their relatives.
//
// Docker has seven ways to mount: Binds, Mounts, Volumes, Tmpfs, VolumesFrom, the options of a local
// volume (which are the arguments of mount(2)), and the name of a volume that was made with such
// options earlier. A mount of one kind can be several things at once: "/a:/b:rshared" is a host path
// and a special mount. So every way adds to every list it concerns.
//
// Errors:  a fact that is missing (the container of VolumesFrom, the options behind a volume's name)
//          makes the whole summary an error: nobody can say what is mounted.
// Threads: pure.
// Sources: engine-facts.md 3.1 and F1; moby volume/mounts/linux_parser.go, volume/local/local_unix.go,
//          daemon/volumes_unix.go (v20.10.24 and 2026-08); moby/sys mount flags.

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/request/value.hpp"
#include "policy/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sealock::policy {
struct Request;
}

namespace sealock::policy::effective {

enum class Access;

struct MountSummary {
  std::vector<std::string> host_paths;      // cleaned; and where they lead, where that is known
  std::vector<std::string> writable_paths;  // those that are not read-only
  std::vector<std::string> propagations;    // every mode that was written
  std::vector<std::string> volumes;         // names that exist or will be made
  std::vector<std::string> special;         // the words of the view special_mounts
  std::vector<std::string> drivers;         // volume drivers other than local
  std::vector<std::string> images;          // sources of image mounts, as written
  std::vector<std::string> tmpfs_targets;
  std::vector<std::string> tmpfs_options;   // what loosens, or is not known to be harmless
  std::optional<std::int64_t> tmpfs_bytes;  // sum of the sizes that are said
  bool tmpfs_size_is_unclear = false;       // a percentage of the host's memory

  void add_host_path(std::string_view path, Access access);
  void add_propagation(std::string_view propagation);
  void add_special(std::string_view word);
};

[[nodiscard]] Result<MountSummary> summarize_mounts(const Request& request, const Facts& facts);

// What the options of a local volume mount. `options` may be null.
void add_local_volume(const Value* options, Access access, MountSummary& summary);

// HostConfig.Tmpfs, and one of Mounts with type tmpfs.
void add_tmpfs_map(const Value& map, MountSummary& summary);
void add_tmpfs_mount(const Value& mount, MountSummary& summary);

}  // namespace sealock::policy::effective
