// Networks, links, addresses and ports.
//
// Legacy links (HostConfig.Links outside a user-defined network) are refused: they hand out the
// victim's environment, and their aliases become names of other people's containers ("victim:stats",
// "victim:../trusted"). In a user-defined network dockerd reads them as names in DNS; docker-compose
// 1.29 sends them there, with plain aliases.
//
// Attack: engine-facts.md A10, A11; moby daemon/daemon_unix.go registerLinks (v20.10.24).

#include "policy/effective/object_references.hpp"
#include "policy/effective/port_binding.hpp"
#include "policy/effective/spelling_checks.hpp"
#include "policy/effective/text.hpp"
#include "policy/request/names.hpp"

namespace sealock::policy::effective {
namespace {

Problem check_network(std::string_view name) {
  if (!is_object_name(name)) return "no name of a network";
  return std::nullopt;
}

Problem check_network_mode(std::string_view mode) {
  if (mode == "container") return "name the container: container:NAME";
  if (is_container_mode(mode) || is_object_name(mode)) return std::nullopt;
  return "neither a network nor container:NAME";
}

Problem check_link(std::string_view link) {
  const auto [name, alias] = cut(link, ':');
  if (!is_object_name(name)) return "no name of a container";
  const bool has_alias = link.size() != name.size();
  if (has_alias && !is_object_name(alias)) return "an alias is a plain name";
  return std::nullopt;
}

Problem check_alias(std::string_view alias) {
  if (!is_object_name(alias)) return "an alias is a plain name";
  return std::nullopt;
}

Result<void> check_endpoint(const Value* endpoint, std::string_view path) {
  const std::string links = std::string(path) + ".Links";
  if (auto checked = check_texts(endpoint, "Links", links, check_link); !checked) return checked;
  const std::string aliases = std::string(path) + ".Aliases";
  if (auto checked = check_texts(endpoint, "Aliases", aliases, check_alias); !checked)
    return checked;
  return check_text(std::string(path) + ".NetworkID", text_of(endpoint, "NetworkID"),
                    check_network);
}

Result<void> check_links(const Value* host) {
  const Value* links = member(host, "Links");
  if (links == nullptr || links->is_zero()) return {};
  const std::string_view mode = text_of(host, "NetworkMode");
  if (is_predefined_network(mode) || mode.find(':') != std::string_view::npos)
    return wrong("HostConfig.Links", "legacy links are refused; use a network of your own");
  return check_texts(host, "Links", "HostConfig.Links", check_link);
}

Result<void> check_bindings(std::string_view path, const Value& bindings) {
  if (bindings.list() == nullptr) return {};
  for (const Value& binding : *bindings.list()) {
    if (!canonical_address(binding.text("HostIp"))) return wrong(path, "no such HostIp");
    const std::string_view port = binding.text("HostPort");
    if (!port.empty() && !parse_port_range(port)) return wrong(path, "no such HostPort");
  }
  return {};
}

Result<void> check_ports(const Value* host) {
  constexpr std::string_view path = "HostConfig.PortBindings";
  const Value* bindings = member(host, "PortBindings");
  if (bindings == nullptr || bindings->object() == nullptr) return {};
  for (const auto& [port, list] : *bindings->object()) {
    if (!protocol_of_port(port)) return wrong(path, "no such port");
    if (auto checked = check_bindings(path, list); !checked) return checked;
  }
  return {};
}

Result<void> check_endpoints(const Value* networking) {
  constexpr std::string_view path = "NetworkingConfig.EndpointsConfig";
  if (auto checked = check_keys(networking, "EndpointsConfig", path, check_network); !checked)
    return checked;
  const Value* endpoints = member(networking, "EndpointsConfig");
  if (endpoints == nullptr || endpoints->object() == nullptr) return {};
  for (const auto& [name, endpoint] : *endpoints->object())
    if (auto checked = check_endpoint(&endpoint, "NetworkingConfig.EndpointsConfig{}"); !checked)
      return checked;
  return {};
}

Result<void> check_create(const Request& request) {
  const Value* host = host_config(request);
  if (auto checked =
          check_text("HostConfig.NetworkMode", text_of(host, "NetworkMode"), check_network_mode);
      !checked)
    return checked;
  if (auto checked = check_links(host); !checked) return checked;
  if (auto checked = check_ports(host); !checked) return checked;
  return check_endpoints(request.body.find("NetworkingConfig"));
}

// "10.0.0.0/8": an address in its own family, and the length of its prefix.
bool is_subnet(std::string_view text) {
  const auto [address, length] = cut(text, '/');
  if (address.empty() || !canonical_address(address)) return false;
  const bool is_six = address.find(':') != std::string_view::npos;
  if (is_six && address.find('.') != std::string_view::npos) return false;  // IPv4 inside IPv6
  if (!all_digits(length) || length.size() > 3) return false;
  const int bits = std::stoi(std::string(length));
  return bits <= (is_six ? 128 : 32);
}

Problem check_subnet(std::string_view text) {
  if (!is_subnet(text)) return "no such subnet";
  return std::nullopt;
}

Result<void> check_pools(const Value* pools) {
  if (pools == nullptr || pools->list() == nullptr) return {};
  for (const Value& pool : *pools->list()) {
    if (auto checked = check_text("IPAM.Config[].Subnet", pool.text("Subnet"), check_subnet);
        !checked)
      return checked;
    if (auto checked = check_text("IPAM.Config[].IPRange", pool.text("IPRange"), check_subnet);
        !checked)
      return checked;
  }
  return {};
}

// Swarm reads these words in any case, while rules compare "0.0.0.0:53/udp" as it is.
Result<void> check_service_ports(const Value* endpoint) {
  const Value* ports = member(endpoint, "Ports");
  if (ports == nullptr || ports->list() == nullptr) return {};
  for (const Value& port : *ports->list()) {
    const std::string_view protocol = port.text("Protocol");
    const bool known =
        protocol.empty() || protocol == "tcp" || protocol == "udp" || protocol == "sctp";
    if (!known) return wrong("EndpointSpec.Ports[].Protocol", "write tcp, udp or sctp");
    const std::string_view mode = port.text("PublishMode");
    if (!mode.empty() && mode != "ingress" && mode != "host")
      return wrong("EndpointSpec.Ports[].PublishMode", "write ingress or host");
  }
  return {};
}

Result<void> check_attachments(const Value* holder, std::string_view path) {
  const Value* attachments = member(holder, "Networks");
  if (attachments == nullptr || attachments->list() == nullptr) return {};
  for (const Value& attachment : *attachments->list()) {
    if (auto checked = check_text(path, attachment.text("Target"), check_network); !checked)
      return checked;
  }
  return {};
}

}  // namespace

Result<void> check_networking(const Request& request) {
  if (is_operation(request, OperationId::container_create)) return check_create(request);
  if (is_operation(request, OperationId::network_create))
    return check_pools(request.body.find({"IPAM", "Config"}));
  if (is_operation(request, OperationId::image_build))
    return check_text("networkmode", query_text(request, "networkmode"), check_network_mode);
  if (is_operation(request, OperationId::network_connect) ||
      is_operation(request, OperationId::network_disconnect)) {
    const std::string_view container = request.body.text("Container");
    if (!container.empty() && !is_container_reference(container))
      return wrong("Container", "no name of a container");
    return check_endpoint(request.body.find("EndpointConfig"), "EndpointConfig");
  }
  if (!is_service(request)) return {};
  if (auto checked = check_service_ports(request.body.find("EndpointSpec")); !checked)
    return checked;
  if (auto checked = check_attachments(task_template(request), "TaskTemplate.Networks[].Target");
      !checked)
    return checked;
  return check_attachments(&request.body, "Networks[].Target");
}

}  // namespace sealock::policy::effective
