// Names that a request gives to something new.
//
// dockerd looks for names before it looks for id prefixes, so a container, image or network called
// like the short id of another one takes its place for every client that uses short ids.
//
// Attack: engine-facts.md A12, A13, F7; C-180 (a container without an image).

#include "policy/effective/image_reference.hpp"
#include "policy/effective/judged_images.hpp"
#include "policy/effective/spelling_checks.hpp"
#include "policy/effective/text.hpp"
#include "policy/request/names.hpp"

namespace sealock::policy::effective {
namespace {

constexpr std::string_view like_an_id =
    "a name of 12 or more hexadecimal digits could be taken for an id";

Problem check_new_container(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  if (!is_object_name(name)) return "no name for a container";
  if (looks_like_id(name)) return like_an_id;
  return std::nullopt;
}

Problem check_new_network(std::string_view name) {
  if (!is_object_name(name)) return "no name for a network";
  if (looks_like_id(name)) return like_an_id;
  return std::nullopt;
}

Problem check_new_volume(std::string_view name) {
  if (!is_object_name(name)) return "no name for a volume";
  return std::nullopt;
}

Problem check_container(std::string_view name) {
  if (!is_container_reference(name)) return "no name of a container";
  return std::nullopt;
}

// The name by which Docker Hub's own images are called locally.
Problem check_new_image(const ImageReference& reference) {
  std::string_view name = reference.repository;
  if (reference.registry != "docker.io" || !take_prefix(name, "library/")) return std::nullopt;
  if (looks_like_id(name)) return like_an_id;
  if (name == "sha256") return "a repository called sha256 could be taken for an id";
  return std::nullopt;
}

Result<void> check_written(const WrittenReference& written) {
  const auto reference = parse_with_tag(written.text, written.tag);
  if (!reference) return wrong(written.place, reference.error().text);
  if (!written.makes_a_name) return {};
  if (!reference->id.empty()) return wrong(written.place, like_an_id);
  if (const Problem problem = check_new_image(*reference)) return wrong(written.place, *problem);
  return {};
}

}  // namespace

Result<void> check_names(const Request& request) {
  if (is_operation(request, OperationId::container_create) ||
      is_operation(request, OperationId::container_rename))
    return check_text("name", query_text(request, "name"), check_new_container);
  if (is_operation(request, OperationId::network_create))
    return check_text("Name", request.body.text("Name"), check_new_network);
  if (is_operation(request, OperationId::volume_create))
    return check_text("Name", request.body.text("Name"), check_new_volume);
  if (is_operation(request, OperationId::image_commit))
    return check_text("container", query_text(request, "container"), check_container);
  return {};
}

Result<void> check_images(const Request& request) {
  if (is_operation(request, OperationId::container_create)) {
    const std::string_view image = request.body.text("Image");
    if (image.empty()) return wrong("Image", "name the image; without one a container is empty");
    const auto reference = parse_image_reference(image);
    if (!reference) return wrong("Image", reference.error().text);
  }
  // What people search for is no reference.
  if (is_operation(request, OperationId::image_search)) return {};
  for (const WrittenReference& written : written_references(request)) {
    auto checked = check_written(written);
    if (!checked) return checked;
  }
  return {};
}

}  // namespace sealock::policy::effective
