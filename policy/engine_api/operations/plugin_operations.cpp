// Managed plugins. To install or to enable one is to be root on the host (engine-facts.md 3.3), so
// `remote` is not restricted beyond that: who allows the operation allows any registry.
//
// Sources: moby daemon/server/router/plugin (b985e2313a, 2026-08), and api/server/router/plugin of
//          branch 20.10; Docker's API documents v1.41 and v1.55.

#include "policy/engine_api/operations/tables.hpp"

namespace sealock::policy {
namespace {

using namespace parameter;

constexpr std::array<std::string_view, 1> registry_auth{"x-registry-auth"};

constexpr std::array<Parameter, 1> create{text("name")};
constexpr std::array<Parameter, 1> force{boolean("force")};
constexpr std::array<Parameter, 1> enable{integer("timeout")};
constexpr std::array<Parameter, 1> list{filters()};
constexpr std::array<Parameter, 1> remote{text("remote")};
constexpr std::array<Parameter, 2> pull{text("remote"), text("name")};

constexpr Operation rows[] = {
    {.id = OperationId::get_plugin_privileges,
     .name = "GetPluginPrivileges",
     .method = Method::get,
     .path = "/plugins/privileges",
     .parameters = remote,
     .headers = registry_auth,
     .changes_state = false},
    {.id = OperationId::plugin_create,
     .name = "PluginCreate",
     .method = Method::post,
     .path = "/plugins/create",
     .body_kind = BodyKind::opaque,
     .parameters = create},
    {.id = OperationId::plugin_delete,
     .name = "PluginDelete",
     .method = Method::delete_,
     .path = "/plugins/{name}",
     .target = TargetKind::plugin,
     .parameters = force},
    {.id = OperationId::plugin_disable,
     .name = "PluginDisable",
     .method = Method::post,
     .path = "/plugins/{name}/disable",
     .target = TargetKind::plugin,
     .parameters = force},
    {.id = OperationId::plugin_enable,
     .name = "PluginEnable",
     .method = Method::post,
     .path = "/plugins/{name}/enable",
     .target = TargetKind::plugin,
     .parameters = enable},
    {.id = OperationId::plugin_inspect,
     .name = "PluginInspect",
     .method = Method::get,
     .path = "/plugins/{name}/json",
     .target = TargetKind::plugin,
     .changes_state = false},
    {.id = OperationId::plugin_list,
     .name = "PluginList",
     .method = Method::get,
     .path = "/plugins",
     .parameters = list,
     .changes_state = false},
    // The body of pull and upgrade is the list of privileges that the person agreed to.
    {.id = OperationId::plugin_pull,
     .name = "PluginPull",
     .method = Method::post,
     .path = "/plugins/pull",
     .body_kind = BodyKind::json,
     .body_required = true,
     .answer = AnswerKind::json_stream,
     .parameters = pull,
     .headers = registry_auth},
    {.id = OperationId::plugin_push,
     .name = "PluginPush",
     .method = Method::post,
     .path = "/plugins/{name}/push",
     .target = TargetKind::plugin,
     .answer = AnswerKind::json_stream,
     .headers = registry_auth},
    {.id = OperationId::plugin_set,
     .name = "PluginSet",
     .method = Method::post,
     .path = "/plugins/{name}/set",
     .target = TargetKind::plugin,
     .body_kind = BodyKind::json,
     .body_required = true},
    {.id = OperationId::plugin_upgrade,
     .name = "PluginUpgrade",
     .method = Method::post,
     .path = "/plugins/{name}/upgrade",
     .target = TargetKind::plugin,
     .body_kind = BodyKind::json,
     .body_required = true,
     .answer = AnswerKind::json_stream,
     .parameters = remote,
     .headers = registry_auth},
};

}  // namespace

constinit const std::span<const Operation> plugin_operations = rows;

}  // namespace sealock::policy
