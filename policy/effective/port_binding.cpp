#include "policy/effective/port_binding.hpp"

#include "policy/effective/text.hpp"

#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace sealock::policy::effective {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (!all_digits(text) || text.size() > 5) return std::nullopt;
  unsigned number = 0;
  for (const char c : text)
    number = number * 10 + static_cast<unsigned>(c - '0');
  if (number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

template <typename Address>
std::string written(int family, const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(family, &address, buffer.data(), buffer.size());
  return buffer.data();
}

}  // namespace

std::optional<PortRange> parse_port_range(std::string_view text) {
  const auto [from, to] = cut(text, '-');
  const auto first = parse_port(from);
  if (!first) return std::nullopt;
  if (text.size() == from.size()) return PortRange{*first, *first};
  const auto last = parse_port(to);
  if (!last || *last < *first) return std::nullopt;
  return PortRange{*first, *last};
}

std::optional<std::string_view> protocol_of_port(std::string_view text) {
  const auto [port, protocol] = cut(text, '/');
  if (!parse_port_range(port)) return std::nullopt;
  if (text.size() == port.size()) return "tcp";
  if (protocol != "tcp" && protocol != "udp" && protocol != "sctp") return std::nullopt;
  return protocol;
}

// inet_pton knows no leading zeros and no octal, as Go's ParseIP.
std::optional<std::string> canonical_address(std::string_view text) {
  if (text.empty()) return "0.0.0.0";
  const std::string terminated(text);
  if (terminated.size() != std::strlen(terminated.c_str())) return std::nullopt;
  in_addr four{};
  if (inet_pton(AF_INET, terminated.c_str(), &four) == 1) return written(AF_INET, four);
  in6_addr six{};
  if (inet_pton(AF_INET6, terminated.c_str(), &six) != 1) return std::nullopt;
  if (IN6_IS_ADDR_V4MAPPED(&six)) {
    std::memcpy(&four, &six.s6_addr[12], sizeof four);
    return written(AF_INET, four);
  }
  return written(AF_INET6, six);
}

}  // namespace sealock::policy::effective
