#include "proxy/deploy/compositions.hpp"

#include "policy/effective/image_reference.hpp"
#include "policy/request/names.hpp"
#include "proxy/deploy/compose_reader.hpp"
#include "proxy/deploy/composition_json.hpp"
#include "proxy/deploy/rollout/digests.hpp"
#include "proxy/deploy/store.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace sealock::proxy {
namespace {

using nlohmann::json;

constexpr std::size_t longest_name = 128;

Result<void> check_name(const std::string& name) {
  const bool good = policy::is_object_name(name) && name.size() <= longest_name &&
                    name.find('_') != std::string::npos;
  if (good) return {};
  return bad_request("'" + name +
                     "' is no name of a composition: a prefix, '_' and a timestamp, like "
                     "c_20150619_1504");
}

tl::unexpected<Error> no_such(std::string_view name) {
  return fail(ErrorKind::not_found, "no such composition: " + std::string(name));
}

// Everything that decides what runs.
std::string digest_set_of(const Composition& composition) {
  std::string text;
  std::map<std::string, std::string> digests;
  for (const Component& component : composition.components)
    digests[component.name] = component.digest;
  for (const auto& [name, digest] : digests)
    text += name + " " + digest + "\n";
  return "sha256:" + sha256_hex(text);
}

}  // namespace

Compositions::Compositions(Store& store,
                           Engine& engine,
                           const std::vector<std::filesystem::path>& secrets)
    : store_(store), engine_(engine), resolver_(engine, secrets) {}

Result<json> Compositions::put(const std::string& name,
                               const std::string& source,
                               const std::string& by,
                               Act act) {
  const Result<void> named = check_name(name);
  if (!named) return tl::unexpected<Error>(named.error());
  policy::Diagnostics diagnostics;
  std::optional<Composition> composition = read_compose(name, name, source, diagnostics);
  if (!composition) return bad_request(diagnostics.to_text());
  const auto answer_known = [&](const StoredComposition& known) -> Result<json> {
    if (known.composition.name == name &&
        known.composition.content_digest == composition->content_digest) {
      return to_answer(known, Changed::no);
    }
    return fail(ErrorKind::conflict,
                name + (known.composition.name == name
                            ? " is stored already, with other content; a composition never "
                              "changes: put this one by another name"
                            : " is a label of " + known.composition.name));
  };
  if (const auto known = store_.find(name)) return answer_known(*known);
  const std::string reason = "composition " + name;
  const Result<void> judged = judge(*composition, reason);
  if (!judged) return tl::unexpected<Error>(judged.error());
  const Result<void> resolved = resolve(*composition, reason);
  if (!resolved) return tl::unexpected<Error>(resolved.error());
  const StoredComposition stored{*composition, source, time_now(), by, {}};
  if (act == Act::check) return to_answer(stored, Changed::yes);
  if (store_.add(stored)) return to_answer(stored, Changed::yes);
  const auto meanwhile = store_.find(name);  // two clients at once
  return meanwhile ? answer_known(*meanwhile) : Result<json>(no_such(name));
}

// What a rollout would ask the engine for, asked without doing it.
Result<void> Compositions::judge(const Composition& composition, const std::string& reason) {
  const auto ask = [&](const std::string& target, const json& body,
                       const std::string& what) -> Result<void> {
    EngineCall call;
    call.method = policy::Method::post;
    call.target = target;
    call.body = body;
    call.reason = reason;
    call.purpose = EngineCall::Purpose::judge;
    const Result<EngineAnswer> answer = engine_.call(call);
    if (answer) return {};
    return fail(answer.error().kind, what + ": " + answer.error().text);
  };
  for (const Component& component : composition.components) {
    const Result<void> judged = ask("/containers/create?name=" + encode_segment(component.name),
                                    component.create, "component '" + component.name + "'");
    if (!judged) return judged;
  }
  for (const Resource& network : composition.networks) {
    if (network.external) continue;
    const Result<void> judged =
        ask("/networks/create", network.create, "network '" + network.key + "'");
    if (!judged) return judged;
  }
  for (const Resource& volume : composition.volumes) {
    if (volume.external) continue;
    const Result<void> judged =
        ask("/volumes/create", volume.create, "volume '" + volume.key + "'");
    if (!judged) return judged;
  }
  return {};
}

Result<void> Compositions::resolve(Composition& composition, const std::string& reason) {
  std::map<std::string, ResolvedImage> known;
  for (Component& component : composition.components) {
    if (!known.contains(component.image)) {
      const Result<ResolvedImage> resolved = resolver_.resolve(component.image, reason);
      if (!resolved) {
        return fail(resolved.error().kind,
                    "component '" + component.name + "': " + resolved.error().text);
      }
      known[component.image] = *resolved;
    }
    component.digest = known[component.image].digest;
    component.pinned_image = known[component.image].pinned;
  }
  composition.digest_set = digest_set_of(composition);
  return {};
}

json Compositions::list() {
  json all = json::array();
  for (const StoredComposition& one : store_.list())
    all.push_back(to_summary(one));
  return all;
}

Result<json> Compositions::inspect(std::string_view name) {
  const auto stored = store_.find(name);
  if (!stored) return no_such(name);
  return to_answer(*stored, Changed::unsaid);
}

Result<Composition> Compositions::find(std::string_view name) {
  const auto stored = store_.find(name);
  if (!stored) return no_such(name);
  return stored->composition;
}

Result<json> Compositions::diff(std::string_view from, std::string_view to) {
  const auto before = store_.find(from);
  if (!before) return no_such(from);
  const auto after = store_.find(to);
  if (!after) return no_such(to);
  return to_difference(before->composition, after->composition);
}

Result<void> Compositions::remove(std::string_view name, Act act) {
  const auto stored = store_.find(name);
  if (!stored) return no_such(name);
  const std::string& own = stored->composition.name;
  if (own != name) {
    return fail(ErrorKind::conflict, std::string(name) + " is a label of " + own +
                                         "; labels stay, and go with their composition");
  }
  if (in_use_ && in_use_(own)) {
    return fail(
        ErrorKind::conflict,
        own + " is deployed, or what a rollback would go back to; deploy another one first");
  }
  if (act == Act::change) store_.remove(own);
  return {};
}

Result<json> Compositions::label(std::string_view name,
                                 const std::string& label,
                                 const std::string& by,
                                 Act act) {
  const bool good =
      !label.empty() && label.size() <= 32 && std::all_of(label.begin(), label.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  if (!good) return bad_request("label '" + label + "': small letters, digits and '-'");
  const auto stored = store_.find(name);
  if (!stored) return no_such(name);
  const std::string& own = stored->composition.name;
  const std::string by_label = label_name(own, label);
  const json answer{{"name", by_label}, {"composition", own}, {"label", label}};
  const auto with = [&](bool changed) {
    json full = answer;
    full["changed"] = changed;
    return full;
  };
  if (label == prefix_of(own)) return with(false);
  const bool only_check = act == Act::check;
  if (only_check && !store_.find(by_label)) return with(true);
  if (!only_check && store_.add_label(by_label, label, own, by)) return with(true);
  const auto holder = store_.find(by_label);
  if (holder && holder->composition.name == own) return with(false);
  return fail(ErrorKind::conflict, by_label + " is " +
                                       (holder ? holder->composition.name : "something else") +
                                       " already; a label never moves");
}

// The digest that `reference` has on this node: at its registry, or its id. Empty: no such image.
Result<std::string> Compositions::find_tagged(const std::string& reference,
                                              const std::string& repository,
                                              std::string& id,
                                              const std::string& reason) {
  EngineCall call;
  call.target = "/images/" + reference + "/json";
  call.reason = reason;
  const Result<EngineAnswer> answer = engine_.call(call);
  if (!answer && answer.error().kind == ErrorKind::not_found) return std::string();
  if (!answer) return tl::unexpected<Error>(answer.error());
  if (answer->status == 404) return std::string();
  if (!answer->ok() || !answer->body.is_object()) {
    return fail(ErrorKind::engine_garbage, "image " + reference + ": " + answer->message());
  }
  id = answer->body.value("Id", std::string());
  const json digests = answer->body.value("RepoDigests", json::array());
  const auto wanted = policy::effective::parse_image_reference(repository);
  for (const json& one : digests.is_array() ? digests : json::array()) {
    const auto known =
        policy::effective::parse_image_reference(one.is_string() ? one.get<std::string>() : "");
    if (known && wanted && known->registry == wanted->registry &&
        known->repository == wanted->repository) {
      return known->digest;
    }
  }
  return id;
}

// How a composition pins the digest of the order for the very repository that is to be tagged. Two
// repositories may hold the same bytes; that one was tested and released says nothing of the other.
Result<std::string> Compositions::find_vouched(const TagOrder& order) {
  const std::vector<VouchedImage> vouched = store_.find_vouched(order.digest);
  if (vouched.empty()) {
    return fail(ErrorKind::conflict, "no stored composition has an image of digest " +
                                         order.digest +
                                         "; 'sealock composition show' says which there are");
  }
  const auto wanted = policy::effective::parse_image_reference(order.image);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  constexpr std::size_t most_named = 3;
  std::string names;
  std::size_t named = 0;
  for (const VouchedImage& one : vouched) {
    const auto known = policy::effective::parse_image_reference(one.image);
    if (known && !known->repository.empty() && known->registry == wanted->registry &&
        known->repository == wanted->repository) {
      return one.pinned;
    }
    if (++named <= most_named) names += (named == 1 ? "" : ", ") + one.image;
  }
  return fail(ErrorKind::conflict,
              "digest " + order.digest + " is stored as " + names +
                  (named > most_named ? " and others" : "") + ", and not as an image of " +
                  order.image +
                  "; a tag moves within one repository: name that one, or store a "
                  "composition with " +
                  order.image);
}

Result<json> Compositions::tag(const TagOrder& order, const std::string& by, Act act) {
  if (!policy::effective::is_image_tag(order.tag) || !policy::is_image_reference(order.image) ||
      order.image.find('@') != std::string::npos ||
      order.image.find(':', order.image.rfind('/') + 1) != std::string::npos) {
    return bad_request("'image' is a repository without tag or digest, 'tag' a tag");
  }
  if (!policy::effective::is_image_digest(order.digest)) {
    return bad_request("'digest' is sha256: and 64 hexadecimal digits");
  }
  const Result<std::string> vouched = find_vouched(order);
  if (!vouched) return tl::unexpected<Error>(vouched.error());
  const std::string& pinned = *vouched;
  const std::lock_guard one_at_a_time(tag_mutex_);
  const std::string reference = order.image + ":" + order.tag;
  const std::string reason = "tag " + reference;
  std::string id_before;
  const auto before = find_tagged(reference, order.image, id_before, reason);
  if (!before) return tl::unexpected<Error>(before.error());
  std::string id;
  const auto source = find_tagged(pinned, order.image, id, reason);
  if (!source) return tl::unexpected<Error>(source.error());
  if (id.empty()) {
    return fail(ErrorKind::not_found,
                "image " + pinned + " is not on this node; deploy or pull it first");
  }
  json answer{{"image", order.image},
              {"tag", order.tag},
              {"digest", order.digest},
              {"id", id},
              {"before", *before}};
  answer["changed"] = id != id_before;
  if (id == id_before) return answer;
  if (order.expect != *before && order.expect != id_before) {
    return fail(ErrorKind::conflict,
                reference + (before->empty() ? " does not exist" : " is " + *before) + ", not " +
                    (order.expect.empty() ? "absent" : order.expect) +
                    " as expected; somebody moved it meanwhile");
  }
  if (act == Act::check) return answer;
  EngineCall call;
  call.method = policy::Method::post;
  call.target = "/images/" + id + "/tag?repo=" + encode_segment(order.image) +
                "&tag=" + encode_segment(order.tag);
  call.reason = reason;
  const Result<EngineAnswer> tagged = engine_.call(call);
  if (!tagged) return tl::unexpected<Error>(tagged.error());
  if (!tagged->ok()) return fail(ErrorKind::conflict, "cannot tag: " + tagged->message());
  store_.add_tag({order.image, order.tag, order.digest, *before, by});
  return answer;
}

}  // namespace sealock::proxy
