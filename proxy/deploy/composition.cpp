#include "proxy/deploy/composition.hpp"

#include <algorithm>
#include <utility>

namespace sealock::proxy {
namespace {

using Json = nlohmann::json;

NLOHMANN_JSON_SERIALIZE_ENUM(UpdateOrder,
                             {{UpdateOrder::automatic, "automatic"},
                              {UpdateOrder::start_first, "start-first"},
                              {UpdateOrder::stop_first, "stop-first"}})

constexpr std::pair<Dependency::Condition, std::string_view> conditions[] = {
    {Dependency::Condition::started, "service_started"},
    {Dependency::Condition::healthy, "service_healthy"},
    {Dependency::Condition::completed, "service_completed_successfully"}};

std::string_view name_of(Dependency::Condition condition) {
  for (const auto& [known, name] : conditions)
    if (known == condition) return name;
  return "";
}

Dependency::Condition condition_named(std::string_view name) {
  for (const auto& [condition, known] : conditions)
    if (known == name) return condition;
  return Dependency::Condition::started;
}

Json to_json(const Component& component) {
  Json needs = Json::array();
  for (const Dependency& need : component.depends_on)
    needs.push_back({{"component", need.component}, {"condition", name_of(need.condition)}});
  return {{"name", component.name},
          {"image", component.image},
          {"digest", component.digest},
          {"pinned_image", component.pinned_image},
          {"create", component.create},
          {"depends_on", std::move(needs)},
          {"replicas", component.replicas},
          {"order", component.order},
          {"start_period", component.start_period.count()},
          {"monitor", component.monitor.count()},
          {"service", component.service}};
}

Component component_from(const Json& stored) {
  Component component;
  stored.at("name").get_to(component.name);
  stored.at("image").get_to(component.image);
  stored.at("digest").get_to(component.digest);
  stored.at("pinned_image").get_to(component.pinned_image);
  component.create = stored.at("create");
  for (const Json& need : stored.at("depends_on")) {
    component.depends_on.push_back({need.at("component").get<std::string>(),
                                    condition_named(need.at("condition").get<std::string>())});
  }
  stored.at("replicas").get_to(component.replicas);
  stored.at("order").get_to(component.order);
  component.start_period = std::chrono::nanoseconds(stored.at("start_period").get<std::int64_t>());
  component.monitor = std::chrono::nanoseconds(stored.at("monitor").get<std::int64_t>());
  component.service = stored.at("service");
  return component;
}

Json to_json(const std::vector<Resource>& resources) {
  Json all = Json::array();
  for (const Resource& resource : resources) {
    all.push_back({{"key", resource.key},
                   {"name", resource.name},
                   {"external", resource.external},
                   {"create", resource.create}});
  }
  return all;
}

std::vector<Resource> resources_from(const Json& stored) {
  std::vector<Resource> all;
  for (const Json& one : stored) {
    all.push_back({one.at("key").get<std::string>(), one.at("name").get<std::string>(),
                   one.at("external").get<bool>(), one.at("create")});
  }
  return all;
}

}  // namespace

const Component* Composition::find(std::string_view component) const {
  const auto found = std::find_if(components.begin(), components.end(),
                                  [&](const Component& one) { return one.name == component; });
  return found == components.end() ? nullptr : &*found;
}

Json to_json(const Composition& composition) {
  Json components = Json::array();
  for (const Component& component : composition.components)
    components.push_back(to_json(component));
  return {{"name", composition.name},
          {"project", composition.project},
          {"components", std::move(components)},
          {"networks", to_json(composition.networks)},
          {"volumes", to_json(composition.volumes)},
          {"content_digest", composition.content_digest},
          {"digest_set", composition.digest_set}};
}

Composition composition_from_json(const Json& stored) {
  Composition composition;
  stored.at("name").get_to(composition.name);
  stored.at("project").get_to(composition.project);
  for (const Json& component : stored.at("components"))
    composition.components.push_back(component_from(component));
  composition.networks = resources_from(stored.at("networks"));
  composition.volumes = resources_from(stored.at("volumes"));
  stored.at("content_digest").get_to(composition.content_digest);
  stored.at("digest_set").get_to(composition.digest_set);
  return composition;
}

}  // namespace sealock::proxy
