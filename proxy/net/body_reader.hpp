// Reads the body of one request by its operation: nothing, JSON by the catalogue's schema, or an
// opaque stream that is left on the wire for the uplink.
//
// dockerd picks its reader by Content-Type here and ignores it there, and lets a form in the body win
// over the query; so the operation decides what is read, and the type must then be right.
//
// Errors:  bad_request, too_large (never "not inspected": CVE-2026-34040). After an error the rest of
//          the body is unread, and the connection must not serve another request.
// Cancel:  the client's deadline ends the wait.
// Sources: engine-facts.md A15, B10 to B13, 3.4.

#pragma once

#include "policy/result.hpp"
#include "proxy/net/client_connection.hpp"
#include "proxy/net/turn.hpp"
#include "proxy/net/worker.hpp"

namespace sealock::proxy {

// False when the operation takes no body and none came: there is nothing to read.
[[nodiscard]] bool has_body(const Turn& turn);

// Fills turn.request.body. The arguments outlive the task.
[[nodiscard]] Task<Result<void>> read_body(ClientConnection& client, Turn& turn, Worker& worker);

}  // namespace sealock::proxy
