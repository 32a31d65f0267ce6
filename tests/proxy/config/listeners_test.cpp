#include "proxy/config/config.hpp"

#include <doctest/doctest.h>

using namespace sealock;
using proxy::ListenerConfig;
using proxy::parse_listener;

namespace {

std::vector<ListenerConfig> listeners_of(const std::vector<std::string>& texts) {
  std::vector<ListenerConfig> listeners;
  for (const std::string& text : texts) {
    auto listener = parse_listener(text);
    REQUIRE(listener.has_value());
    listeners.push_back(std::move(*listener));
  }
  return listeners;
}

}  // namespace

TEST_CASE("listener: NAME=SOCKET:POLICY") {
  const auto listener = parse_listener("m=/run/a:b=c.sock:monitoring");
  REQUIRE(listener.has_value());
  CHECK(listener->name == "m");
  CHECK(listener->socket == "/run/a:b=c.sock");
  CHECK(listener->policy == "monitoring");
  CHECK(listener->mode == 0660);
}

TEST_CASE("listener: anything else says what to write") {
  for (const char* text : {"", "m", "m=/run/x", "/run/x:monitoring", "a:b=c"}) {
    CAPTURE(text);
    const auto listener = parse_listener(text);
    REQUIRE_FALSE(listener.has_value());
    CHECK(listener.error().text.find("write NAME=SOCKET:POLICY") != std::string::npos);
  }
}

TEST_CASE("listener: the command line's are checked like those of a file") {
  policy::Diagnostics diagnostics;
  proxy::check_listeners(listeners_of({"m=/run/m.sock:p", "m=/run/./m.sock:p", "M=:p"}),
                         diagnostics);
  CHECK(diagnostics.to_text() ==
        "--listen M=:p: error[C03]: 'M' is no listener name\n"
        "      = lower-case letters, digits, '-' and '_', at most 64\n"
        "--listen M=:p: error[C03]: a socket needs the name of a file\n"
        "      = socket: /run/sealock/M.sock\n"
        "--listen m=/run/./m.sock:p: error[C05]: two listeners are called 'm'\n"
        "      = the first one is --listen m=/run/m.sock:p\n"
        "--listen m=/run/./m.sock:p: error[C05]: two listeners have the socket '/run/m.sock'\n"
        "      = the first one is --listen m=/run/m.sock:p\n");
}

TEST_CASE("listener: an unknown policy is an error with a suggestion") {
  const std::vector<std::string> known = {"admin", "deployer", "monitoring"};
  policy::Diagnostics diagnostics;
  proxy::check_policies(listeners_of({"a=/a:monitorin", "b=/b:backup", "c=/c:admin"}), known,
                        diagnostics);
  CHECK(diagnostics.to_text() ==
        "--listen a=/a:monitorin: error[C08]: listener 'a': there is no policy 'monitorin'\n"
        "      = did you mean 'monitoring'?\n"
        "--listen b=/b:backup: error[C08]: listener 'b': there is no policy 'backup'\n"
        "      = there are: admin, deployer, monitoring\n");
}

TEST_CASE("listener: a socket for everybody is fine for monitoring and a warning for the rest") {
  auto listeners = listeners_of({"a=/a:monitoring", "b=/b:admin"});
  listeners[0].mode = 0666;
  listeners[1].mode = 0662;
  policy::Diagnostics diagnostics;
  proxy::check_listeners(listeners, diagnostics);
  REQUIRE(diagnostics.all().size() == 1);
  CHECK(diagnostics.all()[0].level == policy::Level::warning);
  CHECK(diagnostics.all()[0].text ==
        "every user of this host can use policy 'admin' through this socket");
}
