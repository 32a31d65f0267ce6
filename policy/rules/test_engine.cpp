#include "policy/rules/test_engine.hpp"

#include "policy/request/request.hpp"
#include "policy/rules/self_test.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sealock::policy {
namespace {

struct KindName {
  std::string_view name;
  ObjectKind kind;
  TargetKind target;
};

constexpr std::array kinds{
    KindName{"container", ObjectKind::container, TargetKind::container},
    KindName{"image", ObjectKind::image, TargetKind::image},
    KindName{"network", ObjectKind::network, TargetKind::network},
    KindName{"volume", ObjectKind::volume, TargetKind::volume},
    KindName{"exec", ObjectKind::exec, TargetKind::exec},
    KindName{"service", ObjectKind::service, TargetKind::service},
    KindName{"secret", ObjectKind::secret, TargetKind::secret},
    KindName{"config", ObjectKind::config, TargetKind::config},
    KindName{"node", ObjectKind::node, TargetKind::node},
    KindName{"task", ObjectKind::task, TargetKind::task},
    KindName{"plugin", ObjectKind::plugin, TargetKind::plugin},
    KindName{"composition", ObjectKind::composition, TargetKind::composition},
    KindName{"deployment", ObjectKind::deployment, TargetKind::deployment},
};

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

Fact make_fact(const Lookup& lookup, const SelfTest& test, bool is_target) {
  Fact fact;
  fact.lookup = lookup;
  Value given;
  if (is_target && test.engine_target) {
    given = *test.engine_target;
  } else {
    const auto named =
        std::find_if(test.objects.begin(), test.objects.end(), [&](const TestObject& candidate) {
          return candidate.kind == lookup.kind && candidate.name == lookup.name;
        });
    if (named != test.objects.end() && !named->exists) return fact;
    if (named == test.objects.end() && is_short_image_id(lookup)) return fact;
    if (named != test.objects.end()) given = named->inspect;
  }
  fact.exists = true;
  fact.inspect = inspect_document(lookup.kind, lookup.name, given);
  fact.id = id_of(lookup.kind, lookup.name, fact.inspect);
  return fact;
}

}  // namespace

std::optional<ObjectKind> find_object_kind(std::string_view name) {
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const KindName& kind) { return kind.name == name; });
  if (found == kinds.end()) return std::nullopt;
  return found->kind;
}

std::vector<std::string_view> object_kind_names() {
  std::vector<std::string_view> names;
  names.reserve(kinds.size());
  for (const KindName& kind : kinds)
    names.push_back(kind.name);
  return names;
}

std::optional<ObjectKind> object_kind(TargetKind target) {
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const KindName& kind) { return kind.target == target; });
  if (found == kinds.end()) return std::nullopt;
  return found->kind;
}

Value inspect_document(ObjectKind kind, std::string_view name, const Value& given) {
  Value document = plain_document(kind, std::string(name));
  if (given.is_object()) {
    for (const Value::Member& member : *given.object())
      put_member(document, kind, member);
  }
  return document;
}

Facts test_facts(const Request& request, const SelfTest& test, bool target_wanted) {
  const std::optional<ObjectKind> kind = object_kind(request.operation->target);
  const bool has_target = kind && !request.target.empty();
  std::vector<Lookup> lookups = needed_lookups(request, target_wanted);
  const Lookup target{has_target ? *kind : ObjectKind::container, request.target};
  const bool asked = std::find(lookups.begin(), lookups.end(), target) != lookups.end();
  if (has_target && !asked) lookups.push_back(target);
  Facts facts;
  while (!lookups.empty()) {
    for (const Lookup& lookup : lookups)
      facts.add(make_fact(lookup, test, has_target && lookup == target));
    lookups = further_lookups(request, facts);
  }
  return facts;
}

}  // namespace sealock::policy
