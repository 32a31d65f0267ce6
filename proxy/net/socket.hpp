// The socket type of both sides, and the two things that are done with it everywhere: reading a
// piece and sending everything.
//
// Unix sockets and TCP are one type here (Asio's generic stream protocol). Beast's streams and
// serializers are not used on the data path: performance.md 0 (7 to 14 times the CPU).
//
// Errors:  error codes; an end of stream is boost::asio::error::eof.
// Cancel:  closing or cancelling the socket ends a wait with operation_aborted.

#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace sealock::proxy {

// The io_context's own, not any_io_executor: its copies are a part of every small request.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;
using ErrorCode = boost::system::error_code;
template <typename T>
using Task = boost::asio::awaitable<T, Executor>;
inline constexpr boost::asio::use_awaitable_t<Executor> use_task;
// The error comes as a value.
inline constexpr auto no_throw = boost::asio::as_tuple(use_task);

struct ReadResult {
  ErrorCode error;
  std::size_t size = 0;
};

// Waits until something was read. The memory must stay valid until the task ends.
[[nodiscard]] Task<ReadResult> read_some(Socket& socket, boost::asio::mutable_buffer buffer);

// Reads what is there without waiting: error would_block when nothing is.
[[nodiscard]] ReadResult read_now(int descriptor, boost::asio::mutable_buffer buffer);

// Waits until something can be read, holding no memory for it.
[[nodiscard]] Task<ErrorCode> wait_readable(Socket& socket);

using Pieces = std::array<boost::asio::const_buffer, 3>;

// Sends without waiting, a head and the start of its body in one call, and takes what was sent off the
// pieces: error would_block while something is left. Most sends end here, and need no coroutine.
[[nodiscard]] ErrorCode send_now(int descriptor, Pieces& pieces);
// Sends all of the pieces, waiting where it must.
[[nodiscard]] Task<ErrorCode> send_all(Socket& socket, Pieces pieces);
[[nodiscard]] Task<ErrorCode> send_all(Socket& socket, std::string_view text);

// No delay for small pieces on TCP, and non-blocking.
void prepare(Socket& socket, int domain);
// Says that nothing more will be sent; the other direction goes on.
void close_sending(Socket& socket);

}  // namespace sealock::proxy
