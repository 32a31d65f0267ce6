// Networks: the endpoints that a container gets (Go's network.EndpointSettings, in ContainerCreate
// and NetworkConnect), and the bodies of the network operations.

#include "policy/engine_api/schemas/schema_tables.hpp"

namespace sealock::policy::schemas {

namespace {

constexpr std::array<std::string_view, 1> bridge_word{"bridge"};
constexpr std::array<std::string_view, 1> default_word{"default"};

// `docker network create NAME` sends Driver "bridge" (cli20, cli28), which is what "" means.
constexpr Neutral bridge_driver{.strings = bridge_word};
// cli20, cli28: IPAM {Driver: "default", Options: {}, Config: []}.
constexpr Neutral default_ipam{.strings = default_word};
// cli20, docker-py: true; from API 1.44 on the engine always checks.
constexpr Neutral check_duplicate{.boolean_true = true};
// v1.55.yaml, NetworkCreate: true unless said otherwise; a pointer in Go.
constexpr Neutral ipv4_enabled{.boolean_true = true, .zero_is_set = true};

// Go: network.EndpointIPAMConfig.
constexpr auto endpoint_ipam_fields = std::to_array<Field>({
    {"IPv4Address", &text},
    {"IPv6Address", &text},
    {"LinkLocalIPs", &text_list},
});
constexpr Schema endpoint_ipam = object_of(endpoint_ipam_fields);

// Go: network.EndpointSettings. From NetworkID on it is what the engine reports; the CLI sends it
// back empty, and dockerd reads it all the same (MacAddress is honoured).
constexpr auto endpoint_settings_fields = std::to_array<Field>({
    {"IPAMConfig", &endpoint_ipam},
    {"Links", &text_list},
    {"Aliases", &text_list},
    {"DriverOpts", &text_map},
    {"GwPriority", &integer},
    {"NetworkID", &text},
    {"EndpointID", &text},
    {"Gateway", &text},
    {"IPAddress", &text},
    {"MacAddress", &text},
    {"IPPrefixLen", &integer},
    {"IPv6Gateway", &text},
    {"GlobalIPv6Address", &text},
    {"GlobalIPv6PrefixLen", &integer},
    {"DNSNames", &text_list},
});

constexpr Schema endpoints = map_of(endpoint_settings);

// CLI 28 sends an endpoint called "default" that asks for nothing with every container.
constexpr Neutral default_endpoint{.strings = default_word};
constexpr auto networking_config_fields = std::to_array<Field>({
    {"EndpointsConfig", &endpoints, &default_endpoint},
});

// Go: network.IPAMConfig and IPAM.
constexpr auto ipam_pool_fields = std::to_array<Field>({
    {"Subnet", &text},
    {"IPRange", &text},
    {"Gateway", &text},
    {"AuxiliaryAddresses", &text_map},
});
constexpr Schema ipam_pool = object_of(ipam_pool_fields);
constexpr Schema ipam_pools = list_of(ipam_pool);

constexpr auto ipam_fields = std::to_array<Field>({
    {"Driver", &text, &default_ipam},
    {"Options", &text_map},
    {"Config", &ipam_pools},
});
constexpr Schema ipam = object_of(ipam_fields);

// Go: network.ConfigReference.
constexpr auto config_from_fields = std::to_array<Field>({
    {"Network", &text},
});
constexpr Schema config_from = object_of(config_from_fields);

// Go: network.CreateRequest.
constexpr auto network_create_fields = std::to_array<Field>({
    {"Name", &text},
    {"CheckDuplicate", &boolean, &check_duplicate},
    {"Driver", &text, &bridge_driver},
    {"Scope", &text},
    {"EnableIPv4", &boolean, &ipv4_enabled},
    {"EnableIPv6", &boolean},
    {"IPAM", &ipam},
    {"Internal", &boolean},
    {"Attachable", &boolean},
    {"Ingress", &boolean},
    {"ConfigOnly", &boolean},
    {"ConfigFrom", &config_from},
    {"Options", &text_map},
    {"Labels", &text_map},
});

// Go: network.ConnectRequest, DisconnectRequest.
constexpr auto network_connect_fields = std::to_array<Field>({
    {"Container", &text},
    {"EndpointConfig", &endpoint_settings},
});
constexpr auto network_disconnect_fields = std::to_array<Field>({
    {"Container", &text},
    {"Force", &boolean},
});

}  // namespace

constinit const Schema endpoint_settings = object_of(endpoint_settings_fields);
constinit const Schema networking_config = object_of(networking_config_fields);
constinit const Schema network_create = object_of(network_create_fields);
constinit const Schema network_connect = object_of(network_connect_fields);
constinit const Schema network_disconnect = object_of(network_disconnect_fields);

}  // namespace sealock::policy::schemas
