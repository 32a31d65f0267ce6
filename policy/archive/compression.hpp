// What an upload is packed with, found as the engine finds it: by its first bytes.
//
// zstd is refused: an older engine takes it for a broken tar, a newer one unpacks it.
//
// Threads: pure.
// Sources: moby pkg/archive (20.10) and go-archive/compression (2026): gzip, bzip2, xz, zstd and its
//          skippable frames.

#pragma once

#include "policy/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sealock::policy::archive {

enum class Compression : std::uint8_t { none, gzip, bzip2, xz };

// "none", "gzip", "bzip2", "xz": the words of rules.
[[nodiscard]] std::string_view name_of(Compression compression);

// How many bytes find_compression() wants to see, when there are so many.
inline constexpr std::size_t magic_bytes = 8;

[[nodiscard]] Result<Compression> find_compression(std::string_view start);

}  // namespace sealock::policy::archive
