#include "proxy/cli/gather_config.hpp"

#include <doctest/doctest.h>

using namespace sealock;
using proxy::gather_config;
using proxy::RunOptions;

namespace {

std::string problems(const RunOptions& options) {
  policy::Diagnostics diagnostics;
  const auto config = gather_config(options, diagnostics);
  CHECK(config.has_value() == !diagnostics.has_errors());
  return diagnostics.to_text();
}

}  // namespace

TEST_CASE("run: without options the monitoring socket before the local engine") {
  policy::Diagnostics diagnostics;
  const auto config = gather_config({}, diagnostics);
  REQUIRE(config.has_value());
  REQUIRE(config->listeners.size() == 1);
  CHECK(config->listeners[0].socket == "/run/sealock/monitoring.sock");
}

TEST_CASE("run: the command line goes before the file, its listeners replace the file's") {
  RunOptions options;
  options.config = SEALOCK_SOURCE_DIR "/examples/sealock.yaml";
  policy::Diagnostics diagnostics;
  const auto from_file = gather_config(options, diagnostics);
  REQUIRE(from_file.has_value());
  CHECK(from_file->listeners.size() == 2);
  options.engine = "tcp://127.0.0.1:2375";
  options.rules = "here";
  options.listen = {"one=/tmp/one.sock:operator"};
  const auto config = gather_config(options, diagnostics);
  REQUIRE(config.has_value());
  CHECK(config->engine.port == 2375);
  CHECK(config->rules == "here");
  REQUIRE(config->listeners.size() == 1);
  CHECK(config->listeners[0].policy == "operator");
  CHECK(config->audit.file == "/var/log/sealock/audit.jsonl");
}

TEST_CASE("run: every mistake of the command line is named") {
  RunOptions options;
  options.engine = "docker.sock";
  options.listen = {"a", "b=/run/b.sock:p", "b=/run/c.sock:p"};
  CHECK(problems(options) ==
        "--engine: error[C03]: engine address 'docker.sock': write unix:///var/run/docker.sock or "
        "tcp://127.0.0.1:2375\n"
        "--listen: error[C03]: 'a' is no listener; write NAME=SOCKET:POLICY, for example "
        "monitoring=/run/sealock/monitoring.sock:monitoring\n"
        "--listen b=/run/c.sock:p: error[C05]: two listeners are called 'b'\n"
        "      = the first one is --listen b=/run/b.sock:p\n");
}
