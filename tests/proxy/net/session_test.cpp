// Sessions from the outside: what goes to a fake engine, and what comes back.

#include "tests/support/proxy_rig.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace sealock::tests {
namespace {

using namespace std::chrono_literals;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t number = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++number;
  }
  return number;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string get_version = "GET /version HTTP/1.1\r\nHost: docker\r\n\r\n";
const std::string close_version = "GET /version HTTP/1.1\r\nConnection: close\r\n\r\n";

TEST_CASE("session: a request is built anew, the answer comes back") {
  ProxyRig rig;
  rig.engine().when("GET /version", answer(200, "{\"Version\":\"1\"}\n"));
  const std::string got = rig.exchange(
      "GET http://elsewhere/version?odd=1 HTTP/1.1\r\nhOST: x\r\nX-Meta: y\r\nCookie: z\r\n"
      "User-Agent: me\r\nConnection: close\r\n\r\n");
  CHECK(got.starts_with("HTTP/1.1 200 "));
  CHECK(got.ends_with("{\"Version\":\"1\"}\n"));
  REQUIRE(rig.engine().requests().size() == 1);
  CHECK(rig.engine().requests()[0] ==
        "GET /version HTTP/1.1\r\nHost: docker\r\nuser-agent: me\r\n\r\n");
}

TEST_CASE("session: one byte at a time, and pipelined") {
  ProxyRig rig;
  rig.engine().when("GET /version", answer(200, "{}"));
  Wire wire = rig.connect();
  wire.send_bytewise(get_version);
  CHECK(holds(wire.read_until("{}"), "200"));
  wire.send(get_version + "GET /debug/vars HTTP/1.1\r\n\r\n" + close_version);
  const std::string got = wire.read_all();
  CHECK(count(got, "HTTP/1.1 200") == 2);
  CHECK(count(got, "HTTP/1.1 403") == 1);
  CHECK(rig.engine().requests().size() == 3);
}

TEST_CASE("session: a refused request never reaches the engine") {
  ProxyRig rig;
  const char* requests[] = {
      "POST /containers/web/stop HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
      "GET /debug/vars HTTP/1.1\r\nConnection: close\r\n\r\n",
      "GET //version HTTP/1.1\r\nConnection: close\r\n\r\n",
      "GET /%76ersion HTTP/1.1\r\nConnection: close\r\n\r\n",
      "GET /version HTTP/1.1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
      "POST /containers/create HTTP/1.1\r\nContent-Type: application/json\r\n"
      "Connection: close\r\nContent-Length: 50\r\n\r\n"
      "{\"Image\":\"x\",\"HostConfig\":{\"Privileged\":true     }}",
      "GET /version HTTP/1.1\nHost: docker\n\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  };
  for (const char* request : requests) {
    CAPTURE(request);
    const std::string got = rig.exchange(request);
    CHECK(got.starts_with("HTTP/1.1 4"));
    CHECK(holds(got, "{\"message\":\""));
  }
  CHECK(rig.engine().requests().empty());
}

TEST_CASE("session: the refusal of a HEAD has no body, and the next request its own answer") {
  ProxyRig rig;
  rig.engine().when("GET /version", answer(200, "{}"));
  const std::string got = rig.exchange(
      "HEAD /containers/web/archive?path=/etc HTTP/1.1\r\nHost: docker\r\n\r\n" + close_version);
  CHECK(got.starts_with("HTTP/1.1 403 Forbidden\r\n"));
  CHECK(holds(got, "\r\n\r\nHTTP/1.1 200"));
  CHECK_FALSE(holds(got, "message"));
}

TEST_CASE("session: smuggling behind a refused upgrade stays HTTP") {
  ProxyRig rig;
  rig.engine().when("POST /exec/", answer(404, "{\"message\":\"no such exec\"}"));
  const std::string got = rig.exchange(
      "POST /exec/0123456789ab/start HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
      "Content-Type: application/json\r\nContent-Length: 28\r\n\r\n{\"Detach\":false,\"Tty\":false}"
      "GET /debug/vars HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(count(got, "HTTP/1.1 404") == 1);
  for (const std::string& request : rig.engine().requests())
    CHECK_FALSE(holds(request, "debug"));
}

TEST_CASE("session: HTTP/1.0 gets a plain body and a close") {
  ProxyRig rig;
  rig.engine().when("GET /version",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
  const std::string got = rig.exchange("GET http:/version HTTP/1.0\r\n\r\n");
  CHECK(got.starts_with("HTTP/1.0 200"));
  CHECK_FALSE(holds(got, "chunked"));
  CHECK(got.ends_with("\r\n\r\n{}"));
}

TEST_CASE("session: the engine is not there, comes, and goes again") {
  ProxyRig rig;
  rig.stop_engine();
  std::string got = rig.exchange(close_version);
  CHECK(got.starts_with("HTTP/1.1 503"));
  CHECK(holds(got, "is dockerd running?"));
  rig.start_engine();
  rig.engine().when("GET /version", answer(200, "{}"));
  Wire wire = rig.connect();
  wire.send(get_version);
  CHECK(holds(wire.read_until("{}"), "200"));
  rig.stop_engine();
  wire.send(get_version);
  CHECK(holds(wire.read_until("}"), "503"));
  rig.start_engine();
  rig.engine().when("GET /version", answer(200, "{}"));
  wire.send(get_version);
  CHECK(holds(wire.read_until("{}"), "200"));
}

TEST_CASE("session: an engine that answers garbage gives 502") {
  const char* answers[] = {
      "NONSENSE\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
      "",
  };
  for (const char* bytes : answers) {
    CAPTURE(bytes);
    ProxyRig rig;
    rig.engine().when("GET /version", [bytes](Wire& wire, const std::string&) {
      wire.send(bytes);
      return false;
    });
    CHECK(rig.exchange(close_version).starts_with("HTTP/1.1 502"));
  }
}

TEST_CASE("session: an engine that dies in the middle never makes a whole answer") {
  ProxyRig rig;
  rig.engine().when("GET /version", [](Wire& wire, const std::string&) {
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    return false;
  });
  const std::string got = rig.exchange(get_version);
  CHECK(got.ends_with("5\r\nhello\r\n"));
  CHECK_FALSE(holds(got, "0\r\n\r\n"));
}

TEST_CASE("session: an answer is redacted, with its length or in chunks") {
  const std::string body = R"({"Id":"1","Config":{"Env":["A=secret","B"],"Tty":false}})";
  ProxyRig rig;
  SUBCASE("there whole") {
    rig.engine().when("GET /containers/web/json", answer(200, body));
  }
  SUBCASE("piece by piece") {
    rig.engine().when("GET /containers/web/json", [body](Wire& wire, const std::string&) {
      wire.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n");
      return wire.send_bytewise(body);
    });
  }
  const std::string got =
      rig.exchange("GET /containers/web/json HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(got.starts_with("HTTP/1.1 200"));
  CHECK_FALSE(holds(got, "secret"));
}

std::string chunked(const std::string& body, std::size_t chunk_bytes) {
  std::string text =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += chunk_bytes) {
    const std::string chunk = body.substr(at, chunk_bytes);
    std::ostringstream size;
    size << std::hex << chunk.size();
    text += size.str() + "\r\n" + chunk + "\r\n";
  }
  return text + "0\r\n\r\n";
}

TEST_CASE("session: what shows the same as the last answer is sent again, however it comes") {
  ProxyRig rig;
  const auto body = [](const std::string& id, const std::string& secret) {
    return R"({"Id":")" + id + R"(","Config":{"Env":["A=)" + secret + R"(","B"],"Tty":false}})";
  };
  const auto shown = [&](const std::string& id) { return body(id, "**masked**"); };
  const auto ask = [&](const std::string& bytes) {
    rig.engine().when("GET /containers/web/json", bytes);
    return rig.exchange("GET /containers/web/json HTTP/1.0\r\n\r\n");
  };
  for (int round = 0; round < 3; ++round) {
    for (const std::string id : {"1", "2", "2"}) {
      const std::string text = body(id, "secret" + std::to_string(round));
      const std::string line = text + "\n";
      CAPTURE(id);
      CHECK(ask(answer(200, text)).ends_with("\r\n\r\n" + shown(id)));
      CHECK(ask(answer(200, line)).ends_with("\r\n\r\n" + shown(id) + "\n"));
      CHECK(ask(chunked(line, line.size())).ends_with("\r\n\r\n" + shown(id) + "\n"));
      CHECK(ask(chunked(line, text.size())).ends_with("\r\n\r\n" + shown(id) + "\n"));
      CHECK(ask(chunked(line, 7)).ends_with("\r\n\r\n" + shown(id) + "\n"));
      CHECK(holds(ask(answer(200, text + "{}")), " 502 "));
      CHECK(ask(answer(404, R"({"message":"No such container: web"})")).find("404") !=
            std::string::npos);
    }
  }
}

TEST_CASE("session: a client that does not read yet gets all answers, whole and in order") {
  ProxyRig rig;
  std::string target;
  std::string begin;
  SUBCASE("as they are") {
    target = "/version";
    begin = R"({"Version":"1","Pad":")";
  }
  SUBCASE("redacted, the last one again and again") {
    target = "/containers/web/json";
    begin = R"({"Config":{"Env":["A=secret"]},"Id":")";
  }
  rig.engine().when("GET " + target, answer(200, begin + std::string(12000, 'x') + "\"}"));
  constexpr std::size_t asked = 200;
  Wire wire = rig.connect();
  std::thread asking([&wire, &target] {
    for (std::size_t number = 0; number < asked; ++number) {
      const std::string end = number + 1 == asked ? "Connection: close\r\n\r\n" : "\r\n";
      wire.send("GET " + target + " HTTP/1.1\r\n" + end);
    }
  });
  std::this_thread::sleep_for(300ms);
  const std::string got = wire.read_all();
  asking.join();
  const std::size_t secret = begin.find("secret");
  if (secret != std::string::npos) begin.replace(secret, 6, "**masked**");
  CHECK(count(got, "HTTP/1.1 200") == asked);
  CHECK(count(got, "\r\n\r\n" + begin + std::string(12000, 'x') + "\"}") == asked);
  CHECK_FALSE(holds(got, "secret"));
}

TEST_CASE("session: an answer that cannot be redacted is not sent") {
  struct Row {
    const char* name;
    std::string bytes;
  };
  const Row rows[] = {
      {"no json", answer(200, "SECRET=hunter2", "text/plain")},
      {"broken json", answer(200, R"({"Config":{"Env":["A=hunter2"]}]})")},
      {"encoded",
       "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
       "Content-Length: 7\r\n\r\nhunter2"},
      {"two documents", answer(200, R"({"Config":{}}{"A":"hunter2"})")},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    ProxyRig rig;
    rig.engine().when("GET /containers/web/json", row.bytes);
    const std::string got =
        rig.exchange("GET /containers/web/json HTTP/1.1\r\nConnection: close\r\n\r\n");
    CHECK(got.starts_with("HTTP/1.1 502"));
    CHECK_FALSE(holds(got, "hunter2"));
  }
}

TEST_CASE("session: the head of a silent stream comes at once, and a gone client ends it") {
  ProxyRig rig;
  std::string seen = "open";
  rig.engine().when("GET /events", [&seen](Wire& wire, const std::string&) {
    wire.send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
    seen = wire.is_closed() ? "closed" : "still open";
    return false;
  });
  {
    Wire wire = rig.connect();
    wire.send("GET /events HTTP/1.1\r\n\r\n");
    CHECK(holds(wire.read_until("\r\n\r\n"), "200"));
  }
  rig.stop_engine();  // waits for the reply above
  CHECK(seen == "closed");
}

TEST_CASE("session: a tunnel opens on the answer, half-closes both ways, and keeps early bytes") {
  ProxyRig rig;
  rig.engine().when("POST /containers/", [](Wire& wire, const std::string&) {
    std::this_thread::sleep_for(50ms);
    wire.send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    const std::string input = wire.read_all();  // until the client's half-close
    wire.send("echo:" + input);
    return false;
  });
  rig.engine().when(
      "GET /containers/web/json",
      answer(
          200,
          R"({"Id":"0123456789012345678901234567890123456789012345678901234567890123","Name":"/web","Config":{}})"));
  Wire wire = rig.connect();
  wire.send(
      "POST /containers/web/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\n"
      "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\nearly ");
  const std::string head = wire.read_until("\r\n\r\n");
  CHECK(head.starts_with("HTTP/1.1 101 UPGRADED\r\n"));
  wire.send("late");
  wire.half_close();
  CHECK(wire.read_all() == "echo:early late");
}

TEST_CASE("session: a body over the limit is refused, whatever its framing") {
  proxy::Limits limits;
  limits.body_bytes = 1000;
  ProxyRig rig(limits);
  const std::string body = "{\"Image\":\"" + std::string(2000, 'a') + "\"}";
  SUBCASE("by length") {
    const std::string got = rig.exchange(
        "POST /containers/create HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
    CHECK(got.starts_with("HTTP/1.1 413"));
  }
  SUBCASE("in chunks") {
    const std::string got = rig.exchange(
        "POST /containers/create HTTP/1.1\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n7e0\r\n" +
        body + std::string(0x7e0 - body.size(), ' ') + "\r\n0\r\n\r\n");
    CHECK(got.starts_with("HTTP/1.1 413"));
  }
  CHECK(rig.engine().requests().empty());
}

TEST_CASE(
    "session: a body that repeats the query is dropped, any other where none belongs refused") {
  const auto wait = [](std::string_view query, std::string_view body) {
    return "POST /containers/web/wait" + std::string(query) +
           " HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nConnection: close\r\n"
           "Content-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
  };
  struct Row {
    std::string request;
    bool taken;
  };
  const Row rows[] = {
      {wait("", ""), true},
      {wait("", "{}"), true},
      {wait("", "null\n"), true},
      {wait("?condition=removed", R"({"condition":"removed"})"), true},
      {wait("?condition=removed&hijack=true", R"({"condition":"removed","hijack":true})"), true},
      {wait("?condition=removed", R"({"condition":"removed","Binds":["/:/h"]})"), false},
      {wait("?condition=removed", R"({"condition":"x","condition":"removed"})"), false},
      {wait("?condition=removed", R"({"Condition":"removed"})"), false},
      {wait("?condition=removed", R"([{"condition":"removed"}])"), false},
      {wait("?condition=removed", R"({"condition":"removed"} {})"), false},
      {wait("?condition=removed", R"({"condition":)" + std::string(70'000, ' ') + "1}"), false},
      {wait("", "hello"), false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.request);
    ProxyRig rig;
    rig.engine().when("POST /containers/web/wait", answer(200, "{}"));
    const std::string got = rig.exchange(row.request);
    CHECK(got.starts_with(row.taken ? "HTTP/1.1 200" : "HTTP/1.1 400"));
    for (const std::string& request : rig.engine().requests())
      CHECK_FALSE(holds(request, "{"));
  }
}

TEST_CASE("session: slow heads and idle connections end") {
  proxy::Limits limits;
  limits.head_timeout = 1s;
  ProxyRig rig(limits);
  Wire idle = rig.connect();
  Wire slow = rig.connect();
  slow.send("GET /version HTTP/1.1\r\nX: ");
  CHECK(idle.is_closed());
  CHECK(slow.is_closed());
}

TEST_CASE("session: an upload flows while the engine already answers") {
  ProxyRig rig;
  rig.engine().when("POST /images/load", answer(200, "{\"stream\":\"done\"}"));
  std::string body;
  for (int number = 0; number < 200; ++number)
    body += "400\r\n" + std::string(0x400, 'x') + "\r\n";
  body += "0\r\n\r\n";
  const std::string got = rig.exchange(
      "POST /images/load HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" +
      body);
  CHECK(got.starts_with("HTTP/1.1 200"));
  REQUIRE(rig.engine().requests().size() == 1);
  CHECK(rig.engine().requests()[0].ends_with(body));
}

TEST_CASE("session: an upload that breaks its framing is never taken for whole") {
  ProxyRig rig;
  rig.engine().when("POST /images/load", answer(200, "{\"stream\":\"done\"}"));
  const std::string got = rig.exchange(
      "POST /images/load HTTP/1.1\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n5;x\r\nhello\r\n");
  CHECK(got.starts_with("HTTP/1.1 400"));
  CHECK_FALSE(holds(rig.audit(), "engine_gone"));  // it was the client
  CHECK(rig.engine().requests().empty());
}

TEST_CASE("session: a decision is recorded before the engine sees the request") {
  ProxyRig rig;
  std::string recorded;
  rig.engine().when("GET /version", [&](Wire& wire, const std::string&) {
    recorded = rig.audit();
    return wire.send(answer(200, "{}"));
  });
  static_cast<void>(rig.exchange(close_version));
  CHECK(holds(recorded, "SystemVersion"));
  CHECK(count(recorded, "\n") == 1);
}

TEST_CASE(
    "session: each of many decisions at once is recorded before the engine sees its request") {
  ProxyRig rig;
  std::atomic<std::size_t> seen = 0;
  std::atomic<bool> too_late = false;
  rig.engine().when("GET /version", [&](Wire& wire, const std::string&) {
    const std::size_t number = ++seen;
    if (count(rig.audit(), "\"event\":\"decision\"") < number) too_late = true;
    return wire.send(answer(200, "{}"));
  });
  std::vector<Wire> clients;
  clients.reserve(24);
  for (std::size_t number = 0; number < 24; ++number)
    clients.push_back(rig.connect());
  for (Wire& client : clients)
    client.send(close_version);
  for (Wire& client : clients)
    CHECK(client.read_all().starts_with("HTTP/1.1 200"));
  CHECK(seen == 24);
  CHECK_FALSE(too_late);
  CHECK(count(rig.audit(), "SystemVersion") == 24);
}

TEST_CASE("session: new rules cut the streams that they would not have allowed") {
  ProxyRig rig;
  rig.engine().when("GET /events", [](Wire& wire, const std::string&) {
    wire.send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
    return !wire.is_closed();
  });
  Wire wire = rig.connect();
  wire.send("GET /events HTTP/1.1\r\n\r\n");
  CHECK(holds(wire.read_until("\r\n\r\n"), "200"));
  std::string stricter = test_policy;
  stricter.replace(stricter.find("SystemEvents, "), 14, "");
  rig.reload(stricter);
  CHECK(wire.is_closed());
}

TEST_CASE("session: a stop lets the running request end and closes idle connections") {
  ProxyRig rig;
  rig.engine().when("GET /version", [](Wire& wire, const std::string&) {
    std::this_thread::sleep_for(300ms);
    return wire.send(answer(200, "{}"));
  });
  Wire idle = rig.connect();
  Wire busy = rig.connect();
  busy.send(get_version);
  std::this_thread::sleep_for(100ms);
  rig.stop();
  CHECK(idle.is_closed());
  CHECK(holds(busy.read_all(), "200"));
  CHECK_FALSE(std::filesystem::exists(rig.socket_path()));
}

}  // namespace
}  // namespace sealock::tests
