// Which schema the JSON body of an operation has. The catalogue's Operation::body points here; the
// tables themselves are in policy/engine_api/schemas/, one file a subject.
//
// The schemas say what dockerd's decoder knows over all API versions that we let through, not what
// one version documents: dockerd decodes every version into the newest struct (engine-facts.md A7).
//
// Errors:  none; null for an operation without a JSON body.
// Threads: immutable tables, any thread.

#pragma once

#include "policy/engine_api/operation_id.hpp"
#include "policy/engine_api/schema.hpp"

namespace sealock::policy {

[[nodiscard]] const Schema* body_schema(OperationId id);

}  // namespace sealock::policy
