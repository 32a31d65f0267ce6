// The shape of a JSON request body, as dockerd decodes it: which fields there are, of which type,
// and which objects are maps with free keys.
//
// Schemas are static tables; everything in them lives as long as the program. The strict reader
// (request/json_reader.hpp) reads a body by its schema, so that what the evaluator sees is what
// dockerd will see. A field that is not named here does not exist: a body with it is refused.
//
// Sources: Docker's swagger (v1.24 to v1.55); moby api/types at 20.10.24 and 2026-08 for fields
//          that the swagger leaves out.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sealock::policy {

struct Schema;

// What dockerd takes for "not said", besides null, false, 0, "", [] and {} (which always are).
// Source: rules.md 4.3, what the CLI sends for `docker create alpine`.
struct Neutral {
  // "default" for NetworkMode, "no" for restarts; of a map the keys that say nothing as long as
  // their values are unset: "default" in EndpointsConfig
  std::span<const std::string_view> strings = {};
  std::span<const std::int64_t> integers = {};  // -1 for MemorySwappiness
  bool boolean_true = false;                    // AttachStdout: true is what the CLI sends
  bool all_zero_list = false;                   // ConsoleSize: [0, 0]
  bool empty_list_is_set = false;               // MaskedPaths: [] is not the default; only null is
  // 0, false and {} say something where Go has a pointer: PidsLimit 0 in ContainerUpdate lifts the
  // limit, only null leaves it; Replicas 0 stops a service; Mode.Global {} runs one on every node.
  // Then only null and absent are unset.
  bool zero_is_set = false;
};

struct Field {
  std::string_view name;  // exact case
  const Schema* schema;
  const Neutral* neutral = nullptr;
  // A second spelling that a real client sends and dockerd folds into `name`: docker-py's
  // "replicated". find_field finds it; the reader must write `name` into what it reads, and both
  // spellings in one object are a duplicate.
  std::string_view alias = {};
  // A real client sends it, no dockerd reads it here: dockerode's "name" in ContainerCreate. The
  // reader checks its type and leaves it out of what it reads; so it is never forwarded.
  bool dropped = false;
};

enum class SchemaKind : std::uint8_t {
  object,  // closed: `fields`, exact case, no duplicates
  map,     // free keys, values of `element`; equal keys refused, other case is another key
  list,    // of `element`; null inside is refused
  string,
  integer,  // int64 by default; `minimum`/`maximum` where Go's type is narrower or unsigned
  number,   // a float in Go; kept as its digits
  boolean,
  base64,  // []byte in Go
  empty,   // struct{} in Go: {} or null
};

[[nodiscard]] std::string_view name_of(SchemaKind kind);  // "object", "base64"

struct Schema {
  SchemaKind kind;
  std::span<const Field> fields = {};  // object
  const Schema* element = nullptr;     // map, list
  std::int64_t minimum = INT64_MIN;    // integer
  std::int64_t maximum = INT64_MAX;    // integer
  std::uint64_t maximum_unsigned = 0;  // integer: not 0 where Go's type is uint64
};

// The field called `name`, or whose alias is `name`, in exact case; or null.
[[nodiscard]] const Field* find_field(const Schema& object, std::string_view name);

// Does `path` ("HostConfig.Mounts[].BindOptions.Propagation", "Labels[key]", "Labels{}") name a
// place in `schema`? Returns its schema, or null. `[]` steps into list elements, `{}` into all map
// values, `[key]` into one map value; a key may hold dots. Aliases and dropped fields are no places.
[[nodiscard]] const Schema* find_schema(const Schema& schema, std::string_view path);

}  // namespace sealock::policy
