#include "proxy/net/engine_client.hpp"

#include <boost/asio/io_context.hpp>

namespace sealock::proxy {

EngineClient::EngineClient(boost::asio::io_context& context,
                           Arrivals& arrivals,
                           BufferPool& buffers,
                           EngineAddress address)
    : context_(context), arrivals_(arrivals), buffers_(buffers), address_(std::move(address)) {}

std::unique_ptr<EngineConnection> EngineClient::take_idle(Look look) {
  // Only on a Unix socket is a connection made again without a wait that somebody must watch.
  if (address_.kind != EngineAddress::Kind::unix_socket) look = Look::always;
  // Last in, first out: the warmest one, and old ones die out.
  while (!idle_.empty()) {
    Idle idle = std::move(idle_.back());
    idle_.pop_back();
    const bool silent = !idle.connection->socket().may_be_readable();
    if (look == Look::unless_warm && silent && Clock::now() - idle.since < warm_time) {
      idle.connection->expect_loss();
      return std::move(idle.connection);
    }
    if (!idle.connection->is_stale()) return std::move(idle.connection);
  }
  return nullptr;
}

std::unique_ptr<EngineConnection> EngineClient::make() {
  return std::make_unique<EngineConnection>(context_, arrivals_, buffers_);
}

void EngineClient::give_back(std::unique_ptr<EngineConnection> connection) {
  const bool clean = !connection->buffer() || connection->buffer()->empty();
  if (idle_.size() >= kept || !clean || !connection->socket().is_open()) return;
  connection->buffer().reset();
  idle_.push_back({std::move(connection), Clock::now()});
}

void EngineClient::close_idle() {
  idle_.clear();
}

}  // namespace sealock::proxy
