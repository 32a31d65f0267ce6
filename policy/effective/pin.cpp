// Puts the ids of what was judged into the request that is sent.
//
// A network in a body keeps its name, because inspect shows it and clients compare it, and gets the
// NetworkID of its endpoint besides: dockerd looks a user-defined network up by NetworkID before it
// looks at the name. That is a bypass when a client writes it ("EndpointsConfig": {"mine":
// {"NetworkID": "yours"}} joins yours; so does the EndpointConfig of NetworkConnect), so a NetworkID
// must name the same network as its key, and it is the pin when we write it. Written after the
// decision, because a rule need not name what the client did not say.
//
// The residual race: a name that does not exist when it is asked for is sent as it is, and somebody
// else may make such an object before the engine reads it. Rules judged the name all the same.
// Likewise a volume of that name may be removed and made anew with other options in between, by
// whoever may make volumes with options.
//
// Sources: engine-facts.md F5 to F7; moby daemon/container_operations.go getNetworkID (v20.10.24 and
//          2026-08).

#include "policy/effective/body_places.hpp"
#include "policy/effective/facts.hpp"
#include "policy/effective/image_reference.hpp"
#include "policy/effective/object_references.hpp"

#include <algorithm>
#include <utility>

namespace sealock::policy {
namespace {

using effective::ReferencePlace;
using effective::ReferenceRole;

struct Replacement {
  const std::string* text;
  std::size_t begin;
  std::size_t length;
  std::string by;
};

tl::unexpected<Error> unknown(const ReferencePlace& place, const Fact* fact) {
  const std::string what = std::string(name_of(place.kind)) + " '" + place.name + "'";
  if (fact == nullptr) return fail(ErrorKind::internal, "nothing is known of the " + what);
  return fail(ErrorKind::engine_garbage, "the engine does not describe the " + what);
}

bool is_replaced(const ReferencePlace& place, const Fact& fact, const Request& request) {
  switch (place.role) {
  case ReferenceRole::target:
    // Images by name and by id are different things to delete; volumes and plugins have no ids.
    return place.kind != ObjectKind::image && place.kind != ObjectKind::volume &&
           place.kind != ObjectKind::plugin && place.kind != ObjectKind::composition &&
           place.kind != ObjectKind::deployment;
  case ReferenceRole::query:
    return place.kind == ObjectKind::container;
  case ReferenceRole::network_mode:
    // A build makes containers of its own that nobody inspects later.
    return effective::is_operation(request, OperationId::image_build) ||
           place.name != name_in(fact);
  case ReferenceRole::endpoint:
    return place.name != name_in(fact);
  case ReferenceRole::image:
    return effective::is_short_image_id(place.name) &&
           std::string_view(fact.id).starts_with("sha256:" + place.name);
  case ReferenceRole::namespace_mode:
  case ReferenceRole::volumes_from:
  case ReferenceRole::network_member:
  case ReferenceRole::attachment:
  case ReferenceRole::endpoint_id:
    return true;
  case ReferenceRole::link:         // names in DNS, which knows no full ids
  case ReferenceRole::config_from:  // looked up by name only
  case ReferenceRole::volume:
    break;
  }
  return false;
}

// A name of hexadecimal digits that is also the beginning of another image's id.
Result<void> check_ambiguous_image(const ReferencePlace& place,
                                   const Fact& named,
                                   const Facts& facts) {
  if (!effective::is_short_image_id(place.name)) return {};
  const Fact* by_id = facts.find(ObjectKind::image, "sha256:" + place.name);
  if (by_id == nullptr || by_id->failed) return unknown(place, by_id);
  if (named.exists && by_id->exists && named.id != by_id->id) {
    return bad_request("Image: '" + place.name +
                       "' is the name of one image and begins the id of another; write '" +
                       place.name + ":latest' or the whole id");
  }
  return {};
}

Result<std::vector<Replacement>> plan(const Request& request, const Facts& facts) {
  std::vector<Replacement> replacements;
  for (const ReferencePlace& place : effective::references_of(request)) {
    const Fact* fact = facts.find(place.kind, place.name);
    if (fact == nullptr && !effective::must_be_known(place, request, false)) continue;
    if (fact == nullptr || fact->failed) return unknown(place, fact);
    if (place.role == ReferenceRole::image) {
      auto checked = check_ambiguous_image(place, *fact, facts);
      if (!checked) return tl::unexpected<Error>(checked.error());
    }
    if (!fact->exists || fact->id.empty() || !is_replaced(place, *fact, request)) continue;
    replacements.push_back({place.text, place.begin, place.length, fact->id});
  }
  return replacements;
}

// The id of the network that `name` means; empty when there is none, or it needs no asking.
std::string network_id(std::string_view name, const Facts& facts) {
  if (effective::is_predefined_network(name)) return {};
  const Fact* fact = facts.find(ObjectKind::network, name);
  return fact != nullptr && fact->exists ? fact->id : std::string();
}

Result<void> check_endpoint(std::string_view place,
                            std::string_view network,
                            const Value& endpoint,
                            const Facts& facts) {
  const std::string_view said = endpoint.text("NetworkID");
  if (said.empty()) return {};
  // dockerd prefers the name of a predefined network to a NetworkID; for it they cannot disagree.
  if (effective::is_predefined_network(network)) {
    return bad_request(std::string(place) + ".NetworkID: leave it out for the network '" +
                       std::string(network) + "'");
  }
  const std::string by_name = network_id(network, facts);
  if (by_name.empty() ? said == network : by_name == network_id(said, facts)) return {};
  return bad_request(std::string(place) + ".NetworkID: names another network than '" +
                     std::string(network) + "'");
}

Result<void> check_endpoints(const Request& request, const Facts& facts) {
  if (effective::is_operation(request, OperationId::network_connect)) {
    const Value* endpoint = request.body.find("EndpointConfig");
    return endpoint == nullptr ? Result<void>()
                               : check_endpoint("EndpointConfig", request.target, *endpoint, facts);
  }
  if (!effective::is_operation(request, OperationId::container_create)) return {};
  const Value* endpoints = request.body.find({"NetworkingConfig", "EndpointsConfig"});
  if (endpoints == nullptr || endpoints->object() == nullptr) return {};
  std::vector<std::string> ids;
  for (const auto& [name, endpoint] : *endpoints->object()) {
    auto checked = check_endpoint("NetworkingConfig.EndpointsConfig{}", name, endpoint, facts);
    if (!checked) return checked;
    const std::string id = network_id(name, facts);
    if (id.empty()) continue;
    if (std::find(ids.begin(), ids.end(), id) != ids.end())
      return bad_request("NetworkingConfig.EndpointsConfig: names one network twice");
    ids.push_back(id);
  }
  return {};
}

Value& member_object(Value& holder, std::string_view key) {
  const Value* found = holder.find(key);
  if (found == nullptr || found->is_null()) holder.set(key, Value(Value::Object()));
  return *holder.find(key);
}

// NetworkMode alone gives the container an endpoint on that network, as if EndpointsConfig said so.
void add_endpoint_of_mode(Value& body, const Facts& facts) {
  const Value* host = body.find("HostConfig");
  const std::string mode(effective::text_of(host, "NetworkMode"));
  if (mode.find(':') != std::string::npos || network_id(mode, facts).empty()) return;
  const Value* endpoints = body.find({"NetworkingConfig", "EndpointsConfig"});
  if (endpoints != nullptr && !endpoints->is_zero()) return;
  const Fact* fact = facts.find(ObjectKind::network, mode);
  if (mode != name_in(*fact)) return;  // by its id already
  Value& added = member_object(member_object(body, "NetworkingConfig"), "EndpointsConfig");
  added.set(mode, Value(Value::Object()));
}

}  // namespace

Result<void> pin_references(Request& request, const Facts& facts) {
  const auto replacements = plan(request, facts);
  if (!replacements) return tl::unexpected<Error>(replacements.error());
  auto checked = check_endpoints(request, facts);
  if (!checked) return checked;

  for (const Replacement& replacement : *replacements) {
    // The places were found in this very request, which is ours to change.
    auto& text = const_cast<std::string&>(*replacement.text);
    text.replace(replacement.begin, replacement.length, replacement.by);
  }
  return {};
}

void pin_networks(Request& request, const Facts& facts) {
  if (!effective::is_operation(request, OperationId::container_create)) return;
  add_endpoint_of_mode(request.body, facts);
  Value* networking = request.body.find("NetworkingConfig");
  Value* endpoints = networking == nullptr ? nullptr : networking->find("EndpointsConfig");
  if (endpoints == nullptr || endpoints->object() == nullptr) return;
  for (auto& [name, endpoint] : *endpoints->object()) {
    const std::string id = network_id(name, facts);
    if (!id.empty()) endpoint.set("NetworkID", Value(id));
  }
}

Result<void> pin_image(Request& request, const Facts& facts) {
  if (!effective::is_operation(request, OperationId::container_create)) return {};
  const std::string name(request.body.text("Image"));
  const Fact* fact = facts.find(ObjectKind::image, name);
  if (fact == nullptr || fact->failed)
    return fail(ErrorKind::internal, "nothing is known of the image '" + name + "'");
  if (fact->exists) request.body.set("Image", Value(fact->id));
  return {};
}

}  // namespace sealock::policy
