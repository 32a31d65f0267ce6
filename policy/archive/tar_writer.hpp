// Makes archives: of what a test in a rule file says, and for tests of the reader.
//
// Errors:  none; a name of more than 100 bytes gets a pax header.
// Threads: pure.

#pragma once

#include "policy/archive/compression.hpp"
#include "policy/archive/entry.hpp"
#include "policy/archive/tar_header.hpp"

#include <string>
#include <string_view>

namespace sealock::policy::archive {

// A header block in the format of ustar, with its checksum. Texts that are too long are cut.
[[nodiscard]] std::string header_block(const Header& header);

// One pax record, with its length.
[[nodiscard]] std::string pax_record(std::string_view key, std::string_view value);

// Header, content and padding of one entry; `entry.bytes` is not looked at.
void append_entry(const Entry& entry, std::string_view content, std::string& tar);
// The two blocks of zeros.
void append_end(std::string& tar);

[[nodiscard]] std::string pack(Compression compression, std::string_view bytes);

}  // namespace sealock::policy::archive
