// What must hold of listeners, wherever they were written.

#include "policy/rules/spelling.hpp"
#include "proxy/config/config.hpp"

#include <map>

#include <sys/un.h>

namespace sealock::proxy {
namespace {

// What a person who types the name into a policy's applies_to expects.
bool is_name(std::string_view name) {
  constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  return !name.empty() && name.size() <= 64 && first.find(name.front()) != std::string_view::npos &&
         name.find_first_not_of(letters) == std::string_view::npos;
}

void check_one(const ListenerConfig& listener, policy::Diagnostics& diagnostics) {
  if (!is_name(listener.name)) {
    diagnostics.error("C03", listener.places.name, "'" + listener.name + "' is no listener name",
                      "lower-case letters, digits, '-' and '_', at most 64");
  }
  if (listener.socket.empty() || !listener.socket.has_filename()) {
    diagnostics.error("C03", listener.places.socket, "a socket needs the name of a file",
                      "socket: /run/sealock/" + listener.name + ".sock");
  }
  if (listener.socket.native().size() >= sizeof(sockaddr_un::sun_path)) {
    diagnostics.error("C03", listener.places.socket,
                      "'" + listener.socket.string() + "' is longer than 107 bytes",
                      "no socket can have a longer path; use a shorter one");
  }
  constexpr unsigned write_by_others = 02;
  if ((listener.mode & write_by_others) != 0 && listener.policy != "monitoring") {
    diagnostics.warning(
        "C07", listener.places.mode,
        "every user of this host can use policy '" + listener.policy + "' through this socket",
        "use mode \"0660\" with the group of the client, unless that is what you want");
  }
}

std::string where(const policy::Place& place) {
  return place.line == 0 ? "the first one is " + place.file
                         : "the first one is in line " + std::to_string(place.line);
}

}  // namespace

void check_listeners(const std::vector<ListenerConfig>& listeners,
                     policy::Diagnostics& diagnostics) {
  std::map<std::string, policy::Place> names;
  std::map<std::string, policy::Place> sockets;
  for (const ListenerConfig& listener : listeners) {
    check_one(listener, diagnostics);
    const auto name = names.try_emplace(listener.name, listener.places.name);
    if (!name.second) {
      diagnostics.error("C05", listener.places.name,
                        "two listeners are called '" + listener.name + "'",
                        where(name.first->second));
    }
    const std::string path = listener.socket.lexically_normal().string();
    const auto socket = sockets.try_emplace(path, listener.places.socket);
    if (!socket.second) {
      diagnostics.error("C05", listener.places.socket,
                        "two listeners have the socket '" + path + "'",
                        where(socket.first->second));
    }
  }
}

void check_policies(const std::vector<ListenerConfig>& listeners,
                    const std::vector<std::string>& known,
                    policy::Diagnostics& diagnostics) {
  for (const ListenerConfig& listener : listeners) {
    policy::Suggestion suggestion(listener.policy);
    std::string list;
    bool found = false;
    for (const std::string& name : known) {
      found |= name == listener.policy;
      suggestion.offer(name);
      list += (list.empty() ? "there are: " : ", ") + name;
    }
    if (found) continue;
    diagnostics.error(
        "C08", listener.places.policy,
        "listener '" + listener.name + "': there is no policy '" + listener.policy + "'",
        suggestion.hint(list));
  }
}

void check_deployment_policy(const DeploymentConfig& deployments,
                             const std::vector<std::string>& known,
                             policy::Diagnostics& diagnostics) {
  policy::Suggestion suggestion(deployments.policy);
  for (const std::string& name : known) {
    if (name == deployments.policy) return;
    suggestion.offer(name);
  }
  diagnostics.error("C08", deployments.policy_place,
                    "deployments: there is no policy '" + deployments.policy + "'",
                    suggestion.hint("rules/" + deployments.policy + ".yaml is not there"));
}

Result<ListenerConfig> parse_listener(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.rfind(':');
  if (equals == std::string_view::npos || colon == std::string_view::npos || colon < equals) {
    return bad_request("'" + std::string(text) +
                       "' is no listener; write NAME=SOCKET:POLICY, for example "
                       "monitoring=/run/sealock/monitoring.sock:monitoring");
  }
  ListenerConfig listener;
  listener.name = text.substr(0, equals);
  listener.socket = text.substr(equals + 1, colon - equals - 1);
  listener.policy = text.substr(colon + 1);
  policy::Place place;
  place.file = "--listen " + std::string(text);
  listener.places = {place, place, place, place};
  return listener;
}

}  // namespace sealock::proxy
