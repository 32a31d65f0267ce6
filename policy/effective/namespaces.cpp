// Namespaces that a container shares with the host or with another container.
//
// The words are KIND-host, KIND-container and, for what is neither, KIND-ns (a path, as in podman's
// "ns:/proc/1/ns/net") or KIND-unknown. ipc-shareable lets others join later; below API 1.40 it is
// what dockerd makes of saying nothing (engine-facts.md 3.1, row IpcMode).
//
// CgroupnsMode "" is the daemon's default, which is host on cgroup v1: nothing that a request says
// tells, so it is not listed.

#include "policy/effective/body_places.hpp"
#include "policy/effective/object_references.hpp"
#include "policy/effective/text.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace sealock::policy::effective {
namespace {

struct Mode {
  std::string_view field;
  std::string_view word;
  std::span<const std::string_view> own;  // values that share nothing
};

constexpr std::array<std::string_view, 1> nothing{""};
constexpr std::array<std::string_view, 3> own_ipc{"", "none", "private"};
constexpr std::array<std::string_view, 2> own_cgroup{"", "private"};
constexpr auto modes = std::to_array<Mode>({{"PidMode", "pid", nothing},
                                            {"IpcMode", "ipc", own_ipc},
                                            {"UTSMode", "uts", nothing},
                                            {"UsernsMode", "user", nothing},
                                            {"CgroupnsMode", "cgroup", own_cgroup},
                                            {"Cgroup", "cgroup", nothing}});

std::string_view kind_of_sharing(std::string_view value) {
  if (value == "host") return "-host";
  if (value == "shareable") return "-shareable";
  if (value.starts_with("container:")) return "-container";
  if (value.starts_with("ns:")) return "-ns";
  return "-unknown";
}

// Who joins a container that shares the namespace with the host shares it with the host, too; who
// joins one that joined another is told as unknown, because only that other knows.
Result<void> add_joined(std::string_view field,
                        std::string_view word,
                        std::string_view value,
                        const Facts& facts,
                        TextList& list) {
  std::string_view name = value;
  if (!take_prefix(name, "container:")) return {};
  take_prefix(name, "/");
  const Fact* fact = facts.find(ObjectKind::container, name);
  if (fact == nullptr || fact->failed) return nothing_known("container", name);
  const Value* host = fact->inspect.find("HostConfig");
  if (!fact->exists || host == nullptr) return {};
  const std::string_view joined = host->text(field);
  if (joined == "host") list.add(std::string(word) + "-host");
  if (joined.starts_with("container:")) list.add(std::string(word) + "-unknown");
  return {};
}

Result<void> add_mode(const Mode& mode,
                      std::string_view value,
                      const Facts& facts,
                      TextList& list) {
  if (std::find(mode.own.begin(), mode.own.end(), value) != mode.own.end()) return {};
  list.add(std::string(mode.word) + std::string(kind_of_sharing(value)));
  // dockerd knows no container:X in the other modes.
  if (mode.word == "uts" || mode.word == "user") return {};
  return add_joined(mode.field, mode.word, value, facts, list);
}

// "1.39" is below 1.40: the parts are numbers.
bool is_below_1_40(std::string_view version) {
  const auto [major, minor] = cut(version, '.');
  return major == "1" && all_digits(minor) && minor.size() <= 2 && minor < "40";
}

// host, container:X and ns: by their spelling; the host network also by its id, which newer engines
// refuse only when the container starts (engine-facts.md 3.1).
Result<void> add_network(std::string_view value, const Facts& facts, TextList& list) {
  if (value == "host" || value.starts_with("container:") || value.starts_with("ns:")) {
    list.add("network" + std::string(kind_of_sharing(value)));
    return add_joined("NetworkMode", "network", value, facts, list);
  }
  if (is_predefined_network(value)) return {};
  const Fact* fact = facts.find(ObjectKind::network, value);
  if (fact == nullptr || fact->failed) return nothing_known("network", value);
  if (fact->exists && fact->inspect.text("Driver") == "host") list.add("network-host");
  return {};
}

}  // namespace

Result<Value> shared_namespaces(const Request& request, const Facts& facts) {
  TextList list;
  if (const Value* host = host_config(request)) {
    for (const Mode& mode : modes) {
      const auto added = add_mode(mode, host->text(mode.field), facts, list);
      if (!added) return tl::unexpected<Error>(added.error());
    }
    if (host->is_object() && host->text("IpcMode").empty() && is_below_1_40(request.version))
      list.add("ipc-shareable");
    const auto added = add_network(host->text("NetworkMode"), facts, list);
    if (!added) return tl::unexpected<Error>(added.error());
  }
  if (is_operation(request, OperationId::image_build)) {
    const auto added = add_network(query_text(request, "networkmode"), facts, list);
    if (!added) return tl::unexpected<Error>(added.error());
  }
  // Networks that are named elsewhere: endpoints, services, NetworkConnect.
  for (const ReferencePlace& place : references_of(request)) {
    if (place.kind != ObjectKind::network) continue;
    if (place.role == ReferenceRole::target && !is_operation(request, OperationId::network_connect))
      continue;
    const auto added = add_network(place.name, facts, list);
    if (!added) return tl::unexpected<Error>(added.error());
  }
  for (const std::string_view name : predefined_networks_of(request))
    if (name == "host") list.add("network-host");
  return std::move(list).finish();
}

}  // namespace sealock::policy::effective
