// Makes the upload that a test in a rule file describes:
//
//   archive:
//     - {path: dev/sda, type: block-device}
//     - {path: Dockerfile, text: "FROM alpine\nRUN id"}
//   compression: gzip
//
// An entry has `path`, and may have `type` (file), `text` or `bytes` (of zeros), `link`, `mode` and
// `capabilities`. The bytes are read again as those of a client are.
//
// Errors:  R31, R01, R02, R16, to Diagnostics; nothing is returned for an archive with one.
// Threads: pure.

#pragma once

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <optional>
#include <string>

namespace sealock::policy {

// `compression` may be null.
[[nodiscard]] std::optional<std::string> read_test_upload(const YamlNode& archive,
                                                          const YamlEntry* compression,
                                                          Diagnostics& diagnostics);

}  // namespace sealock::policy
