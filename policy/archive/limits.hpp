// How much an upload may come to.
//
// Units: bytes, counts.

#pragma once

#include <cstddef>
#include <cstdint>

namespace sealock::policy::archive {

struct ArchiveLimits {
  // The largest image layers are a few GiB.
  std::uint64_t unpacked_bytes = 16ULL * 1024 * 1024 * 1024;
  // Text packs 10:1, zeros 1000:1; only what is long by itself is a bomb.
  std::uint64_t ratio = 200;
  std::uint64_t ratio_from = 32 * 1024 * 1024;
  std::uint64_t entries = 1'000'000;
  // A pax header, a GNU long name, and a file that is read (Dockerfile, manifest.json). Go takes
  // 1 MiB of the first two.
  std::size_t text_bytes = 1024 * 1024;
  // Symbolic links that are remembered, because nothing may be unpacked through them.
  std::size_t link_bytes = 8 * 1024 * 1024;
  // Input that cannot be passed on yet. A file that is read, and room for the tar around it.
  std::uint64_t held_bytes = 4 * 1024 * 1024;
  // What a stream of xz or zstd may ask for while it is unpacked. The window of `xz -9` and of
  // `zstd --ultra -21` is 64 MiB. zstd gets the power of two below it.
  std::uint64_t unpacking_memory = 80 * 1024 * 1024;
};

}  // namespace sealock::policy::archive
