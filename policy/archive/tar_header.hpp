// One header block of a tar: 512 bytes in the form of POSIX ustar, of GNU tar, or of the seventh
// edition (without what came later).
//
// Errors:  bad_request: a wrong checksum, another form, a sparse or multi-volume entry, a type that
//          nobody knows, fields of another form's meaning that are not empty.
// Threads: pure.
// Sources: POSIX.1-2017 pax; GNU tar 1.34 tar.h; go archive/tar format.go, reader.go (readHeader).

#pragma once

#include "policy/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sealock::policy::archive {

inline constexpr std::size_t block_bytes = 512;

struct Header {
  char type = '0';   // '0' to '6'; 'x' and 'g' (pax), 'L' and 'K' (GNU long name and link)
  std::string name;  // with the prefix of ustar before it
  std::string link;
  std::uint64_t size = 0;
  std::uint32_t mode = 0;
};

// `block` has block_bytes bytes, not all of them zero.
[[nodiscard]] Result<Header> parse_header(std::string_view block);

// Whether any reader may take it for a header: what can be read from the field of its checksum is the
// sum of its bytes, signed ones or not.
[[nodiscard]] bool may_be_header(std::string_view block);

}  // namespace sealock::policy::archive
