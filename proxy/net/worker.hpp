// What the sessions of one thread share: the event loop, the clock, buffers, engine connections and
// the current policies. Nothing here is touched by another thread; news come by post().
//
// Life: outlives its sessions.

#pragma once

#include "policy/answer/last_answers.hpp"
#include "proxy/net/arrivals.hpp"
#include "proxy/net/audit_group.hpp"
#include "proxy/net/buffer_pool.hpp"
#include "proxy/net/engine_client.hpp"
#include "proxy/net/limits.hpp"
#include "proxy/net/places.hpp"
#include "proxy/net/ticker.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace sealock::policy {
class PolicySet;
}

namespace sealock::proxy {

class AuditLog;
class HostFiles;
class OwnOperations;
class Session;

// The socket that a client came through.
struct ListenerName {
  std::string name;
  std::string policy;
  std::size_t number = 0;  // in the configuration, from 0
};

// Of all workers together.
struct SharedPlaces {
  Places connections;
  Places uploads;  // that rules look into
};

struct Worker {
  Worker(const Limits& worker_limits,
         const EngineAddress& address,
         const HostFiles& files,
         AuditLog& log,
         SharedPlaces& shared_places)
      : limits(worker_limits),
        host_files(files),
        audit(log),
        audit_group(context, log),
        places(shared_places),
        ticker(context),
        engine(context, arrivals, buffers, address),
        arrivals(context) {}

  // Run by one thread, so that its sockets need no locks.
  boost::asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  Limits limits;
  const HostFiles& host_files;  // of all workers
  AuditLog& audit;
  AuditGroup audit_group;
  std::size_t busy = 0;  // requests being served
  SharedPlaces& places;
  BufferPool buffers;
  Ticker ticker;
  EngineClient engine;
  std::shared_ptr<const policy::PolicySet> policies;
  policy::LastAnswers last_answers;
  bool stopping = false;
  OwnOperations* own = nullptr;              // null: there are none
  boost::asio::thread_pool* pool = nullptr;  // for what blocks; with `own`
  // Ends first: the sessions that wait for something go with it, and use all of the above.
  Arrivals arrivals;
};

}  // namespace sealock::proxy
