// What a Dockerfile asks for: its instructions, the images that it begins with or takes from, and the
// addresses that its ADDs fetch.
//
// What builders could read differently (dockerfile_lines.hpp, here-documents, an instruction that is
// none) or only with what nobody here knows (a variable that BuildKit or a base image gives, an image
// by the beginning of its id) becomes an item that says so: rules of deny hit it, rules of allow miss.
// What ONBUILD of the base images adds is not in the file, and is not seen.
//
// Errors:  the sink's.
// Threads: pure.
// Sources: moby/buildkit frontend/dockerfile (parser, instructions), moby builder/dockerfile
//          (20.10 and 2026).

#pragma once

#include "policy/archive/dockerfile_words.hpp"
#include "policy/archive/upload_item.hpp"
#include "policy/result.hpp"

#include <string_view>

namespace sealock::policy::archive {

// `name` is the file's, for `at`; `arguments` are the request's build arguments.
[[nodiscard]] Result<void> read_dockerfile(std::string_view text,
                                           std::string_view name,
                                           const Variables& arguments,
                                           const ItemSink& sink);

// The two items that stand for a Dockerfile of which nothing can be said.
[[nodiscard]] Result<void> report_unreadable(std::string_view at,
                                             std::string_view problem,
                                             const ItemSink& sink);

}  // namespace sealock::policy::archive
