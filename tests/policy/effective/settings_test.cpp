#include "tests/policy/effective/request_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy::testing {
namespace {

using Id = OperationId;

TEST_CASE("published_ports: address, port and protocol of every binding") {
  const struct {
    std::string_view host_config;
    std::string_view ports;
    std::string_view numbers;
  } rows[] = {
      {R"({})", "[]", "[]"},
      {R"({"PortBindings":{}})", "[]", "[]"},
      {R"({"PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}]}})",
       R"(["127.0.0.1:8080/tcp"])", "[8080]"},
      {R"({"PortBindings":{"22/tcp":[{"HostIp":"0.0.0.0","HostPort":"22"}]}})",
       R"(["0.0.0.0:22/tcp"])", "[22]"},
      {R"({"PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"1024-65535"}]}})",
       R"(["0.0.0.0:1024-65535/tcp"])", "[1024,65535]"},
      {R"({"PortBindings":{"53/udp":[{"HostIp":"::1","HostPort":"53"}]}})", R"(["[::1]:53/udp"])",
       "[53]"},
      {R"({"PortBindings":{"53/udp":[{"HostIp":"0:0:0::1","HostPort":"53"}]}})",
       R"(["[::1]:53/udp"])", "[53]"},
      {R"({"PortBindings":{"53/udp":[{"HostIp":"::","HostPort":"53"}]}})", R"(["[::]:53/udp"])",
       "[53]"},
      {R"({"PortBindings":{"80":[{"HostIp":"::ffff:127.0.0.1","HostPort":"1"}]}})",
       R"(["127.0.0.1:1/tcp"])", "[1]"},
      {R"({"PortBindings":{"80":[{}]}})", R"(["0.0.0.0:0/tcp"])", "[]"},
      {R"({"PortBindings":{"80/tcp":[]}})", R"(["0.0.0.0:0/tcp"])", "[]"},
      {R"({"PortBindings":{"80/tcp":null}})", R"(["0.0.0.0:0/tcp"])", "[]"},
      {R"({"PortBindings":{"80/tcp":[{"HostPort":"0"}],"81/sctp":[{"HostPort":"81"}]}})",
       R"(["0.0.0.0:0/tcp","0.0.0.0:81/sctp"])", "[81]"},
      {R"({"PublishAllPorts":true})", R"(["0.0.0.0:all"])", "[]"},
      {R"({"PortBindings":{"80/tcp":[{"HostIp":"127.000.0.1","HostPort":"1"}]}})",
       "error: PortBindings: no such host address", "error: PortBindings: no such host address"},
      {R"({"PortBindings":{"80/tcp":[{"HostIp":"127.1","HostPort":"1"}]}})",
       "error: PortBindings: no such host address", "error: PortBindings: no such host address"},
      {R"({"PortBindings":{"80/tcp":[{"HostPort":"65536"}]}})",
       "error: PortBindings: no such host port", "error: PortBindings: no such host port"},
      {R"({"PortBindings":{"80/TCP":[{"HostPort":"1"}]}})",
       "error: PortBindings: no such container port",
       "error: PortBindings: no such container port"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host_config);
    CHECK(show("published_ports", make_create(row.host_config)) == row.ports);
    CHECK(show("published_port_numbers", make_create(row.host_config)) == row.numbers);
  }
  CHECK(show("published_ports", make_request(Id::service_create, R"({"EndpointSpec":{"Ports":[
      {"Protocol":"tcp","TargetPort":80,"PublishedPort":18077,"PublishMode":"host"},
      {"TargetPort":81},{"Protocol":"udp","TargetPort":53,"PublishedPort":53}]}})")) ==
        R"(["0.0.0.0:18077/tcp","0.0.0.0:0/tcp","0.0.0.0:53/udp"])");
}

TEST_CASE("log_driver and log_destination: where the output goes") {
  const struct {
    std::string_view config;
    std::string_view driver;
    std::string_view destination;
  } rows[] = {
      {R"(null)", "null", "[]"},
      {R"({"Type":"","Config":{}})", "null", "[]"},
      {R"({"Type":"json-file","Config":{"max-size":"10m","max-file":"3"}})", R"("json-file")",
       "[]"},
      {R"({"Type":"local"})", R"("local")", "[]"},
      {R"({"Type":"none","Config":{}})", R"("none")", "[]"},
      {R"({"Type":"journald","Config":{"tag":"{{.FullID}}"}})", R"("journald")", "[]"},
      {R"({"Type":"syslog","Config":{"syslog-address":"unix:///run/docker.sock"}})", R"("syslog")",
       R"(["syslog-address=unix:///run/docker.sock"])"},
      {R"({"Type":"","Config":{"syslog-address":"tcp://h:1"}})", "null",
       R"(["syslog-address=tcp://h:1"])"},
      {R"({"Type":"splunk","Config":{"splunk-url":"http://127.0.0.1:1","splunk-capath":"/etc/shadow"}})",
       R"("splunk")", R"(["splunk-url=http://127.0.0.1:1","splunk-capath=/etc/shadow"])"},
      {R"({"Type":"json-file","Config":{"new-option":"x"}})", R"("json-file")",
       R"(["new-option=x"])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.config);
    const Request request = make_create(R"({"LogConfig":)" + std::string(row.config) + "}");
    CHECK(show("log_driver", request) == row.driver);
    CHECK(show("log_destination", request) == row.destination);
  }
  const Request service = make_request(Id::service_create, R"({"TaskTemplate":{"LogDriver":
      {"Name":"gelf","Options":{"gelf-address":"udp://127.0.0.1:53"}}}})");
  CHECK(show("log_driver", service) == R"("gelf")");
  CHECK(show("log_destination", service) == R"(["gelf-address=udp://127.0.0.1:53"])");
}

TEST_CASE("runtime, annotations, cgroup_parent: named or not") {
  CHECK(show("runtime", make_create("{}")) == "null");
  CHECK(show("runtime", make_create(R"({"Runtime":"runc"})")) == R"("runc")");
  CHECK(show("runtime", make_create(R"({"Runtime":"io.containerd.evil.v9"})")) ==
        R"("io.containerd.evil.v9")");
  CHECK(show("runtime", make_request(Id::service_create,
                                     R"({"TaskTemplate":{"Runtime":"plugin"}})")) == R"("plugin")");
  CHECK(show("runtime", make_request(Id::service_create,
                                     R"({"TaskTemplate":{"Runtime":"container"}})")) == "null");
  CHECK(show("annotations", make_create(R"({"Annotations":{"org.criu.config":"/x","a":""}})")) ==
        R"(["org.criu.config=/x","a="])");
  CHECK(show("cgroup_parent", make_create(R"({"CgroupParent":"/"})")) == R"("/")");
  CHECK(show("cgroup_parent", make_create("{}")) == "null");
  CHECK(show("cgroup_parent", make_request(Id::container_update, R"({"CgroupParent":"/x"})")) ==
        R"("/x")");
  CHECK(show("cgroup_parent", make_request(Id::image_build, "", "cgroupparent=/atkcg")) ==
        R"("/atkcg")");
  CHECK(show("cgroup_parent", make_request(Id::image_build, "", "cgroupparent=")) == "null");
}

TEST_CASE("sysctls: one name for every spelling, also of an endpoint") {
  CHECK(show("sysctls", make_create(R"({"Sysctls":{"net.ipv4.ip_forward":"1"}})")) ==
        R"(["net.ipv4.ip_forward"])");
  CHECK(show("sysctls", make_create(R"({"Sysctls":{"net/ipv4/ip_forward":"1"}})")) ==
        R"(["net.ipv4.ip_forward"])");
  CHECK(show("sysctls",
             make_create(R"({"Sysctls":{"net/ipv4.ip_forward":"1","net.ipv4.ip_forward":"0"}})")) ==
        R"(["net.ipv4.ip_forward"])");
  CHECK(show("sysctls", make_create(R"({"Sysctls":{"kernel.core_pattern":"|/x"}})")) ==
        R"(["kernel.core_pattern"])");
  CHECK(show("sysctls", make_request(Id::service_create, R"({"TaskTemplate":{"ContainerSpec":
      {"Sysctls":{"net.core.somaxconn":"1"}}}})")) == R"(["net.core.somaxconn"])");
  constexpr std::string_view endpoint =
      R"({"DriverOpts":{"com.docker.network.endpoint.sysctls":"net.ipv4.conf.IFNAME.log_martians=1,net/x=2"}})";
  constexpr std::string_view names = R"(["net.ipv4.conf.IFNAME.log_martians","net.x"])";
  CHECK(show("sysctls", make_request(Id::container_create,
                                     R"({"Image":"x","NetworkingConfig":{"EndpointsConfig":{"n":)" +
                                         std::string(endpoint) + "}}}")) == names);
  CHECK(show("sysctls", make_request_on("n", Id::network_connect,
                                        R"({"EndpointConfig":)" + std::string(endpoint) + "}")) ==
        names);
}

TEST_CASE("memory, pids, nano_cpus: one number, or none, or an error for 'no limit, please'") {
  const struct {
    std::string_view host_config;
    std::string_view memory;
    std::string_view pids;
    std::string_view cpus;
  } rows[] = {
      {R"({})", "null", "null", "null"},
      {R"({"Memory":0,"PidsLimit":0,"NanoCpus":0})", "null", "null", "null"},
      {R"({"Memory":67108864,"PidsLimit":100,"NanoCpus":500000000})", "67108864", "100",
       "500000000"},
      {R"({"CpuQuota":50000})", "null", "null", "500000000"},
      {R"({"CpuQuota":50000,"CpuPeriod":25000})", "null", "null", "2000000000"},
      {R"({"CpuPeriod":25000})", "null", "null", "null"},
      {R"({"Memory":-1,"PidsLimit":-1,"CpuQuota":-1})", "error: Memory: asks for no limit",
       "error: PidsLimit: asks for no limit", "error: CpuQuota: asks for no limit"},
      {R"({"CpuQuota":9223372036854775807})", "null", "null", "error: CpuQuota: no such number"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host_config);
    CHECK(show("memory", make_create(row.host_config)) == row.memory);
    CHECK(show("pids", make_create(row.host_config)) == row.pids);
    CHECK(show("nano_cpus", make_create(row.host_config)) == row.cpus);
    const Request update = make_request_on("web", Id::container_update, row.host_config);
    CHECK(show("memory", update, Facts()) == row.memory);
  }
  const Request service =
      make_request(Id::service_create, R"({"TaskTemplate":{"Resources":{"Limits":
      {"MemoryBytes":1,"Pids":2,"NanoCPUs":3}}}})");
  CHECK(show("memory", service) == "1");
  CHECK(show("pids", service) == "2");
  CHECK(show("nano_cpus", service) == "3");
}

}  // namespace
}  // namespace sealock::policy::testing
