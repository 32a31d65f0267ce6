#include "proxy/deploy/image_resolver.hpp"

#include "policy/effective/image_reference.hpp"
#include "proxy/deploy/rollout/registry_auth.hpp"

#include <chrono>
#include <optional>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using policy::effective::ImageReference;
using policy::effective::parse_image_reference;

// A registry that is asleep behind a proxy; dockerd gives up by itself long before.
constexpr std::chrono::minutes registry_timeout{2};

// The repository as a person writes it: without docker.io/ and library/.
std::string short_repository(const ImageReference& reference) {
  constexpr std::string_view official = "library/";
  if (reference.registry != "docker.io") return reference.registry + "/" + reference.repository;
  if (!reference.repository.starts_with(official)) return reference.repository;
  return reference.repository.substr(official.size());
}

// The digest by which `repository` knows the image that the engine describes.
std::optional<std::string> digest_at(const json& inspect, const ImageReference& wanted) {
  const auto digests = inspect.find("RepoDigests");
  if (digests == inspect.end() || !digests->is_array()) return std::nullopt;
  for (const json& one : *digests) {
    if (!one.is_string()) continue;
    const auto known = parse_image_reference(one.get<std::string>());
    if (known && known->registry == wanted.registry && known->repository == wanted.repository) {
      return known->digest;
    }
  }
  return std::nullopt;
}

ResolvedImage at_registry(const ImageReference& reference, const std::string& digest) {
  return {digest, short_repository(reference) + "@" + digest};
}

}  // namespace

Result<ResolvedImage> ImageResolver::resolve(const std::string& image, const std::string& reason) {
  const auto reference = parse_image_reference(image);
  if (!reference) return tl::unexpected<Error>(reference.error());
  EngineCall call;
  call.target = "/images/" + image + "/json";
  call.reason = reason;
  const Result<EngineAnswer> answer = engine_.call(call);
  const bool absent = answer ? answer->status == 404 : answer.error().kind == ErrorKind::not_found;
  if (absent) return ask_registry(image, reason);
  if (!answer) {
    return fail(answer.error().kind, "image " + image + ": " + answer.error().text);
  }
  const auto id = answer->body.is_object() ? answer->body.find("Id") : answer->body.end();
  if (!answer->ok() || id == answer->body.end() || !id->is_string()) {
    return fail(ErrorKind::engine_garbage, "image " + image + ": " + answer->message());
  }
  if (!reference->digest.empty()) return at_registry(*reference, reference->digest);
  if (const auto digest = digest_at(answer->body, *reference)) {
    return at_registry(*reference, *digest);
  }
  return ResolvedImage{id->get<std::string>(), id->get<std::string>()};
}

Result<ResolvedImage> ImageResolver::ask_registry(const std::string& image,
                                                  const std::string& reason) {
  const auto reference = parse_image_reference(image);
  if (!reference->id.empty()) {
    return fail(ErrorKind::not_found, "image " + image + " is not on this node");
  }
  EngineCall call;
  call.target = "/distribution/" + image + "/json";
  call.reason = reason;
  call.timeout = registry_timeout;
  const std::string auth = find_registry_auth(secrets_, reference->registry + "/x");
  if (!auth.empty()) call.headers.emplace_back("x-registry-auth", auth);
  const Result<EngineAnswer> answer = engine_.call(call);
  if (!answer) {
    return fail(answer.error().kind, "image " + image + ": " + answer.error().text);
  }
  const json& body = answer->body;
  if (answer->ok() && body.is_object() && body.contains("Descriptor")) {
    const std::string digest = body["Descriptor"].value("digest", std::string());
    if (policy::effective::is_image_digest(digest)) return at_registry(*reference, digest);
  }
  // dockerd says 404 and 403 for what the registry denies or does not have, 500 for one that it
  // cannot reach.
  const bool refused = answer->status >= 400 && answer->status < 500;
  const std::string text =
      "image " + image + " is not on this node, and registry " + reference->registry +
      (refused ? " does not give it: " : " does not answer: ") + answer->message() +
      (refused ? "; push or load it first" : "; nothing was stored, try again");
  return fail(refused ? ErrorKind::not_found : ErrorKind::engine_unreachable, text);
}

}  // namespace sealock::proxy
