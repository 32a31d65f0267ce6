#include "proxy/net/client_connection.hpp"

#include "proxy/net/engine_connection.hpp"

#include <algorithm>

#include <sys/socket.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

// A usual head; an idle connection holds no more, and malloc's quick way ends at 1,032 bytes.
constexpr std::size_t first_read_bytes = 1000;
constexpr std::size_t next_read_bytes = 4096;

}  // namespace

ClientConnection::ClientConnection(boost::asio::io_context& context, int descriptor, Ticker& ticker)
    : socket_(context), descriptor_(descriptor), ticker_(ticker) {
  ticker_.add(*this);
}

ClientConnection::~ClientConnection() {
  close();
}

Socket& ClientConnection::socket() {
  if (descriptor_ >= 0 && !socket_.is_open()) {
    ErrorCode failure;
    socket_.assign(Socket::protocol_type(AF_UNIX, 0), descriptor_, failure);
    prepare(socket_, AF_UNIX);
  }
  return socket_;
}

Task<bool> ClientConnection::read_more() {
  const std::size_t had = input_.size();
  const std::size_t room =
      had < first_read_bytes ? first_read_bytes : std::max(had, next_read_bytes);
  input_.resize(had + room);
  const boost::asio::mutable_buffer buffer(input_.data() + had, room);
  // Most requests are there before their connection is accepted. Only the first read may go round the
  // event loop: who always has something to say must not keep others from being heard.
  ReadResult read{boost::asio::error::would_block};
  if (!begun_) read = read_now(descriptor_, buffer);
  begun_ = true;
  if (read.error == boost::asio::error::would_block) {
    const auto result = co_await socket().async_read_some(buffer, no_throw);
    read.error = std::get<0>(result);
    read.size = std::get<1>(result);
  }
  input_.resize(had + read.size);
  if (read.error && !timed_out_) gone_ = true;
  co_return !read.error;
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
  socket().async_wait(Socket::wait_error, [self = shared_from_this()](const ErrorCode& error) {
    self->watched_ = false;
    if (error) return;
    self->gone_ = true;
    if (self->engine_ != nullptr) self->engine_->close();
  });
}

void ClientConnection::close() {
  deadline_ = 0;
  if (descriptor_ >= 0 && !socket_.is_open()) ::close(descriptor_);
  descriptor_ = -1;
  ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace sealock::proxy
