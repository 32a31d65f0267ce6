// What the engine said about the objects that a request names, asked before the decision.
//
// policy/ does no I/O: needed_lookups() says what must be known, proxy/ asks the engine, and the
// answers come back as Facts. Ids are then put in the place of names (pin_references), so that a
// rename between check and use changes nothing (engine-facts.md F5 to F7).

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/request/value.hpp"
#include "policy/result.hpp"

namespace sealock::policy {

struct Request;

enum class ObjectKind { container, image, network, volume, exec, service, secret, config, node, task, plugin };

struct Lookup {
  ObjectKind kind;
  std::string name;  // as the request says it: name, id, or id prefix
  bool operator==(const Lookup&) const = default;
};

struct Fact {
  Lookup lookup;
  bool exists = false;
  bool failed = false;   // the engine could not be asked, or answered nonsense: nothing is known
  std::string id;        // full id (volumes: the name); empty when it does not exist
  Value inspect;         // the engine's inspect document
};

class Facts {
public:
  void add(Fact fact) { facts_.push_back(std::move(fact)); }
  [[nodiscard]] const Fact* find(ObjectKind kind, std::string_view name) const;
  [[nodiscard]] const std::vector<Fact>& all() const { return facts_; }

private:
  std::vector<Fact> facts_;
};

// What must be known to judge and pin this request. `target_wanted`: a rule of the policy looks at
// target.*; otherwise the target of a reading operation is not asked for (it costs a round trip).
[[nodiscard]] std::vector<Lookup> needed_lookups(const Request& request, bool target_wanted);

// Replaces names and id prefixes in path and body by full ids. An error when a fact is missing or
// failed, never a request that is half pinned. A name that does not exist is left as it is, so
// that the engine answers its own 404.
[[nodiscard]] Result<void> pin_references(Request& request, const Facts& facts);

}  // namespace sealock::policy
