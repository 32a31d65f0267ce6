// Images, builds, and what is asked of a registry about them.
//
// Sources: moby daemon/server/router/image, router/build and router/distribution (b985e2313a,
//          2026-08), and api/server/router of branch 20.10; Docker's API documents v1.41 and v1.55.

#include "policy/engine_api/operations/tables.hpp"

namespace sealock::policy {
namespace {

using namespace parameter;

constexpr std::array<std::string_view, 1> registry_auth{"x-registry-auth"};
constexpr std::array<std::string_view, 1> registry_config{"x-registry-config"};

constexpr std::array<Parameter, 1> only_filters{filters()};
constexpr std::array<Parameter, 1> one_platform{json("platform")};
constexpr std::array<Parameter, 1> platforms{repeated(json("platform"))};

// The statement is the whole provenance, build arguments included (secrets.md 3.2).
constexpr std::array<Parameter, 3> attestations{repeated(json("platform")), repeated(text("type")),
                                                restricted(boolean("statement"))};

constexpr std::array<std::string_view, 1> default_network{"default"};
constexpr std::array<std::string_view, 1> session_context{"client-session"};
constexpr std::array<std::string_view, 1> classic_builder{"1"};

// securityopt makes a Linux dockerd refuse the build; it is named so that it is denied and not
// silently dropped. The limits shmsize and ulimits are restricted because they can be raised, those
// of memory and processors only narrow. version=2 is BuildKit, which does what /session says.
constexpr std::array<Parameter, 32> build{
    text("dockerfile"),
    repeated(text("t")),
    restricted(repeated(text("extrahosts"))),
    restricted(text("remote"), session_context),
    boolean("q"),
    boolean("nocache"),
    json_list("cachefrom"),
    boolean("pull"),
    boolean("rm"),
    boolean("forcerm"),
    integer("memory"),
    integer("memswap"),
    integer("cpushares"),
    text("cpusetcpus"),
    text("cpusetmems"),
    integer("cpuperiod"),
    integer("cpuquota"),
    json_map("buildargs"),
    restricted(integer("shmsize")),
    boolean("squash"),
    json_map("labels"),
    restricted(text("networkmode"), default_network),
    restricted(text("cgroupparent")),
    text("platform"),
    text("target"),
    restricted(json("outputs")),
    restricted(text("version"), classic_builder),
    restricted(repeated(text("securityopt"))),
    text("isolation"),
    restricted(json_list("ulimits")),
    text("session"),
    text("buildid"),
};
constexpr std::array<Parameter, 1> build_cancel{text("id")};
// keep-storage is reserved-space before 1.48.
constexpr std::array<Parameter, 6> build_prune{boolean("all"),
                                               filters(),
                                               integer("keep-storage"),
                                               integer("reserved-space"),
                                               integer("max-used-space"),
                                               integer("min-free-space")};

// `changes` writes environment, user, command and labels into the image, as the body of a commit
// does: a way around may_set, and around ownership labels.
constexpr std::array<Parameter, 7> commit{
    naming(TargetKind::container, text("container")),
    text("repo"),
    text("tag"),
    text("comment"),
    text("author"),
    boolean("pause"),
    restricted(repeated(text("changes"))),
};
constexpr std::array<Parameter, 7> create{
    text("fromImage"), restricted(text("fromSrc")),           text("repo"),    text("tag"),
    text("message"),   restricted(repeated(text("changes"))), text("platform")};
constexpr std::array<Parameter, 3> remove{boolean("force"), boolean("noprune"),
                                          repeated(json("platforms"))};
constexpr std::array<Parameter, 2> get_all{naming(TargetKind::image, repeated(text("names"))),
                                           repeated(json("platform"))};
constexpr std::array<Parameter, 2> inspect{boolean("manifests"), json("platform")};
// `filter` is a reference, read below API 1.28.
constexpr std::array<Parameter, 7> list{
    boolean("all"),       filters(),           boolean("shared-size"), boolean("digests"),
    boolean("manifests"), boolean("identity"), text("filter")};
constexpr std::array<Parameter, 2> load{boolean("quiet"), repeated(json("platform"))};
constexpr std::array<Parameter, 2> push{text("tag"), json("platform")};
constexpr std::array<Parameter, 3> search{text("term"), integer("limit"), filters()};
constexpr std::array<Parameter, 2> tag{text("repo"), text("tag")};

constexpr Operation rows[] = {
    {.id = OperationId::build_cancel,
     .name = "BuildCancel",
     .method = Method::post,
     .path = "/build/cancel",
     .parameters = build_cancel},
    {.id = OperationId::build_prune,
     .name = "BuildPrune",
     .method = Method::post,
     .path = "/build/prune",
     .parameters = build_prune},
    {.id = OperationId::distribution_inspect,
     .name = "DistributionInspect",
     .method = Method::get,
     .path = "/distribution/{name}/json",
     .target = TargetKind::distribution,
     .headers = registry_auth,
     .changes_state = false},
    {.id = OperationId::image_attestations,
     .name = "ImageAttestations",
     .method = Method::get,
     .path = "/images/{name}/attestations",
     .target = TargetKind::image,
     .parameters = attestations,
     .changes_state = false},
    {.id = OperationId::image_build,
     .name = "ImageBuild",
     .method = Method::post,
     .path = "/build",
     .body_kind = BodyKind::opaque,
     .answer = AnswerKind::json_stream,
     .parameters = build,
     .headers = registry_config},
    {.id = OperationId::image_commit,
     .name = "ImageCommit",
     .method = Method::post,
     .path = "/commit",
     .body_kind = BodyKind::json,
     .parameters = commit},
    {.id = OperationId::image_create,
     .name = "ImageCreate",
     .method = Method::post,
     .path = "/images/create",
     .body_kind = BodyKind::opaque,  // the tar of fromSrc=-; empty in all other cases
     .answer = AnswerKind::json_stream,
     .parameters = create,
     .headers = registry_auth},
    {.id = OperationId::image_delete,
     .name = "ImageDelete",
     .method = Method::delete_,
     .path = "/images/{name}",
     .target = TargetKind::image,
     .parameters = remove},
    {.id = OperationId::image_get,
     .name = "ImageGet",
     .method = Method::get,
     .path = "/images/{name}/get",
     .target = TargetKind::image,
     .answer = AnswerKind::bytes,
     .parameters = platforms,
     .changes_state = false},
    {.id = OperationId::image_get_all,
     .name = "ImageGetAll",
     .method = Method::get,
     .path = "/images/get",
     .answer = AnswerKind::bytes,
     .parameters = get_all,
     .changes_state = false},
    {.id = OperationId::image_history,
     .name = "ImageHistory",
     .method = Method::get,
     .path = "/images/{name}/history",
     .target = TargetKind::image,
     .parameters = one_platform,
     .changes_state = false},
    {.id = OperationId::image_inspect,
     .name = "ImageInspect",
     .method = Method::get,
     .path = "/images/{name}/json",
     .target = TargetKind::image,
     .parameters = inspect,
     .changes_state = false},
    {.id = OperationId::image_list,
     .name = "ImageList",
     .method = Method::get,
     .path = "/images/json",
     .parameters = list,
     .changes_state = false},
    {.id = OperationId::image_load,
     .name = "ImageLoad",
     .method = Method::post,
     .path = "/images/load",
     .body_kind = BodyKind::opaque,
     .answer = AnswerKind::json_stream,
     .parameters = load},
    {.id = OperationId::image_prune,
     .name = "ImagePrune",
     .method = Method::post,
     .path = "/images/prune",
     .parameters = only_filters},
    // Without X-Registry-Auth 20.10 reads the credentials from the body and refuses an empty one;
    // docker-py sends {} there.
    {.id = OperationId::image_push,
     .name = "ImagePush",
     .method = Method::post,
     .path = "/images/{name}/push",
     .target = TargetKind::image,
     .body_kind = BodyKind::json,
     .answer = AnswerKind::json_stream,
     .parameters = push,
     .headers = registry_auth},
    {.id = OperationId::image_search,
     .name = "ImageSearch",
     .method = Method::get,
     .path = "/images/search",
     .parameters = search,
     .headers = registry_auth,
     .changes_state = false},
    {.id = OperationId::image_tag,
     .name = "ImageTag",
     .method = Method::post,
     .path = "/images/{name}/tag",
     .target = TargetKind::image,
     .parameters = tag},
};

}  // namespace

constinit const std::span<const Operation> image_operations = rows;

}  // namespace sealock::policy
