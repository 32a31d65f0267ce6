// One entry of an uploaded archive, as both the reader here and the engine's (Go's archive/tar)
// understand it, and what the reader calls for each.
//
// Threads: pure.

#pragma once

#include "policy/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sealock::policy::archive {

enum class EntryType : std::uint8_t {
  file,
  directory,
  symlink,
  hardlink,
  char_device,
  block_device,
  fifo,
};

// "file", "directory", "symlink", "hardlink", "char-device", "block-device", "fifo": the words of
// rules.
[[nodiscard]] std::string_view name_of(EntryType type);

struct Entry {
  EntryType type = EntryType::file;
  std::string path;  // clean: no "." and no empty component, no slash at either end; "" is the root
  std::string link;  // of a symlink or hardlink, as written
  std::uint64_t bytes = 0;    // of a file
  std::uint32_t mode = 0;     // the lower 12 bits
  bool capabilities = false;  // carries file capabilities (the attribute security.capability)
};

// What is done with the content of an entry.
enum class Content : std::uint8_t { pass, collect };

class EntryVisitor {
public:
  EntryVisitor() = default;
  EntryVisitor(const EntryVisitor&) = delete;
  EntryVisitor& operator=(const EntryVisitor&) = delete;
  virtual ~EntryVisitor() = default;

  // An entry begins. `collect`: its content is kept and given to content() when it is there whole,
  // and nothing from this entry on counts as judged before.
  [[nodiscard]] virtual Result<Content> entry(const Entry& entry) = 0;
  [[nodiscard]] virtual Result<void> content(const Entry& entry, std::string_view text) = 0;
};

}  // namespace sealock::policy::archive
