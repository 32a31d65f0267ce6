#include "proxy/deploy/rollout/node.hpp"

#include "proxy/deploy/rollout/json_fields.hpp"
#include "proxy/deploy/rollout/labels.hpp"

#include <algorithm>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using policy::Method;

// An engine that is busy takes its time; a create or a start of a minute is no sign of anything.
constexpr std::chrono::minutes change_timeout{5};
constexpr int default_grace_seconds = 10;  // dockerd's own
// dockerd sets it on the containers of services, and lets nobody else.
constexpr const char* label_of_tasks = "com.docker.swarm.task.id";

EngineCall call_of(Method method, std::string target, json body = nullptr) {
  EngineCall call;
  call.method = method;
  call.target = std::move(target);
  call.body = std::move(body);
  return call;
}

NodeContainer read_container(const json& entry) {
  NodeContainer container;
  container.id = text_of(entry, "Id");
  container.image = text_of(entry, "Image");
  container.state = text_of(entry, "State");
  container.status = text_of(entry, "Status");
  const json names = entry.value("Names", json::array());
  // Links give a container further names with a second slash.
  for (const json& name : names) {
    const std::string text = name.get<std::string>();
    if (text.find('/', 1) == std::string::npos) container.name = text.substr(1);
  }
  const auto found = entry.find("Labels");
  container.labels = found != entry.end() && found->is_object() ? *found : json::object();
  if (container.labels.contains(label_of_tasks)) {
    for (const char* ours : {labels::component, labels::deployment})
      container.labels.erase(ours);
  }
  const json ports = entry.value("Ports", json::array());
  for (const json& port : ports.is_array() ? ports : json::array()) {
    const int number = port.value("PublicPort", 0);
    if (number == 0) continue;
    container.ports.push_back({port.value("IP", ""), number, port.value("Type", "tcp")});
  }
  return container;
}

}  // namespace

bool is_transient(const Error& error) {
  return error.kind == ErrorKind::engine_unreachable || error.kind == ErrorKind::engine_garbage ||
         error.kind == ErrorKind::engine_timeout;
}

std::string NodeContainer::label(const char* key) const {
  return text_of(labels, key);
}

Result<EngineAnswer> Node::call(Method method,
                                std::string target,
                                json body,
                                std::chrono::milliseconds timeout) {
  EngineCall call;
  call.method = method;
  call.target = std::move(target);
  call.body = std::move(body);
  call.reason = reason_;
  call.timeout = timeout;
  return engine_.call(call);
}

Result<std::vector<NodeContainer>> Node::list(const std::string& target) {
  const Result<EngineAnswer> answer = call(Method::get, target);
  if (!answer) return tl::unexpected<Error>(answer.error());
  if (!answer->ok() || !answer->body.is_array()) {
    return fail(ErrorKind::engine_garbage, "cannot list containers: " + answer->message());
  }
  std::vector<NodeContainer> containers;
  for (const json& entry : answer->body)
    containers.push_back(read_container(entry));
  return containers;
}

Result<std::vector<NodeContainer>> Node::containers() {
  return list("/containers/json?all=1");
}

Result<std::vector<NodeContainer>> Node::containers(std::string_view label,
                                                    std::string_view value) {
  const json filters{{"label", {std::string(label) + "=" + std::string(value)}}};
  return list("/containers/json?all=1&filters=" + encode_segment(filters.dump()));
}

Node::Found Node::find(std::string target) {
  const std::string what = target;
  const Result<EngineAnswer> answer = call(Method::get, std::move(target));
  if (!answer) {
    if (answer.error().kind == ErrorKind::not_found) return std::nullopt;
    return tl::unexpected<Error>(answer.error());
  }
  if (answer->status == 404) return std::nullopt;
  if (!answer->ok() || !answer->body.is_object()) {
    return fail(ErrorKind::engine_garbage, "cannot read " + what + ": " + answer->message());
  }
  return answer->body;
}

Node::Found Node::container(std::string_view id) {
  return find("/containers/" + std::string(id) + "/json");
}

Node::Found Node::network(std::string_view name) {
  return find("/networks/" + std::string(name));
}

Node::Found Node::volume(std::string_view name) {
  return find("/volumes/" + std::string(name));
}

Node::Found Node::image(std::string_view reference) {
  return find("/images/" + std::string(reference) + "/json");
}

Node::Found Node::service(std::string_view id) {
  return find("/services/" + std::string(id));
}

Result<void> Node::change(EngineCall call,
                          const std::string& what,
                          std::initializer_list<int> fine) {
  call.reason = reason_;
  if (call.timeout < change_timeout) call.timeout = change_timeout;
  const Result<EngineAnswer> answer = engine_.call(call);
  if (!answer) {
    const bool gone = answer.error().kind == ErrorKind::not_found &&
                      std::find(fine.begin(), fine.end(), 404) != fine.end();
    if (gone) return {};
    return fail(answer.error().kind, "cannot " + what + ": " + answer.error().text);
  }
  if (answer->ok()) return {};
  if (std::find(fine.begin(), fine.end(), answer->status) != fine.end()) return {};
  return fail(ErrorKind::conflict, "cannot " + what + ": " + answer->message());
}

Result<std::string> Node::create_container(std::string_view name, const json& body) {
  const Result<EngineAnswer> answer =
      call(Method::post, "/containers/create?name=" + encode_segment(name), body, change_timeout);
  if (!answer) {
    return fail(answer.error().kind,
                "cannot create container " + std::string(name) + ": " + answer.error().text);
  }
  const std::string id =
      answer->ok() && answer->body.is_object() ? text_of(answer->body, "Id") : "";
  if (!id.empty()) return id;
  return fail(ErrorKind::conflict,
              "cannot create container " + std::string(name) + ": " + answer->message());
}

Result<void> Node::connect(std::string_view network,
                           std::string_view container,
                           const json& endpoint) {
  json body = {{"Container", container}, {"EndpointConfig", endpoint}};
  return change(
      call_of(Method::post, "/networks/" + std::string(network) + "/connect", std::move(body)),
      "connect a container to network " + std::string(network));
}

Result<void> Node::start(std::string_view id) {
  return change(call_of(Method::post, "/containers/" + std::string(id) + "/start"),
                "start the container");
}

Result<void> Node::stop(std::string_view id) {
  const Found found = container(id);
  if (!found) return tl::unexpected<Error>(found.error());
  if (!found->has_value()) return {};
  int grace = default_grace_seconds;
  const json& config = (**found).value("Config", json::object());
  const auto own = config.find("StopTimeout");
  if (own != config.end() && own->is_number_integer()) grace = own->get<int>();
  EngineCall call = call_of(Method::post, "/containers/" + std::string(id) + "/stop");
  call.timeout = change_timeout + std::chrono::seconds(std::max(grace, 0));
  return change(std::move(call), "stop the container", {404});
}

Result<void> Node::rename(std::string_view id, std::string_view name) {
  return change(call_of(Method::post,
                        "/containers/" + std::string(id) + "/rename?name=" + encode_segment(name)),
                "rename the container to " + std::string(name));
}

Result<void> Node::remove_container(std::string_view id) {
  Result<void> removed =
      change(call_of(Method::delete_, "/containers/" + std::string(id) + "?force=1&v=1"),
             "remove the container", {404});
  if (removed || removed.error().text.find("already in progress") == std::string::npos) {
    return removed;
  }
  return {};  // 409: another removal, by us before a restart or by somebody else, is under way
}

Result<void> Node::create_network(const json& body) {
  return change(call_of(Method::post, "/networks/create", body),
                "create network " + body.value("Name", ""));
}

Result<void> Node::remove_network(std::string_view id) {
  return change(call_of(Method::delete_, "/networks/" + std::string(id)),
                "remove network " + std::string(id), {404});
}

Result<void> Node::create_volume(const json& body) {
  return change(call_of(Method::post, "/volumes/create", body),
                "create volume " + body.value("Name", ""));
}

Result<void> Node::remove_volume(std::string_view name) {
  return change(call_of(Method::delete_, "/volumes/" + std::string(name)),
                "remove volume " + std::string(name), {404});
}

Result<void> Node::pull(std::string_view pinned,
                        const std::string& registry_auth,
                        const std::function<void(const std::string&)>& progress) {
  const std::size_t at = pinned.find('@');
  if (at == std::string_view::npos) {
    return fail(ErrorKind::conflict, "image " + std::string(pinned) +
                                         " is not on this node any more, and no registry has it; "
                                         "load it again, or deploy a composition made anew");
  }
  EngineCall call;
  call.method = Method::post;
  call.target = "/images/create?fromImage=" + encode_segment(pinned.substr(0, at)) +
                "&tag=" + encode_segment(pinned.substr(at + 1));
  if (!registry_auth.empty()) call.headers.emplace_back("x-registry-auth", registry_auth);
  call.reason = reason_;
  call.stop = stop_;
  const auto left = deadline_ - std::chrono::steady_clock::now();
  call.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::min<std::chrono::steady_clock::duration>(left, std::chrono::hours(24)));
  std::string problem;
  call.on_document = [&](const json& document) {
    if (document.contains("error")) problem = text_of(document, "error");
    const std::string status = text_of(document, "status");
    if (status.starts_with("Pulling from") || status == "Pull complete") progress(status);
  };
  const std::string what = "cannot pull image " + std::string(pinned) + ": ";
  const Result<EngineAnswer> answer = engine_.call(call);
  if (!answer) return fail(answer.error().kind, what + answer.error().text);
  if (!answer->ok()) return fail(ErrorKind::conflict, what + answer->message());
  if (!problem.empty()) return fail(ErrorKind::conflict, what + problem);
  return {};
}

}  // namespace sealock::proxy
