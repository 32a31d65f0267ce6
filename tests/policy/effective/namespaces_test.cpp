#include "tests/policy/effective/request_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy::testing {
namespace {

using Id = OperationId;

FakeEngine make_engine() {
  FakeEngine engine;
  engine.add(ObjectKind::network, id_of('e'), {"hostnet-by-id", "eeeeeeeeeeee"},
             R"({"Name":"host","Id":"x","Driver":"host"})");
  engine.add(ObjectKind::network, id_of('1'), {"apps", "1111"},
             R"({"Name":"apps","Driver":"bridge"})");
  engine.add(ObjectKind::network, id_of('2'), {"edge"}, R"({"Name":"edge","Driver":"bridge"})");
  engine.add(ObjectKind::container, id_of('a'), {"web", "aaaaaaaaaaaa"}, R"({"Name":"/web"})");
  engine.add(ObjectKind::container, id_of('b'), {"db"}, R"({"Name":"/db"})");
  return engine;
}

TEST_CASE("shared_namespaces: every mode of ContainerCreate") {
  const struct {
    std::string_view host_config;
    std::string_view shared;
  } rows[] = {
      {R"({})", "[]"},
      {R"({"PidMode":"","IpcMode":"","UTSMode":"","UsernsMode":"","CgroupnsMode":"","Cgroup":"",
          "NetworkMode":""})",
       "[]"},
      {R"({"NetworkMode":"default"})", "[]"},
      {R"({"NetworkMode":"bridge"})", "[]"},
      {R"({"NetworkMode":"none"})", "[]"},
      {R"({"NetworkMode":"apps"})", "[]"},
      {R"({"NetworkMode":"nosuch"})", "[]"},
      {R"({"IpcMode":"private"})", "[]"},
      {R"({"IpcMode":"none"})", "[]"},
      {R"({"CgroupnsMode":"private"})", "[]"},
      {R"({"PidMode":"host"})", R"(["pid-host"])"},
      {R"({"IpcMode":"host"})", R"(["ipc-host"])"},
      {R"({"UTSMode":"host"})", R"(["uts-host"])"},
      {R"({"UsernsMode":"host"})", R"(["user-host"])"},
      {R"({"CgroupnsMode":"host"})", R"(["cgroup-host"])"},
      {R"({"NetworkMode":"host"})", R"(["network-host"])"},
      {R"({"PidMode":"container:web"})", R"(["pid-container"])"},
      {R"({"IpcMode":"container:/web"})", R"(["ipc-container"])"},
      {R"({"NetworkMode":"container:aaaaaaaaaaaa"})", R"(["network-container"])"},
      {R"({"Cgroup":"container:web"})", R"(["cgroup-container"])"},
      {R"({"IpcMode":"shareable"})", R"(["ipc-shareable"])"},
      {R"({"NetworkMode":"ns:/proc/1/ns/net"})", R"(["network-ns"])"},
      {R"({"PidMode":"ns:/proc/1/ns/pid"})", R"(["pid-ns"])"},
      {R"({"PidMode":"HOST"})", R"(["pid-unknown"])"},
      {R"({"PidMode":"host "})", R"(["pid-unknown"])"},
      {R"({"UTSMode":"container:web"})", R"(["uts-container"])"},
      {R"({"PidMode":"host","IpcMode":"host","UTSMode":"host"})",
       R"(["pid-host","ipc-host","uts-host"])"},
      // The host network by its id (C-124).
      {R"({"NetworkMode":"eeeeeeeeeeee"})", R"(["network-host"])"},
  };
  const FakeEngine engine = make_engine();
  for (const auto& row : rows) {
    CAPTURE(row.host_config);
    const Request request = make_create(row.host_config);
    CHECK(show("shared_namespaces", request, engine.ask(request)) == row.shared);
  }
}

TEST_CASE("shared_namespaces: the host's, by way of a container that shares it") {
  FakeEngine engine = make_engine();
  engine.add(
      ObjectKind::container, id_of('c'), {"agent"},
      R"({"Name":"/agent","HostConfig":{"PidMode":"host","NetworkMode":"host","IpcMode":"private"}})");
  engine.add(ObjectKind::container, id_of('d'), {"side"},
             R"({"Name":"/side","HostConfig":{"NetworkMode":"container:agent","IpcMode":"host"}})");
  const struct {
    std::string_view host_config;
    std::string_view shared;
  } rows[] = {
      {R"({"PidMode":"container:agent"})", R"(["pid-container","pid-host"])"},
      {R"({"PidMode":"container:/agent"})", R"(["pid-container","pid-host"])"},
      {R"({"IpcMode":"container:agent"})", R"(["ipc-container"])"},
      {R"({"IpcMode":"container:side"})", R"(["ipc-container","ipc-host"])"},
      {R"({"NetworkMode":"container:agent"})", R"(["network-container","network-host"])"},
      // What the joined one joined, only a third container knows.
      {R"({"NetworkMode":"container:side"})", R"(["network-container","network-unknown"])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host_config);
    const Request request = make_create(row.host_config);
    CHECK(show("shared_namespaces", request, engine.ask(request)) == row.shared);
  }
  CHECK(show("shared_namespaces", make_create(R"({"PidMode":"container:agent"})"), Facts())
            .starts_with("error: nothing is known"));
}

TEST_CASE("shared_namespaces: below API 1.40 an unsaid IpcMode is shareable (C-120)") {
  const struct {
    std::string_view version;
    std::string_view host_config;
    std::string_view shared;
  } rows[] = {
      {"1.39", R"({"ShmSize":0})", R"(["ipc-shareable"])"},
      {"1.24", R"({})", R"(["ipc-shareable"])"},
      {"1.40", R"({})", "[]"},
      {"1.41", R"({})", "[]"},
      {"", R"({})", "[]"},
      {"1.39", R"({"IpcMode":"private"})", "[]"},
      {"1.39", R"(null)", "[]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.version);
    CAPTURE(row.host_config);
    Request request = make_create(row.host_config);
    request.version = row.version;
    CHECK(show("shared_namespaces", request) == row.shared);
  }
}

TEST_CASE("shared_namespaces: endpoints, services, connect and build name networks, too") {
  const FakeEngine engine = make_engine();
  const auto shared = [&](const Request& request) {
    return show("shared_namespaces", request, engine.ask(request));
  };
  CHECK(shared(make_request(Id::container_create, R"({"Image":"x","NetworkingConfig":
      {"EndpointsConfig":{"host":{}}}})")) == R"(["network-host"])");
  CHECK(shared(make_request(Id::container_create, R"({"Image":"x","NetworkingConfig":
      {"EndpointsConfig":{"apps":{"NetworkID":"eeeeeeeeeeee"}}}})")) == R"(["network-host"])");
  CHECK(shared(make_request(Id::service_create,
                            R"({"TaskTemplate":{"Networks":[{"Target":"host"}]}})")) ==
        R"(["network-host"])");
  CHECK(shared(make_request(Id::service_update, R"({"Networks":[{"Target":"host"}]})")) ==
        R"(["network-host"])");
  CHECK(shared(make_request(Id::service_create, R"({"Networks":[{"Target":"apps"}]})")) == "[]");
  CHECK(shared(make_request_on("host", Id::network_connect, R"({"Container":"web"})")) ==
        R"(["network-host"])");
  CHECK(shared(make_request_on(id_of('e'), Id::network_connect, R"({"Container":"web"})")) ==
        R"(["network-host"])");
  CHECK(shared(make_request(Id::image_build, "", "networkmode=host")) == R"(["network-host"])");
  CHECK(shared(make_request(Id::image_build, "", "networkmode=container:web")) ==
        R"(["network-container"])");
  CHECK(shared(make_request(Id::image_build, "", "networkmode=default")) == "[]");
}

TEST_CASE("networks: NetworkMode and EndpointsConfig") {
  const struct {
    std::string_view body;
    std::string_view networks;
  } rows[] = {
      {R"({"Image":"x"})", R"(["bridge"])"},
      {R"({"Image":"x","HostConfig":{"NetworkMode":"default"}})", R"(["bridge"])"},
      {R"({"Image":"x","HostConfig":{"NetworkMode":"bridge"}})", R"(["bridge"])"},
      {R"({"Image":"x","HostConfig":{"NetworkMode":"none"}})", R"(["none"])"},
      {R"({"Image":"x","HostConfig":{"NetworkMode":"host"}})", R"(["host"])"},
      {R"({"Image":"x","HostConfig":{"NetworkMode":"container:web"}})", "[]"},
      {R"({"Image":"x","HostConfig":{"NetworkMode":"apps"}})", R"(["apps"])"},
      {R"({"Image":"x","HostConfig":{"NetworkMode":"1111"}})", R"(["apps"])"},
      {R"({"Image":"x","HostConfig":{"NetworkMode":"nosuch"}})", R"(["nosuch"])"},
      // What CLI 28 sends for `docker run`.
      {R"({"Image":"x","HostConfig":{"NetworkMode":"default"},"NetworkingConfig":{"EndpointsConfig":
          {"default":{"IPAMConfig":null,"Links":null,"Aliases":null,"GwPriority":0}}}})",
       R"(["bridge"])"},
      // dockerode-compose: endpoints take the place of the default network.
      {R"({"Image":"x","NetworkingConfig":{"EndpointsConfig":{"apps":{"Aliases":["web"]}}}})",
       R"(["apps"])"},
      {R"({"Image":"x","HostConfig":{"NetworkMode":"bridge"},"NetworkingConfig":{"EndpointsConfig":
          {"apps":null}}})",
       R"(["bridge","apps"])"},
      {R"({"Image":"x","HostConfig":{"NetworkMode":"apps"},"NetworkingConfig":{"EndpointsConfig":
          {"apps":{},"edge":{}}}})",
       R"(["apps","edge"])"},
      // dockerd joins the NetworkID, whatever the key says.
      {R"({"Image":"x","HostConfig":{"NetworkMode":"apps"},"NetworkingConfig":{"EndpointsConfig":
          {"apps":{"NetworkID":"edge"}}}})",
       R"(["apps","edge"])"},
  };
  const FakeEngine engine = make_engine();
  for (const auto& row : rows) {
    CAPTURE(row.body);
    const Request request = make_request(Id::container_create, row.body);
    CHECK(show("networks", request, engine.ask(request)) == row.networks);
  }
}

TEST_CASE("networks: connect, disconnect, create, services and builds") {
  const FakeEngine engine = make_engine();
  const auto networks = [&](const Request& request) {
    return show("networks", request, engine.ask(request));
  };
  CHECK(networks(make_request_on("apps", Id::network_connect, R"({"Container":"web"})")) ==
        R"(["apps"])");
  CHECK(networks(make_request_on("1111", Id::network_disconnect, R"({"Container":"web"})")) ==
        R"(["apps"])");
  CHECK(networks(make_request_on("bridge", Id::network_disconnect, R"({"Container":"web"})")) ==
        R"(["bridge"])");
  CHECK(networks(make_request_on("apps", Id::network_connect, R"({"Container":"web",
      "EndpointConfig":{"NetworkID":"edge"}})")) == R"(["apps","edge"])");
  CHECK(networks(make_request(Id::network_create,
                              R"({"Name":"n","ConfigFrom":{"Network":"edge"}})")) == R"(["edge"])");
  CHECK(networks(make_request(Id::network_create, R"({"Name":"n"})")) == "[]");
  CHECK(
      networks(make_request(Id::service_create, R"({"TaskTemplate":{"Networks":[{"Target":"apps"}]},
      "Networks":[{"Target":"edge"},{"Target":"none"}]})")) == R"(["none","apps","edge"])");
  CHECK(networks(make_request(Id::image_build, "", "networkmode=apps")) == R"(["apps"])");
  CHECK(networks(make_request(Id::image_build, "", "t=x")) == R"(["bridge"])");
  CHECK(networks(make_request_on("apps", Id::network_delete)) == "[]");
}

TEST_CASE("networks: a network that the engine does not describe is an error") {
  const Request request = make_create(R"({"NetworkMode":"apps"})");
  CHECK(show("networks", request, Facts()).starts_with("error"));
  CHECK(show("shared_namespaces", request, Facts()).starts_with("error"));
}

TEST_CASE("containers: every place that names another container") {
  const struct {
    std::string_view host_config;
    std::string_view containers;
  } rows[] = {
      {R"({})", "[]"},
      {R"({"VolumesFrom":["web","/db:ro"]})", R"(["web","db"])"},
      {R"({"PidMode":"container:web"})", R"(["web"])"},
      {R"({"IpcMode":"container:/web"})", R"(["web"])"},
      {R"({"NetworkMode":"container:aaaaaaaaaaaa"})", R"(["web"])"},
      {R"({"Cgroup":"container:db"})", R"(["db"])"},
      {R"({"NetworkMode":"apps","Links":["web:www","db"]})", R"(["web","db"])"},
      {R"({"PidMode":"container:web","IpcMode":"container:web"})", R"(["web"])"},
      {R"({"VolumesFrom":["nosuch"]})", R"(["nosuch"])"},
      {R"({"PidMode":"host"})", "[]"},
  };
  const FakeEngine engine = [] {
    FakeEngine made = make_engine();
    made.add(ObjectKind::container, id_of('c'), {"vol"}, R"({"Name":"/vol","Mounts":[]})");
    return made;
  }();
  for (const auto& row : rows) {
    CAPTURE(row.host_config);
    const Request request = make_create(row.host_config);
    CHECK(show("containers", request, engine.ask(request)) == row.containers);
  }
  const auto containers = [&](const Request& request) {
    return show("containers", request, engine.ask(request));
  };
  CHECK(containers(make_request_on("apps", Id::network_connect, R"({"Container":"/web",
      "EndpointConfig":{"Links":["db:x"]}})")) == R"(["web","db"])");
  CHECK(containers(make_request_on("apps", Id::network_disconnect,
                                   R"({"Container":"web","Force":true})")) == R"(["web"])");
  CHECK(containers(make_request(Id::container_create, R"({"Image":"x","NetworkingConfig":
      {"EndpointsConfig":{"apps":{"Links":["db:x"]}}}})")) == R"(["db"])");
  CHECK(containers(make_request(Id::image_commit, "", "container=web&repo=x")) == R"(["web"])");
  CHECK(containers(make_request(Id::image_build, "", "networkmode=container:db")) == R"(["db"])");
  CHECK(containers(make_request(Id::service_create, R"({"TaskTemplate":{"NetworkAttachmentSpec":
      {"ContainerID":"web"}}})")) == R"(["web"])");
  CHECK(containers(make_request_on("web", Id::container_start)) == "[]");
}

TEST_CASE("containers: ownership comes with the names") {
  FakeEngine engine;
  engine.add(ObjectKind::container, id_of('a'), {"mine"},
             R"({"Name":"/mine","Config":{"Labels":{"owner":"ci/1"}},"Mounts":[]})");
  engine.add(ObjectKind::container, id_of('b'), {"yours"},
             R"({"Name":"/yours","Config":{"Labels":{"owner":"ci/2"}},"Mounts":null})");
  const Request request =
      make_create(R"({"VolumesFrom":["mine","yours","nosuch"],"NetworkMode":"none"})");
  Facts facts = engine.ask(request);
  facts.mark_ownership({"owner", "ci/1"});
  CHECK(
      to_json(*find_view("containers")->compute(request, facts)) ==
      R"([{"name":"mine","owned":true},{"name":"yours","owned":false},{"name":"nosuch","owned":false}])");
  CHECK(to_json(*find_view("networks")->compute(request, facts)) ==
        R"([{"name":"none","owned":true}])");
}

TEST_CASE("endpoint_settings: what is asked of an endpoint") {
  const struct {
    std::string_view endpoint;
    std::string_view settings;
  } rows[] = {
      {R"({})", "[]"},
      {R"(null)", "[]"},
      {R"({"IPAMConfig":{},"Links":null,"Aliases":[],"DriverOpts":null,"MacAddress":""})", "[]"},
      {R"({"IPAMConfig":{"IPv4Address":""}})", "[]"},
      {R"({"IPAMConfig":{"IPv4Address":"10.0.0.9"}})", R"(["address"])"},
      {R"({"IPAMConfig":{"LinkLocalIPs":["169.254.1.1"]}})", R"(["address"])"},
      {R"({"Aliases":["db"]})", R"(["aliases"])"},
      {R"({"MacAddress":"02:42:ac:11:00:02"})", R"(["mac-address"])"},
      {R"({"Links":["db:x"]})", R"(["links"])"},
      {R"({"DriverOpts":{"a":""}})", R"(["driver-options"])"},
      {R"({"GwPriority":1})", R"(["gateway-priority"])"},
      {R"({"Gateway":"10.0.0.1","IPPrefixLen":24})", R"(["reported"])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.endpoint);
    const std::string endpoint(row.endpoint);
    CHECK(show("endpoint_settings", make_request(
                                        Id::container_create, R"({"Image":"x","NetworkingConfig":
                   {"EndpointsConfig":{"n":)" + endpoint + "}}}")) == row.settings);
    CHECK(show("endpoint_settings", make_request_on("n", Id::network_connect,
                                                    R"({"EndpointConfig":)" + endpoint + "}")) ==
          row.settings);
  }
  CHECK(show("endpoint_settings", make_request(Id::service_create, R"({"TaskTemplate":{"Networks":
      [{"Target":"n","Aliases":["a"]}]},"Networks":[{"Target":"n","DriverOpts":{"x":"y"}}]})")) ==
        R"(["aliases","driver-options"])");
}

TEST_CASE("network_drivers and network_options: what a new network is made of") {
  const struct {
    std::string_view body;
    std::string_view drivers;
    std::string_view options;
  } rows[] = {
      {R"({"Name":"n"})", R"(["bridge"])", "[]"},
      {R"({"Name":"n","Driver":"bridge","IPAM":{"Driver":"default"}})", R"(["bridge"])", "[]"},
      {R"({"Name":"n","Driver":"macvlan","Options":{"parent":"eth0"}})", R"(["macvlan"])",
       R"(["parent=eth0"])"},
      {R"({"Name":"n","IPAM":{"Driver":"evil-ipam","Options":{"a":"b"}}})",
       R"(["bridge","ipam:evil-ipam"])", R"(["ipam:a=b"])"},
      {R"({"Name":"n","Options":{"com.docker.network.bridge.name":"docker0"}})", R"(["bridge"])",
       R"(["com.docker.network.bridge.name=docker0"])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    const Request request = make_request(Id::network_create, row.body);
    CHECK(show("network_drivers", request) == row.drivers);
    CHECK(show("network_options", request) == row.options);
  }
}

TEST_CASE("special_subnets: what a new network must not take over (C-284)") {
  const struct {
    std::string_view subnet;
    std::string_view special;
  } rows[] = {
      {"10.77.0.0/24", "[]"},
      {"172.20.0.0/16", "[]"},
      {"fd00:1::/64", "[]"},
      {"", "[]"},
      {"127.0.0.0/8", R"(["loopback"])"},
      {"127.1.2.0/24", R"(["loopback"])"},
      {"126.0.0.0/7", R"(["loopback"])"},
      {"128.0.0.0/8", R"(["public"])"},
      {"100.64.7.0/24", "[]"},
      {"192.168.0.0/16", "[]"},
      {"172.31.0.0/16", "[]"},
      {"172.32.0.0/16", R"(["public"])"},
      {"192.169.0.0/24", R"(["public"])"},
      {"10.0.0.0/7", R"(["public"])"},
      {"172.16.0.0/8", R"(["public"])"},
      {"2001:db8::/32", R"(["public"])"},
      {"::ffff:0:0/96", R"(["public"])"},
      {"169.254.169.254/32", R"(["link-local"])"},
      {"169.254.0.0/15", R"(["link-local"])"},
      {"239.1.0.0/16", R"(["multicast"])"},
      {"0.0.0.0/0", R"(["loopback","link-local","multicast","unspecified"])"},
      {"::1/128", R"(["loopback"])"},
      {"::/0", R"(["loopback","link-local","multicast","unspecified"])"},
      {"fe80::/64", R"(["link-local"])"},
      {"10.0.0.0/33", "error: IPAM.Config: no such subnet"},
      {"10.0.0.0", "error: IPAM.Config: no such subnet"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.subnet);
    const std::string pool = R"({"Subnet":")" + std::string(row.subnet) + R"("})";
    CHECK(show("special_subnets",
               make_request(Id::network_create,
                            R"({"Name":"n","IPAM":{"Config":[)" + pool + "]}}")) == row.special);
  }
}

}  // namespace
}  // namespace sealock::policy::testing
