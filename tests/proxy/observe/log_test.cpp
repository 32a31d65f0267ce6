#include "proxy/observe/log.hpp"

#include <doctest/doctest.h>

using sealock::proxy::log_line;
using sealock::proxy::LogLevel;

TEST_CASE("log: a line is level, event and fields") {
  CHECK(
      log_line(LogLevel::info, "listening", {{"name", "monitoring"}, {"socket", "/run/m.sock"}}) ==
      "info listening name=monitoring socket=/run/m.sock");
  CHECK(log_line(LogLevel::error, "stopped", {}) == "error stopped");
  CHECK(log_line(LogLevel::warn, "slow", {{"seconds", 12}, {"left", -3}}) ==
        "warn slow seconds=12 left=-3");
  CHECK(log_line(LogLevel::debug, "x", {{"empty", ""}, {"words", "two words"}}) ==
        R"(debug x empty="" words="two words")");
}

TEST_CASE("log: a forged line by CR LF and a terminal escape stay inside their value") {
  CHECK(log_line(LogLevel::info, "x", {{"name", "a\r\nerror forged b=\"c\x1b[0m"}}) ==
        R"(info x name="a\r\nerror forged b=\"c\u001b[0m")");
}
