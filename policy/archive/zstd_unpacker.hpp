// Unpacks zstd streams, of which it takes less than libzstd does: only what the engine reads the same.
//
// The engine unpacks with another library (Go, klauspost/compress), and one before 23.0 does not know
// zstd: it takes the bytes for a tar. So refused are
//   - skippable frames: bytes that unpack to nothing, in which anything may stand;
//   - frames that want a dictionary, and frames in a form of before zstd 0.8;
//   - a stream whose first block is a tar header too. Blocks that unpack to nothing make room for one.
// Frames behind each other are one stream. Checksums and sizes that a frame names must be right.
//
// Limits:  the window, as large as fits into the memory given; besides it 300 KiB. Memory is taken when
//          a frame asks for it.
// Errors:  bad_request; too_large for a window that is larger; whatever the sink says.
// Threads: one stream; not shared.
// Sources: RFC 8878 sections 3.1 and 5; zstd.h 1.5.4; moby pkg/archive (20.10, 23.0);
//          klauspost/compress 1.15.12 zstd/framedec.go.

#pragma once

#include "policy/archive/unpacker.hpp"

#include <cstdint>
#include <memory>

namespace sealock::policy::archive {

[[nodiscard]] std::unique_ptr<Unpacker> make_zstd_unpacker(std::uint64_t unpacking_memory);

}  // namespace sealock::policy::archive
