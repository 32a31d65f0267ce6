#include "policy/effective/object_references.hpp"

#include "policy/effective/bind_spec.hpp"
#include "policy/effective/body_places.hpp"
#include "policy/effective/text.hpp"

namespace sealock::policy::effective {
namespace {

class Collector {
public:
  explicit Collector(const Request& request) : request_(request) {}

  std::vector<ReferencePlace> collect();

private:
  // `length` characters of `text` from `begin` name an object.
  void add(ObjectKind kind,
           ReferenceRole role,
           const std::string& text,
           std::size_t begin,
           std::size_t length);
  void add_whole(ObjectKind kind, ReferenceRole role, const Value* value);
  void add_mode(const Value* value);          // container:X only
  void add_network_mode(const Value* value);  // container:X, or a network
  void add_links(const Value* object);
  void add_endpoints(const Value* networking);
  void add_binds(const Value* host);
  void add_mounts(const Value* holder);
  void add_create();
  void add_service();
  void add_query();

  const Request& request_;
  std::vector<ReferencePlace> places_;
};

void Collector::add(ObjectKind kind,
                    ReferenceRole role,
                    const std::string& text,
                    std::size_t begin,
                    std::size_t length) {
  std::string_view name = std::string_view(text).substr(begin, length);
  if (kind == ObjectKind::container && name.starts_with('/')) name.remove_prefix(1);
  if (name.empty()) return;
  places_.push_back({kind, role, &text, begin, length, std::string(name)});
}

void Collector::add_whole(ObjectKind kind, ReferenceRole role, const Value* value) {
  if (value == nullptr || value->string() == nullptr) return;
  add(kind, role, *value->string(), 0, value->string()->size());
}

void Collector::add_mode(const Value* value) {
  constexpr std::string_view prefix = "container:";
  if (value == nullptr || value->string() == nullptr) return;
  const std::string& text = *value->string();
  if (!text.starts_with(prefix)) return;
  add(ObjectKind::container, ReferenceRole::namespace_mode, text, prefix.size(),
      text.size() - prefix.size());
}

void Collector::add_network_mode(const Value* value) {
  add_mode(value);
  if (value == nullptr || value->string() == nullptr) return;
  const std::string& text = *value->string();
  if (is_predefined_network(text) || text.find(':') != std::string::npos) return;
  add_whole(ObjectKind::network, ReferenceRole::network_mode, value);
}

void Collector::add_links(const Value* object) {
  for_each_text(object, "Links", [&](const std::string& link) {
    add(ObjectKind::container, ReferenceRole::link, link, 0, cut(link, ':').first.size());
  });
}

void Collector::add_endpoints(const Value* networking) {
  for_each_member(
      networking, "EndpointsConfig", [&](const std::string& name, const Value& endpoint) {
        if (!is_predefined_network(name))
          add(ObjectKind::network, ReferenceRole::endpoint, name, 0, name.size());
        add_whole(ObjectKind::network, ReferenceRole::endpoint_id, endpoint.find("NetworkID"));
        add_links(&endpoint);
      });
}

void Collector::add_binds(const Value* host) {
  for_each_text(host, "Binds", [&](const std::string& text) {
    const auto bind = parse_bind(text);
    if (!bind || bind->source.empty() || bind->is_host_path()) return;
    add(ObjectKind::volume, ReferenceRole::volume, text, 0, bind->source.size());
  });
  for_each_text(host, "VolumesFrom", [&](const std::string& text) {
    add(ObjectKind::container, ReferenceRole::volumes_from, text, 0, cut(text, ':').first.size());
  });
}

void Collector::add_mounts(const Value* holder) {
  for_each_element(holder, "Mounts", [&](const Value& mount) {
    if (mount.text("Type") == "volume")
      add_whole(ObjectKind::volume, ReferenceRole::volume, mount.find("Source"));
  });
}

void Collector::add_create() {
  const Value* host = host_config(request_);
  add_mode(member(host, "PidMode"));
  add_mode(member(host, "IpcMode"));
  add_mode(member(host, "Cgroup"));
  add_network_mode(member(host, "NetworkMode"));
  add_binds(host);
  add_mounts(host);
  add_links(host);
  add_endpoints(request_.body.find("NetworkingConfig"));
  add_whole(ObjectKind::image, ReferenceRole::image, request_.body.find("Image"));
}

void Collector::add_service() {
  const Value* task = task_template(request_);
  const auto add_network = [&](const Value& attachment) {
    const std::string_view name = attachment.text("Target");
    if (!is_predefined_network(name))
      add_whole(ObjectKind::network, ReferenceRole::attachment, attachment.find("Target"));
  };
  for_each_element(task, "Networks", add_network);
  for_each_element(&request_.body, "Networks", add_network);
  add_mounts(container_spec(request_));
  add_whole(ObjectKind::container, ReferenceRole::network_member,
            member(member(task, "NetworkAttachmentSpec"), "ContainerID"));
}

void Collector::add_query() {
  for (const auto& [parameter, value] : request_.query) {
    if (is_operation(request_, OperationId::image_build) && parameter->name == "networkmode")
      add_network_mode(&value);
    const auto kind = object_kind(parameter->refers_to);
    if (!kind) continue;
    add_whole(*kind, ReferenceRole::query, &value);
    if (value.list() == nullptr) continue;
    for (const Value& element : *value.list())
      add_whole(*kind, ReferenceRole::query, &element);
  }
}

std::vector<ReferencePlace> Collector::collect() {
  const Operation& operation = *request_.operation;
  if (const auto kind = object_kind(operation.target))
    add(*kind, ReferenceRole::target, request_.target, 0, request_.target.size());
  add_query();
  if (operation.id == OperationId::container_create) add_create();
  if (is_service(request_)) add_service();
  if (operation.id == OperationId::network_connect ||
      operation.id == OperationId::network_disconnect) {
    add_whole(ObjectKind::container, ReferenceRole::network_member,
              request_.body.find("Container"));
    const Value* endpoint = request_.body.find("EndpointConfig");
    add_whole(ObjectKind::network, ReferenceRole::endpoint_id, member(endpoint, "NetworkID"));
    add_links(endpoint);
  }
  if (operation.id == OperationId::network_create)
    add_whole(ObjectKind::network, ReferenceRole::config_from,
              request_.body.find({"ConfigFrom", "Network"}));
  if (operation.id == OperationId::volume_create)
    add_whole(ObjectKind::volume, ReferenceRole::volume, request_.body.find("Name"));
  return std::move(places_);
}

// Kinds whose names can move to another object while a request is under way, and whose operations
// are therefore judged and sent by id. Swarm objects are only asked for when a rule wants them.
bool is_pinned_by_path(ObjectKind kind) {
  return kind == ObjectKind::container || kind == ObjectKind::network ||
         kind == ObjectKind::volume || kind == ObjectKind::exec;
}

}  // namespace

bool must_be_known(const ReferencePlace& place, const Request& request, bool target_wanted) {
  const bool predefined = place.kind == ObjectKind::network && is_predefined_network(place.name);
  switch (place.role) {
  case ReferenceRole::target:
    if (target_wanted) return true;
    return request.operation->changes_state && is_pinned_by_path(place.kind) && !predefined;
  case ReferenceRole::query:
    return place.kind != ObjectKind::image || target_wanted;
  case ReferenceRole::namespace_mode:
  case ReferenceRole::volumes_from:
  case ReferenceRole::link:
  case ReferenceRole::network_member:
  case ReferenceRole::network_mode:
  case ReferenceRole::endpoint:
  case ReferenceRole::attachment:
  case ReferenceRole::config_from:
  case ReferenceRole::endpoint_id:
  case ReferenceRole::volume:
  case ReferenceRole::image:
    break;
  }
  return !predefined;
}

std::vector<ReferencePlace> references_of(const Request& request) {
  if (request.operation == nullptr) return {};
  return Collector(request).collect();
}

std::vector<std::string> predefined_networks_of(const Request& request) {
  std::vector<std::string> names;
  const auto add = [&](std::string_view name) {
    if (!is_predefined_network(name)) return;
    names.emplace_back(name.empty() || name == "default" ? "bridge" : name);
  };
  if (is_operation(request, OperationId::container_create)) {
    const Value* networking = request.body.find("NetworkingConfig");
    const Value* endpoints = member(networking, "EndpointsConfig");
    const std::string_view mode = text_of(host_config(request), "NetworkMode");
    // Endpoints take the place of the default network (moby updateContainerNetworkSettings).
    const bool says_nothing = mode.empty() || mode == "default";
    if (!says_nothing || endpoints == nullptr || endpoints->is_zero()) add(mode);
    for_each_member(networking, "EndpointsConfig",
                    [&](const std::string& name, const Value&) { add(name); });
  }
  const auto add_attachment = [&](const Value& attachment) { add(attachment.text("Target")); };
  for_each_element(task_template(request), "Networks", add_attachment);
  if (is_service(request)) for_each_element(&request.body, "Networks", add_attachment);
  if (is_operation(request, OperationId::image_build)) add(query_text(request, "networkmode"));
  if (is_operation(request, OperationId::network_connect) ||
      is_operation(request, OperationId::network_disconnect))
    add(request.target);
  return names;
}

bool is_predefined_network(std::string_view name) {
  return name.empty() || name == "default" || name == "bridge" || name == "host" || name == "none";
}

}  // namespace sealock::policy::effective
