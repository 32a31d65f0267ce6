// sealock.yaml: which engine, which sockets with which policy, where rules and records are.
//
// Strict: an unknown key, a wrong type, a duplicate is an error with file:line:column and a
// suggestion. Without a file the defaults make one monitoring socket in front of
// /var/run/docker.sock.
//
// Errors:  every problem at once, to Diagnostics.
// Threads: plain values.

#pragma once

#include "policy/result.hpp"
#include "policy/rules/diagnostics.hpp"
#include "proxy/net/limits.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::proxy {

// unix:///var/run/docker.sock, the bare absolute path of a socket, or tcp://127.0.0.1:2375
struct EngineAddress {
  enum class Kind { unix_socket, tcp };
  Kind kind = Kind::unix_socket;
  std::string path = "/var/run/docker.sock";  // unix_socket
  std::string host;                           // tcp
  std::uint16_t port = 0;                     // tcp

  // 127.0.0.0/8, ::1 and localhost. Anywhere else the engine's API crosses a network in clear text.
  [[nodiscard]] bool is_local() const;
};

[[nodiscard]] Result<EngineAddress> parse_engine_address(std::string_view text);

struct ListenerConfig {
  std::string name;  // what applies_to.listener in a policy compares with
  std::filesystem::path socket;
  unsigned mode = 0660;
  std::string owner;    // user name or uid; empty: ours
  std::string group;    // group name or gid; empty: ours
  std::string policy;   // name of the policy file, without .yaml
  policy::Place place;  // of the policy's name in sealock.yaml, for messages
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
  // Empty: not named; the command line looks in the usual places.
  std::filesystem::path rules;
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
