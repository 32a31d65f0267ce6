#include "policy/rules/missing_object.hpp"

namespace sealock::policy {

std::string missing_object_text(TargetKind kind, std::string_view name) {
  const std::string object(name);
  switch (kind) {
  case TargetKind::container:
    return "No such container: " + object;
  case TargetKind::exec:
    return "No such exec instance: " + object;
  case TargetKind::image:
    return "No such image: " + object;
  case TargetKind::network:
    return "network " + object + " not found";
  case TargetKind::volume:
    return "get " + object + ": no such volume";
  case TargetKind::plugin:
    return "plugin \"" + object + "\" not found";
  case TargetKind::service:
    return "service " + object + " not found";
  case TargetKind::task:
    return "task " + object + " not found";
  case TargetKind::node:
    return "node " + object + " not found";
  case TargetKind::secret:
    return "secret " + object + " not found";
  case TargetKind::config:
    return "config " + object + " not found";
  case TargetKind::composition:
    return "no such composition: " + object;
  case TargetKind::deployment:
    return "no such deployment: " + object;
  case TargetKind::none:
  case TargetKind::checkpoint:
  case TargetKind::distribution:
    break;
  }
  return {};
}

}  // namespace sealock::policy
