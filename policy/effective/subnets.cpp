// Subnets of a new network that take over addresses which belong to something else: dockerd puts a
// route to its bridge for whatever it is given, 127.0.0.0/8 included.
//
//   loopback  link-local (cloud metadata is 169.254.169.254)  multicast  unspecified (0.0.0.0/8, ::)
//   public    not inside 10/8, 172.16/12, 192.168/16, 100.64/10 or fc00::/7: somebody's addresses
//
// A wider subnet that contains one of them counts, so 0.0.0.0/0 is all of them.
//
// Sources: engine-facts.md 3.3 (networks/create); IANA special-purpose address registries.

#include "policy/effective/body_places.hpp"
#include "policy/effective/text.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <arpa/inet.h>

namespace sealock::policy::effective {
namespace {

// The bits of an address and how many of them count. IPv4 has 4 bytes, IPv6 16.
struct Prefix {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t size = 0;
  unsigned bits = 0;
};

std::optional<Prefix> parse_prefix(std::string_view text) {
  const auto [address, length] = cut(text, '/');
  if (!all_digits(length) || length.size() > 3) return std::nullopt;
  Prefix prefix;
  prefix.bits = static_cast<unsigned>(std::stoul(std::string(length)));
  const std::string terminated(address);
  if (inet_pton(AF_INET, terminated.c_str(), prefix.bytes.data()) == 1) {
    prefix.size = 4;
  } else if (inet_pton(AF_INET6, terminated.c_str(), prefix.bytes.data()) == 1) {
    prefix.size = 16;
  } else {
    return std::nullopt;
  }
  if (prefix.bits > prefix.size * 8) return std::nullopt;
  return prefix;
}

// Two prefixes overlap when they agree in the bits of the shorter one.
bool overlap(const Prefix& a, const Prefix& b) {
  if (a.size != b.size) return false;
  unsigned left = std::min(a.bits, b.bits);
  for (std::size_t at = 0; at < a.size && left > 0; ++at) {
    const unsigned here = std::min(left, 8U);
    const auto mask = static_cast<std::uint8_t>(0xff00U >> here);
    if ((a.bytes.at(at) & mask) != (b.bytes.at(at) & mask)) return false;
    left -= here;
  }
  return true;
}

struct SpecialSubnet {
  std::string_view subnet;
  std::string_view word;
};
constexpr auto special = std::to_array<SpecialSubnet>({
    {"127.0.0.0/8", "loopback"},
    {"::1/128", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"fe80::/10", "link-local"},
    {"224.0.0.0/4", "multicast"},
    {"ff00::/8", "multicast"},
    {"0.0.0.0/8", "unspecified"},
    {"::/128", "unspecified"},
});

// Addresses that are nobody's, so that a network may take them (RFC 1918, RFC 6598, RFC 4193).
constexpr auto free_subnets = std::to_array<std::string_view>(
    {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"});

bool is_free(const Prefix& subnet) {
  return std::any_of(free_subnets.begin(), free_subnets.end(), [&](std::string_view text) {
    const Prefix range = *parse_prefix(text);
    return subnet.bits >= range.bits && overlap(subnet, range);
  });
}

}  // namespace

Result<Value> special_subnets(const Request& request, const Facts& /*facts*/) {
  TextList list;
  bool readable = true;
  const auto add = [&](std::string_view text) {
    if (text.empty()) return;
    const auto subnet = parse_prefix(text);
    readable = readable && subnet.has_value();
    if (!subnet) return;
    bool is_special = false;
    for (const SpecialSubnet& row : special) {
      if (!overlap(*subnet, *parse_prefix(row.subnet))) continue;
      list.add(row.word);
      is_special = true;
    }
    if (!is_special && !is_free(*subnet)) list.add("public");
  };
  if (is_operation(request, OperationId::network_create)) {
    for_each_element(request.body.find("IPAM"), "Config", [&](const Value& pool) {
      add(pool.text("Subnet"));
      add(pool.text("IPRange"));
    });
  }
  if (!readable) return bad_request("IPAM.Config: no such subnet");
  return std::move(list).finish();
}

}  // namespace sealock::policy::effective
