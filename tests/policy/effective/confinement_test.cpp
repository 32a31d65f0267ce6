#include "tests/policy/effective/request_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy::testing {
namespace {

using Id = OperationId;

TEST_CASE("added_capabilities: one name for every spelling") {
  const struct {
    std::string_view capabilities;
    std::string_view added;
  } rows[] = {
      {R"(null)", "[]"},
      {R"([])", "[]"},
      {R"(["SYS_ADMIN"])", R"(["SYS_ADMIN"])"},
      {R"(["sys_admin"])", R"(["SYS_ADMIN"])"},
      {R"(["cap_Sys_Admin"])", R"(["SYS_ADMIN"])"},
      {R"(["CAP_SYS_ADMIN"])", R"(["SYS_ADMIN"])"},
      {R"(["Cap_sYs_aDmin","SYS_ADMIN"])", R"(["SYS_ADMIN"])"},
      {R"(["ALL"])", R"(["ALL"])"},
      {R"(["aLL"])", R"(["ALL"])"},
      {R"(["CAP_ALL"])", R"(["ALL"])"},  // dockerd refuses it
      {R"(["NET_BIND_SERVICE","CHOWN"])", R"(["NET_BIND_SERVICE","CHOWN"])"},
      {R"(["CAP_CAP_CHOWN"])", R"(["CAP_CHOWN"])"},
      {R"(["CHECKPOINT_RESTORE"])", R"(["CHECKPOINT_RESTORE"])"},
      // dockerd's ToUpper makes I of \u0131 and S of \u017f; no list has such a name (B15).
      {R"(["sys_adm\u0131n"])", "[\"SYS_ADM\xc4\xb1N\"]"},
      {R"(["\u017fys_admin"])", "[\"\xc5\xbfYS_ADMIN\"]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.capabilities);
    const std::string list(row.capabilities);
    CHECK(show("added_capabilities", make_create(R"({"CapAdd":)" + list + "}")) == row.added);
    CHECK(show("added_capabilities",
               make_request(Id::service_create, R"({"TaskTemplate":{"ContainerSpec":
                   {"CapabilityAdd":)" + list + "}}}")) == row.added);
  }
  CHECK(show("added_capabilities", make_create(R"({"CapDrop":["ALL"]})")) == "[]");
}

TEST_CASE("unconfined: every security option, the last one counts") {
  const struct {
    std::string_view options;
    std::string_view unconfined;
  } rows[] = {
      {R"(null)", "[]"},
      {R"([])", "[]"},
      {R"(["no-new-privileges"])", "[]"},
      {R"(["no-new-privileges=true"])", "[]"},
      {R"(["no-new-privileges:true"])", "[]"},
      {R"(["no-new-privileges=1"])", "[]"},
      {R"(["no-new-privileges=false"])", R"(["no-new-privileges-off"])"},
      {R"(["no-new-privileges:false"])", R"(["no-new-privileges-off"])"},
      {R"(["no-new-privileges=0"])", R"(["no-new-privileges-off"])"},
      {R"(["no-new-privileges=F"])", R"(["no-new-privileges-off"])"},
      {R"(["no-new-privileges=maybe"])", R"(["no-new-privileges-off"])"},
      {R"(["no-new-privileges","no-new-privileges=false"])", R"(["no-new-privileges-off"])"},
      {R"(["no-new-privileges=false","no-new-privileges"])", "[]"},
      {R"(["seccomp=unconfined"])", R"(["seccomp-unconfined"])"},
      {R"(["seccomp:unconfined"])", R"(["seccomp-unconfined"])"},
      {R"(["seccomp=builtin"])", "[]"},
      {R"(["seccomp=builtin","seccomp=unconfined"])", R"(["seccomp-unconfined"])"},
      {R"(["seccomp=unconfined","seccomp:builtin"])", "[]"},
      {R"(["seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}"])", R"(["seccomp-profile"])"},
      {R"(["seccomp:{\"defaultAction\":1}"])", R"(["seccomp-profile"])"},
      {R"(["seccomp=/etc/profile.json"])", R"(["seccomp-profile"])"},
      {R"(["seccomp=UNCONFINED"])", R"(["seccomp-profile"])"},
      {R"(["apparmor=unconfined"])", R"(["apparmor-unconfined"])"},
      {R"(["apparmor:unconfined"])", R"(["apparmor-unconfined"])"},
      {R"(["apparmor=lxc-container-default"])", R"(["apparmor-profile"])"},
      {R"(["apparmor=docker-default"])", "[]"},
      {R"(["apparmor=docker-default","apparmor=unconfined"])", R"(["apparmor-unconfined"])"},
      {R"(["label=disable"])", R"(["label-disable"])"},
      {R"(["label:disable"])", R"(["label-disable"])"},
      {R"(["disable"])", R"(["label-disable"])"},
      {R"(["label=user:system_u"])", R"(["label-options"])"},
      {R"(["label:type:spc_t"])", R"(["label-options"])"},
      {R"(["label=level:s0:c1,c2"])", R"(["label-options"])"},
      {R"(["label=disable","label=type:x"])", R"(["label-disable","label-options"])"},
      {R"(["writable-cgroups"])", R"(["writable-cgroups"])"},
      {R"(["writable-cgroups=true"])", R"(["writable-cgroups"])"},
      {R"(["writable-cgroups:1"])", R"(["writable-cgroups"])"},
      {R"(["writable-cgroups=false"])", "[]"},
      {R"(["writable-cgroups=false","writable-cgroups"])", R"(["writable-cgroups"])"},
      {R"(["systempaths=unconfined"])", R"(["security-option"])"},
      {R"(["Seccomp=unconfined"])", R"(["security-option"])"},
      {R"([" seccomp=unconfined"])", R"(["security-option"])"},
      {R"(["seccomp"])", R"(["security-option"])"},
      {R"([""])", R"(["security-option"])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.options);
    const std::string list(row.options);
    CHECK(show("unconfined", make_create(R"({"SecurityOpt":)" + list + "}")) == row.unconfined);
  }
}

TEST_CASE("unconfined: masked and read-only paths are the engine's only when they are null") {
  const struct {
    std::string_view host_config;
    std::string_view unconfined;
  } rows[] = {
      {R"({"MaskedPaths":null,"ReadonlyPaths":null})", "[]"},
      {R"({"MaskedPaths":["/proc/asound","/proc/acpi","/proc/kcore","/proc/keys",
          "/proc/latency_stats","/proc/timer_list","/proc/timer_stats","/proc/sched_debug",
          "/proc/scsi","/sys/firmware"],
          "ReadonlyPaths":["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]})",
       "[]"},
      {R"({"MaskedPaths":[]})", R"(["masked-paths"])"},
      {R"({"ReadonlyPaths":[]})", R"(["readonly-paths"])"},
      {R"({"MaskedPaths":["/proc/acpi"]})", R"(["masked-paths"])"},
      {R"({"MaskedPaths":[],"ReadonlyPaths":[]})", R"(["masked-paths","readonly-paths"])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host_config);
    CHECK(show("unconfined", make_create(row.host_config)) == row.unconfined);
  }
}

TEST_CASE("unconfined: the privileges of a service") {
  const struct {
    std::string_view privileges;
    std::string_view unconfined;
  } rows[] = {
      {R"(null)", "[]"},
      {R"({"CredentialSpec":null,"SELinuxContext":null})", "[]"},
      {R"({"Seccomp":{"Mode":"default"},"AppArmor":{"Mode":"default"}})", "[]"},
      {R"({"Seccomp":{"Mode":"unconfined"}})", R"(["seccomp-unconfined"])"},
      {R"({"Seccomp":{"Mode":"custom","Profile":"e30="}})", R"(["seccomp-profile"])"},
      {R"({"Seccomp":{"Profile":"e30="}})", R"(["seccomp-profile"])"},
      {R"({"AppArmor":{"Mode":"disabled"}})", R"(["apparmor-unconfined"])"},
      {R"({"SELinuxContext":{"Disable":true}})", R"(["label-disable"])"},
      {R"({"SELinuxContext":{"Type":"spc_t"}})", R"(["label-options"])"},
      {R"({"NoNewPrivileges":false})", "[]"},
      {R"({"NoNewPrivileges":true})", "[]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.privileges);
    const std::string privileges(row.privileges);
    CHECK(show("unconfined", make_request(Id::service_create, R"({"TaskTemplate":{"ContainerSpec":
        {"Privileges":)" + privileges + "}}}")) == row.unconfined);
  }
}

TEST_CASE("devices: nodes, rules, requests and variables") {
  const struct {
    std::string_view host_config;
    std::string_view devices;
  } rows[] = {
      {R"({})", "[]"},
      {R"({"Devices":[],"DeviceRequests":null,"DeviceCgroupRules":null})", "[]"},
      {R"({"Devices":[{"PathOnHost":"/dev/fuse","PathInContainer":"/x","CgroupPermissions":"r"}]})",
       R"(["/dev/fuse"])"},
      {R"({"Devices":[{"PathOnHost":"/dev"}]})", R"(["/dev"])"},
      {R"({"Devices":[{"PathOnHost":"/dev/../dev/./mem"}]})", R"(["/dev/mem"])"},
      {R"({"Devices":[{"PathOnHost":"dev/mem"}]})", R"(["/"])"},
      {R"({"Devices":[{"PathOnHost":""}]})", R"(["/"])"},
      {R"({"DeviceCgroupRules":["a *:* rwm","c 10:229 r"]})",
       R"(["cgroup:a *:* rwm","cgroup:c 10:229 r"])"},
      {R"({"DeviceRequests":[{"Count":-1,"Capabilities":[["gpu"]]}]})", R"(["request:gpu"])"},
      {R"({"DeviceRequests":[{"Driver":"nvidia","Count":1,"Capabilities":[["gpu"]]}]})",
       R"(["request:nvidia"])"},
      {R"({"DeviceRequests":[{"Driver":"cdi","DeviceIDs":["vendor.com/gpu=0"]}]})",
       R"(["cdi:vendor.com/gpu=0","request:cdi"])"},
      {R"({"DeviceRequests":[{}]})", R"(["request:any"])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host_config);
    CHECK(show("devices", make_create(row.host_config)) == row.devices);
    // ContainerUpdate has the same fields at the top level.
    CHECK(show("devices", make_request(Id::container_update, row.host_config)) == row.devices);
  }
}

TEST_CASE("devices: the environment asks the NVIDIA runtime and its kin") {
  const struct {
    std::string_view env;
    std::string_view devices;
  } rows[] = {
      {R"(["NVIDIA_VISIBLE_DEVICES=all"])", R"(["env:NVIDIA_VISIBLE_DEVICES=all"])"},
      {R"(["NVIDIA_VISIBLE_DEVICES=GPU-1"])", R"(["env:NVIDIA_VISIBLE_DEVICES=GPU-1"])"},
      {R"(["NVIDIA_VISIBLE_DEVICES=void"])", "[]"},
      {R"(["NVIDIA_VISIBLE_DEVICES=none"])", "[]"},
      {R"(["NVIDIA_VISIBLE_DEVICES="])", "[]"},
      {R"(["NVIDIA_VISIBLE_DEVICES"])", "[]"},
      {R"(["NVIDIA_VISIBLE_DEVICES=void","NVIDIA_VISIBLE_DEVICES=0"])",
       R"(["env:NVIDIA_VISIBLE_DEVICES=0"])"},
      {R"(["AMD_VISIBLE_DEVICES=0"])", R"(["env:AMD_VISIBLE_DEVICES=0"])"},
      {R"(["NVIDIA_MOFED=enabled"])", R"(["env:NVIDIA_MOFED=enabled"])"},
      {R"(["CUDA_VISIBLE_DEVICES=0","PATH=/bin"])", "[]"},
      {R"(null)", "[]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.env);
    const std::string env(row.env);
    CHECK(show("devices", make_request(Id::container_create,
                                       R"({"Image":"x","Env":)" + env + "}")) == row.devices);
    CHECK(show("devices", make_request(Id::image_commit, R"({"Env":)" + env + "}")) == row.devices);
    CHECK(show("devices", make_request(Id::service_create, R"({"TaskTemplate":{"ContainerSpec":
        {"Env":)" + env + "}}}")) == row.devices);
  }
}

}  // namespace
}  // namespace sealock::policy::testing
