// Knows which sockets have something to read, so that nobody has to ask them.
//
// Asio asks every socket before it waits for it, because it does not keep what epoll says of a peer's end:
// a recv(2) that finds nothing, twice a request, 0.5 of its 10 microseconds each. Here the flags are kept.
// A read that got less than it had room for has emptied the socket (epoll(7), question 9), unless the peer
// has ended it, which EPOLLRDHUP says together with the last bytes; until the next event nothing is asked,
// but once at the next tick (Socket::look_again).
//
// It is an epoll of its own inside Asio's: one event there is a round here, in which all events are noted
// before the first wait is ended. Timers, accepting, connecting and other threads' news stay with Asio.
//
// Threads: one worker; not shared.
// Life:    a socket leaves when it is closed. With the Arrivals every wait ends without being resumed, and
//          what its coroutines hold goes.
// Errors:  std::system_error where the kernel gives no epoll.
// Source:  epoll(7); af_unix.c unix_poll; design.md 4 (Asio for all waits): measured, see above.

#pragma once

#include "proxy/net/socket.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <cstdint>

namespace sealock::proxy {

class Arrivals {
public:
  explicit Arrivals(boost::asio::io_context& context);
  ~Arrivals();
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

private:
  friend class Socket;
  template <Socket::Hook Socket::*hook>
  using Sockets = boost::intrusive::list<Socket,
                                         boost::intrusive::member_hook<Socket, Socket::Hook, hook>,
                                         boost::intrusive::constant_time_size<false>>;
  using WatchedSockets = Sockets<&Socket::watched_hook_>;
  using DueSockets = Sockets<&Socket::due_hook_>;

  // Events of the socket are noted from here on; false where the kernel refuses.
  [[nodiscard]] bool add(Socket& socket, std::uint32_t events);
  [[nodiscard]] bool change(Socket& socket, std::uint32_t events);
  // A wait of the socket is over: it ends with the round.
  void make_due(Socket& socket);
  void wait_begins();
  void wait_ends();
  // Ends a wait as cancelled, after whoever cancels it.
  void cancel(Socket::Waiter waiter);

  void arm();
  void disarm();
  void kick();
  void round();
  void note_events();

  boost::asio::io_context& context_;
  boost::asio::posix::basic_stream_descriptor<Executor> epoll_;
  WatchedSockets watched_;
  DueSockets due_;
  std::size_t waits_ = 0;  // begun and not over
  bool armed_ = false;     // Asio waits for the next event
  bool kicked_ = false;    // a round is coming without an event
  bool in_round_ = false;
};

}  // namespace sealock::proxy
