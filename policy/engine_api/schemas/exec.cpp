// Bodies about the inside of a running container: exec and checkpoint.

#include "policy/engine_api/schemas/schema_tables.hpp"

namespace sealock::policy::schemas {

namespace {

// cli20, cli28: `docker exec` attaches both outputs unless it detaches.
constexpr Neutral attached_output{.boolean_true = true};
constexpr Neutral no_console{.all_zero_list = true};

// Go: container.ExecCreateRequest; Detach was part of it until API 1.51. docker-py and docker-java
// repeat the container of the path; docker-py spells detachKeys as the CLI's configuration does.
constexpr auto exec_fields = std::to_array<Field>({
    {"User", &text},
    {"Privileged", &boolean},
    {"Tty", &boolean},
    {"ConsoleSize", &console_size, &no_console},
    {"AttachStdin", &boolean},
    {"AttachStderr", &boolean, &attached_output},
    {"AttachStdout", &boolean, &attached_output},
    {"Detach", &boolean},
    {"DetachKeys", &text, nullptr, "detachKeys"},
    {"Env", &text_list},
    {"WorkingDir", &text},
    {"Cmd", &text_list},
    dropped("Container", text),
    dropped("containerId", text),
});

// Go: container.ExecStartRequest. dockerode passes its own options on.
constexpr auto exec_start_fields = std::to_array<Field>({
    {"Detach", &boolean},
    {"Tty", &boolean},
    {"ConsoleSize", &console_size, &no_console},
    dropped("hijack", boolean),
    dropped("stdin", boolean),
});

// Go: checkpoint.CreateRequest.
constexpr auto checkpoint_create_fields = std::to_array<Field>({
    {"CheckpointID", &text},
    {"CheckpointDir", &text},
    {"Exit", &boolean},
});

}  // namespace

constinit const Schema container_exec = object_of(exec_fields);
constinit const Schema exec_start = object_of(exec_start_fields);
constinit const Schema checkpoint_create = object_of(checkpoint_create_fields);

}  // namespace sealock::policy::schemas
