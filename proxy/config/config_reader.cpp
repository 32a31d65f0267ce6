// Reads sealock.yaml. Every function reads one node and reports what is wrong with it; the file is
// used only when nothing was.

#include "policy/rules/spelling.hpp"
#include "policy/rules/yaml_reader.hpp"
#include "proxy/config/config.hpp"
#include "proxy/config/limits_reader.hpp"

#include <array>

namespace sealock::proxy {
namespace {

using policy::Diagnostics;
using policy::YamlEntry;
using policy::YamlNode;

constexpr ConfigCode codes[] = {
    {"C01", "unknown key"},
    {"C02", "a value of the wrong type"},
    {"C03", "a value that is not possible"},
    {"C04", "something required is missing"},
    {"C05", "something that must be unique stands twice"},
    {"C06", "the engine is reached through a network in clear text (warning)"},
    {"C07", "every local user can use a socket (warning)"},
    {"C08", "a listener names a policy that does not exist"},
    {"C09", "every local user can write the rules (warning)"},
    {"C10", "a listener's policy does not apply to it (warning)"},
};

template <typename Value>
struct Word {
  std::string_view word;
  Value value;
};
constexpr Word<LogLevel> log_levels[] = {{"error", LogLevel::error},
                                         {"warn", LogLevel::warn},
                                         {"info", LogLevel::info},
                                         {"debug", LogLevel::debug}};
using Sink = AuditConfig::Sink;
constexpr Word<Sink> sinks[] = {{"stderr", Sink::standard_error},
                                {"file", Sink::file},
                                {"syslog", Sink::syslog},
                                {"none", Sink::none}};

class Reader {
public:
  Reader(const std::filesystem::path& file, Diagnostics& diagnostics)
      : folder_(std::filesystem::absolute(file).parent_path()), diagnostics_(diagnostics) {}

  Config read(const YamlNode& root) {
    Config config = default_config();
    constexpr std::string_view keys[] = {"version",     "engine", "rules",         "workers",
                                         "audit",       "limits", "listeners",     "log_level",
                                         "deployments", "state",  "redaction_key", "host_root"};
    if (!expect_map(root, "the file", keys)) return config;
    if (const auto* entry = root.find("version")) read_version(entry->value);
    if (const auto* entry = root.find("engine")) read_engine(entry->value, config.engine);
    if (const auto* entry = root.find("rules")) read_path(entry->value, "rules", config.rules);
    if (const auto* entry = root.find("redaction_key")) {
      read_path(entry->value, "redaction_key", config.redaction_key);
    }
    if (const auto* entry = root.find("host_root")) read_host_root(entry->value, config.host_root);
    if (const auto* entry = root.find("workers")) read_workers(entry->value, config.workers);
    if (const auto* entry = root.find("audit")) read_audit(*entry, config.audit);
    if (const auto* entry = root.find("limits"))
      read_limits(entry->value, config.limits, diagnostics_);
    if (const auto* entry = root.find("log_level")) {
      read_word<LogLevel>(entry->value, "log_level", log_levels, config.log_level);
    }
    if (const auto* entry = root.find("state")) read_path(entry->value, "state", config.state);
    if (const auto* entry = root.find("deployments")) read_deployments(*entry, config);
    if (const auto* entry = root.find("listeners")) read_listeners(entry->value, config.listeners);
    return config;
  }

private:
  bool expect_map(const YamlNode& node,
                  std::string_view name,
                  std::span<const std::string_view> keys) {
    if (node.is_map()) {
      policy::refuse_unknown_keys(node, keys, "C01", diagnostics_);
      return true;
    }
    if (!node.is_broken()) wrong_type(node, name, "a map");
    return false;
  }

  void wrong_type(const YamlNode& node, std::string_view name, std::string_view wanted) {
    diagnostics_.error("C02", node.place,
                       std::string(name) + " must be " + std::string(wanted) + ", not " +
                           std::string(node.kind_name()));
  }

  void impossible(const YamlNode& node, std::string text, std::string hint = {}) {
    diagnostics_.error("C03", node.place, std::move(text), std::move(hint));
  }

  // Text that is not empty.
  std::optional<std::string> text_of(const YamlNode& node, std::string_view name) {
    auto text = policy::read_text(node, name, "C02", diagnostics_);
    if (text && text->empty()) {
      impossible(node, "'" + std::string(name) + "' is empty");
      return std::nullopt;
    }
    return text;
  }

  template <typename Value>
  void read_word(const YamlNode& node,
                 std::string_view name,
                 std::span<const Word<Value>> words,
                 Value& value) {
    const auto text = text_of(node, name);
    if (!text) return;
    policy::Suggestion suggestion(*text);
    std::string list = "one of: ";
    for (const Word<Value>& word : words) {
      if (word.word == *text) {
        value = word.value;
        return;
      }
      suggestion.offer(word.word);
      list += (list.size() > 8 ? ", " : "") + std::string(word.word);
    }
    impossible(node, "'" + std::string(name) + "' cannot be '" + *text + "'",
               suggestion.hint(list));
  }

  void read_version(const YamlNode& node) {
    const auto version = policy::read_integer(node, "version", "C02", diagnostics_);
    if (version && *version != 1) impossible(node, "this sealock reads version 1 of this file");
  }

  void read_engine(const YamlNode& node, EngineAddress& engine) {
    const auto text = text_of(node, "engine");
    if (!text) return;
    auto address = parse_engine_address(*text);
    if (!address) {
      impossible(node, address.error().text);
      return;
    }
    if (!address->is_local()) {
      diagnostics_.warning(
          "C06", node.place, "the engine is on another host, and nothing on this way is encrypted",
          "whoever can read or write this network is root there; run sealock on the "
          "engine's host");
    }
    engine = std::move(*address);
  }

  void read_path(const YamlNode& node, std::string_view name, std::filesystem::path& path) {
    const auto text = text_of(node, name);
    if (!text) return;
    if (text->find('\0') != std::string::npos) {
      impossible(node, "'" + std::string(name) + "' holds a NUL byte");
      return;
    }
    path = (folder_ / *text).lexically_normal();
  }

  // A folder, or none.
  void read_host_root(const YamlNode& node, std::optional<std::filesystem::path>& root) {
    std::filesystem::path path;
    read_path(node, "host_root", path);
    if (path.empty()) return;
    root = text_of(node, "host_root") == "none" ? std::filesystem::path() : path;
    std::error_code ignored;
    if (root->empty() || std::filesystem::is_directory(*root, ignored)) return;
    impossible(node, "'host_root' is no folder: " + root->string(),
               "the folder where the host's files are seen, / or none");
  }

  void read_workers(const YamlNode& node, unsigned& workers) {
    constexpr std::int64_t most = 64;
    const auto count = policy::read_integer(node, "workers", "C02", diagnostics_);
    if (!count) return;
    if (*count < 1 || *count > most) {
      impossible(node, "'workers' must be from 1 to 64", "1 is right for nearly everybody");
      return;
    }
    workers = static_cast<unsigned>(*count);
  }

  void read_audit(const YamlEntry& entry, AuditConfig& audit) {
    constexpr std::string_view keys[] = {"sink", "file"};
    const YamlNode& node = entry.value;
    if (!expect_map(node, "'audit'", keys)) return;
    const YamlEntry* sink = node.find("sink");
    const YamlEntry* file = node.find("file");
    if (sink != nullptr) read_word<Sink>(sink->value, "sink", sinks, audit.sink);
    if (sink == nullptr && file != nullptr) audit.sink = Sink::file;
    if (file != nullptr) read_path(file->value, "file", audit.file);
    if (file == nullptr && audit.sink == Sink::file) {
      diagnostics_.error("C04", entry.key_place, "'audit' has sink: file and names no file",
                         "file: /var/log/sealock/audit.jsonl");
    }
    if (file != nullptr && sink != nullptr && audit.sink != Sink::file) {
      diagnostics_.error("C03", file->key_place, "'file' has no meaning with this sink",
                         "remove it, or write sink: file");
    }
  }

  void read_deployments(const YamlEntry& entry, Config& config) {
    constexpr std::string_view keys[] = {"policy", "secrets"};
    const YamlNode& node = entry.value;
    if (!expect_map(node, "'deployments'", keys)) return;
    DeploymentConfig deployments;
    const YamlEntry* policy = node.find("policy");
    if (policy == nullptr) {
      diagnostics_.error("C04", entry.key_place, "'deployments' has no 'policy'",
                         "policy: rollout, the shipped one");
      return;
    }
    deployments.policy = text_of(policy->value, "policy").value_or("");
    deployments.policy_place = policy->value.place;
    if (const auto* secrets = node.find("secrets"))
      read_folders(secrets->value, deployments.secrets);
    config.deployments = std::move(deployments);
  }

  void read_folders(const YamlNode& node, std::vector<std::filesystem::path>& folders) {
    if (node.is_broken()) return;
    if (!node.is_list()) {
      wrong_type(node, "'secrets'", "a list of folders");
      return;
    }
    folders.clear();
    for (const YamlNode& item : node.items)
      read_path(item, "secrets", folders.emplace_back());
  }

  void read_listeners(const YamlNode& node, std::vector<ListenerConfig>& listeners) {
    if (node.is_broken()) return;
    if (!node.is_list()) {
      wrong_type(node, "'listeners'", "a list");
      return;
    }
    if (node.items.empty()) {
      diagnostics_.error("C04", node.place, "there is no listener",
                         "leave 'listeners' out for one monitoring socket");
    }
    listeners.clear();
    for (const YamlNode& item : node.items) {
      read_listener(item, listeners);
    }
    check_listeners(listeners, diagnostics_);
  }

  void read_listener(const YamlNode& node, std::vector<ListenerConfig>& listeners) {
    constexpr std::string_view keys[] = {"name", "socket", "mode", "owner", "group", "policy"};
    if (!expect_map(node, "a listener", keys)) return;
    ListenerConfig listener;
    const auto name = required_text(node, "name", listener.places.name);
    const auto policy = required_text(node, "policy", listener.places.policy);
    const YamlEntry* socket = node.find("socket");
    if (socket == nullptr) {
      missing(node, "socket");
    } else {
      listener.places.socket = socket->value.place;
      read_path(socket->value, "socket", listener.socket);
    }
    if (const auto* entry = node.find("mode")) {
      listener.places.mode = entry->value.place;
      read_mode(entry->value, listener.mode);
    }
    if (const auto* entry = node.find("owner")) {
      listener.owner = text_of(entry->value, "owner").value_or("");
    }
    if (const auto* entry = node.find("group")) {
      listener.group = text_of(entry->value, "group").value_or("");
    }
    // Half a listener would only make more messages about what is not there.
    if (!name || !policy || listener.socket.empty()) return;
    listener.name = *name;
    listener.policy = *policy;
    listeners.push_back(std::move(listener));
  }

  std::optional<std::string> required_text(const YamlNode& map,
                                           std::string_view name,
                                           policy::Place& place) {
    const YamlEntry* entry = map.find(name);
    if (entry == nullptr) {
      missing(map, name);
      return std::nullopt;
    }
    place = entry->value.place;
    return text_of(entry->value, name);
  }

  void missing(const YamlNode& map, std::string_view name) {
    diagnostics_.error("C04", map.place, "this listener has no '" + std::string(name) + "'");
  }

  // "0660" in quotes: without them YAML readers disagree on whether it is 660, 432 or text.
  void read_mode(const YamlNode& node, unsigned& mode) {
    if (node.is_broken()) return;
    if (!node.is_scalar() || !node.quoted) {
      diagnostics_.error("C02", node.place, "'mode' must be octal digits in quotes",
                         "mode: \"0660\"");
      return;
    }
    constexpr unsigned most = 0666;
    unsigned value = 0;
    const bool is_octal = node.text.size() >= 3 && node.text.size() <= 4 &&
                          node.text.find_first_not_of("01234567") == std::string::npos;
    for (const char digit : node.text) {
      value = is_octal ? value * 8 + static_cast<unsigned>(digit - '0') : ~0U;
    }
    if (!is_octal || (value & ~most) != 0) {
      impossible(node, "'" + node.text + "' is no mode for a socket",
                 "read and write bits in octal: \"0600\", \"0660\" or \"0666\"");
      return;
    }
    mode = value;
  }

  std::filesystem::path folder_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::span<const ConfigCode> config_codes() {
  return codes;
}

std::optional<Config> read_config(const std::filesystem::path& file, Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.count(policy::Level::error);
  const auto root = policy::read_yaml_file(file, diagnostics);
  if (!root) return std::nullopt;
  Config config = Reader(file, diagnostics).read(*root);
  if (diagnostics.count(policy::Level::error) > errors_before) return std::nullopt;
  return config;
}

}  // namespace sealock::proxy
