// How many descriptors this process may have.
//
// Most services are started with a soft limit of 1,024, which is kept low for programs that use select(2);
// whoever does not may raise it to the hard one (systemd.exec(5), LimitNOFILE=).
//
// Errors: none; what cannot be had is written to the log.

#pragma once

#include <cstddef>

namespace sealock::proxy {

// Raises the soft limit as far as so many connections of clients need it, each with one to the engine. How
// many can be served then; fewer where the hard limit is too low.
[[nodiscard]] std::size_t make_room_for_connections(std::size_t wanted);

}  // namespace sealock::proxy
