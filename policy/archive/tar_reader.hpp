// Reads a tar that is pushed into it, piece by piece, and names its entries to a visitor.
//
// A strict subset of what the engine's reader (Go's archive/tar) takes, in which GNU tar, libarchive
// and Go agree on every entry: whatever they could read differently is refused. Besides what
// tar_header.hpp and pax.hpp refuse: two pax headers before one entry, pax and GNU long names
// together, headers with no entry after them, a pax size that contradicts the header, links,
// directories and devices with content, bytes behind the end, an entry whose path goes through a
// symbolic link of the same archive (it would be unpacked elsewhere).
//
// An archive without its two blocks of zeros ends where its bytes end, as for Go.
//
// Limits:  ArchiveLimits: entries, text_bytes, link_bytes. Memory: one block, one text, the links.
// Errors:  bad_request for what is malformed, too_large over a limit; whatever the visitor says.
//          After an error nothing may be fed any more.
// Threads: one archive; not shared.
// Sources: go archive/tar reader.go; POSIX.1-2017 pax; engine-facts.md (moby pkg/archive).

#pragma once

#include "policy/archive/entry.hpp"
#include "policy/archive/limits.hpp"
#include "policy/archive/pax.hpp"
#include "policy/archive/tar_header.hpp"
#include "policy/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace sealock::policy::archive {

class TarReader {
public:
  // `visitor` outlives it.
  TarReader(EntryVisitor& visitor, const ArchiveLimits& limits);

  [[nodiscard]] Result<void> feed(std::string_view bytes);
  // There is no more: an error inside of an entry.
  [[nodiscard]] Result<void> finish();

  // How many bytes from the start belong to entries that the visitor has judged whole, or to the
  // content of such entries. The blocks of zeros at the end count only after finish().
  [[nodiscard]] std::uint64_t settled() const { return settled_; }

private:
  enum class State : std::uint8_t { header, text, collected, data, padding, end };

  [[nodiscard]] Result<std::size_t> step(std::string_view bytes);
  [[nodiscard]] Result<std::size_t> gather_block(std::string_view bytes);
  [[nodiscard]] Result<std::size_t> gather_text(std::string_view bytes);
  [[nodiscard]] Result<void> take_block();
  [[nodiscard]] Result<void> take_header(Header header);
  [[nodiscard]] Result<void> begin_text(const Header& header);
  [[nodiscard]] Result<void> take_text();
  [[nodiscard]] Result<void> take_long_text(std::optional<std::string>& into);
  [[nodiscard]] Result<void> take_pax(PaxRecords records);
  [[nodiscard]] Result<Entry> make_entry(Header& header);
  [[nodiscard]] Result<void> check_parts(const Entry& entry);
  [[nodiscard]] Result<void> begin_entry(Header header);
  [[nodiscard]] std::size_t pass(std::string_view bytes);
  void begin_padding();
  [[nodiscard]] bool awaits_entry() const;

  EntryVisitor& visitor_;
  ArchiveLimits limits_;
  State state_ = State::header;
  std::string gathered_;    // of a block, or of a text
  std::uint64_t left_ = 0;  // of the content
  std::uint64_t padding_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t settled_ = 0;
  std::uint64_t entries_ = 0;
  char text_type_ = '\0';  // of the text that is gathered: x, g, L, K
  bool zeros_ = false;     // a block of zeros has come

  // For the entry that follows.
  std::optional<PaxRecords> pax_;
  std::optional<std::string> long_name_;
  std::optional<std::string> long_link_;

  Entry entry_;                               // whose content comes
  std::set<std::string, std::less<>> links_;  // paths of symbolic links
  std::size_t link_bytes_ = 0;
};

}  // namespace sealock::policy::archive
