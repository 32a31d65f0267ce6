// A Docker image reference taken apart, by the grammar of distribution/reference: docker.io and
// library/ where nothing else is said, `latest` when there is neither tag nor digest.
//
// Two deviations, both refusals of what two readers read differently: capital letters in the registry
// (docker 20.10 takes `Foo/bar` for a bad repository, newer ones for a registry called Foo; and host
// names know no case), and `sha256:` with fewer than 64 digits, which is a repository called sha256
// to one half of dockerd and an id prefix to the other.
//
// A name of hexadecimal digits alone ("cafe") is a name here. dockerd looks for a repository called
// so first and for an image whose id begins so afterwards; only the engine can say which it is
// (image_facts.hpp).
//
// Errors:  bad_request with the part that is wrong.
// Threads: pure.
// Sources: distribution/reference regexp.go, normalize.go (0965666, 2026-04); docker/distribution
//          reference at moby v20.10.24; opencontainers/go-digest.

#pragma once

#include "policy/result.hpp"

#include <string>
#include <string_view>

namespace sealock::policy::effective {

struct ImageReference {
  std::string registry;      // "docker.io", "registry.example.com:5000", "[::1]:5000"
  std::string repository;    // "library/alpine"
  std::string tag;           // empty only when there is a digest
  std::string digest;        // "sha256:..."; empty when there is none
  std::string id;            // "sha256:..." of a bare id; then all others are empty
  bool tag_is_said = false;  // the tag was written, not assumed
};

[[nodiscard]] Result<ImageReference> parse_image_reference(std::string_view text);

[[nodiscard]] bool is_image_tag(std::string_view text);
// sha256, sha384 or sha512 with all of its lower-case digits.
[[nodiscard]] bool is_image_digest(std::string_view text);
// Hexadecimal digits and nothing else, fewer than 64: a name, or the beginning of an image's id.
[[nodiscard]] bool is_short_image_id(std::string_view text);

}  // namespace sealock::policy::effective
