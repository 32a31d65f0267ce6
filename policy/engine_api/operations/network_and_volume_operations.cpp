// Networks and volumes.
//
// Sources: moby daemon/server/router/network and router/volume (b985e2313a, 2026-08), and
//          api/server/router of branch 20.10; Docker's API documents v1.41 and v1.55.

#include "policy/engine_api/operations/tables.hpp"

namespace sealock::policy {
namespace {

using namespace parameter;

constexpr std::array<Parameter, 1> only_filters{filters()};
constexpr std::array<Parameter, 2> inspect_network{boolean("verbose"), text("scope")};
constexpr std::array<Parameter, 1> remove_volume{boolean("force")};
constexpr std::array<Parameter, 1> update_volume{integer("version")};

constexpr Operation rows[] = {
    {.id = OperationId::network_connect,
     .name = "NetworkConnect",
     .method = Method::post,
     .path = "/networks/{id}/connect",
     .target = TargetKind::network,
     .body_kind = BodyKind::json,
     .body_required = true},
    {.id = OperationId::network_create,
     .name = "NetworkCreate",
     .method = Method::post,
     .path = "/networks/create",
     .body_kind = BodyKind::json,
     .body_required = true},
    {.id = OperationId::network_delete,
     .name = "NetworkDelete",
     .method = Method::delete_,
     .path = "/networks/{id}",
     .target = TargetKind::network},
    {.id = OperationId::network_disconnect,
     .name = "NetworkDisconnect",
     .method = Method::post,
     .path = "/networks/{id}/disconnect",
     .target = TargetKind::network,
     .body_kind = BodyKind::json,
     .body_required = true},
    {.id = OperationId::network_inspect,
     .name = "NetworkInspect",
     .method = Method::get,
     .path = "/networks/{id}",
     .target = TargetKind::network,
     .parameters = inspect_network,
     .changes_state = false},
    {.id = OperationId::network_list,
     .name = "NetworkList",
     .method = Method::get,
     .path = "/networks",
     .parameters = only_filters,
     .changes_state = false},
    {.id = OperationId::network_prune,
     .name = "NetworkPrune",
     .method = Method::post,
     .path = "/networks/prune",
     .parameters = only_filters},
    {.id = OperationId::volume_create,
     .name = "VolumeCreate",
     .method = Method::post,
     .path = "/volumes/create",
     .body_kind = BodyKind::json,
     .body_required = true},
    {.id = OperationId::volume_delete,
     .name = "VolumeDelete",
     .method = Method::delete_,
     .path = "/volumes/{name}",
     .target = TargetKind::volume,
     .parameters = remove_volume},
    {.id = OperationId::volume_inspect,
     .name = "VolumeInspect",
     .method = Method::get,
     .path = "/volumes/{name}",
     .target = TargetKind::volume,
     .changes_state = false},
    {.id = OperationId::volume_list,
     .name = "VolumeList",
     .method = Method::get,
     .path = "/volumes",
     .parameters = only_filters,
     .changes_state = false},
    {.id = OperationId::volume_prune,
     .name = "VolumePrune",
     .method = Method::post,
     .path = "/volumes/prune",
     .parameters = only_filters},
    {.id = OperationId::volume_update,
     .name = "VolumeUpdate",
     .method = Method::put,
     .path = "/volumes/{name}",
     .target = TargetKind::volume,
     .body_kind = BodyKind::json,
     .body_required = true,
     .parameters = update_volume},
};

}  // namespace

constinit const std::span<const Operation> network_and_volume_operations = rows;

}  // namespace sealock::policy
