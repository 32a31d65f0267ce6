#include "proxy/config/config.hpp"

#include "tests/policy/rules/golden.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace sealock;
using proxy::AuditConfig;
using proxy::Config;
using proxy::LogLevel;
using proxy::read_config;
using std::chrono::seconds;

namespace {

// A file /tmp/.../sealock.yaml; messages name it without the folder.
class ConfigFile {
public:
  explicit ConfigFile(const std::string& text) {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "sealock-config-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::ofstream(path()) << text;
  }
  ~ConfigFile() { std::filesystem::remove_all(folder_); }
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;

  [[nodiscard]] std::filesystem::path path() const { return folder_ / "sealock.yaml"; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::string without_folder(std::string text) const {
    const std::string prefix = folder_.string() + "/";
    for (std::size_t at = 0; (at = text.find(prefix, at)) != std::string::npos;) {
      text.erase(at, prefix.size());
    }
    return text;
  }

private:
  std::filesystem::path folder_;
};

std::string problems(const std::string& text) {
  const ConfigFile file(text);
  policy::Diagnostics diagnostics;
  const auto config = read_config(file.path(), diagnostics);
  CHECK(config.has_value() == !diagnostics.has_errors());
  return file.without_folder(diagnostics.to_text());
}

Config good(const std::string& text) {
  const ConfigFile file(text);
  policy::Diagnostics diagnostics;
  const auto config = read_config(file.path(), diagnostics);
  CHECK(diagnostics.to_text() == "");
  REQUIRE(config.has_value());
  return *config;
}

constexpr const char* mistakes[] = {
    // unknown keys and misspelt words, all at once
    "engin: unix:///run/docker.sock\n"
    "log_level: inf\n"
    "audit: {sink: stdout}\n"
    "limits: {head_byte: 64KiB, timeout: 3s}\n"
    "listeners:\n"
    "  - {nam: m, socket: m.sock, policy: monitoring}\n",
    // wrong types
    "version: one\nengine: [unix]\nworkers: \"2\"\nrules: {}\nlisteners: {a: b}\nlimits: 3\naudit: "
    "file\n",
    "version: 2\n",
    "- engine\n",
    "listeners: [monitoring, []]\n",
    "listeners: []\n",
    "workers: 0\n",
    "workers: 65\n",
    "rules: \"\"\n",
    // the engine
    "engine: /run/docker.sock:ro\nengine: tcp://x:1\n",
    "engine: docker.sock\n",
    "engine: unix://docker.sock\n",
    "engine: tcp://docker\n",
    "engine: tcp://10.0.0.7:2375\n",
    // modes
    "listeners: [{name: a, socket: a, policy: p, mode: 0660}]\n",
    "listeners: [{name: a, socket: a, policy: p, mode: 660}]\n",
    "listeners: [{name: a, socket: a, policy: p, mode: \"0777\"}]\n",
    "listeners: [{name: a, socket: a, policy: p, mode: \"u=rw\"}]\n",
    "listeners: [{name: a, socket: a, policy: p, mode: \"00000000000000000000666\"}]\n",
    "listeners: [{name: a, socket: a, policy: admin, mode: \"0666\"}]\n",
    // names and sockets
    "listeners: [{name: A b, socket: a, policy: p}, {socket: b, policy: p}, {name: c, policy: p},\n"
    "  {name: d, socket: d}]\n",
    "listeners:\n"
    "  - {name: a, socket: /run/a.sock, policy: p}\n"
    "  - {name: a, socket: /run/x/../a.sock, policy: p}\n",
    "listeners: [{name: a, socket: /run/, policy: p}]\n",
    "listeners: [{name: a, socket: /run/"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aa"
    "aaaaaaaa, policy: p}]\n",
    // the audit log
    "audit: {sink: file}\n",
    "audit: {sink: syslog, file: a.jsonl}\n",
    // limits
    "limits: {head_timeout: 10, idle_timeout: 1d, body_timeout: -5s, drain_timeout: 0s}\n",
    "limits: {head_bytes: 1KiB, body_bytes: 2GiB, fact_bytes: 64 KB, connections: 10KiB}\n",
    "limits: {idle_timeout: 99999999999999999999h, shutdown_timeout: 61m}\n",
};

}  // namespace

TEST_CASE("config: every mistake is named with its place and what to do") {
  std::string output;
  for (const char* text : mistakes) {
    output += std::string("--- ") + text + problems(text) + "\n";
  }
  policy::check_golden("config_errors.txt", output);
}

TEST_CASE("config: a file that is not there says so") {
  policy::Diagnostics diagnostics;
  CHECK_FALSE(read_config("/nonexistent/sealock.yaml", diagnostics).has_value());
  CHECK(diagnostics.to_text() ==
        "/nonexistent/sealock.yaml: error[Y01]: the file cannot be read\n");
}

TEST_CASE("config: without a file there is one monitoring socket before the local engine") {
  const Config config = proxy::default_config();
  REQUIRE(config.listeners.size() == 1);
  CHECK(config.listeners[0].name == "monitoring");
  CHECK(config.listeners[0].socket == "/run/sealock/monitoring.sock");
  CHECK(config.listeners[0].policy == "monitoring");
  CHECK(config.listeners[0].mode == 0660);
  CHECK(config.engine.path == "/var/run/docker.sock");
  CHECK(config.audit.sink == AuditConfig::Sink::standard_error);
}

TEST_CASE("config: what is not written keeps its default") {
  const Config config = good("log_level: debug\n");
  CHECK(config.log_level == LogLevel::debug);
  CHECK(config.listeners.size() == 1);
  CHECK(config.workers == 1);
  CHECK(config.rules.empty());
}

TEST_CASE("config: every value arrives where it belongs") {
  const ConfigFile file(
      "version: 1\n"
      "engine: tcp://[::1]:2375\n"
      "rules: rules\n"
      "workers: 3\n"
      "log_level: warn\n"
      "audit: {file: log/audit.jsonl}\n"
      "listeners:\n"
      "  - {name: one, socket: one.sock, policy: monitoring, mode: \"666\"}\n"
      "  - {name: two, socket: /run/two.sock, policy: p, mode: \"0600\", owner: 1000, group: www}\n"
      "limits: {head_bytes: 8192, spec_bytes: 2MiB, idle_timeout: 2m, connections: 7,\n"
      "  uploads: 3, shutdown_timeout: 1h, drain_bytes: 0}\n");
  policy::Diagnostics diagnostics;
  const auto config = read_config(file.path(), diagnostics);
  CHECK(diagnostics.to_text() == "");
  REQUIRE(config.has_value());
  CHECK(config->engine.host == "::1");
  CHECK(config->engine.port == 2375);
  CHECK(config->rules == file.folder() / "rules");
  CHECK(config->workers == 3);
  CHECK(config->log_level == LogLevel::warn);
  CHECK(config->audit.sink == AuditConfig::Sink::file);
  CHECK(config->audit.file == file.folder() / "log/audit.jsonl");
  REQUIRE(config->listeners.size() == 2);
  CHECK(config->listeners[0].socket == file.folder() / "one.sock");
  CHECK(config->listeners[0].mode == 0666);
  CHECK(config->listeners[1].socket == "/run/two.sock");
  CHECK(config->listeners[1].mode == 0600);
  CHECK(config->listeners[1].owner == "1000");
  CHECK(config->listeners[1].group == "www");
  CHECK(config->limits.head_bytes == 8192);
  CHECK(config->limits.spec_bytes == 2 * 1024 * 1024);
  CHECK(config->limits.idle_timeout == seconds(120));
  CHECK(config->limits.connections == 7);
  CHECK(config->limits.uploads == 3);
  CHECK(config->limits.shutdown_timeout == seconds(3600));
  CHECK(config->limits.drain_bytes == 0);
  CHECK(config->limits.body_bytes == proxy::Limits{}.body_bytes);
}

TEST_CASE("config: the documented example is right, and shows the defaults of all limits") {
  policy::Diagnostics diagnostics;
  const auto config = read_config(SEALOCK_SOURCE_DIR "/examples/sealock.yaml", diagnostics);
  CHECK(diagnostics.to_text() == "");
  REQUIRE(config.has_value());
  const proxy::Limits& shown = config->limits;
  const proxy::Limits wanted;
  CHECK(shown.head_bytes == wanted.head_bytes);
  CHECK(shown.head_fields == wanted.head_fields);
  CHECK(shown.body_bytes == wanted.body_bytes);
  CHECK(shown.spec_bytes == wanted.spec_bytes);
  CHECK(shown.fact_bytes == wanted.fact_bytes);
  CHECK(shown.drain_bytes == wanted.drain_bytes);
  CHECK(shown.connections == wanted.connections);
  CHECK(shown.uploads == wanted.uploads);
  CHECK(shown.head_timeout == wanted.head_timeout);
  CHECK(shown.idle_timeout == wanted.idle_timeout);
  CHECK(shown.body_timeout == wanted.body_timeout);
  CHECK(shown.upload_timeout == wanted.upload_timeout);
  CHECK(shown.connect_timeout == wanted.connect_timeout);
  CHECK(shown.fact_timeout == wanted.fact_timeout);
  CHECK(shown.drain_timeout == wanted.drain_timeout);
  CHECK(shown.linger_timeout == wanted.linger_timeout);
  CHECK(shown.shutdown_timeout == wanted.shutdown_timeout);
  // A new limit needs a row in limits_reader.cpp, a line in the example and one above.
  CHECK(sizeof(proxy::Limits) == 17 * 8);
}

TEST_CASE("config: where the host's files are seen") {
  const std::string listeners = "listeners: [{name: a, socket: /a.sock, policy: monitoring}]\n";
  CHECK(host_root_of(good(listeners)) == "/");
  CHECK(host_root_of(good(listeners + "engine: tcp://127.0.0.1:2375\n")) == "");
  CHECK(host_root_of(good(listeners + "host_root: none\n")) == "");
  CHECK(host_root_of(good(listeners + "host_root: /proc\n")) == "/proc");
  CHECK(problems("host_root: /no/such/folder\n").find("is no folder") != std::string::npos);
}

TEST_CASE("config: deployments and where they are kept") {
  const Config config = good(
      "state: data\ndeployments: {policy: rollout, secrets: [/run/secrets, own]}\n"
      "listeners: [{name: a, socket: /a.sock, policy: releaser}]\n");
  REQUIRE(config.deployments.has_value());
  CHECK(config.deployments->policy == "rollout");
  CHECK(config.deployments->secrets.front() == "/run/secrets");
  CHECK(config.deployments->secrets.back().is_absolute());
  CHECK(config.state.filename() == "data");
  CHECK_FALSE(proxy::default_config().deployments.has_value());
  const std::string text = problems("deployments: {polcy: x}\nstate: \"\"\n");
  CHECK(text.find("did you mean 'policy'?") != std::string::npos);
  CHECK(text.find("'deployments' has no 'policy'") != std::string::npos);
  CHECK(text.find("'state' is empty") != std::string::npos);
  policy::Diagnostics diagnostics;
  proxy::check_deployment_policy(*config.deployments, {"releaser", "rollaut"}, diagnostics);
  CHECK(diagnostics.to_text().find("there is no policy 'rollout'") != std::string::npos);
  CHECK(diagnostics.to_text().find("did you mean 'rollaut'?") != std::string::npos);
}

TEST_CASE("config: the example for compose is right") {
  policy::Diagnostics diagnostics;
  const auto config = read_config(SEALOCK_SOURCE_DIR "/examples/compose/sealock.yaml", diagnostics);
  CHECK(diagnostics.to_text() == "");
  CHECK(config.has_value());
}

TEST_CASE("config: errors of another file do not condemn this one") {
  const ConfigFile file("log_level: debug\n");
  policy::Diagnostics diagnostics;
  diagnostics.error("R01", policy::Place{"rules/x.yaml", 1, 1, 1}, "something");
  CHECK(read_config(file.path(), diagnostics).has_value());
}

TEST_CASE("config: every code in a message is documented") {
  for (const char* text : mistakes) {
    const ConfigFile file(text);
    policy::Diagnostics diagnostics;
    (void)read_config(file.path(), diagnostics);
    for (const auto& problem : diagnostics.all()) {
      if (!problem.code.starts_with('C')) continue;
      const auto codes = proxy::config_codes();
      CAPTURE(problem.code);
      CHECK(std::any_of(codes.begin(), codes.end(),
                        [&](const auto& known) { return known.code == problem.code; }));
    }
  }
}
