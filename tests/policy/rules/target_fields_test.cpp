#include "policy/rules/target_fields.hpp"

#include "policy/request/json_reader.hpp"
#include "policy/rules/value_tests.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

Value json(std::string_view text) {
  Result<Value> value = read_json(text);
  REQUIRE(value.has_value());
  return *value;
}

std::string inspected(TargetKind kind, std::string_view document, std::string_view path) {
  std::list<Value> made;
  const Value value = json(document);
  return describe(read_inspected(value, kind, parse_path(path), made));
}

std::string shown(std::string_view object, std::string_view path) {
  std::list<Value> made;
  const Value value = json(object);
  return describe(read_shown(value, parse_path(path), made));
}

constexpr std::string_view container_inspect = R"({"Id":"4f2a","Name":"/web","Image":"sha256:1",
    "State":{"Status":"running","Error":""},"Config":{"Image":"nginx:1","Labels":{"a.b":"x"}},
    "HostConfig":{"Privileged":false,"PidMode":"host"},
    "Mounts":[{"Type":"bind"},{"Type":"volume"}]})";
constexpr std::string_view container_shown = R"({"Id":"4f2a","Names":["/shop/db","/web"],
    "Image":"nginx:1","ImageID":"sha256:1","State":"running","Labels":{"a.b":"x"},
    "HostConfig":{"NetworkMode":"default"},"Mounts":[{"Type":"bind"}]})";
constexpr std::string_view container_event = R"({"status":"start","id":"4f2a","Type":"container",
    "Action":"start","Actor":{"ID":"4f2a","Attributes":{"name":"web","image":"nginx:1","a.b":"x"}},
    "scope":"local","time":1,"timeNano":1})";

TEST_CASE("target: one name means the same in inspect, list and event") {
  for (const std::string_view path : {"Labels[a.b]", "Name", "Image", "Id"}) {
    CAPTURE(path);
    const std::string expected = inspected(TargetKind::container, container_inspect, path);
    CHECK(expected != "unset");
    CHECK(shown(container_shown, path) == expected);
    CHECK(shown(container_event, path) == expected);
  }
  CHECK(inspected(TargetKind::container, container_inspect, "Name") == "web");
  CHECK(inspected(TargetKind::container, container_inspect, "Labels[a.b]") == "x");
  CHECK(inspected(TargetKind::container, container_inspect, "State") == "running");
  CHECK(shown(container_shown, "State") == "running");
  CHECK(shown(container_shown, "State.Status") == "running");
  CHECK(shown(container_shown, "Config.Labels[a.b]") == "x");
}

TEST_CASE("target: any other path is the document's own") {
  CHECK(inspected(TargetKind::container, container_inspect, "HostConfig.PidMode") == "host");
  CHECK(inspected(TargetKind::container, container_inspect, "HostConfig.Privileged") == "unset");
  CHECK(inspected(TargetKind::container, container_inspect, "HostConfig.Binds") == "unset");
  CHECK(inspected(TargetKind::container, container_inspect, "Mounts[].Type") == "[bind, volume]");
  CHECK(inspected(TargetKind::container, container_inspect, "Labels[other]") == "unset");
  CHECK(inspected(TargetKind::container, container_inspect, "State.Error") == "unset");
  CHECK(shown(container_shown, "Mounts[].Type") == "[bind]");
  CHECK(shown(container_event, "Type") == "container");
}

TEST_CASE("target: what a list does not show is unknown, not unset") {
  CHECK(shown(container_shown, "HostConfig.Privileged") == "not computable (it has no Privileged)");
  CHECK(shown(container_event, "HostConfig.Privileged") == "not computable (it has no HostConfig)");
  CHECK(shown(container_shown, "Labels[other]") == "unset");
  CHECK(shown(R"({"Names":["/web"],"Labels":null})", "Labels[a]") == "unset");
}

TEST_CASE("target: the other kinds") {
  CHECK(inspected(TargetKind::image, R"({"Config":{"Labels":{"a":"x"}}})", "Labels[a]") == "x");
  CHECK(shown(R"({"RepoTags":["a:1"],"Labels":{"a":"x"}})", "Labels[a]") == "x");
  CHECK(inspected(TargetKind::network, R"({"Name":"n","Labels":{"a":"x"}})", "Labels[a]") == "x");
  CHECK(shown(R"({"Name":"n","Labels":{"a":"x"}})", "Labels[a]") == "x");
  CHECK(shown(R"({"Name":"v","Driver":"local","Labels":null})", "Labels[a]") == "unset");
  CHECK(inspected(TargetKind::service, R"({"Spec":{"Name":"s","Labels":{"a":"x"}}})",
                  "Labels[a]") == "x");
  CHECK(shown(R"({"ID":"1","Version":{"Index":1},"Spec":{"Name":"s","Labels":{"a":"x"}}})",
              "Labels[a]") == "x");
  // A task has a Spec and a Version too; its labels are its own.
  CHECK(shown(R"({"ID":"1","Version":{"Index":1},"Spec":{},"DesiredState":"running",
              "Labels":{"a":"x"}})",
              "Labels[a]") == "x");
  CHECK(inspected(TargetKind::exec, R"({"ProcessConfig":{"privileged":true}})",
                  "ProcessConfig.privileged") == "true");
}

TEST_CASE("target: an event of a network carries no labels to judge by") {
  constexpr std::string_view event = R"({"Type":"network","Action":"connect",
      "Actor":{"ID":"n1","Attributes":{"name":"apps","a":"x"}}})";
  CHECK(shown(event, "Labels[a]") ==
        "not computable (this event does not carry the labels of its object)");
  CHECK(shown(event, "Name") == "apps");
  CHECK(shown(event, "Type") == "network");
}

TEST_CASE("target: what of the host a container holds, in whichever spelling it got it") {
  const struct {
    std::string_view host;
    std::string_view access;
  } rows[] = {
      {R"({})", "[]"},
      {R"({"Privileged":true})", "[privileged]"},
      {R"({"PidMode":"host","NetworkMode":"host","IpcMode":"host"})",
       "[pid-host, ipc-host, network-host]"},
      {R"({"PidMode":"container:1f","NetworkMode":"bridge","IpcMode":"private"})", "[]"},
      {R"({"CgroupnsMode":"host"})", "[]"},
      {R"({"CapAdd":["cap_sys_admin","CHOWN","NET_RAW","all"]})",
       "[capability:SYS_ADMIN, capability:ALL]"},
      {R"({"Devices":[{"PathOnHost":"/dev/fuse"}]})", "[device]"},
      {R"({"DeviceCgroupRules":["a *:* rwm"],"DeviceRequests":[{"Count":-1}]})", "[device]"},
      {R"({"SecurityOpt":["seccomp:unconfined"]})", "[unconfined]"},
      {R"({"SecurityOpt":["disable"]})", "[unconfined]"},
      {R"({"SecurityOpt":["no-new-privileges"],"Devices":[],"CapAdd":null})", "[]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host);
    const std::string document = R"({"Name":"/x","HostConfig":)" + std::string(row.host) + "}";
    CHECK(inspected(TargetKind::container, document, "HostAccess") == row.access);
  }
  constexpr std::string_view mounts = R"({"Names":["/x"],"Mounts":[
      {"Type":"bind","Source":"/var/run/docker.sock"},
      {"Type":"volume","Source":"/var/lib/docker/volumes/v/_data"},{"Type":"tmpfs"}]})";
  CHECK(inspected(TargetKind::container, mounts, "HostPaths") == "[/var/run/docker.sock]");
  CHECK(shown(mounts, "HostPaths") == "[/var/run/docker.sock]");
  // A list does not show it; an image has none of it.
  CHECK(shown(mounts, "HostAccess") == "not computable (this object does not tell)");
  CHECK(inspected(TargetKind::image, R"({})", "HostAccess") ==
        "not computable (this object does not tell)");
}

TEST_CASE("target: a link alias is not the name of a container") {
  CHECK(shown(R"({"Names":["/shop/db","/db"],"Labels":{}})", "Name") == "db");
  CHECK(shown(R"({"Names":["/shop/db"],"Labels":{}})", "Name") ==
        "not computable (it has no Name)");
}

}  // namespace
}  // namespace sealock::policy
