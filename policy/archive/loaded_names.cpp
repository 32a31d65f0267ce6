#include "policy/archive/loaded_names.hpp"

#include "policy/request/json_reader.hpp"

#include <cctype>
#include <string>

namespace sealock::policy::archive {
namespace {

constexpr std::string_view manifest_path = "manifest.json";
constexpr std::string_view repositories_path = "repositories";
constexpr std::string_view index_path = "index.json";

// As Go compares keys: without regard to case, and with the long s and the sign for kelvin.
std::string folded(std::string_view key) {
  std::string low;
  for (std::size_t at = 0; at < key.size(); ++at) {
    const std::string_view rest = key.substr(at);
    if (rest.starts_with("\xc5\xbf")) {
      low += 's';
      ++at;
    } else if (rest.starts_with("\xe2\x84\xaa")) {
      low += 'k';
      at += 2;
    } else {
      low += static_cast<char>(std::tolower(static_cast<unsigned char>(key[at])));
    }
  }
  return low;
}

class NameReader {
public:
  NameReader(std::string_view path, const ItemSink& sink) : path_(path), sink_(sink) {}

  Result<void> read(const Value& document) {
    if (path_ == manifest_path) return read_manifest(document);
    if (path_ == repositories_path) return read_repositories(document);
    return read_index(document);
  }

private:
  [[nodiscard]] tl::unexpected<Error> odd() const {
    return bad_request("the archive's " + path_ + " is not what docker save writes");
  }

  // The member of a Go struct; null when it is absent or null.
  Result<const Value*> member(const Value& object, std::string_view key) const {
    if (!object.is_object()) return odd();
    const Value* found = nullptr;
    for (const Value::Member& one : *object.object()) {
      if (one.first == key) {
        found = &one.second;
      } else if (folded(one.first) == folded(key)) {
        return odd();
      }
    }
    return found == nullptr || found->is_null() ? nullptr : found;
  }

  Result<void> tell(std::string_view name) const {
    UploadItem item;
    item.kind = ItemKind::loaded_image;
    item.at = path_;
    auto image = effective::parse_image_reference(name);
    if (image && image->id.empty()) {
      item.image = std::move(*image);
    } else {
      item.problem = image ? "the image is named by its id alone" : image.error().text;
    }
    return sink_(item);
  }

  Result<void> read_manifest(const Value& document) {
    if (!document.is_list()) return odd();
    for (const Value& image : *document.list()) {
      const auto tags = member(image, "RepoTags");
      if (!tags) return tl::unexpected<Error>(tags.error());
      if (*tags == nullptr) continue;
      if (!(*tags)->is_list()) return odd();
      for (const Value& tag : *(*tags)->list()) {
        if (!tag.is_string()) return odd();
        const auto told = tell(*tag.string());
        if (!told) return told;
      }
    }
    return {};
  }

  // {"shop/web": {"1.4": "0123..."}}
  Result<void> read_repositories(const Value& document) {
    if (!document.is_object()) return odd();
    for (const Value::Member& repository : *document.object()) {
      if (!repository.second.is_object()) return odd();
      for (const Value::Member& tag : *repository.second.object()) {
        const auto told = tell(repository.first + ":" + tag.first);
        if (!told) return told;
      }
    }
    return {};
  }

  Result<void> read_index(const Value& document) {
    const auto manifests = member(document, "manifests");
    if (!manifests) return tl::unexpected<Error>(manifests.error());
    if (*manifests == nullptr) return {};
    if (!(*manifests)->is_list()) return odd();
    for (const Value& manifest : *(*manifests)->list()) {
      const auto annotations = member(manifest, "annotations");
      if (!annotations) return tl::unexpected<Error>(annotations.error());
      if (*annotations == nullptr) continue;
      if (!(*annotations)->is_object()) return odd();
      // A map: its keys are what they are. The second counts where the first is missing.
      std::string_view name = (*annotations)->text("io.containerd.image.name");
      if (name.empty()) name = (*annotations)->text("org.opencontainers.image.ref.name");
      if (name.empty()) continue;
      const auto told = tell(name);
      if (!told) return told;
    }
    return {};
  }

  std::string path_;
  const ItemSink& sink_;
};

}  // namespace

bool names_images(std::string_view path) {
  return path == manifest_path || path == repositories_path || path == index_path;
}

Result<void> read_loaded_names(std::string_view path, std::string_view text, const ItemSink& sink) {
  const auto document = read_json(text);
  if (!document) {
    return bad_request("the archive's " + std::string(path) + ": " + document.error().text);
  }
  return NameReader(path, sink).read(*document);
}

}  // namespace sealock::policy::archive
