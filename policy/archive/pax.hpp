// The records of a pax header: "LENGTH KEY=VALUE\n", one after the other.
//
// What overrides a header (path, linkpath, size) must come once, not empty, without NUL and in UTF-8.
// What would change how others are read (hdrcharset, GNU.sparse.*, SCHILY.realsize) is refused, and
// so is a word of POSIX that is not in its list. Vendors' own words (with a dot in them) are
// everybody's to ignore, but for file capabilities.
//
// Errors:  bad_request.
// Threads: pure.
// Sources: POSIX.1-2017 pax, "pax Extended Header"; go archive/tar strconv.go (parsePAXRecord,
//          validPAXRecord), reader.go (mergePAX).

#pragma once

#include "policy/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy::archive {

struct PaxRecords {
  std::optional<std::string> path;
  std::optional<std::string> link;
  std::optional<std::uint64_t> size;
  bool capabilities = false;
  bool only_comments = true;
};

[[nodiscard]] Result<PaxRecords> parse_pax(std::string_view text);

}  // namespace sealock::policy::archive
