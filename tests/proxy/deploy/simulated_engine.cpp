#include "tests/proxy/deploy/simulated_engine.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sealock::tests {
namespace {

using nlohmann::json;
using proxy::EngineAnswer;
using proxy::EngineCall;

std::string decode(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      out.push_back(static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16)));
      at += 2;
    } else {
      out.push_back(text[at]);
    }
  }
  return out;
}

std::string parameter(const std::string& query, const std::string& name) {
  const std::size_t at = ("&" + query).find("&" + name + "=");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 1;
  return decode(query.substr(begin, query.find('&', begin) - begin));
}

std::string between(const std::string& text, const std::string& before, const std::string& after) {
  return text.substr(before.size(), text.size() - before.size() - after.size());
}

}  // namespace

Result<EngineAnswer> SimulatedEngine::call(const EngineCall& call) {
  const std::lock_guard lock(mutex_);
  const std::size_t mark = call.target.find('?');
  const std::string path = call.target.substr(0, mark);
  const std::string query = mark == std::string::npos ? "" : call.target.substr(mark + 1);
  if (call.method == policy::Method::get) {
    make_what_is_due();
    return read(path, query);
  }
  const int number = ++writes_;
  if (number == late_number_) {
    late_ = call;
    throw std::runtime_error("killed");
  }
  if (intercept_) {
    auto instead = intercept_(number, call.target);
    if (instead) return *instead;
  }
  log_.push_back(std::string(policy::name_of(call.method)) + " " + path);
  EngineAnswer answer = change(call);
  if (afterwards_) afterwards_(number);
  return answer;
}

EngineAnswer SimulatedEngine::problem(int status, const std::string& text) {
  EngineAnswer answer;
  answer.status = status;
  answer.body = {{"message", text}};
  return answer;
}

SimulatedEngine::Container* SimulatedEngine::find(const std::string& reference) {
  for (auto& [id, container] : containers_) {
    if (container.half_made) continue;
    if (id == reference || container.name == reference) return &container;
  }
  return nullptr;
}

json SimulatedEngine::inspect(const Container& container) const {
  json config = container.body;
  const json host = config.value("HostConfig", json::object());
  config.erase("HostConfig");
  config.erase("NetworkingConfig");
  json networks = json::object();
  for (const auto& [name, endpoint] : container.networks)
    networks[name] = endpoint;
  return {{"Id", container.id},
          {"Name", "/" + container.name},
          {"RestartCount", 0},
          {"State", {{"Status", container.state}, {"ExitCode", container.exit_code}}},
          {"Config", config},
          {"HostConfig", host},
          {"NetworkSettings", {{"Networks", networks}}}};
}

json SimulatedEngine::entry(const Container& container) const {
  json ports = json::array();
  const json host = container.body.value("HostConfig", json::object());
  const json bindings = host.value("PortBindings", json::object());
  for (const auto& [inside, places] : bindings.items()) {
    if (container.state != "running") continue;
    for (const json& place : places) {
      ports.push_back({{"IP", place.value("HostIp", "0.0.0.0")},
                       {"PublicPort", std::stoi(place.value("HostPort", "0"))},
                       {"Type", "tcp"}});
    }
  }
  const std::string status = container.state == "exited"
                                 ? "Exited (" + std::to_string(container.exit_code) + ") just now"
                                 : container.state;
  return {{"Id", container.id},
          {"Names", {"/" + container.name}},
          {"State", container.state},
          {"Status", status},
          {"Image", container.body.value("Image", "")},
          {"Labels", container.body.value("Labels", json::object())},
          {"Ports", ports}};
}

EngineAnswer SimulatedEngine::read(const std::string& path, const std::string& query) {
  EngineAnswer answer;
  answer.status = 200;
  if (path == "/containers/json") {
    answer.body = json::array();
    const std::string filters = parameter(query, "filters");
    for (const auto& [id, container] : containers_) {
      const json labels = container.body.value("Labels", json::object());
      bool shown = true;
      for (const json& label : filters.empty() ? json::array() : json::parse(filters)["label"]) {
        const std::string text = label.get<std::string>();
        const std::size_t equals = text.find('=');
        shown = shown && labels.value(text.substr(0, equals), "") == text.substr(equals + 1);
      }
      if (shown) answer.body.push_back(entry(container));
    }
    return answer;
  }
  if (path.starts_with("/containers/")) {
    const Container* container = find(between(path, "/containers/", "/json"));
    if (container == nullptr) return problem(404, "No such container");
    answer.body = inspect(*container);
    return answer;
  }
  if (path == "/networks") {
    answer.body = json::array();
    for (const auto& [name, network] : networks_) {
      if (network["Labels"].contains("sealock.deployment")) answer.body.push_back(network);
    }
    return answer;
  }
  for (const auto& [prefix, objects] :
       {std::pair{"/networks/", &networks_}, std::pair{"/volumes/", &volumes_}}) {
    if (!path.starts_with(prefix)) continue;
    const auto found = objects->find(path.substr(std::string(prefix).size()));
    if (found == objects->end()) return problem(404, "no such object");
    answer.body = found->second;
    answer.body["Containers"] = json::object();
    return answer;
  }
  const std::string image = between(path, "/images/", "/json");
  if (std::find(images_.begin(), images_.end(), image) == images_.end()) {
    return problem(404, "No such image: " + image);
  }
  answer.body = {{"Id", image}};
  return answer;
}

EngineAnswer SimulatedEngine::create_container(const std::string& name, const json& body) {
  if (find(name) != nullptr) return problem(409, "Conflict. The name " + name + " is in use");
  Container container;
  std::array<char, 65> id{};
  std::snprintf(id.data(), id.size(), "%064d", ++next_id_);
  container.id = id.data();
  container.name = name;
  container.body = body;
  containers_[container.id] = container;
  EngineAnswer answer;
  answer.status = 201;
  answer.body = {{"Id", container.id}};
  return answer;
}

EngineAnswer SimulatedEngine::create_network(const json& body) {
  const std::string name = body.value("Name", "");
  if (networks_.contains(name)) return problem(409, "network with name " + name + " exists");
  networks_[name] = body;
  networks_[name]["Id"] = name;
  EngineAnswer answer;
  answer.status = 201;
  return answer;
}

EngineAnswer SimulatedEngine::act(const std::string& reference,
                                  const std::string& verb,
                                  const std::string& query) {
  Container* container = find(reference);
  if (container == nullptr) return problem(404, "No such container: " + reference);
  EngineAnswer answer;
  answer.status = 204;
  if (verb == "start") {
    Container as_running = *container;
    as_running.state = "running";
    const json wanted = entry(as_running)["Ports"];
    for (const json& port : wanted) {
      for (const auto& [id, other] : containers_) {
        const json held = entry(other)["Ports"];
        if (id != container->id && std::find(held.begin(), held.end(), port) != held.end()) {
          return problem(500, "port is already allocated");
        }
      }
    }
    const json command = container->body.value("Cmd", json::array());
    const bool fails = command == json({"fail"});
    container->state = fails || command == json({"true"}) ? "exited" : "running";
    container->exit_code = fails ? 3 : 0;
  } else if (verb == "stop") {
    if (container->state == "running") container->state = "exited";
  } else if (verb == "rename") {
    const std::string name = parameter(query, "name");
    if (find(name) != nullptr) return problem(409, "Conflict. The name " + name + " is in use");
    container->name = name;
  }
  return answer;
}

EngineAnswer SimulatedEngine::change(const EngineCall& call) {
  const std::size_t mark = call.target.find('?');
  const std::string path = call.target.substr(0, mark);
  const std::string query = mark == std::string::npos ? "" : call.target.substr(mark + 1);
  EngineAnswer answer;
  answer.status = 204;
  if (call.method == policy::Method::delete_) {
    const std::string name = path.substr(path.rfind('/') + 1);
    if (path.starts_with("/containers/")) {
      const Container* container = find(name);
      if (container == nullptr) return problem(404, "No such container");
      containers_.erase(container->id);
      return answer;
    }
    const bool gone =
        path.starts_with("/networks/") ? networks_.erase(name) == 1 : volumes_.erase(name) == 1;
    return gone ? answer : problem(404, "no such object");
  }
  if (path == "/containers/create") return create_container(parameter(query, "name"), call.body);
  if (path == "/networks/create") return create_network(call.body);
  if (path == "/volumes/create") {
    volumes_[call.body.value("Name", "")] = call.body;
    return answer;
  }
  if (path == "/images/create") {
    images_.push_back(parameter(query, "fromImage") + "@" + parameter(query, "tag"));
    return answer;
  }
  if (path.starts_with("/networks/")) {
    Container* container = find(call.body.value("Container", ""));
    if (container == nullptr) return problem(404, "No such container");
    container->networks[between(path, "/networks/", "/connect")] = call.body["EndpointConfig"];
    return answer;
  }
  const std::size_t slash = path.rfind('/');
  return act(between(path.substr(0, slash), "/containers/", ""), path.substr(slash + 1), query);
}

void SimulatedEngine::intercept(Intercept function) {
  const std::lock_guard lock(mutex_);
  intercept_ = std::move(function);
  writes_ = 0;
}

void SimulatedEngine::afterwards(std::function<void(int)> function) {
  const std::lock_guard lock(mutex_);
  afterwards_ = std::move(function);
  writes_ = 0;
}

void SimulatedEngine::make_late(int number, int reads) {
  const std::lock_guard lock(mutex_);
  late_number_ = number;
  reads_until_late_ = reads;
  writes_ = 0;
}

bool SimulatedEngine::is_late() {
  const std::lock_guard lock(mutex_);
  return late_.has_value();
}

void SimulatedEngine::make_what_is_due() {
  if (!late_ || --reads_until_late_ > 0) return;
  constexpr int reads_until_made = 30;
  const bool begins = reads_until_late_ == 0;
  if (begins) {
    const EngineAnswer made = change(*late_);
    if (made.status == 201 && made.body.contains("Id")) {
      containers_[made.body["Id"]].half_made = true;
      return;
    }
  } else if (reads_until_late_ > -reads_until_made) {
    return;
  }
  for (auto& [id, container] : containers_)
    container.half_made = false;
  late_.reset();
  late_number_ = 0;
}

void SimulatedEngine::add_container(const std::string& name, const json& body) {
  const std::lock_guard lock(mutex_);
  create_container(name, body);
  find(name)->state = "running";
}

void SimulatedEngine::add_image(const std::string& reference) {
  const std::lock_guard lock(mutex_);
  images_.push_back(reference);
}

std::map<std::string, SimulatedEngine::Container> SimulatedEngine::containers() {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Container> by_name;
  for (const auto& [id, container] : containers_)
    by_name[container.name] = container;
  return by_name;
}

std::map<std::string, json> SimulatedEngine::networks() {
  const std::lock_guard lock(mutex_);
  return networks_;
}

std::map<std::string, json> SimulatedEngine::volumes() {
  const std::lock_guard lock(mutex_);
  return volumes_;
}

int SimulatedEngine::writes() {
  const std::lock_guard lock(mutex_);
  return writes_;
}

std::vector<std::string> SimulatedEngine::log() {
  const std::lock_guard lock(mutex_);
  return log_;
}

void SimulatedEngine::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const Container* container = find(name);
  if (container != nullptr) containers_.erase(container->id);
}

}  // namespace sealock::tests
