// The names that `docker load` gives to images, as the archive says them: manifest.json (RepoTags),
// `repositories` (the older form), and the index of an OCI layout (the annotations that containerd's
// image store reads). An engine reads one of the three; here all of them count.
//
// Errors:  bad_request: no JSON of that form, or a key that Go takes for another; the sink's.
// Threads: pure.
// Sources: moby image/tarexport/load.go (20.10), daemon/containerd/image_exporter.go (2026);
//          containerd core/images/archive/importer.go; OCI image-spec annotations.

#pragma once

#include "policy/archive/upload_item.hpp"
#include "policy/result.hpp"

#include <string_view>

namespace sealock::policy::archive {

// Is this the path of one of the three files?
[[nodiscard]] bool names_images(std::string_view path);

[[nodiscard]] Result<void> read_loaded_names(std::string_view path,
                                             std::string_view text,
                                             const ItemSink& sink);

}  // namespace sealock::policy::archive
