#include "proxy/deploy/compose_endpoints.hpp"

#include "policy/rules/spelling.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sealock::proxy {
namespace {

using Json = nlohmann::json;
using policy::YamlEntry;
using policy::YamlNode;

constexpr std::int64_t most_port = 65'535;
constexpr std::array<std::string_view, 3> protocols{"sctp", "tcp", "udp"};

// dockerd makes a rule of its firewall, and may start a process, for each.
constexpr std::size_t most_ports = 1'000;

std::optional<std::int64_t> parse_port(std::string_view text) {
  const auto number = policy::parse_integer(text);
  if (!number || *number < 1 || *number > most_port) return std::nullopt;
  return number;
}

struct PortRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  [[nodiscard]] std::int64_t size() const { return last - first + 1; }
};

// "80", or "8000-8010".
std::optional<PortRange> parse_ports(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_port(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_port(text.substr(dash + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  return PortRange{*first, *last};
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

void remember(std::vector<std::string>& keys, const std::string& key) {
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
}

std::string unknown_name_hint(const std::map<std::string, std::string>& known,
                              const std::string& name,
                              const std::string& section) {
  policy::Suggestion suggestion(name);
  for (const auto& [key, engine_name] : known)
    suggestion.offer(key);
  return suggestion.hint("name it under '" + section + ":' at the end of the file: '" + name +
                         ": {}'");
}

}  // namespace

void EndpointReader::read() {
  read_ports();
  read_volumes();
  read_networks();
}

// --- Ports

void EndpointReader::read_ports() {
  const YamlNode* node = ComposeValues::find(service_.value, "ports");
  if (node == nullptr) return;
  if (!node->is_list()) {
    values_.error("D02", *node, "'ports' must be a list");
    return;
  }
  for (const YamlNode& item : node->items) {
    if (item.is_map())
      read_long_port(item);
    else
      read_short_port(item);
  }
}

// [[host ip:]published:]target[/protocol]; each of the two may be a range.
void EndpointReader::read_short_port(const YamlNode& node) {
  std::string said = values_.text(node, "ports");
  if (!node.is_scalar()) return;
  Port port;
  if (const std::size_t slash = said.find('/'); slash != std::string::npos) {
    port.protocol = lower(said.substr(slash + 1));
    said.resize(slash);
  }
  const std::size_t last = said.rfind(':');
  port.target = last == std::string::npos ? said : said.substr(last + 1);
  if (last != std::string::npos) {
    said.resize(last);
    const std::size_t first = said.rfind(':');
    port.published = first == std::string::npos ? said : said.substr(first + 1);
    if (first != std::string::npos) port.host_ip = said.substr(0, first);
  }
  if (port.host_ip.starts_with('[') && port.host_ip.ends_with(']')) {
    port.host_ip = port.host_ip.substr(1, port.host_ip.size() - 2);
  }
  add_port(node, port);
}

void EndpointReader::read_long_port(const YamlNode& node) {
  constexpr std::array<std::string_view, 7> known{"app_protocol", "host_ip",   "mode",  "name",
                                                  "protocol",     "published", "target"};
  if (!values_.expect_map(node, "ports", known)) return;
  Port port;
  const auto take = [&](std::string_view key, std::string& into) {
    if (const YamlNode* value = ComposeValues::find(node, key)) into = values_.text(*value, key);
  };
  take("host_ip", port.host_ip);
  take("published", port.published);
  take("target", port.target);
  take("protocol", port.protocol);
  port.protocol = lower(std::move(port.protocol));
  if (const YamlNode* mode = ComposeValues::find(node, "mode")) {
    constexpr std::array<std::string_view, 2> words{"host", "ingress"};
    port.mode = values_.word(*mode, "mode", words);
  }
  add_port(node, port);
}

void EndpointReader::add_port(const YamlNode& node, const Port& port) {
  if (node.is_broken()) return;
  const auto targets = parse_ports(port.target);
  const auto published =
      port.published.empty() ? std::optional<PortRange>(PortRange{}) : parse_ports(port.published);
  if (!targets || !published) {
    values_.error("D03", node, "this is no port",
                  "write \"8080:80\", \"127.0.0.1:8080:80/udp\", or \"8000-8010:80-90\"; ports are "
                  "from 1 to 65535");
    return;
  }
  if (std::find(protocols.begin(), protocols.end(), port.protocol) == protocols.end()) {
    values_.error("D03", node, "'" + port.protocol + "' is no protocol", "one of: tcp, udp, sctp");
    return;
  }
  // A range for one port of the container: the engine takes one of them that is free.
  const bool choice = targets->size() == 1 && published->size() > 1;
  if (!port.published.empty() && !choice && targets->size() != published->size()) {
    values_.error("D03", node,
                  "'" + port.published + "' are " + std::to_string(published->size()) +
                      " ports of the host, and '" + port.target + "' are " +
                      std::to_string(targets->size()) + " of the container",
                  "write two ranges of one length, or a range of the host for one port");
    return;
  }
  const auto count = static_cast<std::size_t>(std::max(targets->size(), published->size()));
  if (swarm_.ports.size() + count > most_ports) {
    values_.error("D03", node, "more than " + std::to_string(most_ports) + " ports of one service",
                  "publish fewer, or divide the service");
    return;
  }
  for (std::int64_t i = 0; i < targets->size(); ++i) {
    const std::string one = port.published.empty() ? "" : std::to_string(published->first + i);
    publish(port, targets->first + i, choice ? port.published : one);
  }
  // A swarm has no such choice: it publishes all of them, as `docker stack deploy` does.
  for (std::int64_t i = 0; i < std::max(targets->size(), published->size()); ++i) {
    swarm_.ports.push_back({targets->first + (choice ? 0 : i),
                            port.published.empty() ? 0 : published->first + i, port.protocol,
                            port.mode});
  }
}

void EndpointReader::publish(const Port& port, std::int64_t target, const std::string& published) {
  const std::string key = std::to_string(target) + "/" + port.protocol;
  create_["ExposedPorts"][key] = Json::object();
  host_["PortBindings"][key].push_back({{"HostIp", port.host_ip}, {"HostPort", published}});
}

// --- Volumes

void EndpointReader::read_volumes() {
  const YamlNode* node = ComposeValues::find(service_.value, "volumes");
  if (node == nullptr) return;
  if (!node->is_list()) {
    values_.error("D02", *node, "'volumes' must be a list");
    return;
  }
  for (const YamlNode& item : node->items) {
    if (item.is_map())
      read_long_volume(item);
    else
      read_short_volume(item);
  }
}

// [source:]target[:mode]
void EndpointReader::read_short_volume(const YamlNode& node) {
  const std::string said = values_.text(node, "volumes");
  if (!node.is_scalar()) return;
  const std::size_t first = said.find(':');
  if (first == std::string::npos) {
    if (!said.starts_with('/')) {
      values_.error("D03", node, "'" + said + "' is no path in the container",
                    "write \"NAME:/path\", or \"/path\" for a volume without a name");
      return;
    }
    create_["Volumes"][said] = Json::object();
    return;
  }
  const std::size_t second = said.find(':', first + 1);
  const std::string mode = second == std::string::npos ? "" : said.substr(second + 1);
  add_volume(node, said.substr(0, first), said.substr(first + 1, second - first - 1), mode);
}

std::string EndpointReader::source_of(const YamlNode& node, const std::string& source) {
  if (source.starts_with('/')) return source;
  if (source.starts_with('.') || source.starts_with('~')) {
    values_.error("D03", node, "'" + source + "' is relative to a folder that no node has",
                  "use a volume, or build the files into the image");
    return {};
  }
  const auto volume = names_.volumes.find(source);
  if (volume == names_.volumes.end()) {
    values_.error("D06", node, "there is no volume '" + source + "'",
                  unknown_name_hint(names_.volumes, source, "volumes"));
    return {};
  }
  remember(volumes_, source);
  return volume->second;
}

void EndpointReader::add_volume(const YamlNode& node,
                                const std::string& source,
                                const std::string& target,
                                const std::string& mode) {
  const std::string engine_source = source_of(node, source);
  if (engine_source.empty()) return;
  if (!target.starts_with('/')) {
    values_.error("D03", node, "'" + target + "' is no absolute path in the container");
    return;
  }
  host_["Binds"].push_back(engine_source + ":" + target + (mode.empty() ? "" : ":" + mode));
  Json mount{{"Type", engine_source.starts_with('/') ? "bind" : "volume"},
             {"Source", engine_source},
             {"Target", target}};
  if (("," + mode + ",").find(",ro,") != std::string::npos) mount["ReadOnly"] = true;
  swarm_.mounts.push_back(std::move(mount));
}

void EndpointReader::read_long_tmpfs(const YamlNode& node, const std::string& target) {
  constexpr std::array<std::string_view, 2> known{"mode", "size"};
  Json mount{{"Type", "tmpfs"}, {"Target", target}};
  const YamlNode* options = ComposeValues::find(node, "tmpfs");
  if (options != nullptr && values_.expect_map(*options, "volumes.tmpfs", known)) {
    if (const YamlNode* size = ComposeValues::find(*options, "size")) {
      mount["TmpfsOptions"]["SizeBytes"] = values_.size(*size, "size");
    }
    if (const YamlNode* mode = ComposeValues::find(*options, "mode")) {
      mount["TmpfsOptions"]["Mode"] = values_.file_mode(*mode, "mode");
    }
  }
  host_["Mounts"].push_back(mount);
  swarm_.mounts.push_back(std::move(mount));
}

// The long form's settings as the words of the short one: "ro,nocopy".
std::string EndpointReader::read_mode(const YamlNode& node) {
  constexpr std::array<std::string_view, 1> of_volume{"nocopy"};
  constexpr std::array<std::string_view, 3> of_bind{"create_host_path", "propagation", "selinux"};
  std::string mode;
  const auto add = [&](const std::string& word) {
    if (!word.empty()) mode += (mode.empty() ? "" : ",") + word;
  };
  const YamlNode* read_only = ComposeValues::find(node, "read_only");
  if (read_only != nullptr && values_.flag(*read_only, "read_only")) add("ro");
  const YamlNode* volume = ComposeValues::find(node, "volume");
  if (volume != nullptr && values_.expect_map(*volume, "volumes.volume", of_volume)) {
    const YamlNode* nocopy = ComposeValues::find(*volume, "nocopy");
    if (nocopy != nullptr && values_.flag(*nocopy, "nocopy")) add("nocopy");
  }
  const YamlNode* bind = ComposeValues::find(node, "bind");
  if (bind == nullptr || !values_.expect_map(*bind, "volumes.bind", of_bind)) return mode;
  if (const YamlNode* word = ComposeValues::find(*bind, "propagation")) {
    add(values_.text(*word, "propagation"));
  }
  if (const YamlNode* word = ComposeValues::find(*bind, "selinux")) {
    constexpr std::array<std::string_view, 2> words{"Z", "z"};
    add(values_.word(*word, "selinux", words));
  }
  const YamlNode* made = ComposeValues::find(*bind, "create_host_path");
  if (made != nullptr && !values_.flag(*made, "create_host_path")) {
    values_.error("D03", *made, "'create_host_path' can only be true",
                  "the engine makes a folder that is missing; leave it out");
  }
  return mode;
}

void EndpointReader::read_long_volume(const YamlNode& node) {
  constexpr std::array<std::string_view, 7> known{"bind",  "read_only", "source", "target",
                                                  "tmpfs", "type",      "volume"};
  constexpr std::array<std::string_view, 3> types{"bind", "tmpfs", "volume"};
  if (!values_.expect_map(node, "volumes", known)) return;
  const auto take = [&](std::string_view key) {
    const YamlNode* value = ComposeValues::find(node, key);
    return value == nullptr ? std::string() : values_.text(*value, key);
  };
  const std::string target = take("target");
  const std::string source = take("source");
  const YamlNode* type = ComposeValues::find(node, "type");
  const std::string kind = type == nullptr ? "volume" : values_.word(*type, "type", types);
  const std::string mode = read_mode(node);
  if (target.empty() || target.front() != '/') {
    values_.error("D04", node, "a volume needs 'target', an absolute path in the container");
  } else if (kind == "tmpfs") {
    read_long_tmpfs(node, target);
  } else if (source.empty() && kind == "volume") {
    create_["Volumes"][target] = Json::object();
  } else if ((kind == "bind") != source.starts_with('/')) {
    values_.error(
        "D03", node,
        "'source' of type " + kind +
            (kind == "bind" ? " must be an absolute path" : " must be the name of a volume"));
  } else {
    add_volume(node, source, target, mode);
  }
}

// --- Networks

void EndpointReader::add_network(const YamlNode& node,
                                 const std::string& key,
                                 const YamlNode* settings) {
  constexpr std::array<std::string_view, 3> known{"aliases", "ipv4_address", "ipv6_address"};
  const auto network = names_.networks.find(key);
  if (network == names_.networks.end()) {
    values_.error("D06", node, "there is no network '" + key + "'",
                  unknown_name_hint(names_.networks, key, "networks"));
    return;
  }
  remember(networks_, key);
  Json aliases = Json::array({service_.key});
  Json endpoint = Json::object();
  if (settings != nullptr && values_.expect_map(*settings, "networks." + key, known)) {
    if (const YamlNode* said = ComposeValues::find(*settings, "aliases")) {
      for (const std::string& alias : values_.texts(*said, "aliases"))
        aliases.push_back(alias);
    }
    if (const YamlNode* address = ComposeValues::find(*settings, "ipv4_address")) {
      endpoint["IPAMConfig"]["IPv4Address"] = values_.text(*address, "ipv4_address");
    }
    if (const YamlNode* address = ComposeValues::find(*settings, "ipv6_address")) {
      endpoint["IPAMConfig"]["IPv6Address"] = values_.text(*address, "ipv6_address");
    }
  }
  endpoint["Aliases"] = std::move(aliases);
  if (!host_.contains("NetworkMode")) host_["NetworkMode"] = network->second;
  create_["NetworkingConfig"]["EndpointsConfig"][network->second] = std::move(endpoint);
}

void EndpointReader::read_networks() {
  const YamlNode* node = ComposeValues::find(service_.value, "networks");
  if (node == nullptr || (node->is_list() && node->items.empty()) ||
      (node->is_map() && node->entries.empty())) {
    add_network(service_.value, "default", nullptr);
  } else if (node->is_list()) {
    for (const YamlNode& item : node->items)
      add_network(item, values_.text(item, "networks"), nullptr);
  } else if (node->is_map()) {
    for (const YamlEntry& entry : node->entries) {
      YamlNode place = entry.value;
      place.place = entry.key_place;
      const bool says = entry.value.kind != YamlNode::Kind::null;
      add_network(place, entry.key, says ? &entry.value : nullptr);
    }
  } else {
    values_.error("D02", *node, "'networks' must be a list or a map");
  }
}

}  // namespace sealock::proxy
