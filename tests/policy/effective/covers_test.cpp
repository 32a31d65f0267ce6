// The table of views against the catalogue: names, documentation, and the fields they cover.

#include "policy/engine_api/schema.hpp"
#include "tests/policy/effective/request_maker.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

namespace sealock::policy::testing {
namespace {

TEST_CASE("views: each has one name and says what it means") {
  std::set<std::string_view> names;
  for (const View& view : all_views()) {
    CAPTURE(view.name);
    CHECK(names.insert(view.name).second);
    CHECK(view.meaning.size() > 10);
    CHECK((view.compute != nullptr));
    CHECK(find_view(view.name) == &view);
  }
  CHECK(find_view("nosuch") == nullptr);
  for (const std::string_view promised :
       {"host_paths", "named_volumes", "special_mounts", "networks", "containers",
        "shared_namespaces", "added_capabilities", "devices", "unconfined", "image.registry",
        "image.repository", "image.tag", "image.digest"})
    CHECK(find_view(promised) != nullptr);
}

TEST_CASE("views: every covered field is in the body of one operation, and of that one alone") {
  // A view that covers a field of an operation that it does not look at would open the field for
  // every rule. These are the operations each path is meant for.
  const std::vector<std::string_view> create{"ContainerCreate"};
  const std::vector<std::string_view> services{"ServiceCreate", "ServiceUpdate"};
  const std::map<std::string_view, std::vector<std::string_view>> top_level{
      {"Image", {"ContainerCreate", "ImageCommit"}},
      {"User", {"ContainerCreate", "ContainerExec", "ImageCommit"}},
      {"Container", {"NetworkConnect", "NetworkDisconnect"}},
      {"EndpointConfig", {"NetworkConnect"}},
      {"DriverOpts", {"VolumeCreate"}},
      {"ConfigFrom", {"NetworkCreate"}},
      {"Options", {"NetworkCreate"}},
      {"IPAM", {"NetworkCreate"}},
      {"Networks", services},
      {"EndpointSpec", services},
      {"TaskTemplate", services},
      {"HostConfig", create},
      {"NetworkingConfig", create},
      {"Devices", {"ContainerUpdate"}},
      {"DeviceRequests", {"ContainerUpdate"}},
      {"DeviceCgroupRules", {"ContainerUpdate"}},
      {"CgroupParent", {"ContainerUpdate"}},
      {"Memory", {"ContainerUpdate"}},
      {"NanoCpus", {"ContainerUpdate"}},
      {"CpuQuota", {"ContainerUpdate"}},
      {"CpuPeriod", {"ContainerUpdate"}},
  };
  for (const View& view : all_views()) {
    for (const std::string_view path : view.covers) {
      CAPTURE(view.name);
      CAPTURE(path);
      const std::string_view top = path.substr(0, path.find('.'));
      const auto expected = top_level.find(top);
      REQUIRE(expected != top_level.end());
      std::vector<std::string_view> found;
      for (const Operation& operation : all_operations())
        if (operation.body != nullptr && find_schema(*operation.body, path) != nullptr)
          found.push_back(operation.name);
      std::sort(found.begin(), found.end());
      CHECK(found == expected->second);
    }
  }
}

// A body that says something in the field, for each covered path, and the views that must then speak.
TEST_CASE("views: a covered field that says something dangerous is in one of its views") {
  const struct {
    OperationId id;
    std::string_view body;
    std::string_view path;
  } rows[] = {
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"Binds":["/a:/b"]}})",
       "HostConfig.Binds"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"VolumesFrom":["web"]}})",
       "HostConfig.VolumesFrom"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"VolumeDriver":"d"}})",
       "HostConfig.VolumeDriver"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"Tmpfs":{"/t":""}}})",
       "HostConfig.Tmpfs"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"NetworkMode":"host"}})",
       "HostConfig.NetworkMode"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"PidMode":"host"}})",
       "HostConfig.PidMode"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"IpcMode":"host"}})",
       "HostConfig.IpcMode"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"UTSMode":"host"}})",
       "HostConfig.UTSMode"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"UsernsMode":"host"}})",
       "HostConfig.UsernsMode"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"CgroupnsMode":"host"}})",
       "HostConfig.CgroupnsMode"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"Cgroup":"container:web"}})",
       "HostConfig.Cgroup"},
      {OperationId::container_create,
       R"({"Image":"x","HostConfig":{"Links":["web:x"],"NetworkMode":"n"}})", "HostConfig.Links"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"CapAdd":["ALL"]}})",
       "HostConfig.CapAdd"},
      {OperationId::container_create,
       R"({"Image":"x","HostConfig":{"Devices":[{"PathOnHost":"/dev"}]}})", "HostConfig.Devices"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"DeviceRequests":[{}]}})",
       "HostConfig.DeviceRequests"},
      {OperationId::container_create,
       R"({"Image":"x","HostConfig":{"DeviceCgroupRules":["a *:* rwm"]}})",
       "HostConfig.DeviceCgroupRules"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"SecurityOpt":["disable"]}})",
       "HostConfig.SecurityOpt"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"MaskedPaths":[]}})",
       "HostConfig.MaskedPaths"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"ReadonlyPaths":[]}})",
       "HostConfig.ReadonlyPaths"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"GroupAdd":["0"]}})",
       "HostConfig.GroupAdd"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"PortBindings":{"80":null}}})",
       "HostConfig.PortBindings"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"PublishAllPorts":true}})",
       "HostConfig.PublishAllPorts"},
      {OperationId::container_create,
       R"({"Image":"x","HostConfig":{"LogConfig":{"Type":"syslog"}}})", "HostConfig.LogConfig"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"Runtime":"r"}})",
       "HostConfig.Runtime"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"Annotations":{"a":""}}})",
       "HostConfig.Annotations"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"Sysctls":{"a":""}}})",
       "HostConfig.Sysctls"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"CgroupParent":"/"}})",
       "HostConfig.CgroupParent"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"PidsLimit":-1}})",
       "HostConfig.PidsLimit"},
      {OperationId::container_create, R"({"Image":"x","HostConfig":{"CpuQuota":-1}})",
       "HostConfig.CpuQuota"},
      {OperationId::container_create, R"({"Image":"x","User":"0"})", "User"},
      {OperationId::container_create, R"({"Image":"x"})", "Image"},
      {OperationId::container_create,
       R"({"Image":"sha256:)"
       R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})",
       "Image"},
      {OperationId::container_create,
       R"({"Image":"x","NetworkingConfig":{"EndpointsConfig":{"n":{}}}})",
       "NetworkingConfig.EndpointsConfig"},
      {OperationId::volume_create, R"({"Name":"v","DriverOpts":{"type":"nfs","device":":/x"}})",
       "DriverOpts"},
      {OperationId::network_connect, R"({"Container":"web"})", "Container"},
      {OperationId::network_connect, R"({"EndpointConfig":{"MacAddress":"x"}})", "EndpointConfig"},
      {OperationId::network_create, R"({"Name":"n","ConfigFrom":{"Network":"m"}})", "ConfigFrom"},
      {OperationId::network_create, R"({"Name":"n","Options":{"parent":"eth0"}})", "Options"},
      {OperationId::network_create, R"({"Name":"n","IPAM":{"Driver":"evil"}})", "IPAM.Driver"},
      {OperationId::container_update, R"({"CgroupParent":"/"})", "CgroupParent"},
      {OperationId::container_update, R"({"DeviceCgroupRules":["a *:* rwm"]})",
       "DeviceCgroupRules"},
      {OperationId::service_create, R"({"Networks":[{"Target":"n"}]})", "Networks"},
      {OperationId::service_create, R"({"TaskTemplate":{"Runtime":"plugin"}})",
       "TaskTemplate.Runtime"},
      {OperationId::service_create, R"({"EndpointSpec":{"Ports":[{"TargetPort":1}]}})",
       "EndpointSpec.Ports"},
      {OperationId::service_create,
       R"({"TaskTemplate":{"NetworkAttachmentSpec":{"ContainerID":"x"}}})",
       "TaskTemplate.NetworkAttachmentSpec"},
  };
  FakeEngine engine;
  engine.add(ObjectKind::container, id_of('a'), {"web"}, R"({"Name":"/web","Mounts":[]})");
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CAPTURE(row.body);
    Request request = make_request(row.id, row.body);
    request.target = request.operation->target == TargetKind::none ? "" : "web";
    const Facts facts = engine.ask(request);
    bool speaks = false;
    bool covered = false;
    for (const View& view : all_views()) {
      if (std::find(view.covers.begin(), view.covers.end(), row.path) == view.covers.end())
        continue;
      covered = true;
      const auto value = view.compute(request, facts);
      speaks = speaks || !value || !value->is_zero();
    }
    CHECK(covered);
    CHECK(speaks);
  }
}

TEST_CASE("views: a request without a body and one of another operation are computed, too") {
  for (const Operation& operation : all_operations()) {
    Request request;
    request.operation = &operation;
    request.target = operation.target == TargetKind::none ? "" : "x";
    const Facts facts = FakeEngine().ask(request, true);
    CAPTURE(operation.name);
    CHECK(check_spellings(request).has_value() ==
          (operation.id != OperationId::container_create));  // which wants an image
    for (const View& view : all_views()) {
      CAPTURE(view.name);
      const auto value = view.compute(request, facts);
      if (value && view.shape == ViewShape::list) CHECK(value->is_list());
    }
  }
}

}  // namespace
}  // namespace sealock::policy::testing
