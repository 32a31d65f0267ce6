// The catalogue: every operation of the Docker Engine API that sealock knows, by Docker's own
// operation names. A request that is none of them is refused (design.md, law 2: closed world).
//
// Errors:  none; lookups return null.
// Threads: immutable tables, any thread.
// Sources: ../shared/engine-api/v1.41.yaml and v1.55.yaml (Docker's API documents, Apache-2.0);
//          routes without documentation from moby daemon/server/router (2026-08): /grpc,
//          /build/cancel, the checkpoint routes, /debug, /networks/.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "policy/engine_api/operation_id.hpp"

namespace sealock::policy {

struct Schema;

enum class Method : std::uint8_t { get, head, post, put, delete_ };

[[nodiscard]] std::string_view name_of(Method method);
// Exact case, as dockerd reads it; nothing for OPTIONS, TRACE, CONNECT and unknown ones.
[[nodiscard]] std::optional<Method> parse_method(std::string_view text);

// What the {id} or {name} of the path stands for.
enum class TargetKind : std::uint8_t {
  none,
  container,
  exec,
  image,
  network,
  volume,
  plugin,
  service,
  task,
  node,
  secret,
  config,
  checkpoint,
  distribution,  // an image reference at a registry, not a local image
};

enum class BodyKind : std::uint8_t {
  none,    // a body is refused, but for a framed empty one, and for "{}" and "null" (clients.md 1)
  json,    // read whole, by `body`
  opaque,  // tar or what else the operation defines; streamed
};

enum class AnswerKind : std::uint8_t {
  json,         // one document, or nothing
  json_stream,  // one document after the other, without end (events, stats, build, pull, push)
  bytes,        // tar, logs, text
  tunnel,       // the engine may answer 101, or 200 with a raw stream and no framing
};

enum class ParameterType : std::uint8_t {
  text,
  boolean,    // 0 1 true false (and what dockerd's BoolValue agrees on); rebuilt as 0 or 1
  integer,
  filters,    // JSON object, both forms; rebuilt (request/filters.hpp)
  json_map,   // JSON object of strings (or null values): buildargs, labels
  json_list,  // JSON list: cachefrom, ulimits
  json_other, // any JSON value, checked for strictness only: outputs, platform (1.48+)
};

struct Parameter {
  std::string_view name;  // exact case
  ParameterType type = ParameterType::text;
  bool repeated = false;   // t, names, changes, extrahosts: may come more than once
  bool restricted = false; // denied unless a rule names `query.NAME`: ps_args, remote, fromSrc ...
};


struct Operation {
  OperationId id;
  std::string_view name;  // "ContainerInspect"
  Method method;
  std::string_view path;  // "/containers/{id}/json"; {name} of images, distribution and plugins
                          // may hold slashes
  TargetKind target;
  BodyKind body_kind;
  const Schema* body;     // not null exactly when body_kind is json
  bool body_required;     // json only: false where dockerd takes an empty body
  AnswerKind answer;
  std::span<const Parameter> parameters;
  // Request headers that mean something to this operation and are forwarded, lower case.
  std::span<const std::string_view> headers;
  bool changes_state;     // false for what only reads
};

[[nodiscard]] std::span<const Operation> all_operations();
[[nodiscard]] const Operation& operation(OperationId id);
[[nodiscard]] const Operation* find_operation(std::string_view name);
[[nodiscard]] const Parameter* find_parameter(const Operation& operation, std::string_view name);

}  // namespace sealock::policy
