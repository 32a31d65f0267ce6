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
#include <span>
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

// Where a listener's settings were written, for messages.
struct ListenerPlaces {
  policy::Place name;
  policy::Place socket;
  policy::Place mode;
  policy::Place policy;
};

struct ListenerConfig {
  std::string name;  // what applies_to.listener in a policy compares with
  std::filesystem::path socket;
  unsigned mode = 0660;
  std::string owner;   // user name or uid; empty: ours
  std::string group;   // group name or gid; empty: ours
  std::string policy;  // name of the policy file, without .yaml
  ListenerPlaces places;
};

struct AuditConfig {
  enum class Sink { standard_error, file, syslog, none };
  Sink sink = Sink::standard_error;
  std::filesystem::path file;
};

// Compositions and deployments: the endpoints under /sealock/v1. Without it there are none.
struct DeploymentConfig {
  std::string policy;  // what deployments may ask of the engine, with the baseline
  policy::Place policy_place;
  // Folders with one file a secret, for ${secret:NAME} and registry logins; the first that has it
  // counts. The credentials that systemd passes are looked at before them.
  std::vector<std::filesystem::path> secrets{"/etc/sealock/secrets"};
};

enum class LogLevel { error, warn, info, debug };

struct Config {
  EngineAddress engine;
  std::vector<ListenerConfig> listeners;
  // Empty: not named; the command line looks in the usual places.
  std::filesystem::path rules;
  // Where the files of the engine's host are seen, so that bind sources are judged where their symbolic
  // links lead; empty: nowhere, and paths are judged as they are written. Not named: / for an engine
  // behind a Unix socket.
  std::optional<std::filesystem::path> host_root;
  // What digests and seals are made with; read, and made, only when a policy has them.
  std::filesystem::path redaction_key = "/var/lib/sealock/redaction.key";
  Limits limits;
  AuditConfig audit;
  std::optional<DeploymentConfig> deployments;
  std::filesystem::path state = "/var/lib/sealock";  // the store of deployments
  LogLevel log_level = LogLevel::info;
  unsigned workers = 1;
};

// host_root, or what stands for it where it is not named.
[[nodiscard]] std::filesystem::path host_root_of(const Config& config);

// /run/sealock/monitoring.sock with policy `monitoring`.
[[nodiscard]] Config default_config();

// Relative paths are relative to the folder of the file. Calls check_listeners.
[[nodiscard]] std::optional<Config> read_config(const std::filesystem::path& file,
                                                policy::Diagnostics& diagnostics);

// NAME=SOCKET:POLICY, as the command line says it; the text is the place for messages.
[[nodiscard]] Result<ListenerConfig> parse_listener(std::string_view text);

// Names, sockets and modes, each for itself and against the others. Warns of a socket that every
// local user may write to while its policy is another than `monitoring`.
void check_listeners(const std::vector<ListenerConfig>& listeners,
                     policy::Diagnostics& diagnostics);

// Each listener's policy must be one of `known`.
void check_policies(const std::vector<ListenerConfig>& listeners,
                    const std::vector<std::string>& known,
                    policy::Diagnostics& diagnostics);

// The policy of deployments must be one of `known`.
void check_deployment_policy(const DeploymentConfig& deployments,
                             const std::vector<std::string>& known,
                             policy::Diagnostics& diagnostics);

// The codes of this file's messages, for documentation.
struct ConfigCode {
  std::string_view code;
  std::string_view meaning;
};
[[nodiscard]] std::span<const ConfigCode> config_codes();

}  // namespace sealock::proxy
