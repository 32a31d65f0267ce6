// What an upload is packed with, found as the engine finds it: by its first bytes.
//
// A skippable frame is zstd as well, as it is for the engine; the unpacker refuses it.
//
// Threads: pure.
// Sources: moby pkg/archive (20.10: no zstd; 23.0) and go-archive/compression (2026).

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sealock::policy::archive {

enum class Compression : std::uint8_t { none, gzip, bzip2, xz, zstd };

// "none", "gzip", "bzip2", "xz", "zstd": the words of rules.
[[nodiscard]] std::string_view name_of(Compression compression);

// How many bytes find_compression() wants to see, when there are so many.
inline constexpr std::size_t magic_bytes = 8;

[[nodiscard]] Compression find_compression(std::string_view start);

}  // namespace sealock::policy::archive
