#include "proxy/deploy/compose_reader.hpp"

#include "policy/engine_api/body_schemas.hpp"
#include "policy/request/json_reader.hpp"
#include "proxy/deploy/compose_service.hpp"
#include "proxy/deploy/compose_values.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace sealock::proxy {
namespace {

using Json = nlohmann::json;

Composition read(const std::string& text) {
  policy::Diagnostics diagnostics;
  const auto composition = read_compose("c_20150619_1504", "compose.yaml", text, diagnostics);
  CAPTURE(diagnostics.to_text());
  REQUIRE(composition.has_value());
  CHECK_FALSE(diagnostics.has_errors());
  return *composition;
}

// "3:5 D01: text" for each error.
std::string errors(const std::string& text) {
  policy::Diagnostics diagnostics;
  const auto composition = read_compose("c_20150619_1504", "compose.yaml", text, diagnostics);
  CHECK_FALSE(composition.has_value());
  std::string all;
  for (const policy::Diagnostic& one : diagnostics.all()) {
    all += std::to_string(one.place.line) + ":" + std::to_string(one.place.column) + " " +
           one.code + ": " + one.text + (one.hint.empty() ? "" : " = " + one.hint) + "\n";
  }
  return all;
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

}  // namespace

TEST_CASE("compose: a service becomes what Docker is told, in short and long forms") {
  CHECK(create_of("") ==
        Json::parse(R"({"Image":"shop/web:1","HostConfig":{"NetworkMode":"sealock_default"},
          "NetworkingConfig":{"EndpointsConfig":{"sealock_default":{"Aliases":["web"]}}}})"));
  CHECK(create_of("    command: sh -c 'echo  hi' \"\"\n")["Cmd"] ==
        Json({"sh", "-c", "echo  hi", ""}));
  CHECK(create_of("    command: [a, \"b c\"]\n    entrypoint: /bin/x\n")["Entrypoint"] ==
        Json({"/bin/x"}));
  CHECK(create_of("    environment: {A: 1, B: \"x=y\", C: true}\n")["Env"] ==
        Json({"A=1", "B=x=y", "C=true"}));
  CHECK(create_of("    environment: [A=1, B=]\n")["Env"] == Json({"A=1", "B="}));
  CHECK(create_of("    labels: {a: b}\n")["Labels"] == Json{{"a", "b"}});
  CHECK(create_of(
            "    user: \"1000:1000\"\n    working_dir: /srv\n    stop_signal: SIGINT\n")["User"] ==
        "1000:1000");
  CHECK(create_of("    stop_grace_period: 1m30s\n")["StopTimeout"] == 90);
  CHECK(host_of("    restart: on-failure:3\n")["RestartPolicy"] ==
        Json{{"Name", "on-failure"}, {"MaximumRetryCount", 3}});
  CHECK(host_of("    restart: \"no\"\n")["RestartPolicy"] == Json{{"Name", "no"}});
  CHECK(host_of("    cap_drop: [ALL]\n    cap_add: [NET_BIND_SERVICE]\n")["CapAdd"] ==
        Json({"NET_BIND_SERVICE"}));
  CHECK(host_of("    read_only: true\n    init: true\n")["ReadonlyRootfs"] == true);
  CHECK(host_of("    tmpfs: /run\n")["Tmpfs"] == Json{{"/run", ""}});
  CHECK(host_of("    tmpfs: [\"/run:size=1m,mode=1777\"]\n")["Tmpfs"] ==
        Json{{"/run", "size=1m,mode=1777"}});
  CHECK(host_of("    logging: {driver: local, options: {max-size: 10m}}\n")["LogConfig"] ==
        Json::parse(R"({"Type":"local","Config":{"max-size":"10m"}})"));
  CHECK(host_of("    ulimits: {nofile: 1024, core: {soft: 0, hard: -1}}\n")["Ulimits"] ==
        Json::parse(
            R"([{"Name":"nofile","Soft":1024,"Hard":1024},{"Name":"core","Soft":0,"Hard":-1}])"));
  CHECK(host_of("    mem_limit: 512m\n    cpus: 0.5\n    pids_limit: 100\n") ==
        Json::parse(R"({"Memory":536870912,"NanoCpus":500000000,"PidsLimit":100,
                        "NetworkMode":"sealock_default"})"));
  CHECK(host_of("    deploy: {resources: {limits: {memory: 1g, cpus: \"1.25\", pids: 5}}}\n") ==
        Json::parse(R"({"Memory":1073741824,"NanoCpus":1250000000,"PidsLimit":5,
                        "NetworkMode":"sealock_default"})"));
}

TEST_CASE("compose: health checks, updates and dependencies") {
  const Composition all = read(R"(
name: shop
services:
  web:
    image: shop/web:20150619_1504
    depends_on: {db: {condition: service_healthy}, setup: {condition: service_completed_successfully}}
    healthcheck: {test: curl -f localhost, interval: 5s, timeout: 500ms, retries: 3, start_period: 1m}
    deploy: {replicas: 2, update_config: {order: start-first, monitor: 10s, parallelism: 2, delay: 1s}}
  setup:
    image: shop/setup:1
    depends_on: [db]
  db:
    image: postgres:9.4
    healthcheck: {test: [CMD, pg_isready]}
x-note: free
)");
  REQUIRE(all.components.size() == 3);
  CHECK(all.components[0].name == "db");
  CHECK(all.components[1].name == "setup");
  CHECK(all.components[2].name == "web");
  const Component& web = all.components[2];
  CHECK(web.create["Healthcheck"] ==
        Json::parse(R"({"Test":["CMD-SHELL","curl -f localhost"],"Interval":5000000000,
          "Timeout":500000000,"Retries":3,"StartPeriod":60000000000})"));
  CHECK(web.start_period == std::chrono::minutes(1));
  CHECK(web.monitor == std::chrono::seconds(10));
  CHECK(web.replicas == 2);
  CHECK(web.order == UpdateOrder::start_first);
  CHECK(web.depends_on == std::vector<Dependency>{{"db", Dependency::Condition::healthy},
                                                  {"setup", Dependency::Condition::completed}});
  CHECK(all.project == "shop");
  REQUIRE(all.networks.size() == 1);
  CHECK(all.networks[0].name == "shop_default");
  CHECK(web.service["Name"] == "shop_web");
  CHECK(web.service["Mode"] == Json::parse(R"({"Replicated":{"Replicas":2}})"));
  CHECK(web.service["UpdateConfig"]["Order"] == "start-first");
  CHECK(web.service["UpdateConfig"]["FailureAction"] == "rollback");
  CHECK(web.service["TaskTemplate"]["ContainerSpec"]["Healthcheck"] == web.create["Healthcheck"]);
  CHECK(web.service["TaskTemplate"]["Networks"] ==
        Json::parse(R"([{"Target":"shop_default","Aliases":["web"]}])"));
}

TEST_CASE("compose: ports, volumes and networks") {
  const Composition all = read(R"(
services:
  web:
    image: shop/web:1
    ports: ["80", "8080:81", "127.0.0.1:8082:82/udp", {target: 83, published: 8083, host_ip: "::1"}]
    volumes:
      - data:/data:ro
      - /anonymous
      - {type: volume, source: cache, target: /cache, volume: {nocopy: true}}
      - {type: tmpfs, target: /scratch, tmpfs: {size: 1m}}
      - {type: bind, source: /srv, target: /srv, read_only: true}
    networks:
      back: {aliases: [www], ipv4_address: 10.5.0.7}
      old:
networks:
  back: {driver: bridge, internal: true, ipam: {config: [{subnet: 10.5.0.0/16}]}}
  old: {external: true}
  unused: {}
volumes:
  data:
  cache: {name: shop-cache, labels: {keep: "yes"}}
)");
  const Json& create = all.components.at(0).create;
  const Json& host = create["HostConfig"];
  CHECK(host["PortBindings"] == Json::parse(R"({"80/tcp":[{"HostIp":"","HostPort":""}],
    "81/tcp":[{"HostIp":"","HostPort":"8080"}],"82/udp":[{"HostIp":"127.0.0.1","HostPort":"8082"}],
    "83/tcp":[{"HostIp":"::1","HostPort":"8083"}]})"));
  CHECK(host["Binds"] == Json({"data:/data:ro", "shop-cache:/cache:nocopy", "/srv:/srv:ro"}));
  CHECK(host["Mounts"] ==
        Json::parse(
            R"([{"Type":"tmpfs","Target":"/scratch","TmpfsOptions":{"SizeBytes":1048576}}])"));
  CHECK(create["Volumes"] == Json::parse(R"({"/anonymous":{}})"));
  CHECK(host["NetworkMode"] == "back");
  CHECK(create["NetworkingConfig"]["EndpointsConfig"] ==
        Json::parse(
            R"({"back":{"Aliases":["web","www"],"IPAMConfig":{"IPv4Address":"10.5.0.7"}},
          "old":{"Aliases":["web"]}})"));
  REQUIRE(all.networks.size() == 2);
  CHECK(all.networks[0].create["IPAM"] == Json::parse(R"({"Config":[{"Subnet":"10.5.0.0/16"}]})"));
  CHECK(all.networks[1].external);
  REQUIRE(all.volumes.size() == 2);
  CHECK(all.volumes[1].name == "shop-cache");
  CHECK(all.volumes[1].create["Labels"] == Json{{"keep", "yes"}});
}

TEST_CASE("compose: what is not supported is an error with its place, and a hint") {
  struct Row {
    const char* text;
    const char* expected;
  };
  const Row rows[] = {
      {"services:\n  web:\n    image: a:1\n    privileged: true\n",
       "4:5 D01: 'privileged' is not supported in the service 'web'"},
      {"services:\n  web:\n    image: a:1\n    enviroment: {A: b}\n",
       "did you mean 'environment'?"},
      {"services:\n  web:\n    image: a:1\n    network_mode: host\n", "4:5 D01"},
      {"services:\n  web:\n    image: a:1\n    devices: [/dev/kvm]\n", "4:5 D01"},
      {"services:\n  web:\n    image: a:1\n    security_opt: [seccomp=unconfined]\n", "4:5 D01"},
      {"services:\n  web:\n    image: a:1\n    pid: host\n", "4:5 D01"},
      {"services:\n  web:\n    build: .\n    image: a:1\n", "3:5 D01"},
      {"service:\n  web: {image: a:1}\n", "did you mean 'services'?"},
      {"services: {}\n", "1:11 D04: there are no services"},
      {"services:\n  web: {command: x}\n", "2:3 D04: the service 'web' has no image"},
      {"services:\n  web: {image: \"A B\"}\n", "2:16 D03"},
      {"services:\n  web: {image: \"shop/web:${TAG}\"}\n",
       "2:16 D05: 'image' cannot hold a variable"},
      {"services:\n  web: {image: a:1, environment: {A: $HOME}}\n",
       "2:38 D05: a '$' that begins no variable in 'A' = write ${NAME}, ${secret:NAME}, or $$"},
      {"services:\n  web: {image: a:1, environment: {A: \"${secret:../x}\"}}\n", "D05"},
      {"services:\n  web: {image: a:1, environment: {A: }}\n", "'A' has no value"},
      {"services:\n  web: {image: a:1, volumes: [\"dta:/data\"]}\nvolumes:\n  data:\n",
       "2:31 D06: there is no volume 'dta' = did you mean 'data'?"},
      {"services:\n  web: {image: a:1, volumes: [\"./x:/data\"]}\n", "relative to a folder"},
      {"services:\n  web: {image: a:1, networks: [front]}\n",
       "2:32 D06: there is no network 'front'"},
      {"services:\n  web: {image: a:1, depends_on: [bd]}\n  db: {image: a:1}\n",
       "2:34 D06: there is no service 'bd' = did you mean 'db'?"},
      {"services:\n  aa: {image: a:1, depends_on: [bb]}\n  bb: {image: a:1, depends_on: [aa]}\n",
       "2:3 D03: 'aa' depends on itself, through others"},
      {"services:\n  web: {image: a:1, restart: allways}\n", "did you mean 'always'?"},
      {"services:\n  web: {image: a:1, ports: [\"99999:80\"]}\n", "this is no port"},
      {"services:\n  web: {image: a:1, mem_limit: lots}\n",
       "'mem_limit' must be a number of bytes"},
      {"services:\n  web: {image: a:1, mem_limit: 1m, deploy: {resources: {limits: {memory: "
       "2m}}}}\n",
       "said twice"},
      {"services:\n  web: {image: a:1, stop_grace_period: 10}\n", "must be a duration"},
      {"services:\n  web: {image: a:1, deploy: {update_config: {failure_action: continue}}}\n",
       "'failure_action' cannot be 'continue'"},
      {"services:\n  web: {image: a:1}\n  web: {image: a:2}\n", "3:3 Y03: 'web' stands twice"},
      {"services:\n  w: {image: a:1}\n", "2:3 D03: 'w' is no name of a component"},
      {"- a\n", "1:1 D02: a Compose file is a map"},
      {"services:\n  web: {image: a:1, labels: {a: b, \"\": c}}\n", "is no name in 'labels'"},
      {"services:\n  web: {image: a:1, environment: [A=1, A=2]}\n", "'A' stands twice"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const std::string found = errors(row.text);
    CAPTURE(found);
    CHECK(found.find(row.expected) != std::string::npos);
  }
}

TEST_CASE("compose: all mistakes of a file are told at once") {
  const std::string found = errors(
      "services:\n  web:\n    image: a:1\n    privileged: true\n    restart: maybe\n  db:\n    "
      "pid: x\n");
  CHECK(std::count(found.begin(), found.end(), '\n') == 4);
}

TEST_CASE("compose: JSON is read by the same code") {
  const Composition all =
      read(R"({"services": {"web": {"image": "shop/web:1", "environment": {"A": "1"}}}})");
  CHECK(all.components.at(0).create["Env"] == Json({"A=1"}));
}

TEST_CASE("compose: the content digest says the same for the same content") {
  const std::string one = "services:\n  aa: {image: x:1}\n  bb: {image: y:1}\n";
  const std::string same = "# said otherwise\nservices: {bb: {image: \"y:1\"}, aa: {image: x:1}}\n";
  const std::string other = "services:\n  aa: {image: x:1}\n  bb: {image: y:2}\n";
  CHECK(read(one).content_digest == read(same).content_digest);
  CHECK(read(one).content_digest != read(other).content_digest);
  CHECK(read(one).content_digest.size() == 71);
}

TEST_CASE("compose: what rules see is what the catalogue says of the body") {
  const Composition all = read(
      "services:\n  web: {image: shop/web, ports: [\"80:80\"], volumes: [\"d:/d\"]}\nvolumes:\n  "
      "d:\n");
  const Json body = judged_body(all);
  CHECK(body["components"][0]["reference"] == "docker.io/shop/web:latest");
  CHECK(body["components"][0]["tag"] == "latest");
  const auto read_back = policy::read_json_body(
      body.dump(), *policy::body_schema(policy::OperationId::composition_put));
  REQUIRE_MESSAGE(read_back.has_value(), read_back.error().text);
  const auto create =
      policy::read_json_body(all.components.at(0).create.dump(),
                             *policy::body_schema(policy::OperationId::container_create));
  REQUIRE_MESSAGE(create.has_value(), create.error().text);
  const auto service_spec =
      policy::read_json_body(all.components.at(0).service.dump(),
                             *policy::body_schema(policy::OperationId::service_create));
  REQUIRE_MESSAGE(service_spec.has_value(), service_spec.error().text);
}

TEST_CASE("compose: a composition is the same after it was stored") {
  Composition all = read(
      "services:\n  web: {image: a:1, depends_on: [db], deploy: {replicas: 3}}\n  db: {image: "
      "b:1}\n");
  all.components[0].digest = "sha256:1";
  all.digest_set = "sha256:2";
  const Json stored = to_json(all);
  CHECK(to_json(composition_from_json(Json::parse(stored.dump()))) == stored);
  CHECK(all.find("web") == &all.components[1]);
  CHECK(all.find("nobody") == nullptr);
}

TEST_CASE("compose: the documentation names exactly the keys that a service takes") {
  std::ifstream file(SEALOCK_SOURCE_DIR "/examples/deploy/README.md");
  std::set<std::string> documented;
  bool in_table = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| service key")) in_table = true;
    if (in_table && !line.starts_with("|")) break;
    if (!in_table) continue;
    const std::string keys = line.substr(0, line.find('|', 1));
    for (std::size_t at = keys.find('`'); at != std::string::npos; at = keys.find('`', at + 1)) {
      const std::size_t end = keys.find('`', at + 1);
      documented.insert(keys.substr(at + 1, end - at - 1));
      at = end;
    }
  }
  const auto keys = service_keys();
  CHECK(documented == std::set<std::string>(keys.begin(), keys.end()));
}

TEST_CASE("variables: which dollar signs mean something") {
  for (const char* good :
       {"", "plain", "$$", "${A}", "a${A_1}b${secret:db-password.txt}", "$${x}"}) {
    CAPTURE(good);
    CHECK(find_bad_variable(good).empty());
  }
  for (const char* bad : {"$", "$A", "${", "${A", "${}", "${1}", "${A:-b}", "${secret:}",
                          "${secret:a/b}", "${secret:.x}", "$$$", "${A B}"}) {
    CAPTURE(bad);
    CHECK_FALSE(find_bad_variable(bad).empty());
  }
}

TEST_CASE("values: durations and sizes") {
  using std::chrono::nanoseconds;
  CHECK(parse_compose_duration("1h1m1.5s") == nanoseconds(3'661'500'000'000));
  CHECK(parse_compose_duration("10ms") == nanoseconds(10'000'000));
  for (const char* bad : {"", "10", "s", "1.2.3s", "-1s", "10 s", "99999999999h", "1d"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_compose_duration(bad).has_value());
  }
  CHECK(parse_compose_size("1.5g") == 1'610'612'736);
  CHECK(parse_compose_size("64KB") == 65'536);
  CHECK(parse_compose_size("0") == 0);
  CHECK(parse_compose_size("10b") == 10);
  for (const char* bad : {"", "m", "-1", "1t", "1 m", "99999999999g", "1e3"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_compose_size(bad).has_value());
  }
}

}  // namespace sealock::proxy
