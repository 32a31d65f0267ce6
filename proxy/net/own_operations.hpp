// Whoever answers the operations that are sealock's own (/sealock/v1): proxy/deploy. This is the side
// that sessions know of it.
//
// A session routes, reads, judges and records such a request like any other; instead of forwarding it,
// it calls answer().
//
// Errors:  Results; what is thrown becomes a 500 and a line in the operational log.
// Threads: everything here is called on threads of a pool, several at once, and may block.
// Cancel:  none: a client that goes leaves the work to be finished.

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/request/request.hpp"
#include "policy/result.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace sealock::proxy {

struct OwnRequest {
  policy::Request request;
  std::string body_text;      // as it was sent
  std::string by;             // who asks, for people: "uid 1001 (deployer)"
  bool wants_stream = false;  // Accept: application/x-ndjson
};

// The next lines of a stream; none yet is no end.
struct OwnPiece {
  std::string text;
  bool last = false;
};

struct OwnAnswer {
  int status = 200;
  std::string body;      // JSON; empty: none
  std::string location;  // empty: none
  // NDJSON instead of `body`, when set: asked for again and again until the last piece.
  std::function<OwnPiece()> follow = {};
};

class OwnOperations {
public:
  OwnOperations() = default;
  OwnOperations(const OwnOperations&) = delete;
  OwnOperations& operator=(const OwnOperations&) = delete;
  virtual ~OwnOperations() = default;

  // The body as rules see it.
  [[nodiscard]] virtual Result<policy::Value> read_body(const policy::Request& request,
                                                        const std::string& text) = 0;
  // What `target.` is for this request.
  [[nodiscard]] virtual policy::Fact find(const policy::Lookup& lookup) = 0;
  [[nodiscard]] virtual Result<OwnAnswer> answer(const OwnRequest& request) = 0;
};

}  // namespace sealock::proxy
