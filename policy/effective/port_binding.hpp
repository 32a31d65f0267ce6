// Host addresses and ports as PortBindings writes them.
//
// Threads: pure.
// Sources: docker/go-connections nat (ParsePortRange), net.ParseIP: no leading zeros, no zones.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy::effective {

struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

// "80" or "8000-8010".
[[nodiscard]] std::optional<PortRange> parse_port_range(std::string_view text);

// "80", "80/tcp", "8000-8010/udp": the key of PortBindings. Gives the protocol, tcp by default.
[[nodiscard]] std::optional<std::string_view> protocol_of_port(std::string_view text);

// An address in its one spelling: "" is "0.0.0.0" (all of IPv4 and IPv6), IPv6 in its shortest form,
// an IPv4 address inside IPv6 as IPv4. Nothing when it is no address.
[[nodiscard]] std::optional<std::string> canonical_address(std::string_view text);

}  // namespace sealock::policy::effective
