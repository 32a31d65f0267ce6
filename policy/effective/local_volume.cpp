// What a volume of the local driver mounts: its options are the arguments of mount(2), made by root.
//
//   type=none,  o=bind,      device=/etc      the host's /etc
//   type=tmpfs, o=bind,      device=/etc      the same: o=bind makes the kernel ignore the type
//   type=overlay, o=lowerdir=/etc:/root       both
//   type=proc / sysfs / devtmpfs / cgroup     the host's /proc, /sys, /dev, /sys/fs/cgroup
//   type=ext4, device=/dev/sda1               a disk of the host
//   type=nfs, type=cifs                       dockerd connects out, with root's credentials
//   type=tmpfs                                memory; no host path
//
// A file system that is none of the known ones may show anything of the host, so it counts as "/".

#include "policy/effective/bind_spec.hpp"
#include "policy/effective/host_path.hpp"
#include "policy/effective/mount_summary.hpp"
#include "policy/effective/text.hpp"

#include <algorithm>
#include <array>

namespace sealock::policy::effective {
namespace {

// File systems of the kernel, and where a host has them mounted: what they show is what is there.
struct KernelFileSystem {
  std::string_view type;
  std::string_view place;
};
constexpr auto kernel_file_systems = std::to_array<KernelFileSystem>({
    {"proc", "/proc"},
    {"sysfs", "/sys"},
    {"devtmpfs", "/dev"},
    {"devpts", "/dev/pts"},
    {"mqueue", "/dev/mqueue"},
    {"hugetlbfs", "/dev/hugepages"},
    {"cgroup", "/sys/fs/cgroup"},
    {"cgroup2", "/sys/fs/cgroup"},
    {"bpf", "/sys/fs/bpf"},
    {"pstore", "/sys/fs/pstore"},
    {"fusectl", "/sys/fs/fuse/connections"},
    {"selinuxfs", "/sys/fs/selinux"},
    {"smackfs", "/sys/fs/smackfs"},
    {"resctrl", "/sys/fs/resctrl"},
    {"efivarfs", "/sys/firmware/efi/efivars"},
    {"debugfs", "/sys/kernel/debug"},
    {"tracefs", "/sys/kernel/tracing"},
    {"securityfs", "/sys/kernel/security"},
    {"configfs", "/sys/kernel/config"},
    {"binfmt_misc", "/proc/sys/fs/binfmt_misc"},
    {"nfsd", "/proc/fs/nfsd"},
    {"rpc_pipefs", "/run/rpc_pipefs"},
});

// File systems whose device is a place on the network, or nothing at all.
constexpr auto network_file_systems = std::to_array<std::string_view>(
    {"nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "afs", "glusterfs", "lustre", "beegfs"});
constexpr auto memory_file_systems = std::to_array<std::string_view>({"tmpfs", "ramfs"});

// mount(2) options that take paths of the host; overlay's lowerdir takes several.
constexpr auto path_options =
    std::to_array<std::string_view>({"lowerdir", "upperdir", "workdir", "br", "dirs"});

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

struct MountOptions {
  bool binds = false;
  bool names_paths = false;
};

void add_option_paths(std::string_view value, Access access, MountSummary& summary) {
  for (const std::string_view path : split(value, ':'))
    if (!path.empty()) summary.add_host_path(path, access);
}

MountOptions add_mount_options(std::string_view text, Access access, MountSummary& summary) {
  MountOptions options;
  for (const std::string_view word : split(text, ',')) {
    // move and remount are no way to make a mount; what they would do here is nobody's wish.
    if (word == "bind" || word == "rbind" || word == "move" || word == "remount")
      options.binds = true;
    if (is_propagation(word)) summary.add_propagation(word);
    const auto [key, value] = cut(word, '=');
    std::string_view name = key;
    while (name.ends_with('+'))
      name.remove_suffix(1);  // overlay: lowerdir+=/path
    if (is_one_of(path_options, name)) {
      options.names_paths = true;
      add_option_paths(value, access, summary);
    } else if (value.starts_with('/')) {
      summary.add_host_path(value, access);
    }
  }
  return options;
}

}  // namespace

void add_local_volume(const Value* options, Access access, MountSummary& summary) {
  if (options == nullptr || options->is_zero()) return;
  const std::string_view type = options->text("type");
  const std::string_view device = options->text("device");
  for (const auto& [key, value] : *options->object()) {
    const bool known = key == "type" || key == "device" || key == "o" || key == "size";
    if (!known) summary.add_special("volume-options");
  }
  if (type.empty() && device.empty() && options->text("o").empty()) return;  // a quota

  const MountOptions how = add_mount_options(options->text("o"), access, summary);
  if (how.binds) {
    summary.add_host_path(device, access);
    return;
  }
  summary.add_special("filesystem-" + std::string(type.empty() ? "unknown" : type));
  const auto* const kernel =
      std::find_if(kernel_file_systems.begin(), kernel_file_systems.end(),
                   [&](const KernelFileSystem& row) { return row.type == type; });
  if (kernel != kernel_file_systems.end()) {
    summary.add_host_path(kernel->place, access);
    return;
  }
  const bool elsewhere = is_one_of(network_file_systems, type) ||
                         is_one_of(memory_file_systems, type) || how.names_paths;
  if (!elsewhere) summary.add_host_path(device, access);
}

}  // namespace sealock::policy::effective
