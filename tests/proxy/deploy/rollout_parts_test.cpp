#include "policy/request/base64.hpp"
#include "proxy/deploy/rollout/differences.hpp"
#include "proxy/deploy/rollout/digests.hpp"
#include "proxy/deploy/rollout/drift.hpp"
#include "proxy/deploy/rollout/registry_auth.hpp"
#include "proxy/deploy/rollout/secrets.hpp"
#include "proxy/deploy/rollout/values.hpp"
#include "proxy/deploy/rollout/wanted.hpp"
#include "tests/proxy/deploy/deployment_rig.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include <sys/stat.h>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;
using tests::component;

TEST_CASE("differences: one line a field, lists of variables by name") {
  struct Row {
    const char* name;
    json before;
    json after;
    Lines lines;
  };
  const std::vector<Row> rows{
      {"equal", {{"A", 1}}, {{"A", 1}}, {}},
      {"changed", {{"A", 1}}, {{"A", 2}}, {"- A: 1", "+ A: 2"}},
      {"nested", {{"H", {{"M", 1}}}}, {{"H", {{"M", 1}, {"N", true}}}}, {"+ H.N: true"}},
      {"empty is absent", {{"L", json::object()}}, json::object(), {}},
      {"variables",
       {{"Env", {"A=1", "B=2"}}},
       {{"Env", {"B=2", "A=3"}}},
       {"- Env.A: 1", "+ Env.A: 3"}},
      {"a list is one value",
       {{"Cmd", {"a", "b"}}},
       {{"Cmd", {"a"}}},
       {"- Cmd: [\"a\",\"b\"]", "+ Cmd: [\"a\"]"}},
      {"from nothing", nullptr, {{"A", "x"}}, {"+ A: x"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(differences(row.before, row.after) == row.lines);
  }
}

TEST_CASE("digests: the values of the standards") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 2.
  CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(policy::to_base64("any carnal pleas") == "YW55IGNhcm5hbCBwbGVhcw==");
  CHECK(policy::to_base64url("\xfb\xff") == "-_8=");
}

TEST_CASE("drift: names the fields that others edited, and tells no value") {
  const json before{{"Config", {{"Env", {"P=secret"}}}},
                    {"HostConfig", {{"Memory", 0}}},
                    {"Name", "/web"},
                    {"NetworkSettings", {{"Networks", {{"front", json::object()}}}}}};
  json now = before;
  now["HostConfig"]["Memory"] = 5;
  now["HostConfig"]["NewInThisEngine"] = 1;
  now["NetworkSettings"]["Networks"]["back"] = json::object();
  const json looks = looks_of(before, "key");
  CHECK(looks.dump().find("secret") == std::string::npos);
  CHECK(edited_fields(looks, looks_of(before, "key")).empty());
  CHECK(edited_fields(looks, looks_of(now, "key")) == Lines{"HostConfig.Memory", "Networks"});
}

TEST_CASE("registry login: the host of an image reference") {
  CHECK(registry_of("registry.example.com:5000/shop/web@sha256:0") == "registry.example.com:5000");
  CHECK(registry_of("shop/web@sha256:0") == "docker.io");
  CHECK(registry_of("web@sha256:0") == "docker.io");
  CHECK(registry_of("localhost/web") == "localhost");
}

using Folder = tests::TemporaryFolder;

void write(const Folder& folder,
           const std::string& name,
           const std::string& text,
           unsigned mode = 0600) {
  std::ofstream(folder.path() / name) << text;
  REQUIRE(::chmod((folder.path() / name).c_str(), mode) == 0);
}

TEST_CASE("secrets: from the first folder that has them, closed to others, of any bytes but NUL") {
  const Folder one;
  const Folder two;
  const std::vector<std::filesystem::path> folders{one.path(), two.path()};
  write(two, "a", "second\n");
  CHECK(read_secret(folders, "a") == "second");
  write(one, "a", "first\n\n");
  CHECK(read_secret(folders, "a") == "first\n");
  write(one, "open", "x", 0644);
  CHECK(read_secret(folders, "open").error().text.find("chmod 600") != std::string::npos);
  std::filesystem::create_directory(one.path() / "folder");
  CHECK(read_secret(folders, "folder").error().text.ends_with("is no regular file"));
  for (const char* name : {"../a", "", ".hidden", "a/b", "a b"}) {
    CAPTURE(name);
    CHECK(read_secret(folders, name).error().text.find("is no name of a secret") !=
          std::string::npos);
  }
  write(one, "long", std::string(70'000, 'x'));
  CHECK(read_secret(folders, "long").error().text.ends_with("is longer than 64 KiB"));
}

TEST_CASE("secrets: the key is made once, and a damaged one is no other key") {
  const Folder folder;
  const auto key = read_or_make_key(folder.path());
  REQUIRE(key);
  CHECK(key->size() == 32);
  CHECK(read_or_make_key(folder.path()) == *key);
  write(folder, "secrets.key", "short");
  CHECK(read_or_make_key(folder.path()).error().text.find("is damaged; remove it") !=
        std::string::npos);
}

TEST_CASE("values: what stands in strings is replaced, at any depth, and nothing else") {
  const Folder folder;
  write(folder, "pw", "p$w");
  const std::map<std::string, std::string> variables{{"A", "1"}};
  const std::vector<std::filesystem::path> secrets{folder.path()};
  json spec{{"${A}", {"x${A}y$$", {{"k", "${secret:pw}"}}}}, {"n", 5}};
  Values values(variables, secrets);
  REQUIRE(values.resolve(spec));
  CHECK(spec == json{{"${A}", {"x1y$", {{"k", "p$w"}}}}, {"n", 5}});
  CHECK(values.take_used() == std::map<std::string, std::string>{{"A", "1"}, {"secret:pw", "p$w"}});
  CHECK(values.take_used().empty());
  Values files(variables, secrets, Values::SecretForm::file);
  json path = "${secret:pw}";
  REQUIRE(files.resolve(path));
  CHECK(path == "/run/secrets/pw");
  json lone = "cost: 5$";
  CHECK(values.resolve(lone).error().text == "a single '$' in a value must be written '$$'");
}

TEST_CASE("wanted: start-first where names, ports and data allow it") {
  const json port{{"HostConfig", {{"PortBindings", {{"80/tcp", {{{"HostPort", "80"}}}}}}}}};
  const json range{{"HostConfig", {{"PortBindings", {{"80/tcp", {{{"HostPort", "8000-8010"}}}}}}}}};
  const json data{
      {"HostConfig", {{"Mounts", {{{"Type", "volume"}, {"Source", "d"}, {"Target", "/d"}}}}}}};
  const json read{
      {"HostConfig",
       {{"Mounts",
         {{{"Type", "volume"}, {"Source", "d"}, {"Target", "/d"}, {"ReadOnly", true}}}}}}};
  const json address{
      {"NetworkingConfig",
       {{"EndpointsConfig", {{"n", {{"IPAMConfig", {{"IPv4Address", "10.0.0.9"}}}}}}}}}};
  struct Row {
    const char* name;
    json create;
    UpdateOrder order;
    bool start_first;
  };
  const std::vector<Row> rows{{"plain", json::object(), UpdateOrder::automatic, true},
                              {"a port", port, UpdateOrder::start_first, false},
                              {"a range of ports", range, UpdateOrder::automatic, true},
                              {"an address", address, UpdateOrder::start_first, false},
                              {"data", data, UpdateOrder::automatic, false},
                              {"data, told so", data, UpdateOrder::start_first, true},
                              {"data that is read", read, UpdateOrder::automatic, true},
                              {"told so", json::object(), UpdateOrder::stop_first, false}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Composition composition;
    composition.components = {component("web", row.create)};
    composition.components[0].order = row.order;
    const auto wanted = make_wanted(composition, {}, {});
    REQUIRE(wanted);
    CHECK(wanted->at(0).start_first == row.start_first);
  }
}

TEST_CASE("wanted: names of replicas, and what collides within a composition") {
  Composition composition;
  composition.name = "c";
  composition.components = {component("web"), component("web-2")};
  CHECK(make_wanted(composition, {}, {})->at(1).name == "web-2");
  composition.components[0].replicas = 2;
  CHECK(make_wanted(composition, {}, {}).error().text ==
        "two containers of the composition would be called 'web-2'; rename a component");
  CHECK(make_wanted(composition, {"nose"}, {}).error().text ==
        "composition c has no component 'nose'; it has web, web-2");
  CHECK(ports_collide({"", 80, "tcp"}, {"127.0.0.1", 80, "tcp"}));
  CHECK_FALSE(ports_collide({"10.0.0.1", 80, "tcp"}, {"127.0.0.1", 80, "tcp"}));
  CHECK_FALSE(ports_collide({"", 53, "tcp"}, {"", 53, "udp"}));
}

}  // namespace
}  // namespace sealock::proxy
