// The socket of both sides, and the things that are done with it everywhere: reading a piece, waiting for
// one, and sending everything.
//
// Unix sockets and TCP are one type here. Beast's streams and serializers are not used on the data path:
// performance.md 0 (7 to 14 times the CPU). It is not Asio's socket, which asks the kernel twice for
// everything that it reads (arrivals.hpp); Asio connects and accepts.
//
// Errors:  error codes; an end of stream is boost::asio::error::eof.
// Cancel:  closing or cancelling the socket ends a wait with operation_aborted.
// Threads: one worker.
// Life:    one wait for reading and one for writing at a time; it must not move.

#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/intrusive/list_hook.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace sealock::proxy {

class Arrivals;

// The io_context's own, not any_io_executor: its copies are a part of every small request.
using Executor = boost::asio::io_context::executor_type;
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

class Socket {
public:
  explicit Socket(Arrivals& arrivals) : arrivals_(&arrivals) {}
  ~Socket() { close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // Takes a non-blocking descriptor.
  void open(int descriptor);
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  // Ends all waits.
  void cancel();
  void close();

  // False: what had come has been read, and nothing has come since.
  [[nodiscard]] bool may_be_readable() const { return readable_; }
  // Waits until something may have come, or the peer has ended; at least for a round of the event loop,
  // so that others are heard. False: cancelled.
  [[nodiscard]] Task<bool> arrival();
  // A wait that goes on is ended to look, once after each read: where a peer sends descriptors or urgent
  // bytes, a read stops in front of what has come. Called at every tick.
  void look_again();
  // After a send that would have blocked: waits until the peer has made room. False: cancelled.
  [[nodiscard]] Task<bool> room();
  // Called once, when the peer has gone in both directions.
  void on_hang_up(std::function<void()> action);

private:
  friend class Arrivals;
  friend ReadResult read_now(Socket& socket, boost::asio::mutable_buffer buffer);
  using Hook = boost::intrusive::list_member_hook<
      boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  using Waiter =
      boost::asio::async_result<boost::asio::use_awaitable_t<Executor>, void(bool)>::handler_type;

  void begin_reading(Waiter waiter);
  void begin_writing(Waiter waiter);
  [[nodiscard]] bool watch(bool for_writing);
  [[nodiscard]] bool has_over() const;
  void note(std::uint32_t events);
  void end_waits();
  void forget_arrivals();

  Arrivals* arrivals_;  // null: they have gone
  int descriptor_ = -1;
  bool watched_ = false;              // the Arrivals know it
  bool watched_for_writing_ = false;  // too
  bool readable_ = true;              // as far as is known
  bool looked_again_ = false;         // since the last read
  bool writable_ = false;
  bool ended_ = false;    // the peer sends no more
  bool hung_up_ = false;  // nor takes anything
  std::optional<Waiter> reader_;
  std::optional<Waiter> writer_;
  std::function<void()> hang_up_action_;
  Hook watched_hook_;
  Hook due_hook_;
};

// Reads what is there without waiting: error would_block when nothing is.
[[nodiscard]] ReadResult read_now(Socket& socket, boost::asio::mutable_buffer buffer);

// The same behind a wait: operation_aborted when that was cancelled.
[[nodiscard]] ReadResult read_arrived(Socket& socket,
                                      bool arrived,
                                      boost::asio::mutable_buffer buffer);

// Waits until something was read. The memory must stay valid until the task ends.
[[nodiscard]] Task<ReadResult> read_some(Socket& socket, boost::asio::mutable_buffer buffer);

using Pieces = std::array<boost::asio::const_buffer, 3>;

// Sends without waiting, a head and the start of its body in one call, and takes what was sent off the
// pieces: error would_block while something is left. Most sends end here, and need no coroutine.
[[nodiscard]] ErrorCode send_now(const Socket& socket, Pieces& pieces);
// Sends all of the pieces, waiting where it must.
[[nodiscard]] Task<ErrorCode> send_all(Socket& socket, Pieces pieces);
[[nodiscard]] Task<ErrorCode> send_all(Socket& socket, std::string_view text);

// Says that nothing more will be sent; the other direction goes on.
void close_sending(const Socket& socket);

}  // namespace sealock::proxy
