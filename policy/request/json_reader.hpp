// Reads a JSON body by its schema as dockerd's decoder would, and refuses everything that dockerd
// would read in a way a person does not expect.
//
// dockerd decodes with Go's encoding/json: keys match without regard to case and with Unicode
// folding, repeated objects merge, slices reuse memory, unknown keys vanish, text after the first
// value is ignored. A reader that judged anything but the one plain reading could be walked around,
// so each of these is an error here, not a choice.
//
// Limits:  depth 32, 10^4 values, keys of 256 bytes; bytes are the caller's (1 MiB, 4 MiB for
//          service specs).
// Errors:  bad_request with the field's path ("HostConfig.Mounts[0].Type: ...").
// Threads: pure; no recursion on the input.
// Sources: engine-facts.md B1 to B9; go encoding/json decode.go, fold.go; CVE-2026-34040.

#pragma once

#include <cstddef>
#include <string_view>

#include "policy/engine_api/schema.hpp"
#include "policy/request/value.hpp"
#include "policy/result.hpp"

namespace sealock::policy {

// Reads `text` by `schema`. Members that are null are kept as null, and so is a null at the top:
// the caller knows whether the operation needs a body. Fields by their alias get their name,
// dropped fields are left out.
[[nodiscard]] Result<Value> read_json_body(std::string_view text, const Schema& schema);

// Reads any JSON, with the same strictness but without a schema: engine answers to our own
// questions, filters. Without types, null in a list and NUL in a string are values like others, and
// keys may be longer: those of the engine's maps may be paths.
inline constexpr std::size_t untyped_key_bytes = 4096;
[[nodiscard]] Result<Value> read_json(std::string_view text);

}  // namespace sealock::policy
