// `sealock run` as a process, before a fake engine.

#include "tests/proxy/cli/program.hpp"
#include "tests/support/fake_engine.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace sealock::tests;

namespace {

constexpr std::string_view baseline = R"(version: 1
policy: baseline
description: Denied to every client.
owner: platform
applies_to: every_client
rules:
  - deny: privileged
    actions: [ContainerCreate]
    when: {body.HostConfig.Privileged: true}
    because: a privileged container is root on the host
    severity: critical
tests:
  - it: stops docker run --privileged
    request: POST /containers/create
    body: {Image: alpine, HostConfig: {Privileged: true}}
    expect: {deny: privileged}
)";

// A policy that allows one operation.
std::string reader(std::string_view operation, std::string_view request) {
  return "version: 1\npolicy: reader\ndescription: Reads one thing.\nowner: platform\n"
         "applies_to: [{listener: reader}]\nrules:\n  - allow: read\n    actions: [" +
         std::string(operation) + "]\ntests:\n  - it: reads\n    request: GET " +
         std::string(request) + "\n    expect: {allow: read}\n";
}

struct Rig {
  Rig() : engine(folder / "engine.sock") {
    folder.write("rules/baseline.yaml", baseline);
    folder.write("rules/reader.yaml", reader("SystemVersion", "/version"));
    folder.write("sealock.yaml", "engine: unix://" + folder / "engine.sock" +
                                     "\nrules: rules\naudit: {file: audit.jsonl}\nlisteners:\n"
                                     "  - {name: reader, socket: reader.sock, policy: reader}\n");
    engine.when("GET /version", answer(200, R"({"ApiVersion":"1.41"})"));
    engine.when("GET /info", answer(200, R"({"ID":"x"})"));
  }
  [[nodiscard]] std::vector<std::string> command() const {
    return {"run", "--config", folder / "sealock.yaml"};
  }
  // The status of the answer.
  [[nodiscard]] std::string get(const std::string& target) const {
    Wire wire = Wire::connect_to(folder / "reader.sock");
    wire.send("GET " + target + " HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n");
    const std::string text = wire.read_all();
    return text.substr(0, std::string_view("HTTP/1.1 200").size());
  }
  // How often a client's request reached the engine (sealock asks for the version by itself).
  [[nodiscard]] std::size_t forwarded(std::string_view start) {
    std::size_t count = 0;
    for (const std::string& request : engine.requests()) {
      count += request.starts_with(start) ? 1 : 0;
    }
    return count;
  }

  ProgramFolder folder;
  FakeEngine engine;
};

std::size_t count_lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("run: serves, and removes its socket at SIGTERM") {
  Rig rig;
  Program program(rig.folder, rig.command());
  REQUIRE(program.says("info started"));
  struct stat status {};
  REQUIRE(stat((rig.folder / "reader.sock").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0660);
  CHECK(rig.get("/version") == "HTTP/1.1 200");
  CHECK(rig.get("/info") == "HTTP/1.1 403");
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
  CHECK_FALSE(std::filesystem::exists(rig.folder / "reader.sock"));
  CHECK(program.errors().ends_with("info stopping signal=SIGTERM\ninfo stopped\n"));
  CHECK(count_lines(rig.folder.read("audit.jsonl")) == 2);
}

TEST_CASE("run: any error ends the start, all of them are printed and no socket is left") {
  Rig rig;
  rig.folder.write("rules/second.yaml", "version: 1\npolicy: secnd\n");
  rig.folder.write("rules/reader.yaml", reader("SystemVersin", "/version"));
  Program program(rig.folder, rig.command());
  CHECK(program.wait() == 1);
  const std::string errors = program.errors();
  CHECK(errors.find("did you mean 'SystemVersion'?") != std::string::npos);
  CHECK(errors.find("second.yaml") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(rig.folder / "reader.sock"));
  CHECK_FALSE(std::filesystem::exists(rig.folder / "audit.jsonl"));
}

TEST_CASE("run: a policy whose own tests fail is not served") {
  Rig rig;
  rig.folder.write("rules/reader.yaml", reader("SystemInfo", "/version"));
  Program program(rig.folder, rig.command());
  CHECK(program.wait() == 1);
  CHECK(program.errors().find("reader.yaml") != std::string::npos);
}

TEST_CASE("run: a listener with a policy that does not exist is an error with a suggestion") {
  Rig rig;
  Program program(rig.folder, {"run", "--config", rig.folder / "sealock.yaml", "--listen",
                               "reader=" + rig.folder / "reader.sock" + ":raeder"});
  CHECK(program.wait() == 1);
  CHECK(program.errors().find("did you mean 'reader'?") != std::string::npos);
}

TEST_CASE(
    "run: SIGHUP with a broken file keeps the old rules and says so, a right one swaps them") {
  Rig rig;
  Program program(rig.folder, rig.command());
  REQUIRE(program.says("info started"));
  rig.folder.write("rules/reader.yaml", reader("SystemInf", "/info"));
  program.signal(SIGHUP);
  REQUIRE(program.says("error reload_failed problems="));
  CHECK(program.errors().find("did you mean 'SystemInfo'?") != std::string::npos);
  CHECK(rig.get("/version") == "HTTP/1.1 200");
  CHECK(rig.get("/info") == "HTTP/1.1 403");
  rig.folder.write("rules/reader.yaml", reader("SystemInfo", "/info"));
  program.signal(SIGHUP);
  REQUIRE(program.says("info reloaded name=reader"));
  CHECK(rig.get("/version") == "HTTP/1.1 403");
  CHECK(rig.get("/info") == "HTTP/1.1 200");
}

TEST_CASE("run: SIGHUP without the policy of a listener keeps the old rules") {
  Rig rig;
  Program program(rig.folder, rig.command());
  REQUIRE(program.says("info started"));
  std::filesystem::remove(rig.folder / "rules/reader.yaml");
  program.signal(SIGHUP);
  REQUIRE(program.says("error reload_failed"));
  CHECK(rig.get("/version") == "HTTP/1.1 200");
}

TEST_CASE("run: SIGHUP follows a rotated audit file") {
  Rig rig;
  Program program(rig.folder, rig.command());
  REQUIRE(program.says("info started"));
  CHECK(rig.get("/version") == "HTTP/1.1 200");
  std::filesystem::rename(rig.folder / "audit.jsonl", rig.folder / "audit.jsonl.1");
  program.signal(SIGHUP);
  REQUIRE(program.says("info reloaded"));
  CHECK(rig.get("/info") == "HTTP/1.1 403");
  CHECK(rig.folder.read("audit.jsonl").find("SystemInfo") != std::string::npos);
}

TEST_CASE(
    "run: with a full disk nothing reaches the engine, and everything again when there is room") {
  Rig rig;
  Program program(rig.folder, rig.command(),
                  {.notify_socket = {}, .file_bytes = 4096, .input = {}});
  REQUIRE(program.says("info started"));
  rig.folder.write("audit.jsonl", std::string(4090, 'x') + '\n');
  const std::size_t before = rig.forwarded("GET /version");
  CHECK(rig.get("/version") == "HTTP/1.1 500");
  CHECK(rig.forwarded("GET /version") == before);
  CHECK(program.says("error audit_not_written text="));
  program.set_file_bytes(1024 * 1024);
  CHECK(rig.get("/version") == "HTTP/1.1 200");
  CHECK(rig.forwarded("GET /version") == before + 1);
  CHECK(program.says("info audit_written_again lost="));
}

TEST_CASE("run: the second SIGTERM ends it at once, whatever still runs") {
  Rig rig;
  rig.engine.when("GET /version", [](Wire& wire, const std::string&) {
    wire.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{");
    return true;
  });
  Program program(rig.folder, rig.command());
  REQUIRE(program.says("info started"));
  Wire wire = Wire::connect_to(rig.folder / "reader.sock");
  wire.send("GET /version HTTP/1.1\r\nHost: docker\r\n\r\n");
  wire.read_until("{");
  program.signal(SIGTERM);
  REQUIRE(program.says("info stopping"));
  program.signal(SIGTERM);
  CHECK(program.wait() == 128 + SIGTERM);
}

TEST_CASE("run: tells systemd when it is ready and when it stops") {
  Rig rig;
  const std::string path = rig.folder / "notify";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int manager = socket(AF_UNIX, SOCK_DGRAM, 0);
  REQUIRE(bind(manager, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  Program program(rig.folder, rig.command(),
                  {.notify_socket = path, .file_bytes = {}, .input = {}});
  char bytes[64];
  CHECK(std::string(bytes, static_cast<std::size_t>(recv(manager, bytes, sizeof bytes, 0))) ==
        "READY=1");
  CHECK(rig.get("/version") == "HTTP/1.1 200");
  program.signal(SIGINT);
  CHECK(std::string(bytes, static_cast<std::size_t>(recv(manager, bytes, sizeof bytes, 0))) ==
        "STOPPING=1");
  CHECK(program.wait() == 0);
  close(manager);
}
