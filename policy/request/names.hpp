// What names and references of Docker's objects look like: the only texts that may stand in a path.
//
// Narrower than what dockerd takes where no client needs more: a digest must be whole and of a
// known algorithm, a domain is never a bare IPv6 address.
//
// Sources: moby daemon/names/names.go; distribution/reference regexp.go and normalize.go;
//          opencontainers/go-digest algorithm.go; engine-facts.md A10.

#pragma once

#include "policy/engine_api/operation.hpp"

#include <string_view>

namespace sealock::policy {

// [a-zA-Z0-9][a-zA-Z0-9_.-]*: names and ids of containers, networks, volumes, services and so on.
[[nodiscard]] bool is_object_name(std::string_view text);

// [domain[:port]/]path[:tag][@digest], and what looks the same: ids, id prefixes, sha256:ID.
[[nodiscard]] bool is_image_reference(std::string_view text);

// Is an object of this kind named by a reference, which may hold slashes, or by a plain name?
[[nodiscard]] bool is_named_by_reference(TargetKind kind);

}  // namespace sealock::policy
