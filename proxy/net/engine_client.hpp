// The way to the engine: fresh connections, and a few that wait for their next request.
//
// Reuse is safe because each request was rebuilt with one framing and each answer was read to its
// exact end; a connection that carried a tunnel, an aborted upload or bytes nobody asked for is
// never used again (engine-facts.md 4, performance.md 10). Each is looked at before it is used, which
// costs a system call: an engine that restarts between two requests is nothing that a client should
// notice. A warm one, back for less than a millisecond, need not be looked at for a request that can be
// sent again: should the engine have closed it just now, the connection does that by itself.
//
// Threads: one worker; not shared.

#pragma once

#include "proxy/config/config.hpp"
#include "proxy/net/engine_connection.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace sealock::proxy {

class EngineClient {
public:
  EngineClient(boost::asio::io_context& context,
               Arrivals& arrivals,
               BufferPool& buffers,
               EngineAddress address);

  enum class Look : std::uint8_t { always, unless_warm };
  // A connection that is ready, or null when connect() must be called on make().
  [[nodiscard]] std::unique_ptr<EngineConnection> take_idle(Look look);
  [[nodiscard]] std::unique_ptr<EngineConnection> make();
  [[nodiscard]] const EngineAddress& address() const { return address_; }
  // Keeps the connection for the next request; its answer must have been read to the end.
  void give_back(std::unique_ptr<EngineConnection> connection);
  void close_idle();

private:
  using Clock = std::chrono::steady_clock;
  struct Idle {
    std::unique_ptr<EngineConnection> connection;
    Clock::time_point since;
  };

  static constexpr std::size_t kept = 64;
  static constexpr std::chrono::milliseconds warm_time{1};
  boost::asio::io_context& context_;
  Arrivals& arrivals_;
  BufferPool& buffers_;
  EngineAddress address_;
  std::vector<Idle> idle_;
};

}  // namespace sealock::proxy
