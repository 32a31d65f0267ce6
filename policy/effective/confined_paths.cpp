#include "policy/effective/confined_paths.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace sealock::policy {
namespace {

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

}  // namespace

bool is_engines_masked_paths(const Value& paths) {
  return is_engines_own(paths, masked_paths);
}

bool is_engines_readonly_paths(const Value& paths) {
  return is_engines_own(paths, readonly_paths);
}

}  // namespace sealock::policy
