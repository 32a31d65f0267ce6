// Moves bytes from the client to the engine while the answer comes back the other way: the rest of an
// opaque body (checked by its framing), or everything a tunnel carries.
//
// Both directions must run at once: dockerd reports progress while it reads a build, and a container
// talks while it is typed to (performance.md 8 (8)).
//
// Errors:  a body that breaks its framing, ends early or is refused by the gate: failure(), and the engine's connection is
//          closed, so that the engine never takes a part for the whole. An engine that takes no
//          more ends the uplink without a failure: its answer says why.
// Threads: one worker.
// Life:    client, engine, framer and gate outlive it; stop() must be awaited before they end.

#pragma once

#include "policy/result.hpp"
#include "proxy/net/body_framer.hpp"
#include "proxy/net/client_connection.hpp"
#include "proxy/net/engine_connection.hpp"
#include "proxy/net/upload_gate.hpp"
#include "proxy/net/worker.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace sealock::proxy {

class Uplink {
public:
  // `framer` null: a tunnel, which ends with the client's half-close, and passes it on. `gate` null: a
  // body that no rule looks into.
  Uplink(Worker& worker,
         ClientConnection& client,
         EngineConnection& engine,
         BodyFramer* framer,
         UploadGate* gate = nullptr);
  Uplink(const Uplink&) = delete;
  Uplink& operator=(const Uplink&) = delete;

  void start();
  [[nodiscard]] bool running() const { return running_; }
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  // Ends it and waits for its end.
  [[nodiscard]] Task<void> stop();
  // Waits at most that long for it to end by itself.
  [[nodiscard]] Task<void> wait(std::chrono::milliseconds duration);

private:
  Task<void> run();
  Task<bool> move_input();
  Task<bool> send(std::string_view text);
  Result<std::size_t> scan(std::string_view input);
  Task<bool> forward(std::string_view text);
  void fail_with(Error error);

  Worker& worker_;
  ClientConnection& client_;
  EngineConnection& engine_;
  BodyFramer* framer_;
  UploadGate* gate_;
  boost::asio::steady_timer ended_;
  std::optional<Error> failure_;
  std::uint64_t bytes_ = 0;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace sealock::proxy
