#include "policy/effective/judged_images.hpp"

#include "policy/effective/body_places.hpp"
#include "policy/effective/text.hpp"

#include <algorithm>
#include <string>

namespace sealock::policy::effective {
namespace {

bool is_plugin_operation(const Request& request) {
  return is_operation(request, OperationId::plugin_pull) ||
         is_operation(request, OperationId::plugin_upgrade) ||
         is_operation(request, OperationId::get_plugin_privileges);
}

void add_query(const Request& request,
               std::string_view name,
               bool makes_a_name,
               std::vector<WrittenReference>& list) {
  const Value* value = request.find_query(name);
  if (value == nullptr) return;
  const auto add = [&](const Value& text) {
    if (text.string() != nullptr && !text.string()->empty())
      list.push_back({name, *text.string(), {}, makes_a_name});
  };
  add(*value);
  if (value->list() == nullptr) return;
  for (const Value& element : *value->list())
    add(element);
}

// Does one of the image's own names say the same?
bool has_name(const Value& inspect, const ImageReference& wanted) {
  bool found = false;
  for_each_text(&inspect, "RepoTags", [&](const std::string& text) {
    const auto name = parse_image_reference(text);
    found = found || (name && name->registry == wanted.registry &&
                      name->repository == wanted.repository && name->tag == wanted.tag);
  });
  return found;
}

// An image that is already there, by name or by id.
Result<ImageReference> parse_local(std::string_view text, const Facts& facts) {
  auto reference = parse_image_reference(text);
  if (!reference || !is_short_image_id(text)) return reference;
  const Fact* fact = facts.find(ObjectKind::image, text);
  if (fact == nullptr || fact->failed)
    return fail(ErrorKind::internal, "'" + std::string(text) + "' may be a name or an image's id");
  if (!fact->exists || has_name(fact->inspect, *reference)) return reference;
  ImageReference by_id;
  by_id.id = fact->id;
  return by_id;
}

bool names_local_target(const Request& request) {
  return request.operation->target == TargetKind::image &&
         !is_operation(request, OperationId::image_push) &&
         !is_operation(request, OperationId::image_tag);
}

bool takes_every_tag(const Request& request, const ImageReference& reference) {
  const bool transfers = is_operation(request, OperationId::image_push) ||
                         (is_operation(request, OperationId::image_create) &&
                          !query_text(request, "fromImage").empty());
  return transfers && reference.digest.empty() && !reference.tag_is_said;
}

}  // namespace

std::vector<WrittenReference> written_references(const Request& request) {
  std::vector<WrittenReference> list;
  const std::string_view tag = query_text(request, "tag");
  const auto add = [&](std::string_view place, std::string_view text, bool makes_a_name) {
    if (!text.empty()) list.push_back({place, text, tag, makes_a_name});
  };
  if (is_operation(request, OperationId::image_create)) {
    std::string_view pulled = query_text(request, "fromImage");
    if (pulled.ends_with(':')) pulled.remove_suffix(1);  // docker pull -a of old
    add("fromImage", pulled, true);
    if (pulled.empty()) add("repo", query_text(request, "repo"), true);
  }
  if (is_operation(request, OperationId::image_tag) ||
      is_operation(request, OperationId::image_commit))
    add("repo", query_text(request, "repo"), true);
  if (is_operation(request, OperationId::image_push)) add("name", request.target, false);
  if (is_operation(request, OperationId::image_build)) add_query(request, "t", true, list);
  if (is_plugin_operation(request)) add_query(request, "remote", false, list);
  if (is_operation(request, OperationId::image_search)) add_query(request, "term", false, list);
  if (request.operation->target == TargetKind::distribution)
    list.push_back({"name", request.target, {}, false});
  if (const Value* spec = container_spec(request); spec != nullptr && !spec->text("Image").empty())
    list.push_back({"TaskTemplate.ContainerSpec.Image", spec->text("Image"), {}, false});
  return list;
}

Result<ImageReference> parse_with_tag(std::string_view text, std::string_view tag) {
  auto reference = parse_image_reference(text);
  if (!reference || tag.empty()) return reference;
  if (!reference->id.empty()) return bad_request("image reference: an id takes no tag");
  if (is_image_digest(tag)) {
    reference->tag.clear();
    reference->tag_is_said = false;
    reference->digest = tag;
    return reference;
  }
  if (!is_image_tag(tag)) return bad_request("image reference: no such tag");
  reference->tag = tag;
  reference->tag_is_said = true;
  return reference;
}

Result<JudgedImages> judged_images(const Request& request, const Facts& facts) {
  JudgedImages images;
  const auto add = [&](Result<ImageReference> reference) -> Result<void> {
    if (!reference) return tl::unexpected<Error>(reference.error());
    images.every_tag = images.every_tag || takes_every_tag(request, *reference);
    images.references.push_back(std::move(*reference));
    return {};
  };
  for (const WrittenReference& written : written_references(request)) {
    const auto added = add(parse_with_tag(written.text, written.tag));
    if (!added) return tl::unexpected<Error>(added.error());
  }
  std::vector<std::string_view> local;
  if (is_operation(request, OperationId::container_create))
    local.push_back(request.body.text("Image"));
  if (names_local_target(request)) local.push_back(request.target);
  std::vector<WrittenReference> names;
  if (is_operation(request, OperationId::image_get_all)) add_query(request, "names", false, names);
  for (const WrittenReference& written : names)
    local.push_back(written.text);
  for (const std::string_view text : local) {
    const auto added = add(parse_local(text, facts));
    if (!added) return tl::unexpected<Error>(added.error());
  }
  return images;
}

}  // namespace sealock::policy::effective
