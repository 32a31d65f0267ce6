// Ports of the host that are opened for a container, as ADDRESS:PORT/PROTOCOL.
//
//   127.0.0.1:8080/tcp   0.0.0.0:1024-65535/tcp   [::1]:53/udp   0.0.0.0:0/tcp (the engine chooses)
//   0.0.0.0:all          PublishAllPorts: whatever the image exposes
//
// No address means all of them. A port with an empty list of bindings is published too: dockerd fills
// in an empty binding. A swarm publishes on every address of every node.
//
// Sources: engine-facts.md 3.1 (PortBindings); moby container_routes.go handlePortBindingsBC (2026-08).

#include "policy/effective/body_places.hpp"
#include "policy/effective/port_binding.hpp"
#include "policy/effective/text.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

#include <string>
#include <vector>

namespace sealock::policy::effective {
namespace {

struct Published {
  std::string address;
  std::string port;  // as written; "0" when the engine chooses
  std::string protocol;
};

tl::unexpected<Error> unreadable(std::string_view what) {
  return bad_request("PortBindings: " + std::string(what));
}

Result<void> add_binding(std::string_view key, const Value* binding, std::vector<Published>& list) {
  const auto protocol = protocol_of_port(key);
  if (!protocol) return unreadable("no such container port");
  const auto address = canonical_address(text_of(binding, "HostIp"));
  if (!address) return unreadable("no such host address");
  const std::string_view port = text_of(binding, "HostPort");
  if (!port.empty() && !parse_port_range(port)) return unreadable("no such host port");
  list.push_back({*address, std::string(port.empty() ? "0" : port), std::string(*protocol)});
  return {};
}

Result<void> add_bindings(std::string_view key,
                          const Value& bindings,
                          std::vector<Published>& list) {
  if (bindings.list() == nullptr || bindings.list()->empty())
    return add_binding(key, nullptr, list);
  for (const Value& binding : *bindings.list()) {
    auto added = add_binding(key, &binding, list);
    if (!added) return added;
  }
  return {};
}

void add_service_port(const Value& port, std::vector<Published>& list) {
  const Value* number = port.find("PublishedPort");
  const std::string_view protocol = port.text("Protocol");
  const bool chosen = number == nullptr || number->number() == nullptr;
  list.push_back({"0.0.0.0", chosen ? "0" : number->number()->text,
                  std::string(protocol.empty() ? "tcp" : protocol)});
}

Result<std::vector<Published>> published(const Request& request) {
  std::vector<Published> list;
  const Value* bindings = member(host_config(request), "PortBindings");
  if (bindings != nullptr && bindings->object() != nullptr) {
    for (const auto& [key, value] : *bindings->object()) {
      const auto added = add_bindings(key, value, list);
      if (!added) return tl::unexpected<Error>(added.error());
    }
  }
  if (is_service(request)) {
    for_each_element(request.body.find("EndpointSpec"), "Ports",
                     [&](const Value& port) { add_service_port(port, list); });
  }
  return list;
}

bool publishes_all(const Request& request) {
  const Value* host = host_config(request);
  return host != nullptr && host->flag("PublishAllPorts");
}

}  // namespace

Result<Value> published_ports(const Request& request, const Facts& /*facts*/) {
  const auto ports = published(request);
  if (!ports) return tl::unexpected<Error>(ports.error());
  TextList list;
  for (const Published& port : *ports) {
    const bool is_six = port.address.find(':') != std::string::npos;
    const std::string address = is_six ? "[" + port.address + "]" : port.address;
    list.add(address + ":" + port.port + "/" + port.protocol);
  }
  if (publishes_all(request)) list.add("0.0.0.0:all");
  return std::move(list).finish();
}

// Both ends of a range. Ports that the engine chooses are above 32767 and not listed.
Result<Value> published_port_numbers(const Request& request, const Facts& /*facts*/) {
  const auto ports = published(request);
  if (!ports) return tl::unexpected<Error>(ports.error());
  Value::List numbers;
  for (const Published& port : *ports) {
    const auto range = parse_port_range(port.port);
    if (!range) return unreadable("no such host port");
    if (range->last == 0) continue;
    numbers.emplace_back(std::int64_t{range->first});
    if (range->last != range->first) numbers.emplace_back(std::int64_t{range->last});
  }
  return Value(std::move(numbers));
}

}  // namespace sealock::policy::effective
