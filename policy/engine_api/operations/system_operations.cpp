// The engine itself, and the two tunnels into BuildKit. /debug/* is no operation: it shows
// dockerd's command line and memory, and 20.10 answers any method there (engine-facts.md A17).
//
// Sources: moby daemon/server/router/system, router/session, router/grpc (b985e2313a, 2026-08),
//          and api/server/router of branch 20.10; buildkit session/session.go for the headers.

#include "policy/engine_api/operations/tables.hpp"

namespace sealock::policy {
namespace {

using namespace parameter;

// grpc-method comes once for each method that the client serves.
constexpr std::array<std::string_view, 4> session_headers{
    "x-docker-expose-session-uuid", "x-docker-expose-session-name",
    "x-docker-expose-session-sharedkey", "x-docker-expose-session-grpc-method"};

constexpr std::array<Parameter, 2> data_usage{repeated(text("type")), boolean("verbose")};
constexpr std::array<Parameter, 3> events{text("since"), text("until"), filters()};

constexpr Operation rows[] = {
    {.id = OperationId::grpc,
     .name = "Grpc",
     .method = Method::post,
     .path = "/grpc",
     .answer = AnswerKind::tunnel},
    {.id = OperationId::session,
     .name = "Session",
     .method = Method::post,
     .path = "/session",
     .answer = AnswerKind::tunnel,
     .headers = session_headers},
    {.id = OperationId::system_auth,
     .name = "SystemAuth",
     .method = Method::post,
     .path = "/auth",
     .body_kind = BodyKind::json,
     .body_required = true},
    {.id = OperationId::system_data_usage,
     .name = "SystemDataUsage",
     .method = Method::get,
     .path = "/system/df",
     .parameters = data_usage,
     .changes_state = false},
    {.id = OperationId::system_events,
     .name = "SystemEvents",
     .method = Method::get,
     .path = "/events",
     .answer = AnswerKind::json_stream,
     .parameters = events,
     .changes_state = false},
    {.id = OperationId::system_info,
     .name = "SystemInfo",
     .method = Method::get,
     .path = "/info",
     .changes_state = false},
    {.id = OperationId::system_ping,
     .name = "SystemPing",
     .method = Method::get,
     .path = "/_ping",
     .answer = AnswerKind::bytes,
     .changes_state = false},
    {.id = OperationId::system_ping_head,
     .name = "SystemPingHead",
     .method = Method::head,
     .path = "/_ping",
     .answer = AnswerKind::bytes,
     .changes_state = false},
    {.id = OperationId::system_version,
     .name = "SystemVersion",
     .method = Method::get,
     .path = "/version",
     .changes_state = false},
};

}  // namespace

constinit const std::span<const Operation> system_operations = rows;

}  // namespace sealock::policy
