// Devices of the host that a container gets, in all four ways: nodes, cgroup rules (with the default
// CAP_MKNOD a rule alone is enough), requests to a device driver, and the environment variables by
// which the NVIDIA runtime and its imitators are asked.
//
//   /dev/fuse              a node, cleaned; a directory means every node below it
//   cgroup:c 10:229 rwm    a rule
//   request:nvidia         a device request, by its driver, else by its capabilities
//   cdi:vendor.com/gpu=0   a CDI device; its specification may add mounts and hooks
//   env:NVIDIA_VISIBLE_DEVICES=all
//
// Sources: engine-facts.md 3.1 and 3.2; nvidia-container-toolkit documentation (environment
//          variables); CDI specification.

#include "policy/effective/body_places.hpp"
#include "policy/effective/host_path.hpp"
#include "policy/effective/text.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

#include <algorithm>
#include <array>

namespace sealock::policy::effective {
namespace {

// Read by container runtimes and their hooks, not only inside the container as CUDA_VISIBLE_DEVICES.
constexpr auto device_variables = std::to_array<std::string_view>({
    "NVIDIA_VISIBLE_DEVICES",
    "NVIDIA_MIG_CONFIG_DEVICES",
    "NVIDIA_MIG_MONITOR_DEVICES",
    "NVIDIA_IMEX_CHANNELS",
    "NVIDIA_GDS",
    "NVIDIA_MOFED",
    "NVIDIA_NVSWITCH",
    "NVIDIA_GDRCOPY",
    "MELLANOX_VISIBLE_DEVICES",
    "AMD_VISIBLE_DEVICES",
    "HABANA_VISIBLE_DEVICES",
    "ASCEND_VISIBLE_DEVICES",
    "MTHREADS_VISIBLE_DEVICES",
    "CAMBRICON_VISIBLE_DEVICES",
});
constexpr auto no_devices = std::to_array<std::string_view>({"", "none", "void", "disabled"});

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void add_request(const Value& request, TextList& list) {
  const std::string_view driver = request.text("Driver");
  if (driver == "cdi") {
    for_each_text(&request, "DeviceIDs", [&](const std::string& name) { list.add("cdi:" + name); });
  }
  std::string what(driver);
  for_each_element(&request, "Capabilities", [&](const Value& alternative) {
    if (!driver.empty() || alternative.list() == nullptr) return;
    for (const Value& capability : *alternative.list()) {
      if (capability.string() == nullptr) continue;
      if (!what.empty()) what += ',';
      what += *capability.string();
    }
  });
  list.add("request:" + (what.empty() ? "any" : what));
}

void add_variables(const Value* holder, TextList& list) {
  for_each_text(holder, "Env", [&](const std::string& variable) {
    const auto [name, value] = cut(variable, '=');
    if (is_one_of(device_variables, name) && !is_one_of(no_devices, value))
      list.add("env:" + variable);
  });
}

}  // namespace

Result<Value> devices(const Request& request, const Facts& /*facts*/) {
  TextList list;
  const Value* from = resources(request);
  for_each_element(from, "Devices", [&](const Value& device) {
    list.add(clean_host_path(device.text("PathOnHost")));
  });
  for_each_text(from, "DeviceCgroupRules",
                [&](const std::string& rule) { list.add("cgroup:" + rule); });
  for_each_element(from, "DeviceRequests", [&](const Value& asked) { add_request(asked, list); });
  add_variables(container_config(request), list);
  add_variables(container_spec(request), list);
  return std::move(list).finish();
}

}  // namespace sealock::policy::effective
