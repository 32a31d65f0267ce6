#include "policy/effective/confined_paths.hpp"
#include "policy/effective/facts.hpp"
#include "policy/engine_api/operation.hpp"
#include "policy/request/request.hpp"

namespace sealock::policy {
namespace {

// API versions below this one get a shareable IPC namespace where the request says nothing.
constexpr std::string_view first_private_ipc = "1.40";

bool is_unset(const Value& object, std::string_view field) {
  return object.text(field).empty();
}

// An engine that has more of them than the one that showed them adds those.
void leave_paths_to_engine(Value& host) {
  const Value* masked = host.find("MaskedPaths");
  if (masked != nullptr && is_engines_masked_paths(*masked)) host.set("MaskedPaths", Value());
  const Value* readonly = host.find("ReadonlyPaths");
  if (readonly != nullptr && is_engines_readonly_paths(*readonly))
    host.set("ReadonlyPaths", Value());
}

}  // namespace

void write_defaults(Request& request) {
  if (request.operation->id != OperationId::container_create) return;
  Value* host = request.body.find("HostConfig");
  if (host == nullptr) {
    request.body.set("HostConfig", Value(Value::Object()));
    host = request.body.find("HostConfig");
  }
  if (host->is_null()) *host = Value(Value::Object());
  if (is_unset(*host, "CgroupnsMode")) host->set("CgroupnsMode", Value("private"));
  const bool shares_ipc = !request.version.empty() && request.version < first_private_ipc;
  if (shares_ipc && is_unset(*host, "IpcMode")) host->set("IpcMode", Value("private"));
  leave_paths_to_engine(*host);
}

}  // namespace sealock::policy
