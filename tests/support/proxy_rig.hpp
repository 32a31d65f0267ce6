// A whole proxy in a temporary folder: rule files from text, one listener, a fake engine behind it.
//
// Life: everything ends in the destructor.

#pragma once

#include "proxy/net/limits.hpp"
#include "tests/support/fake_engine.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace sealock::proxy {
class AuditLog;
class OwnOperations;
class Server;
}  // namespace sealock::proxy

namespace sealock::tests {

// Allows what sessions are tested with; see proxy_rig.cpp.
extern const char* const test_policy;

class ProxyRig {
public:
  // `own` outlives the rig.
  explicit ProxyRig(proxy::Limits limits = {},
                    const std::string& policy = test_policy,
                    proxy::OwnOperations* own = nullptr);
  ~ProxyRig();
  ProxyRig(const ProxyRig&) = delete;
  ProxyRig& operator=(const ProxyRig&) = delete;

  FakeEngine& engine() { return *engine_; }
  void stop_engine() { engine_.reset(); }
  void start_engine();
  Wire connect() { return Wire::connect_to(socket_path()); }
  // Sends, and reads until the proxy closes or is silent.
  std::string exchange(std::string_view request);
  [[nodiscard]] std::string socket_path() const { return (folder_ / "client.sock").string(); }
  [[nodiscard]] std::string audit() const;
  // New rules, as after SIGHUP.
  void reload(const std::string& policy);
  void stop();
  [[nodiscard]] bool stopped() const { return !thread_.joinable(); }

private:
  std::filesystem::path folder_;
  std::unique_ptr<FakeEngine> engine_;
  std::unique_ptr<proxy::AuditLog> audit_;
  std::unique_ptr<proxy::Server> server_;
  std::thread thread_;
};

}  // namespace sealock::tests
