// Reads the target of a request line: normalises the three forms that real clients send, decodes
// once, and refuses every spelling that two readers could read differently.
//
// Accepted: origin form; absolute form with any authority and `http:/x` (systeminformation): only
// the path counts, because the target is rebuilt. Refused: `//`, dot segments, trailing slash
// (besides `/networks/`... also refused), %2f %5c %00 %25, needless percent-encoding of letters,
// odd version prefixes, `#`, `\`, bytes outside printable ASCII, bad escapes.
//
// Errors:  bad_request. Limits: the caller's head limit bounds the length.
// Sources: engine-facts.md A1 to A12; clients.md 1 (1); RFC 3986 section 3.3, RFC 9112 section 3.2.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"

namespace sealock::policy {

struct Target {
  std::string version;                // "1.41" or empty
  std::vector<std::string> segments;  // decoded, none empty: {"containers", "web", "json"}
  std::string query;                  // raw, without '?'
};

[[nodiscard]] Result<Target> parse_target(std::string_view raw);

}  // namespace sealock::policy
