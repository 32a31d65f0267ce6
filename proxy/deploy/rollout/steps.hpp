// The steps of a deployment, in the order in which they are taken, and which of them can be put back.
//
//   pull, network, volume, create     everything that can fail for a reason known now: nothing that
//                                     runs is touched, and no value of a secret is needed after it
//   close_gate, drain                 the load balancer looks elsewhere
//   start, wait, stop, aside, take    a component after the other: start-first or stop-first; the old
//                                     container keeps existing, under another name
//   open_gate
//   commit                            from here on the new composition holds; up to here every step is
//                                     put back in reverse order when one fails
//   remove, remove_network            what the old composition leaves behind
//
// A deployment that is found unfinished goes on when everything up to the last `create` is done, and
// is put back otherwise.
//
// Threads: pure.

#pragma once

#include "proxy/deploy/deployment_store.hpp"
#include "proxy/deploy/rollout/plan.hpp"

#include <string_view>
#include <vector>

namespace sealock::proxy {

namespace step_kind {
inline constexpr const char* pull = "pull";
inline constexpr const char* network = "network";
inline constexpr const char* volume = "volume";
inline constexpr const char* create = "create";
inline constexpr const char* close_gate = "close_gate";
inline constexpr const char* drain = "drain";
inline constexpr const char* start = "start";
inline constexpr const char* wait = "wait";
inline constexpr const char* stop = "stop";
inline constexpr const char* aside = "aside";  // the old container gives up its name
inline constexpr const char* take = "take";    // the new one gets it
inline constexpr const char* open_gate = "open_gate";
inline constexpr const char* commit = "commit";
inline constexpr const char* remove = "remove";
inline constexpr const char* remove_network = "remove_network";
// In a swarm.
inline constexpr const char* secret = "secret";
inline constexpr const char* service = "service";    // made or updated
inline constexpr const char* converge = "converge";  // until Swarm says that all tasks run
inline constexpr const char* remove_service = "remove_service";
inline constexpr const char* remove_secret = "remove_secret";
}  // namespace step_kind

// `suffix` makes the names of containers that exist for the time of the deployment only.
[[nodiscard]] std::vector<Step> make_steps(const Plan& plan, std::string_view suffix);

// Everything is there that needs values of secrets, or whose outcome could not be found out again.
[[nodiscard]] bool is_prepared(const std::vector<Step>& steps);

}  // namespace sealock::proxy
