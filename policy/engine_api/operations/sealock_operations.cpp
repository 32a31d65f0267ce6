// What sealock answers itself: compositions, release tags and deployments (design.md 8). Rules allow
// and deny these like Docker's own; none of them is ever forwarded.
//
// Source: proxy/deploy, which answers them; README.md, "Deployment".

#include "policy/engine_api/operations/tables.hpp"

namespace sealock::policy {
namespace {

using namespace parameter;

constexpr std::array<Parameter, 1> diff{text("with")};
// Everything is judged and looked up, and nothing is changed: Ansible's check mode.
constexpr std::array<Parameter, 1> check{boolean("check")};
constexpr std::array<Parameter, 1> deployment_list{integer("limit")};
constexpr std::array<Parameter, 2> events{integer("since"), boolean("follow")};
constexpr std::array<Parameter, 1> stream{boolean("stream")};
constexpr std::array<Parameter, 1> status{boolean("drift")};

// Who asks again after a lost answer gets the deployment that the first request has begun.
constexpr std::array<std::string_view, 1> only_once{"idempotency-key"};

constexpr Operation own(Operation operation) {
  operation.answered_by = AnsweredBy::sealock;
  return operation;
}

constexpr Operation rows[] = {
    own({.id = OperationId::composition_delete,
         .name = "CompositionDelete",
         .method = Method::delete_,
         .path = "/sealock/v1/compositions/{name}",
         .target = TargetKind::composition,
         .parameters = check}),
    own({.id = OperationId::composition_diff,
         .name = "CompositionDiff",
         .method = Method::get,
         .path = "/sealock/v1/compositions/{name}/diff",
         .target = TargetKind::composition,
         .parameters = diff,
         .changes_state = false}),
    own({.id = OperationId::composition_inspect,
         .name = "CompositionInspect",
         .method = Method::get,
         .path = "/sealock/v1/compositions/{name}",
         .target = TargetKind::composition,
         .changes_state = false}),
    own({.id = OperationId::composition_label,
         .name = "CompositionLabel",
         .method = Method::post,
         .path = "/sealock/v1/compositions/{name}/labels",
         .target = TargetKind::composition,
         .body_kind = BodyKind::json,
         .body_required = true,
         .parameters = check}),
    own({.id = OperationId::composition_list,
         .name = "CompositionList",
         .method = Method::get,
         .path = "/sealock/v1/compositions",
         .changes_state = false}),
    // The body on the wire is the Compose file; `body` is what it comes to (schemas/sealock.cpp).
    own({.id = OperationId::composition_put,
         .name = "CompositionPut",
         .method = Method::put,
         .path = "/sealock/v1/compositions/{name}",
         .target = TargetKind::composition,
         .body_kind = BodyKind::json,
         .body_required = true,
         .parameters = check}),
    own({.id = OperationId::deployment_cancel,
         .name = "DeploymentCancel",
         .method = Method::post,
         .path = "/sealock/v1/deployments/{id}/cancel",
         .target = TargetKind::deployment}),
    own({.id = OperationId::deployment_create,
         .name = "DeploymentCreate",
         .method = Method::post,
         .path = "/sealock/v1/deployments",
         .body_kind = BodyKind::json,
         .body_required = true,
         .parameters = stream,
         .headers = only_once}),
    own({.id = OperationId::deployment_events,
         .name = "DeploymentEvents",
         .method = Method::get,
         .path = "/sealock/v1/deployments/{id}/events",
         .target = TargetKind::deployment,
         .parameters = events,
         .changes_state = false}),
    own({.id = OperationId::deployment_inspect,
         .name = "DeploymentInspect",
         .method = Method::get,
         .path = "/sealock/v1/deployments/{id}",
         .target = TargetKind::deployment,
         .changes_state = false}),
    own({.id = OperationId::deployment_list,
         .name = "DeploymentList",
         .method = Method::get,
         .path = "/sealock/v1/deployments",
         .parameters = deployment_list,
         .changes_state = false}),
    own({.id = OperationId::deployment_rollback,
         .name = "DeploymentRollback",
         .method = Method::post,
         .path = "/sealock/v1/deployments/{id}/rollback",
         .target = TargetKind::deployment,
         .body_kind = BodyKind::json,
         .parameters = stream,
         .headers = only_once}),
    own({.id = OperationId::deployment_status,
         .name = "DeploymentStatus",
         .method = Method::get,
         .path = "/sealock/v1/status",
         .parameters = status,
         .changes_state = false}),
    own({.id = OperationId::release_tag,
         .name = "ReleaseTag",
         .method = Method::post,
         .path = "/sealock/v1/tags",
         .body_kind = BodyKind::json,
         .body_required = true,
         .parameters = check}),
};

}  // namespace

constinit const std::span<const Operation> sealock_operations = rows;

}  // namespace sealock::policy
