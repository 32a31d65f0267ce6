// Reads the head of one request, strictly, and says how its body is framed.
//
// dockerd (Go's net/http) and Beast 1.81 both read things into a head that others do not: two
// framing fields, `Transfer-Encoding: identity, chunked`, folded lines, a length written `05`. Two
// readers that disagree on where a request ends are how requests are smuggled, so everything that
// is not read by everybody in one way is refused here, and nothing of the head is ever forwarded as
// bytes: the request to the engine is built anew.
//
// Beast's basic_parser is the tokenizer (it is strict on bytes); what a head may say is decided here.
//
// Units:   bytes.
// Errors:  bad_request (400), head_too_large (431) for too many fields. The connection must be closed
//          after an error, since nobody knows where the next request starts.
// Life:    all views point into `text`, which must outlive the head.
// Threads: pure.
// Sources: RFC 9112 sections 2 to 7; style.md 1.4; engine-facts.md 4; performance.md 7; clients.md 1.

#pragma once

#include "policy/engine_api/operation.hpp"
#include "policy/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace sealock::proxy {

enum class Framing : std::uint8_t {
  none,         // no body
  length,       // Content-Length
  chunked,      // Transfer-Encoding: chunked
  until_close,  // answers only
};

enum class Upgrade : std::uint8_t { none, tcp, h2c, websocket, other };

struct RequestHead {
  policy::Method method = policy::Method::get;
  std::string_view target;
  unsigned minor = 1;  // HTTP/1.minor
  Framing framing = Framing::none;
  std::uint64_t content_length = 0;  // framing length
  bool keep_alive = true;
  bool expect_continue = false;
  Upgrade upgrade = Upgrade::none;
  std::string_view content_type;  // empty when there is none
  bool content_encoded = false;   // a Content-Encoding other than identity
  std::vector<std::pair<std::string_view, std::string_view>> fields;  // names as sent

  // The first field of that name (any case); empty when there is none.
  [[nodiscard]] std::string_view find(std::string_view name) const;
};

// Where the head ends: the position after the empty line, or npos while it is incomplete. `from` is
// where an earlier call stopped looking (0 at first), so that byte-wise input costs linear time.
[[nodiscard]] std::size_t find_head_end(std::string_view text, std::size_t from);

// `text` is the whole head with its empty line, and nothing after it.
[[nodiscard]] Result<RequestHead> parse_request_head(std::string_view text,
                                                     std::size_t field_limit);

}  // namespace sealock::proxy
