// Containers, their processes (exec) and their checkpoints.
//
// Sources: moby daemon/server/router/container and router/checkpoint (b985e2313a, 2026-08), and
//          api/server/router of branch 20.10; Docker's API documents v1.41 and v1.55.

#include "policy/engine_api/operations/tables.hpp"

namespace sealock::policy {
namespace {

using namespace parameter;

constexpr std::array<Parameter, 1> only_filters{filters()};
constexpr std::array<Parameter, 1> path{text("path")};
constexpr std::array<Parameter, 2> console_size{integer("h"), integer("w")};
constexpr std::array<Parameter, 1> checkpoint_place{restricted(text("dir"))};

constexpr std::array<Parameter, 6> attach{text("detachKeys"), boolean("logs"),   boolean("stream"),
                                          boolean("stdin"),   boolean("stdout"), boolean("stderr")};
constexpr std::array<Parameter, 2> create{text("name"), text("platform")};
// A link alias is another container's second name (engine-facts.md A10).
constexpr std::array<Parameter, 3> remove{boolean("v"), boolean("force"),
                                          restricted(boolean("link"))};
constexpr std::array<Parameter, 1> inspect{boolean("size")};
constexpr std::array<Parameter, 1> kill{text("signal")};
constexpr std::array<Parameter, 4> list{boolean("all"), integer("limit"), boolean("size"),
                                        filters()};
// since and until take fractions and durations too. details puts environment variables and labels
// before every line (secrets.md 1, row 5).
constexpr std::array<Parameter, 8> logs{
    boolean("follow"), boolean("stdout"),     boolean("stderr"), text("since"),
    text("until"),     boolean("timestamps"), text("tail"),      restricted(boolean("details"))};
constexpr std::array<Parameter, 3> put_archive{text("path"), boolean("noOverwriteDirNonDir"),
                                               boolean("copyUIDGID")};
constexpr std::array<Parameter, 1> rename{text("name")};
constexpr std::array<Parameter, 2> stop{text("signal"), integer("t")};
constexpr std::array<Parameter, 3> start{text("detachKeys"), restricted(text("checkpoint")),
                                         restricted(text("checkpoint-dir"))};
constexpr std::array<Parameter, 2> stats{boolean("stream"), boolean("one-shot")};
// ps runs as root on the host; `auxe` prints the environment of every process (secrets.md 1, row 1).
// -ef is what dockerd takes without the parameter.
constexpr std::array<std::string_view, 1> default_ps{"-ef"};
constexpr std::array<Parameter, 1> top{restricted(text("ps_args"), default_ps)};
constexpr std::array<Parameter, 1> wait{text("condition")};

// Origin and extensions are read by no version of dockerd's websocket server.
constexpr std::array<std::string_view, 3> websocket_headers{
    "sec-websocket-key", "sec-websocket-version", "sec-websocket-protocol"};

constexpr Operation rows[] = {
    {.id = OperationId::checkpoint_create,
     .name = "CheckpointCreate",
     .method = Method::post,
     .path = "/containers/{id}/checkpoints",
     .target = TargetKind::container,
     .body_kind = BodyKind::json,
     .body_required = true},
    {.id = OperationId::checkpoint_delete,
     .name = "CheckpointDelete",
     .method = Method::delete_,
     .path = "/containers/{id}/checkpoints/{checkpoint}",
     .target = TargetKind::container,
     .parameters = checkpoint_place},
    {.id = OperationId::checkpoint_list,
     .name = "CheckpointList",
     .method = Method::get,
     .path = "/containers/{id}/checkpoints",
     .target = TargetKind::container,
     .parameters = checkpoint_place,
     .changes_state = false},
    {.id = OperationId::container_archive,
     .name = "ContainerArchive",
     .method = Method::get,
     .path = "/containers/{id}/archive",
     .target = TargetKind::container,
     .answer = AnswerKind::bytes,
     .parameters = path,
     .changes_state = false},
    {.id = OperationId::container_archive_info,
     .name = "ContainerArchiveInfo",
     .method = Method::head,
     .path = "/containers/{id}/archive",
     .target = TargetKind::container,
     .answer = AnswerKind::bytes,
     .parameters = path,
     .changes_state = false},
    {.id = OperationId::container_attach,
     .name = "ContainerAttach",
     .method = Method::post,
     .path = "/containers/{id}/attach",
     .target = TargetKind::container,
     .answer = AnswerKind::tunnel,
     .parameters = attach},
    {.id = OperationId::container_attach_websocket,
     .name = "ContainerAttachWebsocket",
     .method = Method::get,  // with stdin all the same
     .path = "/containers/{id}/attach/ws",
     .target = TargetKind::container,
     .answer = AnswerKind::tunnel,
     .parameters = attach,
     .headers = websocket_headers},
    {.id = OperationId::container_changes,
     .name = "ContainerChanges",
     .method = Method::get,
     .path = "/containers/{id}/changes",
     .target = TargetKind::container,
     .changes_state = false},
    {.id = OperationId::container_create,
     .name = "ContainerCreate",
     .method = Method::post,
     .path = "/containers/create",
     .body_kind = BodyKind::json,
     .body_required = true,
     .parameters = create},
    {.id = OperationId::container_delete,
     .name = "ContainerDelete",
     .method = Method::delete_,
     .path = "/containers/{id}",
     .target = TargetKind::container,
     .parameters = remove},
    {.id = OperationId::container_exec,
     .name = "ContainerExec",
     .method = Method::post,
     .path = "/containers/{id}/exec",
     .target = TargetKind::container,
     .body_kind = BodyKind::json,
     .body_required = true},
    {.id = OperationId::container_export,
     .name = "ContainerExport",
     .method = Method::get,
     .path = "/containers/{id}/export",
     .target = TargetKind::container,
     .answer = AnswerKind::bytes,
     .changes_state = false},
    {.id = OperationId::container_inspect,
     .name = "ContainerInspect",
     .method = Method::get,
     .path = "/containers/{id}/json",
     .target = TargetKind::container,
     .parameters = inspect,
     .changes_state = false},
    {.id = OperationId::container_kill,
     .name = "ContainerKill",
     .method = Method::post,
     .path = "/containers/{id}/kill",
     .target = TargetKind::container,
     .parameters = kill},
    {.id = OperationId::container_list,
     .name = "ContainerList",
     .method = Method::get,
     .path = "/containers/json",
     .parameters = list,
     .changes_state = false},
    {.id = OperationId::container_logs,
     .name = "ContainerLogs",
     .method = Method::get,
     .path = "/containers/{id}/logs",
     .target = TargetKind::container,
     .answer = AnswerKind::bytes,
     .parameters = logs,
     .changes_state = false},
    {.id = OperationId::container_pause,
     .name = "ContainerPause",
     .method = Method::post,
     .path = "/containers/{id}/pause",
     .target = TargetKind::container},
    {.id = OperationId::container_prune,
     .name = "ContainerPrune",
     .method = Method::post,
     .path = "/containers/prune",
     .parameters = only_filters},
    {.id = OperationId::container_rename,
     .name = "ContainerRename",
     .method = Method::post,
     .path = "/containers/{id}/rename",
     .target = TargetKind::container,
     .parameters = rename},
    {.id = OperationId::container_resize,
     .name = "ContainerResize",
     .method = Method::post,
     .path = "/containers/{id}/resize",
     .target = TargetKind::container,
     .parameters = console_size},
    {.id = OperationId::container_restart,
     .name = "ContainerRestart",
     .method = Method::post,
     .path = "/containers/{id}/restart",
     .target = TargetKind::container,
     .parameters = stop},
    {.id = OperationId::container_start,
     .name = "ContainerStart",
     .method = Method::post,
     .path = "/containers/{id}/start",
     .target = TargetKind::container,
     .parameters = start},
    {.id = OperationId::container_stats,
     .name = "ContainerStats",
     .method = Method::get,
     .path = "/containers/{id}/stats",
     .target = TargetKind::container,
     .answer = AnswerKind::json_stream,
     .parameters = stats,
     .changes_state = false},
    {.id = OperationId::container_stop,
     .name = "ContainerStop",
     .method = Method::post,
     .path = "/containers/{id}/stop",
     .target = TargetKind::container,
     .parameters = stop},
    {.id = OperationId::container_top,
     .name = "ContainerTop",
     .method = Method::get,
     .path = "/containers/{id}/top",
     .target = TargetKind::container,
     .parameters = top,
     .changes_state = false},
    {.id = OperationId::container_unpause,
     .name = "ContainerUnpause",
     .method = Method::post,
     .path = "/containers/{id}/unpause",
     .target = TargetKind::container},
    {.id = OperationId::container_update,
     .name = "ContainerUpdate",
     .method = Method::post,
     .path = "/containers/{id}/update",
     .target = TargetKind::container,
     .body_kind = BodyKind::json,
     .body_required = true},
    {.id = OperationId::container_wait,
     .name = "ContainerWait",
     .method = Method::post,
     .path = "/containers/{id}/wait",
     .target = TargetKind::container,
     .parameters = wait,
     .changes_state = false},
    {.id = OperationId::exec_inspect,
     .name = "ExecInspect",
     .method = Method::get,
     .path = "/exec/{id}/json",
     .target = TargetKind::exec,
     .changes_state = false},
    {.id = OperationId::exec_resize,
     .name = "ExecResize",
     .method = Method::post,
     .path = "/exec/{id}/resize",
     .target = TargetKind::exec,
     .parameters = console_size},
    // New engines take an empty body for "not detached, no terminal" (engine-facts.md B14).
    {.id = OperationId::exec_start,
     .name = "ExecStart",
     .method = Method::post,
     .path = "/exec/{id}/start",
     .target = TargetKind::exec,
     .body_kind = BodyKind::json,
     .answer = AnswerKind::tunnel},
    {.id = OperationId::put_container_archive,
     .name = "PutContainerArchive",
     .method = Method::put,
     .path = "/containers/{id}/archive",
     .target = TargetKind::container,
     .body_kind = BodyKind::opaque,
     .parameters = put_archive},
};

}  // namespace

constinit const std::span<const Operation> container_operations = rows;

}  // namespace sealock::policy
