// Where a service of a Compose file meets the outside: ports, volumes and networks, in their short
// and long forms.
//
// Errors:  to Diagnostics, by ComposeValues.
// Source:  compose-spec 05-services.md (2024-01): ports, volumes, networks.

#pragma once

#include "proxy/deploy/compose_service.hpp"
#include "proxy/deploy/swarm_spec.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::proxy {

class EndpointReader {
public:
  // The arguments outlive the reader; `create`, `host` and `swarm` are written to.
  EndpointReader(const policy::YamlEntry& service,
                 const ComposeNames& names,
                 ComposeValues& values,
                 nlohmann::json& create,
                 nlohmann::json& host,
                 SwarmSettings& swarm)
      : service_(service),
        names_(names),
        values_(values),
        create_(create),
        host_(host),
        swarm_(swarm) {}

  void read();
  // Keys of the file's networks and volumes that were named.
  [[nodiscard]] const std::vector<std::string>& networks() const { return networks_; }
  [[nodiscard]] const std::vector<std::string>& volumes() const { return volumes_; }

private:
  struct Port {
    std::string host_ip;
    std::string published;  // "8080", "8000-8010"; empty: any
    std::string target;     // the same
    std::string protocol = "tcp";
    std::string mode = "ingress";
  };

  void read_ports();
  void read_short_port(const policy::YamlNode& node);
  void read_long_port(const policy::YamlNode& node);
  void add_port(const policy::YamlNode& node, const Port& port);
  void publish(const Port& port, std::int64_t target, const std::string& published);
  void read_volumes();
  void read_short_volume(const policy::YamlNode& node);
  void read_long_volume(const policy::YamlNode& node);
  std::string read_mode(const policy::YamlNode& node);
  void read_long_tmpfs(const policy::YamlNode& node, const std::string& target);
  void add_volume(const policy::YamlNode& node,
                  const std::string& source,
                  const std::string& target,
                  const std::string& mode);
  // The engine's name of a volume, or a host path as it is; empty after an error.
  std::string source_of(const policy::YamlNode& node, const std::string& source);
  void read_networks();
  void add_network(const policy::YamlNode& node,
                   const std::string& key,
                   const policy::YamlNode* settings);

  const policy::YamlEntry& service_;
  const ComposeNames& names_;
  ComposeValues& values_;
  nlohmann::json& create_;
  nlohmann::json& host_;
  SwarmSettings& swarm_;
  std::vector<std::string> networks_;
  std::vector<std::string> volumes_;
};

}  // namespace sealock::proxy
