// The networks a request joins or touches, the containers it names besides the one in its path, and
// what it asks of an endpoint or a new network.
//
// Sources: engine-facts.md 3.1 (NetworkMode, VolumesFrom, Links), 3.2 (NetworkingConfig), 3.3
//          (networks); moby daemon/container_operations.go getNetworkID,
//          updateContainerNetworkSettings (v20.10.24 and 2026-08).

#include "policy/effective/body_places.hpp"
#include "policy/effective/object_references.hpp"
#include "policy/effective/text.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

namespace sealock::policy::effective {
namespace {

bool touches_target_network(const Request& request) {
  return is_operation(request, OperationId::network_connect) ||
         is_operation(request, OperationId::network_disconnect);
}

void add_settings(const Value& endpoint, TextList& list) {
  constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"Aliases", "aliases"},
      {"IPAMConfig", "address"},
      {"MacAddress", "mac-address"},
      {"Links", "links"},
      {"DriverOpts", "driver-options"},
      {"GwPriority", "gateway-priority"},
      // What dockerd reports in inspect, and recreating tools send back.
      {"EndpointID", "reported"},
      {"Gateway", "reported"},
      {"IPAddress", "reported"},
      {"IPPrefixLen", "reported"},
      {"IPv6Gateway", "reported"},
      {"GlobalIPv6Address", "reported"},
      {"GlobalIPv6PrefixLen", "reported"},
      {"DNSNames", "reported"},
  };
  for (const auto& [field, word] : words) {
    const Value* value = endpoint.find(field);
    if (value == nullptr || value->is_zero()) continue;
    bool says_something = !value->is_object();
    if (const auto* members = value->object())
      for (const auto& [name, inner] : *members)
        says_something = says_something || !inner.is_zero();
    if (says_something || field == "DriverOpts") list.add(word);
  }
}

}  // namespace

Result<Value> networks(const Request& request, const Facts& facts) {
  ObjectList list(facts);
  // Whoever is on the network `none` meets nobody there.
  for (const std::string& name : predefined_networks_of(request))
    list.add_known(name, name == "none" ? Ownership::own : Ownership::foreign);
  for (const ReferencePlace& place : references_of(request)) {
    if (place.kind != ObjectKind::network || is_predefined_network(place.name)) continue;
    if (place.role == ReferenceRole::target && !touches_target_network(request)) continue;
    const auto added = list.add(place.kind, place.name);
    if (!added) return tl::unexpected<Error>(added.error());
  }
  return std::move(list).finish();
}

Result<Value> containers(const Request& request, const Facts& facts) {
  ObjectList list(facts);
  for (const ReferencePlace& place : references_of(request)) {
    if (place.kind != ObjectKind::container || place.role == ReferenceRole::target) continue;
    const auto added = list.add(place.kind, place.name);
    if (!added) return tl::unexpected<Error>(added.error());
  }
  return std::move(list).finish();
}

Result<Value> endpoint_settings(const Request& request, const Facts& /*facts*/) {
  TextList list;
  if (is_operation(request, OperationId::container_create)) {
    for_each_member(
        request.body.find("NetworkingConfig"), "EndpointsConfig",
        [&](const std::string&, const Value& endpoint) { add_settings(endpoint, list); });
  }
  if (is_operation(request, OperationId::network_connect)) {
    const Value* endpoint = request.body.find("EndpointConfig");
    if (endpoint != nullptr) add_settings(*endpoint, list);
  }
  const auto add_attachment = [&](const Value& attachment) { add_settings(attachment, list); };
  for_each_element(task_template(request), "Networks", add_attachment);
  if (is_service(request)) for_each_element(&request.body, "Networks", add_attachment);
  return std::move(list).finish();
}

Result<Value> network_drivers(const Request& request, const Facts& /*facts*/) {
  TextList list;
  if (!is_operation(request, OperationId::network_create)) return std::move(list).finish();
  const std::string_view driver = request.body.text("Driver");
  list.add(driver.empty() ? "bridge" : driver);
  const std::string_view addresses = text_of(request.body.find("IPAM"), "Driver");
  if (!addresses.empty() && addresses != "default") list.add("ipam:" + std::string(addresses));
  return std::move(list).finish();
}

Result<Value> network_options(const Request& request, const Facts& /*facts*/) {
  TextList list;
  if (!is_operation(request, OperationId::network_create)) return std::move(list).finish();
  const auto add = [&](const std::string& prefix) {
    return [&list, prefix](const std::string& name, const Value& value) {
      const std::string* text = value.string();
      list.add(prefix + name + "=" + (text != nullptr ? *text : ""));
    };
  };
  for_each_member(&request.body, "Options", add(""));
  for_each_member(request.body.find("IPAM"), "Options", add("ipam:"));
  return std::move(list).finish();
}

}  // namespace sealock::policy::effective
