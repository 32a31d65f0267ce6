#include "tests/support/proxy_rig.hpp"

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/policy_set.hpp"
#include "proxy/config/config.hpp"
#include "proxy/net/server.hpp"
#include "proxy/observe/audit_log.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <unistd.h>

namespace sealock::tests {
namespace {

const char* const baseline = R"(version: 1
policy: baseline
description: Denied to every client of the session tests.
owner: tests
applies_to: every_client
rules:
  - deny: privileged-container
    actions: [ContainerCreate]
    when: {body.HostConfig.Privileged: true}
    because: a privileged container is root on the host
    severity: critical
tests:
  - it: stops a privileged container
    request: POST /containers/create
    body: {Image: alpine, HostConfig: {Privileged: true}}
    expect: {deny: privileged-container}
)";

std::shared_ptr<const policy::PolicySet> load(const std::filesystem::path& folder) {
  policy::Diagnostics diagnostics;
  policy::LoadOptions options;
  auto policies = policy::load_policies(folder, options, diagnostics);
  if (!policies) throw std::runtime_error(diagnostics.to_text());
  return policies;
}

}  // namespace

const char* const test_policy = R"(version: 1
policy: client
description: What the session tests ask for.
owner: tests
applies_to: [{listener: client}]
rules:
  - allow: reads
    actions: [SystemPing, SystemPingHead, SystemVersion, SystemInfo, SystemEvents, ContainerList, ContainerLogs]
  - allow: inspect
    actions: [ContainerInspect]
  - redact: no-environment
    actions: [ContainerInspect]
    mask: [Config.Env]
    because: secrets live in the environment
  - allow: writes
    actions: [ContainerCreate, ImageLoad, ContainerAttach, ExecStart, ContainerWait]
    may_set: every_field
tests:
  - it: reads
    request: GET /version
    expect: {allow: reads}
  - it: inspects
    request: GET /containers/web/json
    expect: {allow: inspect}
  - it: writes
    request: POST /images/load
    expect: {allow: writes}
  - it: nothing else
    request: POST /containers/web/stop
    expect: {deny: default}
)";

ProxyRig::ProxyRig(proxy::Limits limits, const std::string& policy, proxy::OwnOperations* own) {
  std::string pattern = (std::filesystem::temp_directory_path() / "sealock-rig-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  std::filesystem::create_directory(folder_ / "rules");
  std::ofstream(folder_ / "rules" / "baseline.yaml") << baseline;
  std::ofstream(folder_ / "rules" / "client.yaml") << policy;
  start_engine();

  proxy::Config config;
  config.engine.path = (folder_ / "engine.sock").string();
  proxy::ListenerConfig listener;
  listener.name = "client";
  listener.socket = socket_path();
  listener.policy = "client";
  config.listeners.push_back(listener);
  config.limits = limits;
  config.audit.sink = proxy::AuditConfig::Sink::file;
  config.audit.file = folder_ / "audit.jsonl";
  auto audit = proxy::AuditLog::open(config.audit);
  if (!audit) throw std::runtime_error(audit.error().text);
  audit_ = std::move(*audit);
  server_ = std::make_unique<proxy::Server>(config, load(folder_ / "rules"), *audit_, own);
  const auto opened = server_->open();
  if (!opened) throw std::runtime_error(opened.error().text);
  thread_ = std::thread([this] { server_->run(); });
}

ProxyRig::~ProxyRig() {
  stop();
  server_.reset();
  engine_.reset();
  std::filesystem::remove_all(folder_);
}

void ProxyRig::start_engine() {
  engine_ = std::make_unique<FakeEngine>((folder_ / "engine.sock").string());
}

std::string ProxyRig::exchange(std::string_view request) {
  Wire wire = connect();
  wire.send(request);
  return wire.read_all();
}

std::string ProxyRig::audit() const {
  std::ostringstream text;
  text << std::ifstream(folder_ / "audit.jsonl").rdbuf();
  return text.str();
}

void ProxyRig::reload(const std::string& policy) {
  std::ofstream(folder_ / "rules" / "client.yaml", std::ios::trunc) << policy;
  server_->reload(load(folder_ / "rules"));
}

void ProxyRig::stop() {
  if (!thread_.joinable()) return;
  server_->stop();
  thread_.join();
}

}  // namespace sealock::tests
