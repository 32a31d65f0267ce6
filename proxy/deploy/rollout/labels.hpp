// The labels that a rollout stamps on what it makes, and finds it by again.
//
// An object without `component` (or, for networks and volumes, without `deployment`) is somebody
// else's and is never touched.

#pragma once

namespace sealock::proxy::labels {

inline constexpr const char* composition = "sealock.composition";
inline constexpr const char* component = "sealock.component";
inline constexpr const char* replica = "sealock.replica";
inline constexpr const char* deployment = "sealock.deployment";  // which made it
inline constexpr const char* spec = "sealock.spec";              // of the unresolved create body
inline constexpr const char* image = "sealock.image";            // the digest
inline constexpr const char* secrets = "sealock.secrets";  // keyed, over values; absent: none used

}  // namespace sealock::proxy::labels
