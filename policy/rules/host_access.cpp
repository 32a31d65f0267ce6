#include "policy/rules/host_access.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sealock::policy {
namespace {

struct NamespaceMode {
  std::string_view field;
  std::string_view word;
};
// CgroupnsMode is not among them: "host" is what dockerd reports for every container on cgroup v1.
constexpr std::array namespace_modes{
    NamespaceMode{"PidMode", "pid-host"},         NamespaceMode{"IpcMode", "ipc-host"},
    NamespaceMode{"NetworkMode", "network-host"}, NamespaceMode{"UTSMode", "uts-host"},
    NamespaceMode{"UsernsMode", "user-host"},
};

// Source: moby oci/caps/defaults.go (20.10.24 and 2026-08).
constexpr std::array<std::string_view, 14> default_capabilities{
    "AUDIT_WRITE",      "CHOWN",   "DAC_OVERRIDE", "FOWNER", "FSETID",  "KILL",   "MKNOD",
    "NET_BIND_SERVICE", "NET_RAW", "SETFCAP",      "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"};

constexpr std::array<std::string_view, 3> device_fields{"Devices", "DeviceRequests",
                                                        "DeviceCgroupRules"};

std::string bare_capability(std::string_view text) {
  std::string name(text);
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name.starts_with("CAP_") ? name.substr(4) : name;
}

template <typename Use>
void each_text(const Value& holder, std::string_view field, Use use) {
  const Value* value = holder.find(field);
  if (value == nullptr || !value->is_list()) return;
  for (const Value& element : *value->list()) {
    if (element.string() != nullptr) use(*element.string());
  }
}

bool loosens(std::string_view security_option) {
  return security_option.find("unconfined") != std::string_view::npos ||
         security_option.ends_with("disable") || security_option.starts_with("writable-cgroups");
}

}  // namespace

std::vector<std::string> host_access(const Value& document) {
  std::vector<std::string> words;
  const auto add = [&](std::string word) {
    if (std::find(words.begin(), words.end(), word) == words.end())
      words.push_back(std::move(word));
  };
  const Value* host = document.find("HostConfig");
  if (host == nullptr) return words;
  if (host->flag("Privileged")) add("privileged");
  for (const NamespaceMode& mode : namespace_modes) {
    if (host->text(mode.field) == "host") add(std::string(mode.word));
  }
  each_text(*host, "CapAdd", [&](const std::string& text) {
    const std::string name = bare_capability(text);
    const bool is_default = std::find(default_capabilities.begin(), default_capabilities.end(),
                                      name) != default_capabilities.end();
    if (!is_default) add("capability:" + name);
  });
  for (const std::string_view field : device_fields) {
    const Value* devices = host->find(field);
    if (devices != nullptr && !devices->is_zero()) add("device");
  }
  each_text(*host, "SecurityOpt", [&](const std::string& option) {
    if (loosens(option)) add("unconfined");
  });
  return words;
}

std::vector<std::string> host_paths_of(const Value& document) {
  std::vector<std::string> paths;
  const Value* mounts = document.find("Mounts");
  if (mounts == nullptr || !mounts->is_list()) return paths;
  for (const Value& mount : *mounts->list()) {
    if (mount.text("Type") == "bind") paths.emplace_back(mount.text("Source"));
  }
  return paths;
}

}  // namespace sealock::policy
