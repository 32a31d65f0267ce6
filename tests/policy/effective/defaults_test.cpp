// What ContainerCreate leaves to the engine, written out where the engine would share a namespace.

#include "policy/effective/facts.hpp"
#include "policy/engine_api/operation.hpp"
#include "policy/request/json_reader.hpp"
#include "policy/request/request.hpp"

#include <doctest/doctest.h>

#include <string>

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

TEST_CASE(
    "defaults: the engine's own masked paths, as inspect shows them, are left to the engine") {
  const std::string masked =
      R"("/proc/asound","/proc/acpi","/proc/kcore","/proc/keys","/proc/latency_stats",)"
      R"("/proc/timer_list","/proc/timer_stats","/proc/sched_debug","/proc/scsi","/sys/firmware")";
  const std::string read_only =
      R"("/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger")";
  const auto is_left = [](const std::string& field, const std::string& paths) {
    const std::string body = R"({"HostConfig":{")" + field + R"(":[)" + paths + "]}}";
    const Value value = written("ContainerCreate", "1.41", body.c_str());
    return value.find("HostConfig")->find(field)->is_null();
  };
  CHECK(is_left("MaskedPaths", masked));
  CHECK(is_left("ReadonlyPaths", read_only));
  CHECK(is_left("MaskedPaths", "\"/proc/interrupts\"," + masked +
                                   R"(,"/sys/devices/system/cpu/cpu12/thermal_throttle")"));
  CHECK_FALSE(is_left("MaskedPaths", ""));
  CHECK_FALSE(is_left("MaskedPaths", R"("/proc/asound","/proc/acpi")"));
  // More than the engine's own is what the client wants, and is judged as that.
  CHECK_FALSE(is_left("MaskedPaths", masked + R"(,"/proc/mounts")"));
  CHECK_FALSE(
      is_left("MaskedPaths", masked + R"(,"/sys/devices/system/cpu/cpu/thermal_throttle")"));
  CHECK_FALSE(is_left("ReadonlyPaths", read_only + R"(,"/proc/interrupts")"));
  CHECK_FALSE(is_left("ReadonlyPaths", ""));
}

TEST_CASE("defaults: other operations stay as they are") {
  CHECK(to_json(written("ContainerExec", "1.41", R"({"Cmd":["a"]})")) == R"({"Cmd":["a"]})");
}

}  // namespace
}  // namespace sealock::policy
