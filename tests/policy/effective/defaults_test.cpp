// What ContainerCreate leaves to the engine, written out where the engine would share a namespace.

#include "policy/effective/facts.hpp"
#include "policy/engine_api/operation.hpp"
#include "policy/request/json_reader.hpp"
#include "policy/request/request.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

Value written(const char* operation, const char* version, const char* body) {
  Request request;
  request.operation = find_operation(operation);
  request.version = version;
  request.body = read_json(body).value();
  write_defaults(request);
  return request.body;
}

TEST_CASE("defaults: a cgroup namespace of its own, whatever the engine's default is") {
  const char* bodies[] = {R"({"Image":"a"})", R"({"Image":"a","HostConfig":null})",
                          R"({"Image":"a","HostConfig":{}})",
                          R"({"Image":"a","HostConfig":{"CgroupnsMode":""}})",
                          R"({"Image":"a","HostConfig":{"CgroupnsMode":null}})"};
  for (const char* body : bodies) {
    CAPTURE(body);
    const Value value = written("ContainerCreate", "1.41", body);
    CHECK(value.find("HostConfig")->text("CgroupnsMode") == "private");
    CHECK(value.find("HostConfig")->find("IpcMode") == nullptr);
  }
}

TEST_CASE("defaults: what the request says stays") {
  const Value value = written("ContainerCreate", "1.39",
                              R"({"HostConfig":{"CgroupnsMode":"host","IpcMode":"none"}})");
  CHECK(value.find("HostConfig")->text("CgroupnsMode") == "host");
  CHECK(value.find("HostConfig")->text("IpcMode") == "none");
}

TEST_CASE("defaults: no shareable memory because an old API version says nothing of it") {
  CHECK(written("ContainerCreate", "1.39", "{}").find("HostConfig")->text("IpcMode") == "private");
  CHECK(written("ContainerCreate", "", "{}").find("HostConfig")->find("IpcMode") == nullptr);
}

TEST_CASE("defaults: other operations stay as they are") {
  CHECK(to_json(written("ContainerExec", "1.41", R"({"Cmd":["a"]})")) == R"({"Cmd":["a"]})");
}

}  // namespace
}  // namespace sealock::policy
