#include "proxy/net/body_framer.hpp"

#include <algorithm>

namespace sealock::proxy {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

BodyFramer::BodyFramer(Framing framing, std::uint64_t content_length)
    : framing_(framing), left_(content_length) {
  switch (framing) {
  case Framing::none:
    state_ = State::done;
    break;
  case Framing::length:
    state_ = content_length == 0 ? State::done : State::data;
    break;
  case Framing::chunked:
    state_ = State::size;
    left_ = 0;
    break;
  case Framing::until_close:
    state_ = State::data;
    break;
  }
}

std::string_view BodyFramer::take_payload(std::string_view input) {
  std::size_t size = input.size();
  if (framing_ != Framing::until_close) {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
    left_ -= size;
    if (left_ == 0) state_ = state_ == State::chunk ? State::chunk_cr : State::done;
  }
  payload_bytes_ += size;
  return input.substr(0, size);
}

Result<void> BodyFramer::size_byte(char c) {
  const int value = hex_value(c);
  if (value >= 0) {
    if (++digits_ > 15) return bad_request("a chunk size has more than 15 digits");
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    return {};
  }
  if (c != '\r' || digits_ == 0) {
    return bad_request("a chunk size is not a plain hexadecimal number (no extensions, please)");
  }
  state_ = State::size_lf;
  return {};
}

Result<void> BodyFramer::control(char c) {
  const char wanted = state_ == State::chunk_cr || state_ == State::last_cr ? '\r' : '\n';
  if (c != wanted) {
    return bad_request(state_ == State::last_cr ? "trailers after the last chunk are not taken"
                                                : "a chunk does not end with CRLF");
  }
  switch (state_) {
  case State::size_lf:
    state_ = left_ == 0 ? State::last_cr : State::chunk;
    digits_ = 0;
    break;
  case State::chunk_cr:
    state_ = State::chunk_lf;
    break;
  case State::chunk_lf:
    state_ = State::size;
    break;
  case State::last_cr:
    state_ = State::last_lf;
    break;
  case State::last_lf:
  case State::done:
  case State::data:
  case State::size:
  case State::chunk:
    state_ = State::done;
    break;
  }
  return {};
}

Result<BodyFramer::Piece> BodyFramer::next(std::string_view input) {
  Piece piece;
  while (piece.consumed < input.size() && !done()) {
    if (state_ == State::data || state_ == State::chunk) {
      piece.payload = take_payload(input.substr(piece.consumed));
      piece.consumed += piece.payload.size();
      break;
    }
    const char c = input[piece.consumed];
    const Result<void> taken = state_ == State::size ? size_byte(c) : control(c);
    if (!taken) return tl::unexpected<Error>(taken.error());
    ++piece.consumed;
  }
  return piece;
}

Result<std::size_t> BodyFramer::scan(std::string_view input) {
  std::size_t used = 0;
  while (used < input.size() && !done()) {
    const Result<Piece> piece = next(input.substr(used));
    if (!piece) return tl::unexpected<Error>(piece.error());
    used += piece->consumed;
  }
  return used;
}

Result<void> BodyFramer::finish() {
  if (framing_ == Framing::until_close) state_ = State::done;
  if (done()) return {};
  return bad_request("the body ended before its length");
}

}  // namespace sealock::proxy
