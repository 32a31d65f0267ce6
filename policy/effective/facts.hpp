// What the engine said about the objects that a request names, asked before the decision.
//
// policy/ does no I/O: needed_lookups() says what must be known, proxy/ asks the engine, and the
// answers come back as Facts. Ids are then put in the place of names (pin_references), so that a
// rename between check and use changes nothing (engine-facts.md F5 to F7).
//
// Order:   check_spellings, needed_lookups, further_lookups until it is empty, pin_references, the
//          decision on the pinned request, pin_networks, the engine. Views find a fact by the name
//          it was asked by and by the id it was answered with.
// Threads: pure; Facts belong to one request.

#pragma once

#include "policy/effective/owner.hpp"
#include "policy/request/value.hpp"
#include "policy/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

enum class TargetKind : std::uint8_t;
struct Request;

enum class ObjectKind {
  container,
  image,
  network,
  volume,
  exec,
  service,
  secret,
  config,
  node,
  task,
  plugin,
  composition,  // these two are sealock's own: the store is asked, not the engine
  deployment,
};

[[nodiscard]] std::string_view name_of(ObjectKind kind);  // "container"
// Nothing for what the engine does not describe: no target, a registry's image.
[[nodiscard]] std::optional<ObjectKind> object_kind(TargetKind target);

struct Lookup {
  ObjectKind kind;
  std::string name;  // as the request says it: name, id, or id prefix; containers without a slash
  bool operator==(const Lookup&) const = default;
};

enum class Ownership { foreign, own };

struct Fact {
  Lookup lookup;
  bool exists = false;
  bool failed = false;  // the engine could not be asked, or answered nonsense: nothing is known
  std::string id;       // full id (volumes: the name); empty when it does not exist
  Value inspect;        // the engine's inspect document
  Ownership ownership = Ownership::foreign;  // mark_ownership()
};

// A path of the host that a request mounts, and where it leads when its symbolic links are followed.
struct HostPlace {
  std::string path;                 // as the view host_paths has it
  std::optional<std::string> real;  // nothing: it cannot be told
};

// The object's own name: "web" for a container that inspect calls "/web"; the id when it has none.
[[nodiscard]] std::string_view name_in(const Fact& fact);

class Facts {
public:
  void add(Fact fact) { facts_.push_back(std::move(fact)); }
  // The fact that was asked for by this name; else the one whose object has this full id.
  [[nodiscard]] const Fact* find(ObjectKind kind, std::string_view name) const;
  [[nodiscard]] const std::vector<Fact>& all() const { return facts_; }
  void add_place(HostPlace place) { places_.push_back(std::move(place)); }
  // Null when nobody has looked: then the path is judged as it is written.
  [[nodiscard]] const HostPlace* find_place(std::string_view path) const;
  // Marks each object as own that carries the owner's label. An exec belongs to whom its container
  // belongs; an image to whom built, committed or imported it.
  void mark_ownership(Owner owner);
  // Nothing when the policy knows no ownership.
  [[nodiscard]] const std::optional<Owner>& owner() const { return owner_; }

private:
  std::vector<Fact> facts_;
  std::vector<HostPlace> places_;
  std::optional<Owner> owner_;
};

// What must be known to judge and pin this request. `target_wanted`: a rule of the policy looks at
// target.*; otherwise the target of a reading operation is not asked for (it costs a round trip).
[[nodiscard]] std::vector<Lookup> needed_lookups(const Request& request, bool target_wanted);

// What the answers so far bring up: the container behind an exec, the volumes that VolumesFrom takes
// over from another container. Without it the views that need them are errors, which deny.
[[nodiscard]] std::vector<Lookup> further_lookups(const Request& request, const Facts& known);

// The paths of this host that a container or a volume is to get: where they lead should be told to `known`
// before the decision. A service's tasks may run on other hosts.
[[nodiscard]] std::vector<std::string> places_to_follow(const Request& request, const Facts& known);

// Replaces names and id prefixes in path and body by full ids. An error when a fact is missing or
// failed, never a request that is half pinned. A name that does not exist is left as it is, so
// that the engine answers its own 404.
//
// Left as they are written: volumes (their name is their id), images (see pin_image) and a network's
// own name in a body (see pin_networks).
[[nodiscard]] Result<void> pin_references(Request& request, const Facts& facts);

// Pins the networks that ContainerCreate names by their own names: inspect shows the name and clients
// compare it, so it stays, and the endpoint's NetworkID, which dockerd prefers to it, is added. To be
// called after the decision: what is added is not the client's, and no rule need name it.
void pin_networks(Request& request, const Facts& facts);

// Writes out what ContainerCreate leaves to the engine where the engine's own default would share a
// namespace with the host or with others: the cgroup namespace (host on cgroup v1 and below API 1.41)
// and the IPC namespace (shareable below API 1.40). To be called after the decision, as above.
// Source: engine-facts.md 3.1 (CgroupnsMode, IpcMode); moby container_routes.go postContainersCreate.
void write_defaults(Request& request);

// Replaces ContainerCreate's Image by the image's id, which closes the race with a tag that moves
// (engine-facts.md F6). Not done for everybody: inspect then shows an id where Ansible, compose and
// people expect the reference that they wrote. Nothing to do for other operations and for an image
// that is not there.
[[nodiscard]] Result<void> pin_image(Request& request, const Facts& facts);

}  // namespace sealock::policy
