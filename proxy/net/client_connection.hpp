// The client's side of a session: its socket, what it sent and nobody has read yet, the deadline of
// the current wait, and the watch for a client that has gone.
//
// While the engine is silent nobody reads from the client, so its going is not seen by a read. A
// quarter of a second into such a silence the socket is watched for a full close (on Unix sockets
// EPOLLERR and EPOLLHUP come for that alone, not for a half-close, which real clients do a
// millisecond after the answer: clients.md 1 (7)), and the engine's side is closed with it.
//
// A client that asks once and goes, as curl and most scripts do, is served without a wait, and the event
// loop never learns of its socket.
//
// Units:   durations of std::chrono; waits are over up to 500 ms late, never early.
// Threads: one worker; not shared.
// Life:    its session's; what waits on it ends with it.

#pragma once

#include "proxy/net/socket.hpp"
#include "proxy/net/ticker.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace sealock::proxy {

class EngineConnection;

class ClientConnection final : public Ticked {
public:
  // Takes the accepted, non-blocking `descriptor` of a Unix socket.
  ClientConnection(Arrivals& arrivals, int descriptor, Ticker& ticker);
  ~ClientConnection();

  [[nodiscard]] Socket& socket() { return socket_; }
  // Bytes of the client that nobody has read yet.
  [[nodiscard]] std::string& input() { return input_; }
  // Waits for more input: false at its end, on an error and when the deadline is over.
  [[nodiscard]] Task<bool> read_more();

  // Which wait ends when the deadline is over: that for the client or that for the engine.
  enum class Wait { client, engine };
  void set_deadline(std::chrono::milliseconds duration, Wait wait);
  void clear_deadline() { deadline_ = 0; }
  [[nodiscard]] bool timed_out() const { return timed_out_; }
  [[nodiscard]] bool gone() const { return gone_; }

  // From now on the client is watched; when it goes, `engine` is closed. Null ends the watch.
  void guard(EngineConnection* engine);

  // Between two requests; a stop closes it then.
  void set_idle(bool idle) { idle_ = idle; }
  // Called when new policies are in force.
  void set_reload_action(std::function<void()> action) { reload_ = std::move(action); }

  void on_tick(Tick now) override;
  void on_reload() override;
  void on_stop() override;
  void on_abort() override;
  void close();

private:
  void watch();

  Socket socket_;
  Ticker& ticker_;
  std::string input_;
  EngineConnection* engine_ = nullptr;
  Tick deadline_ = 0;
  Tick guarded_since_ = 0;
  Wait wait_ = Wait::client;
  std::function<void()> reload_;
  bool begun_ = false;  // something was read, or waited for
  bool idle_ = false;
  bool timed_out_ = false;
  bool gone_ = false;
  bool watched_ = false;
};

}  // namespace sealock::proxy
