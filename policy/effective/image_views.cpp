// The parts of the image reference that a request is about.
//
// Several references (build -t a -t b, the export of several images) have a part only where they
// agree; where they do not, there is no one answer, which is an error. A bare id has neither registry
// nor repository: asking for them is an error too, so that a deny on foreign registries hits it and an
// allow for our own misses it.

#include "policy/effective/body_places.hpp"
#include "policy/effective/judged_images.hpp"
#include "policy/effective/object_references.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

namespace sealock::policy::effective {
namespace {

enum class OfId { is_error, is_unset };

Result<Value> common_part(const JudgedImages& images,
                          std::string ImageReference::*part,
                          OfId of_id) {
  if (images.references.empty()) return Value();
  const std::string& first = images.references.front().*part;
  for (const ImageReference& reference : images.references) {
    if (!reference.id.empty() && of_id == OfId::is_error)
      return bad_request("the image is named by its id alone");
    if (reference.*part != first) return bad_request("the images differ in it");
  }
  return scalar(first);
}

Result<Value> part_of(const Request& request,
                      const Facts& facts,
                      std::string ImageReference::*part,
                      OfId of_id) {
  const auto images = judged_images(request, facts);
  if (!images) return tl::unexpected<Error>(images.error());
  return common_part(*images, part, of_id);
}

}  // namespace

Result<Value> images(const Request& request, const Facts& facts) {
  ObjectList list(facts);
  for (const ReferencePlace& place : references_of(request)) {
    if (place.kind != ObjectKind::image || place.role == ReferenceRole::target) continue;
    const auto added = list.add(place.kind, place.name);
    if (!added) return tl::unexpected<Error>(added.error());
  }
  return std::move(list).finish();
}

Result<Value> image_registry(const Request& request, const Facts& facts) {
  return part_of(request, facts, &ImageReference::registry, OfId::is_error);
}

Result<Value> image_repository(const Request& request, const Facts& facts) {
  return part_of(request, facts, &ImageReference::repository, OfId::is_error);
}

Result<Value> image_tag(const Request& request, const Facts& facts) {
  const auto images = judged_images(request, facts);
  if (!images) return tl::unexpected<Error>(images.error());
  if (images->every_tag) return bad_request("without a tag, every tag of the repository is meant");
  return common_part(*images, &ImageReference::tag, OfId::is_unset);
}

Result<Value> image_digest(const Request& request, const Facts& facts) {
  return part_of(request, facts, &ImageReference::digest, OfId::is_unset);
}

Result<Value> image_id(const Request& request, const Facts& facts) {
  if (is_operation(request, OperationId::container_create)) {
    const std::string_view name = request.body.text("Image");
    const Fact* fact = facts.find(ObjectKind::image, name);
    if (fact == nullptr || fact->failed) return nothing_known("image", name);
    if (fact->exists) return scalar(fact->id);
  }
  return part_of(request, facts, &ImageReference::id, OfId::is_unset);
}

}  // namespace sealock::policy::effective
