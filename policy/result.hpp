// The one way a function of ours says that it failed for a reason the caller must handle.
//
// tl::expected stands behind an alias because std::expected is not in g++ 12's C++20; a later move
// touches this file only.

#pragma once

#include <string>
#include <tl/expected.hpp>

namespace sealock {

// What the client is answered. The zero value is the one that gives nothing away.
enum class ErrorKind {
  internal,            // 500: a bug or a fault of ours
  bad_request,         // 400: not understood, or two readers could understand it differently
  denied,              // 403: understood and refused
  not_found,           // 404
  conflict,            // 409: against what is there, or what is under way
  too_large,           // 413: over a limit of ours
  busy,                // 503: as much as we take at once; the same may go through later
  head_too_large,      // 431
  engine_garbage,      // 502: the engine's answer could not be understood or redacted
  engine_unreachable,  // 503
  engine_timeout,      // 504
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string text;  // lower case, no full stop, names the thing and what to do
};

template <typename T>
using Result = tl::expected<T, Error>;

// Cold: the compiler then keeps the making of error texts out of the way of what goes well.
[[nodiscard, gnu::cold]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string text) {
  return tl::unexpected<Error>(Error{kind, std::move(text)});
}

[[nodiscard, gnu::cold]] inline tl::unexpected<Error> bad_request(std::string text) {
  return fail(ErrorKind::bad_request, std::move(text));
}

}  // namespace sealock
