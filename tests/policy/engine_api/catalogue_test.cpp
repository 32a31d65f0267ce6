#include "policy/engine_api/operation.hpp"
#include "policy/engine_api/schema.hpp"
#include "tests/policy/engine_api/path_match.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sealock::policy {
namespace {

std::size_t placeholders(std::string_view path) {
  return static_cast<std::size_t>(std::ranges::count(path, '{'));
}

constexpr std::string_view own_prefix = "/sealock/v1/";

// What the first placeholder of a path stands for is told by its first segment.
TargetKind target_of_path(std::string_view path) {
  static const std::map<std::string_view, TargetKind> kinds{
      {"containers", TargetKind::container},
      {"exec", TargetKind::exec},
      {"images", TargetKind::image},
      {"networks", TargetKind::network},
      {"volumes", TargetKind::volume},
      {"plugins", TargetKind::plugin},
      {"services", TargetKind::service},
      {"tasks", TargetKind::task},
      {"nodes", TargetKind::node},
      {"secrets", TargetKind::secret},
      {"configs", TargetKind::config},
      {"distribution", TargetKind::distribution},
      {"compositions", TargetKind::composition},
      {"deployments", TargetKind::deployment}};
  if (placeholders(path) == 0) return TargetKind::none;
  if (path.starts_with(own_prefix)) path.remove_prefix(own_prefix.size() - 1);
  path.remove_prefix(1);
  return kinds.at(path.substr(0, path.find('/')));
}

bool is_json(const Parameter& parameter) {
  return parameter.type == ParameterType::filters || parameter.type == ParameterType::json_map ||
         parameter.type == ParameterType::json_list || parameter.type == ParameterType::json_other;
}

}  // namespace

TEST_CASE("catalogue: every id has its row, at its index, under one name") {
  REQUIRE(all_operations().size() == operation_count);
  std::set<std::string_view> names;
  for (std::size_t index = 0; index < operation_count; ++index) {
    const Operation& row = all_operations()[index];
    CAPTURE(index);
    CAPTURE(row.name);
    REQUIRE(!row.name.empty());
    CHECK(static_cast<std::size_t>(row.id) == index);
    CHECK(&operation(row.id) == &row);
    CHECK(find_operation(row.name) == &row);
    CHECK(names.insert(row.name).second);
    CHECK(std::isupper(static_cast<unsigned char>(row.name.front())) != 0);
  }
  CHECK(std::ranges::is_sorted(all_operations(), {}, &Operation::name));
}

TEST_CASE("catalogue: names are found in exact case only") {
  CHECK(find_operation("ContainerInspect") == &operation(OperationId::container_inspect));
  for (const std::string_view name :
       {"", "containerinspect", "ContainerInspec", "ContainerInspects", "Zzz", "A", "Debug"}) {
    CAPTURE(name);
    CHECK(find_operation(name) == nullptr);
  }
  const Operation& build = operation(OperationId::image_build);
  REQUIRE(find_parameter(build, "networkmode") != nullptr);
  CHECK(find_parameter(build, "networkmode")->name == "networkmode");
  CHECK(find_parameter(build, "NetworkMode") == nullptr);
  CHECK(find_parameter(build, "") == nullptr);
  CHECK(find_parameter(operation(OperationId::system_info), "all") == nullptr);
}

TEST_CASE("methods: five of them, in exact case") {
  for (const Method method :
       {Method::get, Method::head, Method::post, Method::put, Method::delete_}) {
    CHECK(parse_method(name_of(method)) == method);
  }
  for (const std::string_view text :
       {"", "get", "Get", "GET ", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PRI", "DELETE_"}) {
    CAPTURE(text);
    CHECK(!parse_method(text).has_value());
  }
}

TEST_CASE("catalogue: templates are plain paths, and name a target exactly when they have one") {
  for (const Operation& row : all_operations()) {
    CAPTURE(row.name);
    REQUIRE(row.path.starts_with('/'));
    CHECK(!row.path.ends_with('/'));
    CHECK(row.path.find("//") == std::string_view::npos);
    CHECK(placeholders(row.path) == (row.id == OperationId::checkpoint_delete ? 2U
                                     : row.target == TargetKind::none         ? 0U
                                                                              : 1U));
    CHECK(row.target == target_of_path(row.path));
  }
}

TEST_CASE("catalogue: what sealock answers itself is under /sealock/v1, and nothing else is") {
  std::vector<std::string_view> own;
  for (const Operation& row : all_operations()) {
    CAPTURE(row.name);
    const bool by_sealock = row.answered_by == AnsweredBy::sealock;
    CHECK(row.path.starts_with(own_prefix) == by_sealock);
    if (!by_sealock) continue;
    own.push_back(row.name);
    CHECK(row.answer == AnswerKind::json);
    CHECK(row.body_kind != BodyKind::opaque);
  }
  CHECK(own == std::vector<std::string_view>{
                   "CompositionDelete", "CompositionDiff", "CompositionInspect", "CompositionLabel",
                   "CompositionList", "CompositionPut", "DeploymentCancel", "DeploymentCreate",
                   "DeploymentEvents", "DeploymentInspect", "DeploymentList", "DeploymentRollback",
                   "DeploymentStatus", "ReleaseTag"});
}

TEST_CASE("catalogue: no path means two operations") {
  for (const Operation& row : all_operations()) {
    CAPTURE(row.name);
    CHECK(match_path(row.method, sample_path(row.path)) == &row);
  }
}

TEST_CASE("catalogue: there is a schema exactly for a JSON body") {
  for (const Operation& row : all_operations()) {
    CAPTURE(row.name);
    CHECK((row.body != nullptr) == (row.body_kind == BodyKind::json));
    if (row.body_kind != BodyKind::json) CHECK(!row.body_required);
    if (row.body_kind != BodyKind::none) {
      CHECK(row.changes_state);
      CHECK((row.method == Method::post || row.method == Method::put));
    }
  }
}

TEST_CASE("catalogue: only GET, HEAD and waiting leave everything as it is") {
  for (const Operation& row : all_operations()) {
    CAPTURE(row.name);
    const bool reads = (row.method == Method::get || row.method == Method::head ||
                        row.id == OperationId::container_wait) &&
                       row.id != OperationId::container_attach_websocket;
    CHECK(row.changes_state == !reads);
  }
}

TEST_CASE("catalogue: parameters are named once and are well-formed") {
  for (const Operation& row : all_operations()) {
    CAPTURE(row.name);
    std::set<std::string_view> names;
    for (const Parameter& parameter : row.parameters) {
      CAPTURE(parameter.name);
      CHECK(!parameter.name.empty());
      CHECK(names.insert(parameter.name).second);
      CHECK(find_parameter(row, parameter.name) == &parameter);
      CHECK((parameter.name == "filters") == (parameter.type == ParameterType::filters));
      // Only what may be denied for being set needs to know what is as good as unset.
      if (!parameter.neutral.empty()) CHECK(parameter.restricted);
      if (is_json(parameter)) CHECK(parameter.neutral.empty());
    }
  }
}

TEST_CASE("catalogue: headers are lower case, and none is one that the proxy sets itself") {
  static const std::set<std::string_view> own{
      "host",       "content-type", "content-length", "transfer-encoding", "content-encoding",
      "connection", "upgrade",      "accept",         "user-agent",        "expect",
      "version",    "te",           "trailer",        "keep-alive",        "x-request-reason"};
  for (const Operation& row : all_operations()) {
    CAPTURE(row.name);
    std::set<std::string_view> names;
    for (const std::string_view header : row.headers) {
      CAPTURE(header);
      CHECK(names.insert(header).second);
      CHECK(!own.contains(header));
      CHECK(!header.starts_with("x-meta-"));  // dockerd 20.10 passes these on to the registry
      CHECK(std::ranges::none_of(header, [](unsigned char c) { return std::isupper(c) != 0; }));
    }
  }
}

TEST_CASE("catalogue: tunnels, streams and byte answers") {
  std::map<AnswerKind, std::vector<std::string_view>> by_kind;
  for (const Operation& row : all_operations())
    by_kind[row.answer].push_back(row.name);
  CHECK(by_kind[AnswerKind::tunnel] ==
        std::vector<std::string_view>{"ContainerAttach", "ContainerAttachWebsocket", "ExecStart",
                                      "Grpc", "Session"});
  CHECK(by_kind[AnswerKind::json_stream] ==
        std::vector<std::string_view>{"ContainerStats", "ImageBuild", "ImageCreate", "ImageLoad",
                                      "ImagePush", "PluginPull", "PluginPush", "PluginUpgrade",
                                      "SystemEvents"});
  CHECK(by_kind[AnswerKind::bytes] ==
        std::vector<std::string_view>{"ContainerArchive", "ContainerArchiveInfo", "ContainerExport",
                                      "ContainerLogs", "ImageGet", "ImageGetAll", "ServiceLogs",
                                      "SystemPing", "SystemPingHead", "TaskLogs"});
}

TEST_CASE("catalogue: opaque bodies are those that carry a tar") {
  std::vector<std::string_view> opaque;
  for (const Operation& row : all_operations()) {
    if (row.body_kind == BodyKind::opaque) opaque.push_back(row.name);
  }
  CHECK(opaque == std::vector<std::string_view>{"ImageBuild", "ImageCreate", "ImageLoad",
                                                "PluginCreate", "PutContainerArchive"});
}

TEST_CASE("restricted parameters: each has an attack or a leak behind it") {
  struct Row {
    std::string_view operation;
    std::string_view parameter;
    std::string_view attack;
  };
  static const std::vector<Row> rows{
      {"CheckpointDelete", "dir", "deletes a directory of the client's choice"},
      {"CheckpointList", "dir", "lists a directory of the client's choice"},
      {"ContainerDelete", "link", "removes what another container is called"},
      {"ContainerLogs", "details", "prints environment variables before every line"},
      {"ContainerStart", "checkpoint", "starts memory that no create rule has seen"},
      {"ContainerStart", "checkpoint-dir", "the same, from any directory"},
      {"ContainerTop", "ps_args", "auxe prints the environment of every process"},
      {"ImageAttestations", "statement", "prints build arguments"},
      {"ImageBuild", "cgroupparent", "leaves every limit"},
      {"ImageBuild", "extrahosts", "sends a name to an address of the client's choice"},
      {"ImageBuild", "networkmode", "builds in the network of the host or of a container"},
      {"ImageBuild", "outputs", "BuildKit writes the result somewhere else"},
      {"ImageBuild", "remote", "dockerd fetches any URL, git included"},
      {"ImageBuild", "securityopt", "removes confinement"},
      {"ImageBuild", "shmsize", "takes the memory of the host"},
      {"ImageBuild", "ulimits", "raises limits"},
      {"ImageBuild", "version", "2 is BuildKit, whose context and flags come by /session"},
      {"ImageCommit", "changes", "writes configuration and labels past the body's fields"},
      {"ImageCreate", "changes", "the same, on import"},
      {"ImageCreate", "fromSrc", "dockerd fetches any URL, or the body becomes an image"},
      {"ServiceLogs", "details", "prints environment variables before every line"},
      {"ServiceUpdate", "rollback", "dockerd takes an old spec and not the judged body"},
      {"TaskLogs", "details", "prints environment variables before every line"},
  };
  std::set<std::pair<std::string_view, std::string_view>> expected;
  for (const Row& row : rows)
    expected.emplace(row.operation, row.parameter);
  for (const Operation& operation : all_operations()) {
    for (const Parameter& parameter : operation.parameters) {
      CAPTURE(operation.name);
      CAPTURE(parameter.name);
      CHECK(parameter.restricted == (expected.erase({operation.name, parameter.name}) == 1));
    }
  }
  CHECK(expected.empty());
}

TEST_CASE("restricted parameters: what says the same as nothing, and nothing besides") {
  struct Row {
    std::string_view operation;
    std::string_view parameter;
    std::string_view neutral;
  };
  static const std::vector<Row> rows{
      {"ContainerTop", "ps_args", "-ef"},          // what dockerd takes itself
      {"ImageBuild", "networkmode", "default"},    // every CLI
      {"ImageBuild", "remote", "client-session"},  // the classic builder refuses it
      {"ImageBuild", "version", "1"},              // the classic builder
  };
  std::size_t count = 0;
  for (const Operation& operation : all_operations()) {
    for (const Parameter& parameter : operation.parameters)
      count += parameter.neutral.size();
  }
  CHECK(count == rows.size());
  for (const Row& row : rows) {
    CAPTURE(row.operation);
    CAPTURE(row.parameter);
    const Parameter* parameter = find_parameter(*find_operation(row.operation), row.parameter);
    REQUIRE(parameter != nullptr);
    CHECK(std::ranges::equal(parameter->neutral, std::vector<std::string_view>{row.neutral}));
  }
}

TEST_CASE("debug routes: none is an operation") {
  for (const std::string_view path :
       {"/debug/vars", "/debug/pprof/", "/debug/pprof/cmdline", "/debug/pprof/profile"}) {
    for (const Method method :
         {Method::get, Method::head, Method::post, Method::put, Method::delete_}) {
      CAPTURE(path);
      CHECK(match_path(method, path) == nullptr);
    }
  }
}

}  // namespace sealock::policy
