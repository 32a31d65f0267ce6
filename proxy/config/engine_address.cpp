#include "proxy/config/config.hpp"

#include <charconv>

#include <sys/un.h>

namespace sealock::proxy {
namespace {

constexpr std::string_view unix_scheme = "unix://";
constexpr std::string_view tcp_scheme = "tcp://";
constexpr std::string_view wanted = "write unix:///var/run/docker.sock or tcp://127.0.0.1:2375";

tl::unexpected<Error> fault(std::string_view text, std::string_view why) {
  return bad_request("engine address '" + std::string(text) + "': " + std::string(why));
}

Result<EngineAddress> parse_socket(std::string_view text, std::string_view path) {
  if (path.empty() || path.front() != '/') {
    return fault(text, "the path of the socket must be absolute; write unix:///path");
  }
  if (path.find('\0') != std::string_view::npos) return fault(text, "the path holds a NUL byte");
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return fault(text, "the path is longer than the 107 bytes that a socket's name can have");
  }
  EngineAddress address;
  address.path = path;
  return address;
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, port);
  if (result.ec != std::errc{} || result.ptr != end || port == 0) return std::nullopt;
  return port;
}

bool is_host(std::string_view host) {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  return !host.empty() && host.find_first_not_of(letters) == std::string_view::npos;
}

bool is_ipv6(std::string_view host) {
  return host.find(':') != std::string_view::npos &&
         host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

Result<EngineAddress> parse_tcp(std::string_view text, std::string_view rest) {
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos)
    return fault(text, "the port is missing; write tcp://host:2375");
  std::string_view host = rest.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (bracketed ? !is_ipv6(host) : !is_host(host)) {
    return fault(text, "the host must be a name, an IPv4 address or an IPv6 address in [brackets]");
  }
  const auto port = parse_port(rest.substr(colon + 1));
  if (!port)
    return fault(text, "the port must be a number from 1 to 65535, with nothing behind it");
  EngineAddress address;
  address.kind = EngineAddress::Kind::tcp;
  address.path.clear();
  address.host = host;
  address.port = *port;
  return address;
}

}  // namespace

bool EngineAddress::is_local() const {
  if (kind == Kind::unix_socket) return true;
  const bool is_ipv4 = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host == "::1" || (is_ipv4 && host.starts_with("127."));
}

Result<EngineAddress> parse_engine_address(std::string_view text) {
  if (text.starts_with('/')) return parse_socket(text, text);
  if (text.starts_with(unix_scheme)) return parse_socket(text, text.substr(unix_scheme.size()));
  if (text.starts_with(tcp_scheme)) return parse_tcp(text, text.substr(tcp_scheme.size()));
  return fault(text, wanted);
}

std::filesystem::path host_root_of(const Config& config) {
  if (config.host_root) return *config.host_root;
  const bool here = config.engine.kind == EngineAddress::Kind::unix_socket;
  return here ? std::filesystem::path("/") : std::filesystem::path();
}

Config default_config() {
  ListenerConfig monitoring;
  monitoring.name = "monitoring";
  monitoring.socket = "/run/sealock/monitoring.sock";
  monitoring.policy = "monitoring";
  Config config;
  config.listeners.push_back(std::move(monitoring));
  return config;
}

}  // namespace sealock::proxy
