// Unpacks gzip, bzip2, xz and zstd streams that are pushed into it.
//
// Streams behind each other are one, as for the programs and for Go; what follows the last one and is
// no stream is refused (gzip programs ignore it, Go does not).
//
// Errors:  bad_request for a broken stream; too_large when one of xz or zstd wants more memory than
//          allowed; whatever the sink says.
// Threads: one stream; not shared.
// Sources: zlib.h, bzlib.h, lzma/container.h; for zstd see zstd_unpacker.hpp.

#pragma once

#include "policy/archive/compression.hpp"
#include "policy/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace sealock::policy::archive {

class Unpacker {
public:
  using Sink = std::function<Result<void>(std::string_view)>;

  Unpacker() = default;
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;
  virtual ~Unpacker() = default;

  // Gives everything that `bytes` unpack to to `sink`, in pieces.
  [[nodiscard]] virtual Result<void> feed(std::string_view bytes, const Sink& sink) = 0;
  // There is no more: an error inside of a stream.
  [[nodiscard]] virtual Result<void> finish(const Sink& sink) = 0;
};

// For Compression::none: null.
[[nodiscard]] std::unique_ptr<Unpacker> make_unpacker(Compression compression,
                                                      std::uint64_t unpacking_memory);

}  // namespace sealock::policy::archive
