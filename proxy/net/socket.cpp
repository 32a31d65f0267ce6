#include "proxy/net/socket.hpp"

#include "proxy/net/arrivals.hpp"

#include <cerrno>
#include <tuple>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

ErrorCode last_error() {
  return {errno, boost::system::system_category()};
}

// std::exchange needs an assignment, which a waiter does not have.
template <typename Waiter>
std::optional<Waiter> take(std::optional<Waiter>& waiter) {
  std::optional<Waiter> taken = std::move(waiter);
  waiter.reset();
  return taken;
}

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

void Socket::open(int descriptor) {
  close();
  descriptor_ = descriptor;
  readable_ = true;
  looked_again_ = false;
}

void Socket::close() {
  if (descriptor_ < 0) return;
  cancel();
  if (hang_up_action_) {
    hang_up_action_ = nullptr;
    if (arrivals_ != nullptr) arrivals_->wait_ends();
  }
  watched_hook_.unlink();
  due_hook_.unlink();
  ::close(descriptor_);  // epoll forgets it by itself
  descriptor_ = -1;
  watched_ = watched_for_writing_ = writable_ = ended_ = hung_up_ = false;
}

void Socket::cancel() {
  if (std::optional<Waiter> reader = take(reader_)) arrivals_->cancel(std::move(*reader));
  if (std::optional<Waiter> writer = take(writer_)) arrivals_->cancel(std::move(*writer));
}

Task<bool> Socket::arrival() {
  return boost::asio::async_initiate<decltype(use_task), void(bool)>(
      [this](Waiter waiter) { begin_reading(std::move(waiter)); }, use_task);
}

void Socket::look_again() {
  if (!reader_ || readable_ || looked_again_) return;
  looked_again_ = true;
  readable_ = true;
  arrivals_->make_due(*this);
}

Task<bool> Socket::room() {
  return boost::asio::async_initiate<decltype(use_task), void(bool)>(
      [this](Waiter waiter) { begin_writing(std::move(waiter)); }, use_task);
}

void Socket::begin_reading(Waiter waiter) {
  arrivals_->wait_begins();
  if (!is_open() || !watch(watched_for_writing_)) return arrivals_->cancel(std::move(waiter));
  reader_.emplace(std::move(waiter));
  if (readable_) arrivals_->make_due(*this);
}

void Socket::begin_writing(Waiter waiter) {
  arrivals_->wait_begins();
  writable_ = false;
  if (!is_open() || !watch(true)) return arrivals_->cancel(std::move(waiter));
  writer_.emplace(std::move(waiter));
}

// Whoever begins to watch is told what is there already.
bool Socket::watch(bool for_writing) {
  if (watched_ && watched_for_writing_ >= for_writing) return true;
  const std::uint32_t events = EPOLLIN | EPOLLRDHUP | (for_writing ? EPOLLOUT : 0U);
  if (!(watched_ ? arrivals_->change(*this, events) : arrivals_->add(*this, events))) return false;
  watched_ = true;
  watched_for_writing_ = for_writing;
  return true;
}

void Socket::on_hang_up(std::function<void()> action) {
  if (arrivals_ == nullptr || !is_open() || !watch(watched_for_writing_)) return;
  if (!hang_up_action_) arrivals_->wait_begins();
  hang_up_action_ = std::move(action);
  if (hung_up_) arrivals_->make_due(*this);
}

void Socket::note(std::uint32_t events) {
  const bool hung_up = (events & (EPOLLHUP | EPOLLERR)) != 0;
  hung_up_ = hung_up_ || hung_up;
  ended_ = ended_ || hung_up || (events & EPOLLRDHUP) != 0;
  readable_ = readable_ || ended_ || (events & EPOLLIN) != 0;
  writable_ = writable_ || hung_up || (events & EPOLLOUT) != 0;
}

bool Socket::has_over() const {
  return (reader_ && readable_) || (writer_ && writable_) || (hang_up_action_ && hung_up_);
}

// What is called here can close and destroy the socket.
void Socket::end_waits() {
  std::optional<Waiter> reader = readable_ ? take(reader_) : std::nullopt;
  std::optional<Waiter> writer = writable_ ? take(writer_) : std::nullopt;
  std::function<void()> hang_up;
  if (hung_up_) hang_up.swap(hang_up_action_);
  if (reader) arrivals_->wait_ends();
  if (writer) arrivals_->wait_ends();
  if (hang_up) arrivals_->wait_ends();
  if (hang_up) hang_up();
  if (reader) (*reader)(true);
  if (writer) (*writer)(true);
}

void Socket::forget_arrivals() {
  arrivals_ = nullptr;
  watched_ = false;
  due_hook_.unlink();
  hang_up_action_ = nullptr;
  const std::optional<Waiter> reader = take(reader_);
  const std::optional<Waiter> writer = take(writer_);
}

ReadResult read_now(Socket& socket, boost::asio::mutable_buffer buffer) {
  ReadResult result;
  if (!socket.readable_) {
    result.error = boost::asio::error::would_block;
    return result;
  }
  const ssize_t got = ::recv(socket.descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got > 0) {
    result.size = static_cast<std::size_t>(got);
    socket.readable_ = socket.ended_ || result.size == buffer.size();
    socket.looked_again_ = false;
  } else if (got == 0) {
    result.error = boost::asio::error::eof;
  } else {
    result.error = last_error();
    if (result.error == boost::asio::error::would_block) socket.readable_ = false;
  }
  return result;
}

ReadResult read_arrived(Socket& socket, bool arrived, boost::asio::mutable_buffer buffer) {
  if (arrived) return read_now(socket, buffer);
  return ReadResult{boost::asio::error::operation_aborted};
}

Task<ReadResult> read_some(Socket& socket, boost::asio::mutable_buffer buffer) {
  ReadResult result = read_now(socket, buffer);
  while (result.error == boost::asio::error::would_block) {
    const bool arrived = co_await socket.arrival();
    result = read_arrived(socket, arrived, buffer);
  }
  co_return result;
}

ErrorCode send_now(const Socket& socket, Pieces& pieces) {
  std::size_t left = boost::asio::buffer_size(pieces);
  while (left > 0) {
    const ssize_t sent = send_some(socket.descriptor(), pieces);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return last_error();
    left -= static_cast<std::size_t>(sent);
    if (left > 0) advance(pieces, static_cast<std::size_t>(sent));
  }
  return {};
}

Task<ErrorCode> send_all(Socket& socket, Pieces pieces) {
  for (;;) {
    const ErrorCode error = send_now(socket, pieces);
    if (error != boost::asio::error::would_block) co_return error;
    const bool has_room = co_await socket.room();
    if (!has_room) co_return ErrorCode(boost::asio::error::operation_aborted);
  }
}

Task<ErrorCode> send_all(Socket& socket, std::string_view text) {
  Pieces pieces;
  pieces[0] = boost::asio::buffer(text.data(), text.size());
  const ErrorCode error = co_await send_all(socket, pieces);
  co_return error;
}

void close_sending(const Socket& socket) {
  ::shutdown(socket.descriptor(), SHUT_WR);
}

}  // namespace sealock::proxy
