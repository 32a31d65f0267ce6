#include "policy/effective/facts.hpp"

#include "policy/effective/body_places.hpp"
#include "policy/effective/image_reference.hpp"
#include "policy/effective/mount_summary.hpp"
#include "policy/effective/object_references.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace sealock::policy {
namespace {

using effective::ReferencePlace;
using effective::ReferenceRole;

void add_once(std::vector<Lookup>& lookups, ObjectKind kind, std::string_view name) {
  Lookup lookup{kind, std::string(name)};
  if (std::find(lookups.begin(), lookups.end(), lookup) == lookups.end())
    lookups.push_back(std::move(lookup));
}

const Value* labels_of(const Fact& fact) {
  switch (fact.lookup.kind) {
  case ObjectKind::container:
  case ObjectKind::image:
    return fact.inspect.find({"Config", "Labels"});
  case ObjectKind::network:
  case ObjectKind::volume:
    return fact.inspect.find("Labels");
  case ObjectKind::service:
  case ObjectKind::secret:
  case ObjectKind::config:
  case ObjectKind::node:
    return fact.inspect.find({"Spec", "Labels"});
  case ObjectKind::task:
    return fact.inspect.find({"Spec", "ContainerSpec", "Labels"});
  case ObjectKind::exec:
  case ObjectKind::plugin:
  case ObjectKind::composition:
  case ObjectKind::deployment:
    break;
  }
  return nullptr;
}

bool has_label(const Fact& fact, std::string_view label, std::string_view value) {
  const Value* found = effective::member(labels_of(fact), label);
  return found != nullptr && found->string() != nullptr && *found->string() == value;
}

}  // namespace

std::string_view name_of(ObjectKind kind) {
  constexpr std::array<std::string_view, 13> names{
      "container", "image", "network", "volume", "exec",        "service",   "secret",
      "config",    "node",  "task",    "plugin", "composition", "deployment"};
  return names.at(static_cast<std::size_t>(kind));
}

std::string_view name_in(const Fact& fact) {
  std::string_view name = fact.inspect.text("Name");
  if (name.empty()) {
    const Value* inner = fact.inspect.find({"Spec", "Name"});
    if (inner != nullptr && inner->string() != nullptr) name = *inner->string();
  }
  if (fact.lookup.kind == ObjectKind::container && name.starts_with('/')) name.remove_prefix(1);
  return name.empty() ? std::string_view(fact.id) : name;
}

std::optional<ObjectKind> object_kind(TargetKind kind) {
  switch (kind) {
  case TargetKind::container:
    return ObjectKind::container;
  case TargetKind::exec:
    return ObjectKind::exec;
  case TargetKind::image:
    return ObjectKind::image;
  case TargetKind::network:
    return ObjectKind::network;
  case TargetKind::volume:
    return ObjectKind::volume;
  case TargetKind::plugin:
    return ObjectKind::plugin;
  case TargetKind::service:
    return ObjectKind::service;
  case TargetKind::task:
    return ObjectKind::task;
  case TargetKind::node:
    return ObjectKind::node;
  case TargetKind::secret:
    return ObjectKind::secret;
  case TargetKind::config:
    return ObjectKind::config;
  case TargetKind::composition:
    return ObjectKind::composition;
  case TargetKind::deployment:
    return ObjectKind::deployment;
  case TargetKind::none:
  case TargetKind::checkpoint:
  case TargetKind::distribution:
    break;
  }
  return std::nullopt;
}

const Fact* Facts::find(ObjectKind kind, std::string_view name) const {
  const auto asked = std::find_if(facts_.begin(), facts_.end(), [&](const Fact& fact) {
    return fact.lookup.kind == kind && fact.lookup.name == name;
  });
  if (asked != facts_.end()) return &*asked;
  const auto answered = std::find_if(facts_.begin(), facts_.end(), [&](const Fact& fact) {
    return fact.lookup.kind == kind && fact.exists && !fact.id.empty() && fact.id == name;
  });
  return answered != facts_.end() ? &*answered : nullptr;
}

void Facts::mark_ownership(Owner owner) {
  for (Fact& fact : facts_) {
    const bool image = fact.lookup.kind == ObjectKind::image;
    const std::string value = image ? owner.image_value() : owner.value;
    const bool own = fact.exists && !fact.failed && has_label(fact, owner.label, value);
    fact.ownership = own ? Ownership::own : Ownership::foreign;
  }
  for (Fact& fact : facts_) {
    if (fact.lookup.kind != ObjectKind::exec || !fact.exists) continue;
    const Fact* container = find(ObjectKind::container, fact.inspect.text("ContainerID"));
    if (container != nullptr) fact.ownership = container->ownership;
  }
  owner_ = std::move(owner);
}

const HostPlace* Facts::find_place(std::string_view path) const {
  const auto found = std::find_if(places_.begin(), places_.end(),
                                  [path](const HostPlace& place) { return place.path == path; });
  return found == places_.end() ? nullptr : &*found;
}

std::vector<std::string> places_to_follow(const Request& request, const Facts& known) {
  const bool mounts = effective::is_operation(request, OperationId::container_create) ||
                      effective::is_operation(request, OperationId::volume_create);
  if (!mounts) return {};
  const auto summary = effective::summarize_mounts(request, known);
  return summary ? summary->host_paths : std::vector<std::string>();
}

std::vector<Lookup> needed_lookups(const Request& request, bool target_wanted) {
  std::vector<Lookup> lookups;
  for (const ReferencePlace& place : effective::references_of(request)) {
    if (!effective::must_be_known(place, request, target_wanted)) continue;
    add_once(lookups, place.kind, place.name);
    // dockerd looks for a repository called "cafe" first, and for an image whose id begins with it
    // afterwards. Asked both ways, an ambiguous name is seen (pin_references refuses it).
    const bool by_image = place.kind == ObjectKind::image && place.role == ReferenceRole::image;
    if (by_image && effective::is_short_image_id(place.name))
      add_once(lookups, ObjectKind::image, "sha256:" + place.name);
  }
  return lookups;
}

std::vector<Lookup> further_lookups(const Request& request, const Facts& known) {
  std::vector<Lookup> lookups;
  const auto want = [&](ObjectKind kind, std::string_view name) {
    if (!name.empty() && known.find(kind, name) == nullptr) add_once(lookups, kind, name);
  };
  for (const ReferencePlace& place : effective::references_of(request)) {
    const Fact* fact = known.find(place.kind, place.name);
    if (fact == nullptr || !fact->exists) continue;
    if (place.kind == ObjectKind::exec)
      want(ObjectKind::container, fact->inspect.text("ContainerID"));
    if (place.role != ReferenceRole::volumes_from) continue;
    effective::for_each_element(&fact->inspect, "Mounts", [&](const Value& mount) {
      if (mount.text("Type") == "volume") want(ObjectKind::volume, mount.text("Name"));
    });
  }
  return lookups;
}

}  // namespace sealock::policy
