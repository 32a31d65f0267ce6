// The catalogue: every operation of the Docker Engine API that sealock knows, by Docker's own
// operation names, and those under /sealock/v1 that sealock answers itself. A request that is none
// of them is refused (design.md, law 2: closed world).
//
// Errors:  none; lookups return null.
// Threads: immutable tables, any thread.
// Sources: ../shared/engine-api/v1.41.yaml and v1.55.yaml (Docker's API documents, Apache-2.0);
//          routes without documentation from moby daemon/server/router (2026-08): /grpc,
//          /build/cancel, the checkpoint routes, /debug, /networks/.

#pragma once

#include "policy/engine_api/operation_id.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sealock::policy {

struct Schema;

// NOLINTNEXTLINE(readability-identifier-naming): delete is a keyword
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
  checkpoint,    // the second parameter of CheckpointDelete; the target of no operation
  distribution,  // an image reference at a registry, not a local image
  composition,   // by its own name or a label's
  deployment,
};

enum class BodyKind : std::uint8_t {
  none,    // a body is refused, but for a framed empty one, and for "{}" and "null" (clients.md 1)
  json,    // read whole, by `body`
  opaque,  // tar or what else the operation defines; streamed
};

// Who answers an operation. What sealock answers is never forwarded, has no API version, and is not
// part of every_operation: a rule must name it.
enum class AnsweredBy : std::uint8_t { engine, sealock };

enum class AnswerKind : std::uint8_t {
  json,         // one document, or nothing
  json_stream,  // one document after the other, without end (events, stats, build, pull, push)
  bytes,        // tar, logs, text
  tunnel,       // the engine may answer 101, or 200 with a raw stream and no framing
};

enum class ParameterType : std::uint8_t {
  text,
  boolean,  // 0 1 true false (and what dockerd's BoolValue agrees on); rebuilt as 0 or 1
  integer,
  filters,     // JSON object, both forms; rebuilt (request/filters.hpp)
  json_map,    // JSON object of strings (or null values): buildargs, labels
  json_list,   // JSON list: cachefrom, ulimits
  json_other,  // any JSON value, checked for strictness only: outputs, platform (1.48+)
};

// One query parameter that dockerd reads. A key that is no Parameter of its operation is dropped:
// either dockerd ignores it (only_ids, trunc_cmd), or nobody has named it yet.
//
// Set or not: a value that says nothing does not count as set. That is: no value at all
// (`filters=`), what a zero is in its type ("" 0 false null [] {}), and the texts in `neutral`,
// which mean what dockerd does without the parameter. The CLI sends many of them on every build
// (networkmode=default, cgroupparent=, ulimits=null, version=1). This is all that "set" is about:
// whether a restricted parameter needs a rule, and the tests `is: set` and `is: unset`. Tests of a
// value see the value, and a value that is not set is forwarded like any other.
struct Parameter {
  std::string_view name;  // exact case
  ParameterType type = ParameterType::text;
  bool repeated = false;    // t, names, changes, extrahosts: may come more than once
  bool restricted = false;  // when set, denied unless a rule names `query.NAME`: remote ...
  std::span<const std::string_view> neutral = {};  // decoded, compared exactly
  TargetKind refers_to = TargetKind::none;  // a name or id to be judged and pinned like a target
};

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order of reading, 127 of them
struct Operation {
  OperationId id;
  std::string_view name;  // "ContainerInspect"
  Method method;
  std::string_view path;  // "/containers/{id}/json"; {name} of images, distribution and plugins
                          // may hold slashes
  TargetKind target = TargetKind::none;
  BodyKind body_kind = BodyKind::none;
  const Schema* body = nullptr;  // not null exactly when body_kind is json
  bool body_required = false;    // json only: false where dockerd takes an empty body as usual
  AnswerKind answer = AnswerKind::json;
  std::span<const Parameter> parameters = {};
  // Request headers that mean something to this operation and are forwarded, lower case. Those that
  // the proxy sets by itself are not among them: host, content-type, content-length, connection,
  // upgrade. Accept never is: dockerd 29 changes the form of events and logs by it.
  std::span<const std::string_view> headers = {};
  AnsweredBy answered_by = AnsweredBy::engine;
  bool changes_state = true;  // false for what only reads; a way in (attach, session, grpc) is true
};

[[nodiscard]] std::span<const Operation> all_operations();
[[nodiscard]] const Operation& operation(OperationId id);
[[nodiscard]] const Operation* find_operation(std::string_view name);
[[nodiscard]] const Parameter* find_parameter(const Operation& operation, std::string_view name);

}  // namespace sealock::policy
