// What a container is made of, besides its host: Go's container.Config, and the two bodies that
// hold it, ContainerCreate and ImageCommit.
//
// The top level of ContainerCreate is closed. dockerd 20.10 to 26 takes HostConfig fields from
// there when HostConfig is missing, and a few when it is not (engine-facts.md B4), so that none of
// them may be known here.

#include "policy/engine_api/schemas/schema_tables.hpp"

namespace sealock::policy::schemas {

namespace {

// cli20, cli28: what `docker create` and `docker run -d` send, an output stream or not.
constexpr Neutral attached_output{.boolean_true = true};

// Go: HealthcheckConfig of docker-image-spec. Durations are nanoseconds.
constexpr auto healthcheck_fields = std::to_array<Field>({
    {"Test", &text_list},
    {"Interval", &integer},
    {"Timeout", &integer},
    {"StartPeriod", &integer},
    {"StartInterval", &integer},
    {"Retries", &integer},
});

// Go: container.Config. MacAddress left it in API 1.52; older daemons read it.
constexpr auto config_fields = std::to_array<Field>({
    {"Hostname", &text},
    {"Domainname", &text},
    {"User", &text},
    {"AttachStdin", &boolean},
    {"AttachStdout", &boolean, &attached_output},
    {"AttachStderr", &boolean, &attached_output},
    {"ExposedPorts", &empty_map},
    {"Tty", &boolean},
    {"OpenStdin", &boolean},
    {"StdinOnce", &boolean},
    {"Env", &text_list},
    {"Cmd", &text_list},
    {"Healthcheck", &healthcheck},
    {"ArgsEscaped", &boolean},
    {"Image", &text},
    {"Volumes", &empty_map},
    {"WorkingDir", &text},
    {"Entrypoint", &text_list},
    {"NetworkDisabled", &boolean},
    {"MacAddress", &text},
    {"OnBuild", &text_list},
    {"Labels", &text_map},
    {"StopSignal", &text},
    {"StopTimeout", &integer, &pointer},
    {"Shell", &text_list},
});

// Go: container.CreateRequest. dockerode and node-docker-api send the name in the body as well as
// in the query, and dockerode's docker.run VolumesFrom []; docker-java, and testcontainers with it,
// until 3.2 did so too with the platform and the registry credentials of the pull, and sends
// PortSpecs null to this day.
constexpr auto create_only_fields = std::to_array<Field>({
    {"HostConfig", &host_config},
    {"NetworkingConfig", &networking_config},
    dropped("name", text),
    dropped("VolumesFrom", nothing_list),
    dropped("PortSpecs", text_list),
    dropped("platform", text),
    dropped("authConfig", registry_login),
});
constexpr auto create_fields = join(config_fields, create_only_fields);

// ImageCommit decodes a container.Config (the CLI sends null); dockerode and docker-java put their
// query parameters into the body, too, and docker-java a few fields of long ago.
constexpr auto commit_only_fields = std::to_array<Field>({
    dropped("container", text),
    dropped("repo", text),
    dropped("tag", text),
    dropped("comment", text),
    dropped("author", text),
    dropped("pause", boolean),
    dropped("containerId", text),
    dropped("repository", text),
    dropped("message", text),
    dropped("DisableNetwork", boolean),
    dropped("Memory", integer),
    dropped("MemorySwap", integer),
    dropped("PortSpecs", text_list),
});
constexpr auto commit_fields = join(config_fields, commit_only_fields);

}  // namespace

constinit const Schema healthcheck = object_of(healthcheck_fields);
constinit const Schema container_config = object_of(config_fields);
constinit const Schema container_create = object_of(create_fields);
constinit const Schema image_commit = object_of(commit_fields);

}  // namespace sealock::policy::schemas
