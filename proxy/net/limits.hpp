// Every limit of the proxy, with its default and the reason for it. One copy per process, from
// sealock.yaml (`limits:`); changed by a restart only.
//
// Units: bytes, counts, std::chrono durations.

#pragma once

#include <chrono>
#include <cstddef>

namespace sealock::proxy {

struct Limits {
  // X-Registry-Config of `docker build` and dockerode's body-as-query need more than Beast's 8 KB.
  std::size_t head_bytes = 64 * 1024;
  std::size_t head_fields = 100;
  // JSON bodies; the largest real create body seen is 6 KB.
  std::size_t body_bytes = 1024 * 1024;
  // Service specs and configs carry up to 1 MB of base64 data.
  std::size_t spec_bytes = 4 * 1024 * 1024;
  // The engine's answer to a question of our own (inspect of a target).
  std::size_t fact_bytes = 4 * 1024 * 1024;
  // A whole head must arrive in this time, on a new connection from its start (slow-loris); idle
  // keep-alive connections wait longer for the first byte of the next one.
  std::chrono::seconds head_timeout{10};
  std::chrono::seconds idle_timeout{300};
  // Between two pieces of a JSON body; real clients send it with the head.
  std::chrono::seconds body_timeout{10};
  // Between two pieces of an upload: `docker load` and `docker build -` wait for a pipe.
  std::chrono::seconds upload_timeout{600};
  std::chrono::seconds connect_timeout{10};
  // The engine's answer to a question of our own; never applies to what a client waits for, since
  // `wait`, `events` and `logs` are silent for days.
  std::chrono::seconds fact_timeout{30};
  // How long and how much of a refused upload is read away, so that the client sees the message.
  std::chrono::seconds drain_timeout{5};
  std::size_t drain_bytes = 64 * 1024 * 1024;
  // Half-closed tunnels wait this long for the other direction once the engine has finished.
  std::chrono::seconds linger_timeout{5};
  // Connections at once, over all listeners; more are accepted only when others end. Some are kept for
  // each listener (places.hpp), and so are some uploads.
  std::size_t connections = 10'000;
  // Uploads that rules look into, at once, over all listeners. One can hold 84 MiB (SECURITY.md,
  // "Uploads"); the next one is told to come again.
  std::size_t uploads = 16;
  // SIGTERM: how long running requests may go on.
  std::chrono::seconds shutdown_timeout{10};
};

}  // namespace sealock::proxy
