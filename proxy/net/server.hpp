// Serves the listeners of one configuration: accepts, runs sessions, drains.
//
// Threads: run() blocks and uses config.workers threads; reload() and stop() may be called from any
//          thread, and from signal handlers of Asio's signal_set.
// Errors:  open() says which socket could not be made and what to do; nothing is left behind then.

#pragma once

#include "policy/result.hpp"

#include <memory>

namespace sealock::policy {
class PolicySet;
}

namespace sealock::proxy {

struct Config;
class AuditLog;
class OwnOperations;

class Server {
public:
  // `audit` and `own` outlive the server; `own` null: there are no compositions and deployments. The
  // config's listeners must name policies of the set.
  Server(const Config& config,
         std::shared_ptr<const policy::PolicySet> policies,
         AuditLog& audit,
         OwnOperations* own = nullptr);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Makes the socket files: right mode and owner before anyone can connect, a stale file replaced,
  // a socket that somebody still serves refused.
  [[nodiscard]] Result<void> open();
  // Serves until stop(); then waits for running requests, at most limits.shutdown_timeout, and
  // removes the socket files.
  void run();
  // New requests are judged by `policies`; streams that they would not allow are cut.
  void reload(std::shared_ptr<const policy::PolicySet> policies);
  void stop();

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace sealock::proxy
