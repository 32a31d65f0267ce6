#include "policy/effective/facts.hpp"
#include "policy/engine_api/operation.hpp"
#include "policy/request/request.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace sealock::policy {
namespace {

// API versions below this one get a shareable IPC namespace where the request says nothing.
constexpr std::string_view first_private_ipc = "1.40";

bool is_unset(const Value& object, std::string_view field) {
  return object.text(field).empty();
}

// What every engine masks and makes read-only, and what newer ones mask besides (moby
// oci/defaults.go, 20.10.24 and 2026-08).
constexpr std::array<std::string_view, 10> masked_paths{
    "/proc/asound",        "/proc/acpi",       "/proc/kcore",       "/proc/keys",
    "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
    "/proc/scsi",          "/sys/firmware"};
constexpr std::array<std::string_view, 5> readonly_paths{"/proc/bus", "/proc/fs", "/proc/irq",
                                                         "/proc/sys", "/proc/sysrq-trigger"};

bool is_masked_by_newer_engines(std::string_view path) {
  constexpr std::string_view processor = "/sys/devices/system/cpu/cpu";
  constexpr std::string_view throttle = "/thermal_throttle";
  if (path == "/proc/interrupts" || path == "/sys/devices/virtual/powercap") return true;
  if (!path.starts_with(processor) || !path.ends_with(throttle)) return false;
  path.remove_prefix(processor.size());
  if (path.size() <= throttle.size()) return false;
  path.remove_suffix(throttle.size());
  return path.find_first_not_of("0123456789") == std::string_view::npos;
}

// All of an engine's own paths, and no others.
bool is_engines_own(const Value& paths, std::span<const std::string_view> own) {
  if (!paths.is_list()) return false;
  std::size_t found = 0;
  for (const Value& path : *paths.list()) {
    if (path.string() == nullptr) return false;
    const auto at = std::find(own.begin(), own.end(), *path.string());
    if (at != own.end()) {
      ++found;
    } else if (own.data() != masked_paths.data() || !is_masked_by_newer_engines(*path.string())) {
      return false;
    }
  }
  return found == own.size();
}

// Inspect shows them, and whoever creates a container from that sends them back: said by nobody,
// they are the engine's own again, also on an engine that has more of them.
void leave_paths_to_engine(Value& host) {
  const Value* masked = host.find("MaskedPaths");
  if (masked != nullptr && is_engines_own(*masked, masked_paths)) host.set("MaskedPaths", Value());
  const Value* readonly = host.find("ReadonlyPaths");
  if (readonly != nullptr && is_engines_own(*readonly, readonly_paths))
    host.set("ReadonlyPaths", Value());
}

}  // namespace

void write_defaults(Request& request) {
  if (request.operation->id != OperationId::container_create) return;
  Value* host = request.body.find("HostConfig");
  if (host == nullptr) {
    request.body.set("HostConfig", Value(Value::Object()));
    host = request.body.find("HostConfig");
  }
  if (host->is_null()) *host = Value(Value::Object());
  if (is_unset(*host, "CgroupnsMode")) host->set("CgroupnsMode", Value("private"));
  const bool shares_ipc = !request.version.empty() && request.version < first_private_ipc;
  if (shares_ipc && is_unset(*host, "IpcMode")) host->set("IpcMode", Value("private"));
  leave_paths_to_engine(*host);
}

}  // namespace sealock::policy
