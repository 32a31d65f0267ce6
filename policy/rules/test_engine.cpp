#include "policy/rules/test_engine.hpp"

#include "policy/request/request.hpp"
#include "policy/rules/compiled_policy.hpp"
#include "policy/rules/policy_set.hpp"
#include "policy/rules/self_test.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::array kinds{ObjectKind::container, ObjectKind::image,  ObjectKind::network,
                           ObjectKind::volume,    ObjectKind::exec,   ObjectKind::service,
                           ObjectKind::secret,    ObjectKind::config, ObjectKind::node,
                           ObjectKind::task,      ObjectKind::plugin, ObjectKind::composition,
                           ObjectKind::deployment};

// 64 hex digits that are the same for the same name: FNV-1a, stretched. Nothing depends on more.
std::string made_up_id(std::string_view name) {
  constexpr std::string_view digits = "0123456789abcdef";
  const bool is_id = name.size() == 64 && name.find_first_not_of(digits) == std::string_view::npos;
  if (is_id) return std::string(name);
  std::uint64_t state = 0xcbf29ce484222325U;
  for (const char c : name) {
    state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  std::string id;
  for (int i = 0; i < 64; ++i) {
    state = (state ^ (state >> 29U)) * 0xbf58476d1ce4e5b9U + 1;
    id += digits[(state >> 59U) & 0xFU];
  }
  return id;
}

Value object(std::initializer_list<Value::Member> members) {
  return Value(Value::Object(members));
}

Value plain_container(const std::string& name) {
  return object({{"Id", Value(made_up_id(name))},
                 {"Name", Value("/" + name)},
                 {"Image", Value("sha256:" + made_up_id("image"))},
                 {"State", object({{"Status", Value("running")}, {"Running", Value(true)}})},
                 {"Config", object({{"Image", Value("image")}, {"Labels", object({})}})},
                 {"HostConfig", object({{"NetworkMode", Value("default")}})},
                 {"Mounts", Value(Value::List{})},
                 {"NetworkSettings", object({{"Networks", object({})}})}});
}

Value plain_volume(const std::string& name) {
  return object({{"Name", Value(name)},
                 {"Driver", Value("local")},
                 {"Mountpoint", Value("/var/lib/docker/volumes/" + name + "/_data")},
                 {"Labels", Value()},
                 {"Options", Value()},
                 {"Scope", Value("local")}});
}

Value plain_network(const std::string& name) {
  return object({{"Name", Value(name)},
                 {"Id", Value(made_up_id(name))},
                 {"Driver", Value("bridge")},
                 {"Scope", Value("local")},
                 {"Options", object({})},
                 {"Labels", object({})}});
}

Value plain_image(const std::string& name) {
  return object({{"Id", Value("sha256:" + made_up_id(name))},
                 {"RepoTags", Value(Value::List{Value(name)})},
                 {"Config", object({{"Labels", object({})}})}});
}

Value plain_document(ObjectKind kind, const std::string& name) {
  switch (kind) {
  case ObjectKind::container:
    return plain_container(name);
  case ObjectKind::image:
    return plain_image(name);
  case ObjectKind::network:
    return plain_network(name);
  case ObjectKind::volume:
    return plain_volume(name);
  case ObjectKind::exec:
    return object({{"ID", Value(name)}, {"ContainerID", Value(made_up_id("container"))}});
  case ObjectKind::service:
  case ObjectKind::secret:
  case ObjectKind::config:
  case ObjectKind::node:
    return object({{"ID", Value(made_up_id(name).substr(0, 25))},
                   {"Spec", object({{"Name", Value(name)}, {"Labels", object({})}})}});
  case ObjectKind::task:
    return object({{"ID", Value(name)}, {"Labels", object({})}, {"Spec", object({})}});
  case ObjectKind::plugin:
    return object({{"Id", Value(made_up_id(name))}, {"Name", Value(name)}});
  case ObjectKind::composition:
    return object({{"name", Value(name)}, {"labels", Value(Value::List{})}});
  case ObjectKind::deployment:
    return object({{"id", Value(name)}, {"state", Value("succeeded")}});
  }
  return {};
}

// Where a member that rules name in one way for all kinds stands in documents of this kind.
void put_member(Value& document, ObjectKind kind, const Value::Member& member) {
  const std::string& key = member.first;
  const Value& value = member.second;
  const auto put_into = [&](std::string_view holder, std::string_view name) {
    Value* inner = document.find(holder);
    if (inner != nullptr) inner->set(name, value);
  };
  const bool container = kind == ObjectKind::container;
  const bool has_config = container || kind == ObjectKind::image;
  const bool has_spec = document.find("Spec") != nullptr && kind != ObjectKind::task;
  if (key == "Labels" && has_config) return put_into("Config", "Labels");
  if (key == "Labels" && has_spec) return put_into("Spec", "Labels");
  if (key == "Name" && has_spec) return put_into("Spec", "Name");
  if (key == "Image" && container) return put_into("Config", "Image");
  if (key == "State" && container && value.is_string()) return put_into("State", "Status");
  if (key == "Name" && container && value.is_string() && !value.string()->starts_with('/')) {
    return document.set(key, Value("/" + *value.string()));
  }
  // Config: {Env: [...]} adds to the plain object, it does not take its other members away.
  Value* known = document.find(key);
  if (known != nullptr && known->is_object() && value.is_object()) {
    for (const Value::Member& inner : *value.object())
      known->set(inner.first, inner.second);
    return;
  }
  document.set(key, value);
}

std::string id_of(ObjectKind kind, const std::string& name, const Value& document) {
  if (kind == ObjectKind::volume || kind == ObjectKind::composition ||
      kind == ObjectKind::deployment) {
    return name;
  }
  const std::string_view id = document.text("Id");
  return std::string(id.empty() ? document.text("ID") : id);
}

// "sha256:a", asked because the reference "a" could also be the beginning of an id: it is a name
// here unless the test says otherwise.
bool is_short_image_id(const Lookup& lookup) {
  constexpr std::string_view prefix = "sha256:";
  return lookup.kind == ObjectKind::image && lookup.name.starts_with(prefix) &&
         lookup.name.size() < prefix.size() + 64;
}

// Where documents of this shape have their labels.
Value& labels_of(Value& document) {
  Value* holder = &document;
  std::string_view name = "Labels";
  if (Value* actor = document.find("Actor")) {
    holder = actor;
    name = "Attributes";
  } else if (Value* spec = document.find("Spec")) {
    holder = spec;
  } else if (Value* config = document.find("Config")) {
    holder = config;
  }
  Value* labels = holder->find(name);
  if (labels == nullptr || !labels->is_object()) holder->set(name, Value(Value::Object()));
  return *holder->find(name);
}

void put_owner_label(Value& document, bool image, const Owner& owner) {
  labels_of(document).set(owner.label, Value(image ? owner.image_value() : owner.value));
}

// Takes `owned` out of what a test says of an object.
bool take_owned(Value& given) {
  Value::Object* members = given.object();
  if (members == nullptr) return false;
  const auto found = std::find_if(members->begin(), members->end(),
                                  [](const Value::Member& one) { return one.first == "owned"; });
  if (found == members->end()) return false;
  const bool owned = found->second.boolean() != nullptr && *found->second.boolean();
  members->erase(found);
  return owned;
}

class FactMaker {
public:
  FactMaker(const SelfTest& test,
            std::optional<Owner> owner,
            std::optional<Lookup> target,
            OperationId operation)
      : test_(test),
        owner_(std::move(owner)),
        target_(std::move(target)),
        makes_volume_(operation == OperationId::volume_create) {}

  [[nodiscard]] Fact make(const Lookup& lookup) const {
    Fact fact;
    fact.lookup = lookup;
    Value given;
    const bool is_target = target_ && lookup == *target_;
    if (is_target && test_.engine_target) {
      given = *test_.engine_target;
    } else {
      const auto named =
          std::find_if(test_.objects.begin(), test_.objects.end(), [&](const TestObject& object) {
            return object.kind == lookup.kind && object.name == lookup.name;
          });
      if (named != test_.objects.end() && !named->exists) return fact;
      if (named == test_.objects.end() && is_short_image_id(lookup)) return fact;
      if (named != test_.objects.end()) given = named->inspect;
      // What a client makes is not there yet, unless the test says so.
      const bool is_new = makes_volume_ && lookup.kind == ObjectKind::volume && !is_owned(lookup);
      if (named == test_.objects.end() && is_new) return fact;
    }
    const bool owned = take_owned(given) || is_owned(lookup);
    fact.exists = true;
    fact.inspect = inspect_document(lookup.kind, lookup.name, given);
    fact.id = id_of(lookup.kind, lookup.name, fact.inspect);
    if (owned && owner_) put_owner_label(fact.inspect, lookup.kind == ObjectKind::image, *owner_);
    return fact;
  }

private:
  [[nodiscard]] bool is_owned(const Lookup& lookup) const {
    if (std::find(test_.owns.begin(), test_.owns.end(), lookup.name) != test_.owns.end())
      return true;
    // An exec is its container's.
    if (lookup.kind != ObjectKind::container || !target_ || target_->kind != ObjectKind::exec)
      return false;
    Value given = test_.engine_target.value_or(Value());
    return take_owned(given);
  }

  const SelfTest& test_;
  std::optional<Owner> owner_;
  std::optional<Lookup> target_;
  bool makes_volume_;
};

}  // namespace

std::optional<ObjectKind> find_object_kind(std::string_view name) {
  const auto* found = std::find_if(kinds.begin(), kinds.end(),
                                   [&](ObjectKind kind) { return name_of(kind) == name; });
  if (found == kinds.end()) return std::nullopt;
  return *found;
}

std::vector<std::string_view> object_kind_names() {
  std::vector<std::string_view> names;
  names.reserve(kinds.size());
  for (const ObjectKind kind : kinds)
    names.push_back(name_of(kind));
  return names;
}

Value inspect_document(ObjectKind kind, std::string_view name, const Value& given) {
  Value document = plain_document(kind, std::string(name));
  if (given.is_object()) {
    for (const Value::Member& member : *given.object())
      put_member(document, kind, member);
  }
  return document;
}

std::optional<Owner> test_owner(const Policy& policy) {
  if (!policy.has_ownership()) return std::nullopt;
  Client client;
  client.uid = 0;
  client.gid = 0;
  const auto& matches = policy.own().applies_to;
  if (!matches.empty()) {
    client.listener = matches.front().listener.value_or("");
    client.uid = matches.front().uid.value_or(0);
    client.gid = matches.front().gid.value_or(0);
  }
  return policy.owner_of(client);
}

Facts test_facts(const Request& request, const SelfTest& test, const Policy& policy) {
  const std::optional<ObjectKind> kind = object_kind(request.operation->target);
  std::optional<Lookup> target;
  if (kind && !request.target.empty()) target = Lookup{*kind, request.target};
  std::vector<Lookup> lookups = needed_lookups(request, policy.wants_target(*request.operation));
  if (target && std::find(lookups.begin(), lookups.end(), *target) == lookups.end()) {
    lookups.push_back(*target);
  }
  const std::optional<Owner> owner = test_owner(policy);
  const FactMaker maker(test, owner, target, request.operation->id);
  Facts facts;
  while (!lookups.empty()) {
    for (const Lookup& lookup : lookups)
      facts.add(maker.make(lookup));
    lookups = further_lookups(request, facts);
  }
  if (owner) facts.mark_ownership(*owner);
  return facts;
}

void put_owner_labels(Value& answer, const std::optional<Owner>& owner) {
  if (Value::List* list = answer.list()) {
    for (Value& element : *list)
      put_owner_labels(element, owner);
  }
  Value::Object* members = answer.object();
  if (members == nullptr) return;
  for (Value::Member& member : *members)
    put_owner_labels(member.second, owner);
  const bool image = answer.find("RepoTags") != nullptr || answer.text("Type") == "image";
  if (take_owned(answer) && owner) put_owner_label(answer, image, *owner);
}

}  // namespace sealock::policy
