// sealock.yaml: which engine, which sockets with which policy, where rules and records are.
//
// Strict: an unknown key, a wrong type, a duplicate is an error with file:line:column and a
// suggestion. Without a file the defaults make one monitoring socket in front of
// /var/run/docker.sock.
//
// Errors:  every problem at once, to Diagnostics.
// Threads: plain values.

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "proxy/net/limits.hpp"

namespace sealock::policy {
class Diagnostics;
}

namespace sealock::proxy {

// unix:///var/run/docker.sock or tcp://127.0.0.1:2375
struct EngineAddress {
  enum class Kind { unix_socket, tcp };
  Kind kind = Kind::unix_socket;
  std::string path = "/var/run/docker.sock";  // unix_socket
  std::string host;                            // tcp
  std::uint16_t port = 0;                      // tcp
};

[[nodiscard]] Result<EngineAddress> parse_engine_address(std::string_view text);

struct ListenerConfig {
  std::string name;             // what applies_to.listener in a policy compares with
  std::filesystem::path socket;
  unsigned mode = 0660;
  std::string owner;            // user name or uid; empty: ours
  std::string group;            // group name or gid; empty: ours
  std::string policy;           // name of the policy file, without .yaml
};

struct AuditConfig {
  enum class Sink { standard_error, file, syslog, none };
  Sink sink = Sink::standard_error;
  std::filesystem::path file;
};

enum class LogLevel { error, warn, info, debug };

struct Config {
  EngineAddress engine;
  std::vector<ListenerConfig> listeners;
  std::filesystem::path rules = "/etc/sealock/rules";
  Limits limits;
  AuditConfig audit;
  LogLevel log_level = LogLevel::info;
  unsigned workers = 1;
};

// /run/sealock/monitoring.sock with policy `monitoring`.
[[nodiscard]] Config default_config();

[[nodiscard]] std::optional<Config> read_config(const std::filesystem::path& file,
                                                policy::Diagnostics& diagnostics);

}  // namespace sealock::proxy
