#include "proxy/config/config.hpp"

#include <doctest/doctest.h>

using sealock::proxy::EngineAddress;
using sealock::proxy::parse_engine_address;

namespace {

std::string summary(std::string_view text) {
  const auto address = parse_engine_address(text);
  if (!address) return address.error().text;
  const std::string end = address->is_local() ? " local" : "";
  if (address->kind == EngineAddress::Kind::unix_socket) return "unix " + address->path + end;
  return "tcp " + address->host + " " + std::to_string(address->port) + end;
}

struct Row {
  std::string_view text;
  std::string_view expected;
};

using namespace std::string_view_literals;

}  // namespace

TEST_CASE("engine address: what is one") {
  constexpr Row rows[] = {
      {"unix:///var/run/docker.sock", "unix /var/run/docker.sock local"},
      {"/tmp/engine.sock", "unix /tmp/engine.sock local"},
      {"tcp://127.0.0.1:2375", "tcp 127.0.0.1 2375 local"},
      {"tcp://127.8.8.8:1", "tcp 127.8.8.8 1 local"},
      {"tcp://localhost:65535", "tcp localhost 65535 local"},
      {"tcp://[::1]:2375", "tcp ::1 2375 local"},
      {"tcp://[fe80::1]:2375", "tcp fe80::1 2375"},
      {"tcp://docker:2375", "tcp docker 2375"},
      {"tcp://127.0.0.1.example.com:2375", "tcp 127.0.0.1.example.com 2375"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(summary(row.text) == row.expected);
  }
}

TEST_CASE("engine address: what is none says why") {
  constexpr Row rows[] = {
      {"", "write unix:///var/run/docker.sock or tcp://127.0.0.1:2375"},
      {"docker.sock", "write unix:///var/run/docker.sock or tcp://127.0.0.1:2375"},
      {"http://x:1", "write unix:///var/run/docker.sock or tcp://127.0.0.1:2375"},
      {"UNIX:///x", "write unix:///var/run/docker.sock or tcp://127.0.0.1:2375"},
      {"unix://", "the path of the socket must be absolute; write unix:///path"},
      {"unix://run/x", "the path of the socket must be absolute; write unix:///path"},
      {"unix:///a\0b"sv, "the path holds a NUL byte"},
      {"tcp://docker", "the port is missing; write tcp://host:2375"},
      {"tcp://::1:2375",
       "the host must be a name, an IPv4 address or an IPv6 address in [brackets]"},
      {"tcp://[docker]:2375",
       "the host must be a name, an IPv4 address or an IPv6 address in [brackets]"},
      {"tcp://user@host:2375",
       "the host must be a name, an IPv4 address or an IPv6 address in [brackets]"},
      {"tcp://:2375", "the host must be a name, an IPv4 address or an IPv6 address in [brackets]"},
      {"tcp://x:0", "the port must be a number from 1 to 65535, with nothing behind it"},
      {"tcp://x:65536", "the port must be a number from 1 to 65535, with nothing behind it"},
      {"tcp://x:2375/", "the port must be a number from 1 to 65535, with nothing behind it"},
      {"tcp://x:+1", "the port must be a number from 1 to 65535, with nothing behind it"},
      {"tcp://x:", "the port must be a number from 1 to 65535, with nothing behind it"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(summary(row.text) ==
          "engine address '" + std::string(row.text) + "': " + std::string(row.expected));
  }
  CHECK(summary("unix:///" + std::string(107, 'x')).find("107 bytes") != std::string::npos);
  CHECK(summary("unix:///" + std::string(106, 'x')).find("unix /xxx") == 0);
}
