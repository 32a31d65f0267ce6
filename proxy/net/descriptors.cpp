#include "proxy/net/descriptors.hpp"

#include "proxy/observe/log.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace sealock::proxy {
namespace {

constexpr std::size_t for_the_rest = 32;  // listeners, logs, the state, questions to the engine

}  // namespace

std::size_t make_room_for_connections(std::size_t wanted) {
  const std::size_t needed = 2 * wanted + for_the_rest;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return wanted;
  limit.rlim_cur = std::min<rlim_t>(needed, limit.rlim_max);
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= needed) return wanted;
  const std::size_t room =
      limit.rlim_cur < for_the_rest + 2 ? 1 : (limit.rlim_cur - for_the_rest) / 2;
  log_warn("few_descriptors", {{"descriptors", limit.rlim_cur},
                               {"connections", room},
                               {"text", "limits.connections of " + std::to_string(wanted) +
                                            " need " + std::to_string(needed) +
                                            " descriptors; raise LimitNOFILE=, or ulimit -n"}});
  return room;
}

}  // namespace sealock::proxy
