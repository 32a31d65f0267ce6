// The path language of find_schema, the spellings that find_field takes, and the spots of the
// tables on which rules lean.

#include "policy/engine_api/schema.hpp"

#include "policy/engine_api/body_schemas.hpp"
#include "policy/engine_api/operation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

using namespace std::string_view_literals;

namespace {

const Schema& body_of(OperationId id) {
  const Schema* schema = body_schema(id);
  REQUIRE(schema != nullptr);
  return *schema;
}

const Field& field_of(OperationId id, std::string_view object_path, std::string_view name) {
  const Schema* object = object_path.empty() ? &body_of(id) : find_schema(body_of(id), object_path);
  REQUIRE(object != nullptr);
  const Field* field = find_field(*object, name);
  REQUIRE(field != nullptr);
  return *field;
}

// Calls `visit` once for every object schema that a body can hold.
template <typename Visit>
void for_each_object(const Schema& schema, std::set<const Schema*>& seen, const Visit& visit) {
  if (!seen.insert(&schema).second) return;
  if (schema.kind == SchemaKind::object) visit(schema);
  if (schema.element != nullptr) for_each_object(*schema.element, seen, visit);
  for (const Field& field : schema.fields) {
    for_each_object(*field.schema, seen, visit);
  }
}

template <typename Visit>
void for_each_object(const Visit& visit) {
  std::set<const Schema*> seen;
  for (const Operation& operation : all_operations()) {
    const Schema* schema = body_schema(operation.id);
    if (schema != nullptr) for_each_object(*schema, seen, visit);
  }
}

std::string folded(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

}  // namespace

TEST_CASE("find_schema: walks members, lists and maps") {
  const struct {
    OperationId operation;
    std::string_view path;
    SchemaKind kind;
  } rows[] = {
      {OperationId::container_create, "Image", SchemaKind::string},
      {OperationId::container_create, "HostConfig", SchemaKind::object},
      {OperationId::container_create, "HostConfig.Privileged", SchemaKind::boolean},
      {OperationId::container_create, "HostConfig.Memory", SchemaKind::integer},
      {OperationId::container_create, "HostConfig.Mounts", SchemaKind::list},
      {OperationId::container_create, "HostConfig.Mounts[]", SchemaKind::object},
      {OperationId::container_create, "HostConfig.Mounts[].BindOptions.Propagation",
       SchemaKind::string},
      {OperationId::container_create, "HostConfig.Mounts[].TmpfsOptions.Options[][]",
       SchemaKind::string},
      {OperationId::container_create, "HostConfig.DeviceRequests[].Capabilities[][]",
       SchemaKind::string},
      {OperationId::container_create, "Labels", SchemaKind::map},
      {OperationId::container_create, "Labels{}", SchemaKind::string},
      {OperationId::container_create, "Labels[com.docker.compose.project]", SchemaKind::string},
      {OperationId::container_create, "Labels[a{b}]", SchemaKind::string},
      {OperationId::container_create, "ExposedPorts[80/tcp]", SchemaKind::empty},
      {OperationId::container_create, "HostConfig.PortBindings[80/tcp][].HostIp",
       SchemaKind::string},
      {OperationId::container_create, "HostConfig.PortBindings{}[].HostPort", SchemaKind::string},
      {OperationId::container_create, "NetworkingConfig.EndpointsConfig{}.IPAMConfig.IPv4Address",
       SchemaKind::string},
      {OperationId::container_create, "NetworkingConfig.EndpointsConfig[edge].DriverOpts[k]",
       SchemaKind::string},
      {OperationId::secret_create, "Data", SchemaKind::base64},
      {OperationId::service_create, "UpdateConfig.MaxFailureRatio", SchemaKind::number},
      {OperationId::service_create, "TaskTemplate.PluginSpec.privileges[].value[]",
       SchemaKind::string},
      {OperationId::plugin_set, "[]", SchemaKind::string},
      {OperationId::plugin_pull, "[].Value[]", SchemaKind::string},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    const Schema* schema = find_schema(body_of(row.operation), row.path);
    REQUIRE(schema != nullptr);
    CHECK(schema->kind == row.kind);
  }
}

TEST_CASE("find_schema: what is no place is null") {
  constexpr std::string_view paths[] = {
      "",
      ".",
      ".Image",
      "Image.",
      "Image..",
      "Image.x",
      "Image[]",
      "Image{}",
      "image",
      "HostConfig.",
      "HostConfig..Memory",
      "HostConfig.memory",
      "HostConfig.Priviledged",
      "HostConfig[]",
      "HostConfig{}",
      "HostConfig[Memory]",
      "HostConfig.Mounts{}",
      "HostConfig.Mounts[0].Type",
      "HostConfig.Mounts.Type",
      "HostConfig.Mounts[]Type",
      "HostConfig.Mounts[",
      "HostConfig.Mounts]",
      "Labels[]",
      "Labels[a",
      "Labels{",
      "Labels{a}",
      "Labels.a",
      "Labels{}x",
      "[]",
      "{}",
      "[a]",
      " Image",
      "Image ",
      "name",        // dropped: nothing that a rule could speak of
      "VolumesFrom"  // the same; HostConfig.VolumesFrom is the field
  };
  for (const std::string_view path : paths) {
    CAPTURE(path);
    CHECK(find_schema(body_of(OperationId::container_create), path) == nullptr);
  }
  CHECK(find_schema(body_of(OperationId::service_create), "Mode.replicated") == nullptr);
  CHECK(find_schema(body_of(OperationId::plugin_set), "x") == nullptr);
}

TEST_CASE("find_field: exact case, aliases, never the empty name") {
  const Schema& create = body_of(OperationId::container_create);
  CHECK(find_field(create, "Image")->name == "Image");
  CHECK(find_field(create, "image") == nullptr);
  CHECK(find_field(create, "") == nullptr);
  CHECK(find_field(create, "Image\0"sv) == nullptr);
  CHECK(find_field(create, "HostConfig.Memory") == nullptr);
  CHECK(find_field(create, "Ho\u017ftConfig") == nullptr);
  CHECK(field_of(OperationId::service_create, "Mode", "replicated").name == "Replicated");
  CHECK(field_of(OperationId::service_create, "Mode", "Replicated").name == "Replicated");
  CHECK(field_of(OperationId::service_create, "TaskTemplate.PluginSpec", "Remote").name ==
        "remote");
  CHECK(field_of(OperationId::container_create, "HostConfig", "CPURealtimePeriod").name ==
        "CpuRealtimePeriod");
  CHECK(field_of(OperationId::container_exec, "", "detachKeys").name == "DetachKeys");
}

// dockerd 20.10 to 26 reads HostConfig fields at the top level of a create when HostConfig is
// missing; some even when it is not (engine-facts.md B4).
TEST_CASE("attack: host configuration at the top level of a create is unknown") {
  const Schema& create = body_of(OperationId::container_create);
  for (const Field& field : find_field(create, "HostConfig")->schema->fields) {
    CAPTURE(field.name);
    const Field* outside = find_field(create, field.name);
    CHECK((outside == nullptr || outside->dropped));
  }
  CHECK(find_field(create, "Cpuset") == nullptr);
  CHECK(find_field(create, "InnerHostConfig") == nullptr);
  // dropped, and no container can be named in it
  CHECK(find_field(create, "VolumesFrom")->schema->element->kind == SchemaKind::empty);
}

// Legacy fields through which older daemons were told more than today's struct holds.
TEST_CASE("attack: fields of other operations are unknown in a body") {
  CHECK(find_field(body_of(OperationId::exec_start), "Privileged") == nullptr);
  CHECK(find_field(body_of(OperationId::exec_start), "Cmd") == nullptr);
  CHECK(find_field(body_of(OperationId::container_update), "Privileged") == nullptr);
  CHECK(find_field(body_of(OperationId::container_update), "Binds") == nullptr);
  CHECK(find_field(body_of(OperationId::image_commit), "HostConfig") == nullptr);
  CHECK(find_field(body_of(OperationId::volume_create), "Mountpoint") == nullptr);
}

TEST_CASE("tables: no two spellings of one object are the same, but for an alias of its field") {
  for_each_object([](const Schema& object) {
    std::set<std::string> names;
    for (const Field& field : object.fields) {
      CAPTURE(field.name);
      REQUIRE(field.schema != nullptr);
      CHECK(names.insert(folded(field.name)).second);  // Go would read both into one
      CHECK(field.alias != field.name);
      // An alias is only what dockerd folds into the name; anything else would change a meaning.
      if (!field.alias.empty()) CHECK(folded(field.alias) == folded(field.name));
      CHECK((field.alias.empty() || !field.dropped));
      CHECK((field.neutral == nullptr || !field.dropped));
    }
  });
}

TEST_CASE("tables: every schema is whole") {
  for_each_object([](const Schema& object) {
    CHECK(!object.fields.empty());
    for (const Field& field : object.fields) {
      CAPTURE(field.name);
      const Schema& schema = *field.schema;
      const bool holds_elements = schema.kind == SchemaKind::list || schema.kind == SchemaKind::map;
      CHECK(holds_elements == (schema.element != nullptr));
      CHECK((schema.fields.empty() || schema.kind == SchemaKind::object));
      if (field.neutral == nullptr) continue;
      CHECK((field.neutral->strings.empty() || schema.kind == SchemaKind::string ||
             schema.kind == SchemaKind::map));
      CHECK((field.neutral->integers.empty() || schema.kind == SchemaKind::integer));
      CHECK((!field.neutral->boolean_true || schema.kind == SchemaKind::boolean));
      CHECK((!field.neutral->all_zero_list || schema.kind == SchemaKind::list));
      CHECK((!field.neutral->empty_list_is_set || schema.kind == SchemaKind::list));
    }
  });
}

TEST_CASE("tables: integers have the range of Go's type") {
  const struct {
    OperationId operation;
    std::string_view path;
    std::int64_t minimum;
    std::int64_t maximum;
    std::uint64_t maximum_unsigned;
  } rows[] = {
      {OperationId::container_create, "HostConfig.Memory", INT64_MIN, INT64_MAX, 0},
      {OperationId::container_create, "HostConfig.OomScoreAdj", INT64_MIN, INT64_MAX, 0},
      {OperationId::container_create, "Healthcheck.Interval", INT64_MIN, INT64_MAX, 0},
      {OperationId::container_create, "HostConfig.BlkioWeight", 0, UINT16_MAX, 0},
      {OperationId::container_create, "HostConfig.BlkioWeightDevice[].Weight", 0, UINT16_MAX, 0},
      {OperationId::container_create, "HostConfig.BlkioDeviceReadBps[].Rate", 0, INT64_MAX,
       UINT64_MAX},
      {OperationId::container_create, "HostConfig.IOMaximumIOps", 0, INT64_MAX, UINT64_MAX},
      {OperationId::container_create, "HostConfig.ConsoleSize[]", 0, INT64_MAX, UINT64_MAX},
      {OperationId::container_create, "HostConfig.Mounts[].TmpfsOptions.Mode", 0, UINT32_MAX, 0},
      {OperationId::service_create, "EndpointSpec.Ports[].TargetPort", 0, UINT32_MAX, 0},
      {OperationId::service_create, "Mode.Replicated.Replicas", 0, INT64_MAX, UINT64_MAX},
      {OperationId::swarm_init, "DataPathPort", 0, UINT32_MAX, 0},
      {OperationId::swarm_update, "CAConfig.NodeCertExpiry", INT64_MIN, INT64_MAX, 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    const Schema* schema = find_schema(body_of(row.operation), row.path);
    REQUIRE(schema != nullptr);
    CHECK(schema->kind == SchemaKind::integer);
    CHECK(schema->minimum == row.minimum);
    CHECK(schema->maximum == row.maximum);
    CHECK(schema->maximum_unsigned == row.maximum_unsigned);
  }
}

TEST_CASE("tables: maps are maps, where another case is another key") {
  const struct {
    OperationId operation;
    std::string_view path;
  } rows[] = {
      {OperationId::container_create, "Labels"},
      {OperationId::container_create, "ExposedPorts"},
      {OperationId::container_create, "Volumes"},
      {OperationId::container_create, "HostConfig.Sysctls"},
      {OperationId::container_create, "HostConfig.Tmpfs"},
      {OperationId::container_create, "HostConfig.StorageOpt"},
      {OperationId::container_create, "HostConfig.Annotations"},
      {OperationId::container_create, "HostConfig.PortBindings"},
      {OperationId::container_create, "HostConfig.LogConfig.Config"},
      {OperationId::container_create, "HostConfig.DeviceRequests[].Options"},
      {OperationId::container_create, "HostConfig.Mounts[].VolumeOptions.DriverConfig.Options"},
      {OperationId::container_create, "NetworkingConfig.EndpointsConfig"},
      {OperationId::container_create, "NetworkingConfig.EndpointsConfig{}.DriverOpts"},
      {OperationId::network_create, "Options"},
      {OperationId::network_create, "IPAM.Options"},
      {OperationId::network_create, "IPAM.Config[].AuxiliaryAddresses"},
      {OperationId::volume_create, "DriverOpts"},
      {OperationId::service_create, "TaskTemplate.ContainerSpec.Sysctls"},
      {OperationId::service_create, "TaskTemplate.LogDriver.Options"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    const Schema* schema = find_schema(body_of(row.operation), row.path);
    REQUIRE(schema != nullptr);
    CHECK(schema->kind == SchemaKind::map);
  }
}

TEST_CASE("neutral: what the CLI sends for a field that nobody set") {
  using Id = OperationId;
  const auto text = [](Id id, std::string_view object, std::string_view name) {
    const Neutral* neutral = field_of(id, object, name).neutral;
    REQUIRE(neutral != nullptr);
    return std::vector<std::string_view>(neutral->strings.begin(), neutral->strings.end());
  };
  CHECK(text(Id::container_create, "HostConfig", "NetworkMode") == std::vector{"default"sv});
  CHECK(text(Id::container_create, "HostConfig.RestartPolicy", "Name") == std::vector{"no"sv});
  CHECK(text(Id::network_create, "", "Driver") == std::vector{"bridge"sv});
  CHECK(text(Id::network_create, "IPAM", "Driver") == std::vector{"default"sv});
  CHECK(text(Id::volume_create, "", "Driver") == std::vector{"local"sv});
  CHECK(text(Id::service_create, "EndpointSpec", "Mode") == std::vector{"vip"sv});
  CHECK(field_of(Id::container_create, "", "AttachStdout").neutral->boolean_true);
  CHECK(field_of(Id::container_create, "", "AttachStdin").neutral == nullptr);
  CHECK(field_of(Id::network_create, "", "CheckDuplicate").neutral->boolean_true);
  CHECK(field_of(Id::container_create, "HostConfig", "ConsoleSize").neutral->all_zero_list);
}

TEST_CASE("neutral: what looks like nothing and is something") {
  using Id = OperationId;
  // [] unmasks /proc (engine-facts.md R-MASKED)
  CHECK(field_of(Id::container_create, "HostConfig", "MaskedPaths").neutral->empty_list_is_set);
  CHECK(field_of(Id::container_create, "HostConfig", "ReadonlyPaths").neutral->empty_list_is_set);
  // in an update, "no" takes the policy away and 0 lifts the limit
  CHECK(field_of(Id::container_update, "RestartPolicy", "Name").neutral == nullptr);
  CHECK(field_of(Id::container_update, "", "PidsLimit").neutral->zero_is_set);
  CHECK(field_of(Id::service_create, "Mode", "Global").neutral->zero_is_set);
  CHECK(field_of(Id::service_create, "Mode.Replicated", "Replicas").neutral->zero_is_set);
  // nothing but "" is the default of these
  for (const std::string_view name : {"PidMode", "IpcMode", "UTSMode", "UsernsMode", "CgroupnsMode",
                                      "Runtime", "CgroupParent", "VolumeDriver", "Privileged"}) {
    CAPTURE(name);
    CHECK(field_of(Id::container_create, "HostConfig", name).neutral == nullptr);
  }
}

}  // namespace sealock::policy
