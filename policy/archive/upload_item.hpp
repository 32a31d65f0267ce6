// What rules are asked about while an upload streams by: one entry, one instruction of its Dockerfile,
// one image that it names.
//
// Threads: plain values.

#pragma once

#include "policy/archive/compression.hpp"
#include "policy/archive/entry.hpp"
#include "policy/effective/image_reference.hpp"
#include "policy/result.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace sealock::policy::archive {

enum class ItemKind : std::uint8_t {
  upload,        // the whole of it: comes first, and once
  entry,         // of the tar
  instruction,   // of the Dockerfile
  build_image,   // FROM, COPY --from, RUN --mount=from, # syntax
  loaded_image,  // a name that the load gives
};

struct UploadItem {
  ItemKind kind = ItemKind::upload;
  std::string at;  // where, for people: "dev/sda", "Dockerfile:3"
  // Why nothing of it can be said; empty when it can.
  std::string problem;
  Compression compression = Compression::none;

  // entry
  Entry entry;
  std::string path;               // absolute: in the container, the image or the context
  std::uint64_t number = 0;       // from 1
  std::uint64_t total_bytes = 0;  // of files, this one included

  // instruction
  std::string instruction;    // "RUN"
  std::string fetched;        // what an ADD fetches
  std::string fetch_problem;  // why that cannot be said

  // build_image, loaded_image
  effective::ImageReference image;
};

using ItemSink = std::function<Result<void>(const UploadItem&)>;

}  // namespace sealock::policy::archive
