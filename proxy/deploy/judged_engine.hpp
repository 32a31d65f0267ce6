// The engine as deployments see it: every request that they make is routed, read by its schema,
// judged by a policy and the baseline and recorded in the audit log, as if a client had sent it to a
// socket.
//
// The request is understood again from its text, so what is judged is what is sent here, too; it goes
// out by EngineConnection::forward, which takes the evaluator's permit. There is no other way from
// this folder to the engine.
//
// Errors:  as engine.hpp says. A record that cannot be written is `internal`, and nothing is sent.
// Threads: call() may be made from several threads at once; each call has a connection of its own.
// Cancel:  the call's stop token closes the connection; what was sent may have been done.

#pragma once

#include "proxy/config/config.hpp"
#include "proxy/deploy/engine.hpp"
#include "proxy/net/host_files.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace sealock::policy {
class PolicySet;
}

namespace sealock::proxy {

class AuditLog;

class JudgedEngine : public Engine {
public:
  // What `applies_to` in the policy and the audit records call this client.
  static constexpr const char* listener = "rollout";

  // `audit` outlives the engine.
  JudgedEngine(EngineAddress address,
               std::shared_ptr<const policy::PolicySet> policies,
               std::string policy,
               AuditLog& audit,
               const Limits& limits,
               const std::filesystem::path& host_root);

  // New rules, after a reload; the next call is judged by them.
  void reload(std::shared_ptr<const policy::PolicySet> policies);

  [[nodiscard]] Result<EngineAnswer> call(const EngineCall& call) override;

private:
  EngineAddress address_;
  std::string policy_;
  AuditLog& audit_;
  Limits limits_;
  HostFiles host_files_;
  std::mutex mutex_;
  std::shared_ptr<const policy::PolicySet> policies_;
};

}  // namespace sealock::proxy
