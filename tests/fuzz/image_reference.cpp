// libFuzzer target: an image reference. Its parts, put together again, are read as the same parts, and each
// of them is what it is called.

#include "policy/effective/image_reference.hpp"

#include "tests/fuzz/property.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sealock::policy::effective;
  using sealock::fuzz::require;
  const std::string text(data, data + size);  // a copy: a look past its end is seen
  const auto reference = parse_image_reference(text);
  if (!reference) return 0;
  if (!reference->id.empty()) {
    require(is_image_digest(reference->id), "an id is a digest");
    require(reference->registry.empty() && reference->repository.empty(), "an id has no name");
    require(reference->tag.empty() && reference->digest.empty(), "an id has no tag");
    return 0;
  }
  require(!reference->registry.empty() && !reference->repository.empty(), "a name has both parts");
  require(!reference->tag.empty() || !reference->digest.empty(), "something chooses the version");
  require(reference->tag.empty() || is_image_tag(reference->tag), "a tag is a tag");
  require(reference->digest.empty() || is_image_digest(reference->digest), "a digest is a digest");
  std::string whole = reference->registry + "/" + reference->repository;
  if (!reference->tag.empty()) whole += ":" + reference->tag;
  if (!reference->digest.empty()) whole += "@" + reference->digest;
  const auto again = parse_image_reference(whole);
  require(again.has_value(), "the whole name can be read");
  require(again->registry == reference->registry, "the registry stays");
  require(again->repository == reference->repository, "the repository stays");
  require(again->tag == reference->tag && again->digest == reference->digest, "the version stays");
  return 0;
}
