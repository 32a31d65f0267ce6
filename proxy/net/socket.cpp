#include "proxy/net/socket.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cerrno>
#include <tuple>

#include <sys/socket.h>
#include <sys/uio.h>

namespace sealock::proxy {
namespace {

// Takes `sent` bytes off the front.
void advance(Pieces& pieces, std::size_t sent) {
  for (boost::asio::const_buffer& piece : pieces) {
    const std::size_t part = std::min(sent, piece.size());
    piece += part;
    sent -= part;
    if (sent == 0) return;
  }
}

// A single piece, as nearly all small messages are, goes by the shorter way through the kernel.
ssize_t send_some(int descriptor, const Pieces& pieces) {
  std::array<iovec, std::tuple_size_v<Pieces>> parts{};
  std::size_t count = 0;
  for (const boost::asio::const_buffer& piece : pieces) {
    if (piece.size() == 0) continue;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): sendmsg(2) only reads them
    parts[count++] = {const_cast<void*>(piece.data()), piece.size()};
  }
  if (count == 1) return ::send(descriptor, parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL);
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  return ::sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

}  // namespace

Task<ReadResult> read_some(Socket& socket, boost::asio::mutable_buffer buffer) {
  const auto result = co_await socket.async_read_some(buffer, no_throw);
  co_return ReadResult(std::get<0>(result), std::get<1>(result));
}

ReadResult read_now(int descriptor, boost::asio::mutable_buffer buffer) {
  ReadResult result;
  const ssize_t got = ::recv(descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got > 0) {
    result.size = static_cast<std::size_t>(got);
  } else if (got == 0) {
    result.error = boost::asio::error::eof;
  } else {
    result.error = {errno, boost::system::system_category()};
  }
  return result;
}

Task<ErrorCode> wait_readable(Socket& socket) {
  const auto result = co_await socket.async_wait(Socket::wait_read, no_throw);
  co_return std::get<0>(result);
}

ErrorCode send_now(int descriptor, Pieces& pieces) {
  std::size_t left = boost::asio::buffer_size(pieces);
  while (left > 0) {
    const ssize_t sent = send_some(descriptor, pieces);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return {errno, boost::system::system_category()};
    left -= static_cast<std::size_t>(sent);
    if (left > 0) advance(pieces, static_cast<std::size_t>(sent));
  }
  return {};
}

Task<ErrorCode> send_all(Socket& socket, Pieces pieces) {
  for (;;) {
    const ErrorCode error = send_now(socket.native_handle(), pieces);
    if (error != boost::asio::error::would_block) co_return error;
    const auto waited = co_await socket.async_wait(Socket::wait_write, no_throw);
    const ErrorCode& failure = std::get<0>(waited);
    if (failure) co_return failure;
  }
}

Task<ErrorCode> send_all(Socket& socket, std::string_view text) {
  Pieces pieces;
  pieces[0] = boost::asio::buffer(text.data(), text.size());
  const ErrorCode error = co_await send_all(socket, pieces);
  co_return error;
}

void prepare(Socket& socket, int domain) {
  ErrorCode ignored;
  socket.non_blocking(true, ignored);
  if (domain != AF_UNIX) socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

void close_sending(Socket& socket) {
  ErrorCode ignored;
  socket.shutdown(Socket::shutdown_send, ignored);
}

}  // namespace sealock::proxy
