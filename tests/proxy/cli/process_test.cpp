#include "proxy/cli/diagnostics_output.hpp"
#include "proxy/cli/notify.hpp"
#include "proxy/cli/rules_folder.hpp"
#include "proxy/cli/signals.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sealock;
using proxy::Colour;

namespace {

// A datagram socket as systemd has it; `name` begins with '@' for an abstract one.
std::string notified(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path, sizeof address.sun_path - 1);
  if (name.front() == '@') address.sun_path[0] = '\0';
  const int manager = socket(AF_UNIX, SOCK_DGRAM, 0);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  REQUIRE(bind(manager, reinterpret_cast<sockaddr*>(&address), size) == 0);
  proxy::notify_manager(name, "READY=1");
  char bytes[64];
  const ssize_t count = recv(manager, bytes, sizeof bytes, MSG_DONTWAIT);
  close(manager);
  if (name.front() == '/') unlink(name.c_str());
  return count < 0 ? "" : std::string(bytes, static_cast<std::size_t>(count));
}

// Runs `body` in a child process and gives its wait status; the test process keeps its signals.
template <typename Body>
int status_of_child(Body body) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    std::_Exit(99);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

void wait_for(const std::atomic<int>& value, int wanted) {
  while (value != wanted) {
    std::this_thread::yield();
  }
}

}  // namespace

TEST_CASE("notify: reaches a manager by path and by abstract name") {
  const std::string id = std::to_string(getpid());
  CHECK(notified("/tmp/sealock-notify-" + id) == "READY=1");
  CHECK(notified("@sealock-notify-" + id) == "READY=1");
}

TEST_CASE("notify: no manager, a broken address or an overlong one are not a fault") {
  proxy::notify_manager("", "READY=1");
  proxy::notify_manager("relative", "READY=1");
  proxy::notify_manager("/nonexistent/notify", "READY=1");
  proxy::notify_manager("/" + std::string(200, 'x'), "READY=1");
}

TEST_CASE("rules folder: a named one is used even when it is not there, else the first that is") {
  const auto temporary = std::filesystem::temp_directory_path();
  CHECK(proxy::find_rules("/named", {temporary}).value() == "/named");
  CHECK(proxy::find_rules({}, {"/nonexistent/a", temporary}).value() == temporary);
  const auto none = proxy::find_rules({}, {"/nonexistent/a", "/nonexistent/b"});
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().text ==
        "no rules found in /nonexistent/a, /nonexistent/b; name the folder with --rules DIR");
}

TEST_CASE(
    "signals: reload on SIGHUP, stop on SIGTERM, no reload while stopping, end at the second") {
  const int status = status_of_child([] {
    std::atomic<int> reloads = 0;
    std::atomic<int> stops = 0;
    proxy::block_signals();
    const proxy::SignalThread signals({.stop = [&] { ++stops; }, .reload = [&] { ++reloads; }});
    kill(getpid(), SIGHUP);
    wait_for(reloads, 1);
    kill(getpid(), SIGHUP);
    wait_for(reloads, 2);
    kill(getpid(), SIGINT);
    wait_for(stops, 1);
    kill(getpid(), SIGHUP);
    kill(getpid(), SIGTERM);
    pause();
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 128 + SIGTERM);
}

TEST_CASE("signals: the thread ends with its object and calls nothing any more") {
  const int status = status_of_child([] {
    proxy::block_signals();
    for (int round = 0; round < 50; ++round) {
      std::atomic<int> calls = 0;
      {
        const proxy::SignalThread signals({.stop = [&] { ++calls; }, .reload = [&] { ++calls; }});
      }
      if (calls != 0) std::_Exit(1);
    }
    raise(SIGPIPE);
    std::_Exit(0);
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("problems: are counted, and coloured only when asked") {
  policy::Diagnostics diagnostics;
  CHECK(proxy::problems_text(diagnostics, Colour::on) == "");
  diagnostics.add_source("error[x.yaml", "a: 1\n");
  diagnostics.error("C01", policy::Place{"error[x.yaml", 1, 1, 1}, "unknown key 'a'", "remove it");
  CHECK(proxy::problems_text(diagnostics, Colour::off) == diagnostics.to_text() + "1 error\n");
  CHECK(proxy::problems_text(diagnostics, Colour::on) ==
        "\x1b[1merror[x.yaml:1:1: \x1b[0m\x1b[1;31merror\x1b[0m[C01]: unknown key 'a'\n"
        "    1 | a: 1\n"
        "\x1b[32m      | ^\x1b[0m\n"
        "\x1b[36m      = remove it\x1b[0m\n"
        "1 error\n");
  diagnostics.warning("C07", policy::Place{"f"}, "b");
  diagnostics.warning("C07", policy::Place{"f"}, "c");
  CHECK(proxy::problems_text(diagnostics, Colour::off).ends_with("1 error, 2 warnings\n"));
}
