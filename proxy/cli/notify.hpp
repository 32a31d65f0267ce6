// Tells systemd that the service is ready, or stopping (sd_notify(3), Type=notify), without
// libsystemd.
//
// Errors: none; a service manager that does not listen is no reason not to serve.
// Source: sd_notify(3), "Notes": a datagram to $NOTIFY_SOCKET, '@' for an abstract name.

#pragma once

#include <string>
#include <string_view>

namespace sealock::proxy {

// `socket` is the value of $NOTIFY_SOCKET; empty does nothing. `state` is lines like "READY=1".
void notify_manager(const std::string& socket, std::string_view state);

}  // namespace sealock::proxy
