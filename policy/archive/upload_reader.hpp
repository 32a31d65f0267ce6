// Reads an upload: unpacks it when it is packed, reads the tar in it, and says how much of what came
// in may be passed on.
//
// The engine unpacks while it reads, so bytes may reach it only when every entry that they hold has
// been judged. cleared() counts in bytes of the upload as it came: for a plain tar exactly, for a
// packed one in steps of step_bytes, each step whole when everything that it unpacks to is settled.
// The end of an archive is never cleared before finish(): an engine that waits for it has nothing.
//
// Limits:  ArchiveLimits. Memory: what the unpacker needs (xz and zstd: 80 MiB at most), one text.
// Errors:  bad_request, too_large; whatever the visitor says.
// Threads: one upload; not shared.

#pragma once

#include "policy/archive/compression.hpp"
#include "policy/archive/entry.hpp"
#include "policy/archive/limits.hpp"
#include "policy/archive/tar_reader.hpp"
#include "policy/archive/unpacker.hpp"
#include "policy/result.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy::archive {

class UploadReader {
public:
  // Called once, before the first entry: at the first bytes, or at the end of an empty upload.
  using OnStart = std::function<Result<void>(Compression)>;

  // `visitor` outlives it.
  UploadReader(EntryVisitor& visitor, OnStart on_start, const ArchiveLimits& limits);

  [[nodiscard]] Result<void> feed(std::string_view bytes);
  [[nodiscard]] Result<void> finish();

  // How many bytes from the start may be passed on. All of them after finish().
  [[nodiscard]] std::uint64_t cleared() const { return cleared_; }
  [[nodiscard]] std::uint64_t unpacked_bytes() const { return unpacked_; }

private:
  // Up to `input`, the upload unpacks to the first `output` bytes.
  struct Step {
    std::uint64_t input;
    std::uint64_t output;
  };
  static constexpr std::size_t step_bytes = 4096;

  [[nodiscard]] Result<void> start();
  [[nodiscard]] Result<void> unpack(std::string_view bytes);
  [[nodiscard]] Result<void> take(std::string_view unpacked);
  [[nodiscard]] Result<void> clear();
  void note_step();

  OnStart on_start_;
  ArchiveLimits limits_;
  TarReader tar_;
  std::unique_ptr<Unpacker> unpacker_;
  Unpacker::Sink sink_;
  std::string begin_;  // until the compression is known
  bool started_ = false;
  std::uint64_t input_ = 0;
  std::uint64_t unpacked_ = 0;
  std::uint64_t cleared_ = 0;
  std::deque<Step> steps_;
};

}  // namespace sealock::policy::archive
