// Settings that reach the OCI runtime or the kernel: runtime, annotations, sysctls, cgroup parent.

#include "policy/effective/body_places.hpp"
#include "policy/effective/text.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

#include <algorithm>

namespace sealock::policy::effective {
namespace {

constexpr std::string_view endpoint_sysctls = "com.docker.network.endpoint.sysctls";

// The kernel's own name, which has one spelling: runc takes slashes for dots.
std::string sysctl_name(std::string_view text) {
  std::string name(text);
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

// "net.ipv4.conf.IFNAME.log_martians=1,net...": sysctls of one interface (API 1.46).
void add_endpoint_sysctls(const Value& endpoint, TextList& list) {
  const std::string_view text = text_of(endpoint.find("DriverOpts"), endpoint_sysctls);
  if (text.empty()) return;
  for (const std::string_view setting : split(text, ','))
    list.add(sysctl_name(cut(setting, '=').first));
}

}  // namespace

Result<Value> runtime(const Request& request, const Facts& /*facts*/) {
  const Value* task = task_template(request);
  const std::string_view of_task = text_of(task, "Runtime");
  if (!of_task.empty() && of_task != "container") return Value(of_task);
  return scalar(text_of(host_config(request), "Runtime"));
}

Result<Value> annotations(const Request& request, const Facts& /*facts*/) {
  TextList list;
  for_each_member(host_config(request), "Annotations",
                  [&](const std::string& name, const Value& value) {
                    list.add(name + "=" + (value.string() != nullptr ? *value.string() : ""));
                  });
  return std::move(list).finish();
}

Result<Value> sysctls(const Request& request, const Facts& /*facts*/) {
  TextList list;
  const auto add = [&](const std::string& name, const Value&) { list.add(sysctl_name(name)); };
  for_each_member(host_config(request), "Sysctls", add);
  for_each_member(container_spec(request), "Sysctls", add);
  const auto add_endpoint = [&](const Value& endpoint) { add_endpoint_sysctls(endpoint, list); };
  if (is_operation(request, OperationId::container_create)) {
    for_each_member(request.body.find("NetworkingConfig"), "EndpointsConfig",
                    [&](const std::string&, const Value& endpoint) { add_endpoint(endpoint); });
  }
  const Value* connected = is_operation(request, OperationId::network_connect)
                               ? request.body.find("EndpointConfig")
                               : nullptr;
  if (connected != nullptr) add_endpoint(*connected);
  for_each_element(task_template(request), "Networks", add_endpoint);
  if (is_service(request)) for_each_element(&request.body, "Networks", add_endpoint);
  return std::move(list).finish();
}

Result<Value> cgroup_parent(const Request& request, const Facts& /*facts*/) {
  if (is_operation(request, OperationId::image_build))
    return scalar(query_text(request, "cgroupparent"));
  return scalar(text_of(resources(request), "CgroupParent"));
}

}  // namespace sealock::policy::effective
