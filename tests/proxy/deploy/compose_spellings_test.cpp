// The many spellings of one thing that Compose files have, and those that are refused.

#include "proxy/deploy/compose_reader.hpp"
#include "proxy/deploy/compose_values.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace sealock::proxy {
namespace {

using Json = nlohmann::json;

Composition read(const std::string& text) {
  policy::Diagnostics diagnostics;
  const auto composition = read_compose("c_20150619_1504", "compose.yaml", text, diagnostics);
  CAPTURE(diagnostics.to_text());
  REQUIRE(composition.has_value());
  return *composition;
}

std::string errors(const std::string& text) {
  policy::Diagnostics diagnostics;
  CHECK_FALSE(read_compose("c_20150619_1504", "compose.yaml", text, diagnostics).has_value());
  return diagnostics.to_text();
}

// One service `web` with these lines.
std::string service(const std::string& lines) {
  return "services:\n  web:\n    image: shop/web:1\n" + lines;
}
Json create_of(const std::string& lines) {
  return read(service(lines)).components.at(0).create;
}
Json host_of(const std::string& lines) {
  return create_of(lines)["HostConfig"];
}
Json swarm_ports_of(const std::string& lines) {
  return read(service(lines)).components.at(0).service["EndpointSpec"]["Ports"];
}

}  // namespace

TEST_CASE("compose: what services have in common is said once") {
  const Composition all = read(R"(
x-defaults: &defaults
  restart: unless-stopped
  logging: &logging
    driver: local
    options: {max-size: 10m}
  environment: &environment
    TZ: Europe/Berlin
    LEVEL: info
x-limits: &limits {mem_limit: 64m, pids_limit: 100}
services:
  web:
    <<: [*defaults, *limits]
    image: shop/web:1
    environment: {<<: *environment, LEVEL: debug}
    mem_limit: 128m
  worker:
    <<: *defaults
    image: &image shop/worker:1
  batch: {image: *image, logging: *logging}
)");
  REQUIRE(all.components.size() == 3);
  const Json& batch = all.components[0].create;
  const Json& web = all.components[1].create;
  const Json& worker = all.components[2].create;
  CHECK(all.components[0].image == "shop/worker:1");
  CHECK(batch["HostConfig"]["LogConfig"]["Type"] == "local");
  CHECK(web["HostConfig"]["Memory"] == 128 * 1024 * 1024);
  CHECK(web["HostConfig"]["PidsLimit"] == 100);
  CHECK(web["HostConfig"]["RestartPolicy"]["Name"] == "unless-stopped");
  CHECK(web["Env"] == Json({"LEVEL=debug", "TZ=Europe/Berlin"}));
  CHECK(worker["Env"] == Json({"TZ=Europe/Berlin", "LEVEL=info"}));
}

TEST_CASE(
    "compose: what is wrong in a part that is used often, is told once, where it is written") {
  const std::string found = errors(
      "x-a: &a\n  mem_limit: lots\n  restart: always\nservices:\n  web: {<<: *a, image: a:1}\n  "
      "db: "
      "{<<: *a, image: a:1}\n");
  CHECK(found ==
        "compose.yaml:2:14: error[D02]: 'mem_limit' must be a number of bytes (64k, 512m, 1g), not "
        "'lots'\n"
        "    2 |   mem_limit: lots\n"
        "      |              ^^^^\n");
  CHECK(errors("x-a: &a {privileged: true}\nservices:\n  web: {<<: *a, image: a:1}\n")
            .starts_with("compose.yaml:1:10: error[D01]: 'privileged' is not supported in the "
                         "service 'web'\n"));
}

TEST_CASE("compose: a file with anchors is the same content as one with all of it written out") {
  const Composition with =
      read("services:\n  aa: &a {image: \"x:1\", cpus: 0.50}\n  bb: {<<: *a, init: true}\n");
  const Composition without = read(
      "services:\n  aa: {image: \"x:1\", cpus: 0.50}\n  bb: {init: true, image: \"x:1\", cpus: "
      "0.50}\n");
  CHECK(with.content_digest == without.content_digest);
  CHECK(to_json(with) == to_json(without));
}

TEST_CASE("compose: a number is not another number that computers take for the same") {
  const auto digest = [](const std::string& version) {
    return read(service("    environment: {VERSION: " + version + "}\n")).content_digest;
  };
  CHECK(digest("1.10") != digest("1.1"));
  CHECK(digest("18446744073709551616") != digest("18446744073709551617"));
  CHECK(digest("9.40") == digest("9.40"));
}

TEST_CASE("compose: ranges of ports") {
  CHECK(host_of("    ports: [\"8000-8002:80-82/udp\"]\n")["PortBindings"] ==
        Json::parse(R"({"80/udp":[{"HostIp":"","HostPort":"8000"}],
          "81/udp":[{"HostIp":"","HostPort":"8001"}],"82/udp":[{"HostIp":"","HostPort":"8002"}]})"));
  CHECK(host_of("    ports: [\"3000-3001\"]\n")["PortBindings"] ==
        Json::parse(R"({"3000/tcp":[{"HostIp":"","HostPort":""}],
          "3001/tcp":[{"HostIp":"","HostPort":""}]})"));
  CHECK(host_of("    ports: [\"127.0.0.1:5000-5001:6000-6001\"]\n")["PortBindings"] ==
        Json::parse(R"({"6000/tcp":[{"HostIp":"127.0.0.1","HostPort":"5000"}],
          "6001/tcp":[{"HostIp":"127.0.0.1","HostPort":"5001"}]})"));
  CHECK(host_of("    ports: [\"[::1]:5000:6000\", \"127.0.0.1::7000\"]\n")["PortBindings"] ==
        Json::parse(R"({"6000/tcp":[{"HostIp":"::1","HostPort":"5000"}],
          "7000/tcp":[{"HostIp":"127.0.0.1","HostPort":""}]})"));
  // One of them that is free; in a swarm, which cannot choose, all of them.
  const std::string choice = "    ports: [\"8000-8001:80\"]\n";
  CHECK(host_of(choice)["PortBindings"] ==
        Json::parse(R"({"80/tcp":[{"HostIp":"","HostPort":"8000-8001"}]})"));
  CHECK(swarm_ports_of(choice) == Json::parse(R"([
    {"Protocol":"tcp","TargetPort":80,"PublishedPort":8000,"PublishMode":"ingress"},
    {"Protocol":"tcp","TargetPort":80,"PublishedPort":8001,"PublishMode":"ingress"}])"));
  CHECK(swarm_ports_of("    ports: [\"8000-8001:80-81\"]\n") == Json::parse(R"([
    {"Protocol":"tcp","TargetPort":80,"PublishedPort":8000,"PublishMode":"ingress"},
    {"Protocol":"tcp","TargetPort":81,"PublishedPort":8001,"PublishMode":"ingress"}])"));
  CHECK(host_of("    ports: [{name: web, app_protocol: http, target: 80, published: \"8000-8001\", "
                "protocol: TCP}]\n")["PortBindings"] ==
        Json::parse(R"({"80/tcp":[{"HostIp":"","HostPort":"8000-8001"}]})"));
  CHECK(host_of("    ports: [\"1-1000\"]\n")["PortBindings"].size() == 1000);
}

TEST_CASE("compose: ports that cannot be") {
  struct Row {
    const char* ports;
    const char* expected;
  };
  const Row rows[] = {
      {"\"8000-8002:80-81\"", "'8000-8002' are 3 ports of the host, and '80-81' are 2 of the"},
      {"\"8000:80-81\"", "'8000' are 1 ports of the host, and '80-81' are 2 of the container"},
      {"\"8002-8000:80\"", "this is no port"},
      {"\"80-\"", "this is no port"},
      {"\"-80\"", "this is no port"},
      {"\"1-2-3\"", "this is no port"},
      {"\"65000-65536\"", "this is no port"},
      {"\"0\"", "this is no port"},
      {"\"80/tcq\"", "'tcq' is no protocol"},
      {"\"1-1001\"", "compose.yaml:4:13: error[D03]: more than 1000 ports of one service"},
      {"\"1-600\", \"2000-2500:2000-2500\"", "4:22: error[D03]: more than 1000 ports"},
      {"\"1-65535:80\"", "more than 1000 ports of one service"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.ports);
    const std::string found = errors(service("    ports: [" + std::string(row.ports) + "]\n"));
    CAPTURE(found);
    CHECK(found.find(row.expected) != std::string::npos);
  }
}

TEST_CASE("compose: short and long forms, quoted and unquoted") {
  CHECK(create_of("    labels: [a, b=c]\n")["Labels"] == Json::parse(R"({"a":"","b":"c"})"));
  CHECK(create_of("    labels: {a: , b: \"\"}\n")["Labels"] == Json::parse(R"({"a":"","b":""})"));
  CHECK(host_of("    read_only: \"true\"\n    init: \"false\"\n")["ReadonlyRootfs"] == true);
  CHECK(host_of("    cpus: \".5\"\n")["NanoCpus"] == 500'000'000);
  CHECK(host_of("    cpus: 2\n")["NanoCpus"] == 2'000'000'000);
  CHECK(host_of("    mem_limit: 1048576\n")["Memory"] == 1'048'576);
  CHECK(host_of("    mem_limit: 16MiB\n")["Memory"] == 16 * 1'048'576);
  CHECK(host_of("    ulimits: {nofile: \"1024\"}\n")["Ulimits"][0]["Soft"] == 1024);
  CHECK(host_of("    extra_hosts: [\"a:10.0.0.1\", \"b=10.0.0.2\", \"c:[::1]\", \"d:::1\"]\n")
            ["ExtraHosts"] == Json({"a:10.0.0.1", "b:10.0.0.2", "c:::1", "d:::1"}));
  CHECK(host_of("    extra_hosts: {a: 10.0.0.1, b: [10.0.0.2, 10.0.0.3]}\n")["ExtraHosts"] ==
        Json({"a:10.0.0.1", "b:10.0.0.2", "b:10.0.0.3"}));
  CHECK(host_of("    volumes: [{type: bind, source: /a, target: /b, bind: {create_host_path: true, "
                "propagation: rslave, selinux: z}}]\n")["Binds"] == Json({"/a:/b:rslave,z"}));
  CHECK(host_of("    volumes: [{type: tmpfs, target: /b, tmpfs: {size: 64m, mode: \"1777\"}}]\n")
            ["Mounts"][0]["TmpfsOptions"] == Json::parse(R"({"Mode":1023,"SizeBytes":67108864})"));
  CHECK(
      create_of("    healthcheck: {test: [CMD, a], interval: 1m30s, timeout: 0, retries: \"3\"}\n")
          ["Healthcheck"] ==
      Json::parse(R"({"Test":["CMD","a"],"Interval":90000000000,"Timeout":0,"Retries":3})"));
  const Composition needs = read(
      "services:\n  web: {image: a:1, depends_on: {db: {condition: service_started, required: "
      "true, restart: false}}}\n  db: {image: b:1}\n");
  CHECK(needs.components.at(1).depends_on == std::vector<Dependency>{{"db", {}}});
  const Composition old = read(
      "services:\n  web: {image: a:1, networks: [one]}\nnetworks:\n  one: {external: {name: "
      "two}}\n");
  CHECK(old.networks.at(0).external);
  CHECK(old.networks.at(0).name == "two");
  CHECK(read("services:\n  web: {image: a:1, networks: [n]}\nnetworks:\n  n: {ipam: {driver: "
             "default, config: []}}\n")
            .networks.at(0)
            .create["IPAM"] == Json::parse(R"({"Config":[]})"));
}

TEST_CASE("compose: spellings that mean something else, or nothing, are refused with a hint") {
  struct Row {
    const char* lines;
    const char* expected;
  };
  const Row rows[] = {
      {"    volumes: [{type: tmpfs, target: /b, tmpfs: {mode: 1777}}]\n",
       "4:55: error[D02]: 'mode' must be octal digits in quotes (\"1777\"), not '1777'"},
      {"    volumes: [{type: tmpfs, target: /b, tmpfs: {mode: \"0999\"}}]\n", "octal digits"},
      {"    volumes: [{type: tmpfs, target: /b, tmpfs: {mode: \"77777\"}}]\n", "from 0 to 7777"},
      {"    volumes: [{type: bind, source: /a, target: /b, bind: {create_host_path: false}}]\n",
       "'create_host_path' can only be true"},
      {"    volumes: [{type: bind, source: /a, target: /b, bind: {selinux: y}}]\n",
       "'selinux' cannot be 'y'"},
      {"    environment: [HOME]\n", "'HOME' has no value"},
      {"    environment: {A: \"x\\0y\"}\n",
       "4:22: error[D03]: 'A' holds a zero byte, at which programs stop reading"},
      {"    read_only: \"yes\"\n", "'read_only' must be true or false, not 'yes'"},
      {"    extra_hosts: [db]\n", "4:19: error[D03]: 'db' in 'extra_hosts' has no name or no"},
      {"    depends_on: {web: {required: false}}\n", "'required' can only be true"},
      {"    depends_on: {web: {restart: true}}\n", "'restart' can only be false"},
      {"    stop_grace_period: 90\n", "must be a duration (10s, 1m30s), not '90'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.lines);
    const std::string found = errors(service(row.lines));
    CAPTURE(found);
    CHECK(found.find(row.expected) != std::string::npos);
  }
  CHECK(errors("services: {x-a: {}}\n").find("there are no services but x-") != std::string::npos);
}

TEST_CASE("values: durations as Go writes them") {
  using std::chrono::nanoseconds;
  CHECK(parse_compose_duration("0") == nanoseconds(0));
  CHECK(parse_compose_duration("1.5\u00B5s") == nanoseconds(1'500));
  CHECK(parse_compose_duration("2\u03BCs") == nanoseconds(2'000));
  CHECK(parse_compose_duration(".5s") == nanoseconds(500'000'000));
  for (const char* bad : {".", ".s", "00x", "1.", "5.s"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_compose_duration(bad).has_value());
  }
}

// Each of these took minutes, in time that grew with the square of the file or worse.
TEST_CASE("attack: a file of 256 KiB that makes much of little is refused or read at once") {
  const auto problems = [](const std::string& text) {
    policy::Diagnostics diagnostics;
    const auto composition = read_compose("c_20150619_1504", "compose.yaml", text, diagnostics);
    CHECK(composition.has_value() != diagnostics.has_errors());
    return diagnostics.all().size();
  };
  std::string services = "services:\n";
  for (int i = 0; i < 12'000; ++i)
    services += " s" + std::to_string(i) + ": {image: a}\n";
  CHECK(errors(services).find("more than 1000 services") != std::string::npos);
  std::string chain = "services:\n";
  for (int i = 0; i < 1'000; ++i) {
    chain += " s" + std::to_string(i) + ": {image: a" +
             (i < 999 ? ", depends_on: [s" + std::to_string(i + 1) + "]" : "") + "}\n";
  }
  CHECK(read(chain).components.front().name == "s999");
  std::string keys = "services: {web: {image: a, environment: {";
  for (int i = 0; i < 30'000; ++i)
    keys += "a" + std::to_string(i) + ": , ";
  CHECK(problems(keys + "z: }}}\n") <= 1'000);
  std::string unknown = "services: {web: {image: a, depends_on: [";
  for (int i = 0; i < 30'000; ++i)
    unknown += "a" + std::to_string(i) + ",";
  CHECK(problems(unknown + "z]}}\n") <= 1'000);
}

}  // namespace sealock::proxy
