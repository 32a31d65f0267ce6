// Finds where a body ends, and what in it is payload, byte by byte exactly.
//
// A strict subset of RFC 9112 section 7: chunk sizes of 1 to 15 hex digits, no extensions, no
// trailers, CRLF only. Inside this subset no two readers disagree, so bytes that passed the framer
// may be relayed as they are.
//
// Errors:  bad_request; the connection cannot be used any more.
// Threads: one body; not shared.
// Sources: RFC 9112 section 7.1; CVE-2025-22871 (LF in chunk extensions); style.md 1.4.

#pragma once

#include "policy/result.hpp"
#include "proxy/net/request_head.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sealock::proxy {

class BodyFramer {
public:
  BodyFramer() = default;
  BodyFramer(Framing framing, std::uint64_t content_length);

  struct Piece {
    std::size_t consumed = 0;  // bytes of the input that belong to this body
    std::string_view payload;  // their end; may be empty (chunk sizes, line ends)
  };

  // Takes the next piece off `input`: at most one run of payload. Call again with the rest until
  // done(), or until nothing is left.
  [[nodiscard]] Result<Piece> next(std::string_view input);
  // How many bytes of `input` belong to this body; all of them are checked.
  [[nodiscard]] Result<std::size_t> scan(std::string_view input);

  [[nodiscard]] bool done() const { return state_ == State::done; }
  [[nodiscard]] Framing framing() const { return framing_; }
  [[nodiscard]] std::uint64_t payload_bytes() const { return payload_bytes_; }
  // The peer has closed: the end of an until_close body, an error for the others.
  [[nodiscard]] Result<void> finish();

private:
  enum class State : std::uint8_t {
    done,
    data,
    size,
    size_lf,
    chunk,
    chunk_cr,
    chunk_lf,
    last_cr,
    last_lf
  };
  std::string_view take_payload(std::string_view input);
  Result<void> control(char c);
  Result<void> size_byte(char c);

  Framing framing_ = Framing::none;
  State state_ = State::done;
  std::uint8_t digits_ = 0;
  std::uint64_t left_ = 0;
  std::uint64_t payload_bytes_ = 0;
};

}  // namespace sealock::proxy
