#include "proxy/net/client_connection.hpp"

#include "proxy/net/engine_connection.hpp"

#include <algorithm>

namespace sealock::proxy {
namespace {

// A usual head; an idle connection holds no more, and malloc's quick way ends at 1,032 bytes.
constexpr std::size_t first_read_bytes = 1000;
constexpr std::size_t next_read_bytes = 4096;

}  // namespace

ClientConnection::ClientConnection(Arrivals& arrivals, int descriptor, Ticker& ticker)
    : socket_(arrivals), ticker_(ticker) {
  socket_.open(descriptor);
  ticker_.add(*this);
}

ClientConnection::~ClientConnection() {
  close();
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
  if (!begun_) read = read_now(socket_, buffer);
  begun_ = true;
  while (read.error == boost::asio::error::would_block) {
    const bool arrived = co_await socket_.arrival();
    read = read_arrived(socket_, arrived, buffer);
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
  socket_.look_again();
  if (engine_ != nullptr) engine_->socket().look_again();
  if (engine_ != nullptr && !watched_ && now > guarded_since_ + 1) watch();
  if (deadline_ == 0 || now < deadline_) return;
  deadline_ = 0;
  timed_out_ = true;
  if (wait_ == Wait::client) socket_.cancel();
  if (wait_ == Wait::engine && engine_ != nullptr) engine_->close();
}

void ClientConnection::on_reload() {
  if (reload_) reload_();
}

void ClientConnection::on_stop() {
  if (!idle_ || !input_.empty()) return;
  socket_.cancel();
}

void ClientConnection::on_abort() {
  if (engine_ != nullptr) engine_->close();
  close();
}

void ClientConnection::watch() {
  watched_ = true;
  socket_.on_hang_up([this] {
    watched_ = false;
    gone_ = true;
    if (engine_ != nullptr) engine_->close();
  });
}

void ClientConnection::close() {
  deadline_ = 0;
  socket_.close();
}

}  // namespace sealock::proxy
