#include "proxy/net/client_connection.hpp"

#include "proxy/net/engine_connection.hpp"

#include <algorithm>

#include <sys/socket.h>

namespace sealock::proxy {
namespace {

// A usual head; an idle connection holds no more, and malloc's quick way ends at 1,032 bytes.
constexpr std::size_t first_read_bytes = 1000;
constexpr std::size_t next_read_bytes = 4096;

}  // namespace

ClientConnection::ClientConnection(Socket socket, Ticker& ticker)
    : socket_(std::move(socket)), ticker_(ticker) {
  prepare(socket_, AF_UNIX);
  ticker_.add(*this);
}

Task<bool> ClientConnection::read_more() {
  const std::size_t had = input_.size();
  const std::size_t room =
      had < first_read_bytes ? first_read_bytes : std::max(had, next_read_bytes);
  input_.resize(had + room);
  const boost::asio::mutable_buffer buffer(input_.data() + had, room);
  const auto result = co_await socket_.async_read_some(buffer, no_throw);
  const ErrorCode& error = std::get<0>(result);
  input_.resize(had + std::get<1>(result));
  if (error && !timed_out_) gone_ = true;
  co_return !error;
}

void ClientConnection::set_deadline(std::chrono::milliseconds duration, Wait wait) {
  deadline_ = ticker_.after(duration);
  wait_ = wait;
  timed_out_ = false;
}

void ClientConnection::guard(EngineConnection* engine) {
  engine_ = engine;
  guarded_since_ = ticker_.now();
  if (engine_ != nullptr && gone_) engine_->close();
}

void ClientConnection::on_tick(Tick now) {
  if (engine_ != nullptr && !watched_ && now > guarded_since_ + 1) watch();
  if (deadline_ == 0 || now < deadline_) return;
  deadline_ = 0;
  timed_out_ = true;
  ErrorCode ignored;
  if (wait_ == Wait::client) socket_.cancel(ignored);
  if (wait_ == Wait::engine && engine_ != nullptr) engine_->close();
}

void ClientConnection::on_reload() {
  if (reload_) reload_();
}

void ClientConnection::on_stop() {
  if (!idle_ || !input_.empty()) return;
  ErrorCode ignored;
  socket_.cancel(ignored);
}

void ClientConnection::on_abort() {
  if (engine_ != nullptr) engine_->close();
  close();
}

// Armed once a connection: it fires when the client is gone, or is cancelled with the socket.
void ClientConnection::watch() {
  watched_ = true;
  socket_.async_wait(Socket::wait_error, [self = shared_from_this()](const ErrorCode& error) {
    self->watched_ = false;
    if (error) return;
    self->gone_ = true;
    if (self->engine_ != nullptr) self->engine_->close();
  });
}

void ClientConnection::close() {
  deadline_ = 0;
  ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace sealock::proxy
