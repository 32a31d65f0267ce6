// Holds the catalogue against Docker's own API documents: what they name must be in the catalogue
// as they say, and what is only in the catalogue must have its reason here. Each table below fails
// when a line of it is no longer needed.

#include "policy/engine_api/operation.hpp"

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sealock::policy {
namespace {

using Key = std::pair<std::string, std::string>;  // operation, parameter

struct DocumentedParameter {
  std::string name;
  std::string type;  // "string", "boolean", "integer", "array"
};

struct DocumentedOperation {
  std::string name;
  std::string method;
  std::string path;
  std::vector<DocumentedParameter> query;
  std::vector<std::string> headers;
  bool has_body = false;
  bool body_required = false;
  bool body_is_text = false;  // a tar
};

using Document = std::vector<DocumentedOperation>;

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}
std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

void add_parameter(DocumentedOperation& operation, const YAML::Node& parameter) {
  const auto place = parameter["in"].as<std::string>();
  const auto name = parameter["name"].as<std::string>();
  if (place == "query") {
    operation.query.push_back({name, parameter["type"].as<std::string>()});
  } else if (place == "header") {
    operation.headers.push_back(lower(name));
  } else if (place == "body") {
    operation.has_body = true;
    operation.body_required = parameter["required"].as<bool>(false);
    operation.body_is_text = parameter["schema"]["type"].as<std::string>("") == "string";
  }
}

Document read_document(const std::string& file) {
  Document document;
  for (const auto& path : YAML::LoadFile(file)["paths"]) {
    for (const auto& method : path.second) {
      DocumentedOperation operation;
      operation.name = method.second["operationId"].as<std::string>();
      operation.method = upper(method.first.as<std::string>());
      operation.path = path.first.as<std::string>();
      for (const auto& parameter : method.second["parameters"]) {
        add_parameter(operation, parameter);
      }
      document.push_back(operation);
    }
  }
  return document;
}

// Empty, and says so, where the documents are not there: a clone does not have ../shared.
std::vector<Document> read_documents_now() {
  std::vector<Document> documents;
  for (const std::string_view version : {"v1.41", "v1.55"}) {
    const auto file =
        std::string(SEALOCK_SHARED_DIR) + "/engine-api/" + std::string(version) + ".yaml";
    if (!std::filesystem::exists(file)) {
      MESSAGE("skipped: " << file << " is not there");
      return {};
    }
    documents.push_back(read_document(file));
  }
  return documents;
}

const std::vector<Document>& read_documents() {
  static const std::vector<Document> documents = read_documents_now();
  return documents;
}

std::string type_word(const Parameter& parameter) {
  if (parameter.repeated) return "array";
  switch (parameter.type) {
  case ParameterType::boolean:
    return "boolean";
  case ParameterType::integer:
    return "integer";
  case ParameterType::text:
  case ParameterType::filters:
    return "string";
  case ParameterType::json_map:
  case ParameterType::json_list:
  case ParameterType::json_other:
    return "json";
  }
  return "";
}

// Where the documents say less, or something else, than dockerd's code does.
const std::map<Key, std::string_view> other_types{
    {{"ContainerLogs", "since"}, "clients send fractions, dockerd takes them and durations"},
    {{"ContainerLogs", "until"}, "clients send fractions, dockerd takes them and durations"},
    {{"ServiceLogs", "since"}, "clients send fractions, dockerd takes them and durations"},
    {{"TaskLogs", "since"}, "clients send fractions, dockerd takes them and durations"},
    {{"ImageBuild", "t"}, "read as a list"},
    {{"ImageBuild", "extrahosts"}, "read as a list"},
    {{"ImageBuild", "pull"}, "read as a boolean; docker-py sends False"},
    {{"ImageBuild", "cachefrom"}, "a JSON list in a string"},
    {{"ImageBuild", "buildargs"}, "a JSON object in a string"},
    {{"ImageBuild", "labels"}, "a JSON object in a string"},
    {{"ImageBuild", "outputs"}, "a JSON list of objects in a string"},
    {{"ImageCommit", "changes"}, "read as a list"},
    {{"ImageHistory", "platform"}, "a JSON object in a string"},
    {{"ImageInspect", "platform"}, "a JSON object in a string"},
    {{"ImagePush", "platform"}, "a JSON object in a string"},
    {{"PutContainerArchive", "noOverwriteDirNonDir"}, "read as a boolean"},
    {{"PutContainerArchive", "copyUIDGID"}, "read as a boolean"},
};

const std::map<Key, std::string_view> undocumented_parameters{
    {{"BuildCancel", "id"}, "build_routes.go postCancel"},
    {{"CheckpointDelete", "dir"}, "checkpoint_routes.go"},
    {{"CheckpointList", "dir"}, "checkpoint_routes.go"},
    {{"ContainerLogs", "details"}, "container_routes.go getContainersLogs"},
    {{"ContainerStart", "checkpoint"}, "container_routes.go postContainersStart"},
    {{"ContainerStart", "checkpoint-dir"}, "container_routes.go postContainersStart"},
    {{"ImageBuild", "buildid"}, "build_routes.go; the CLI sends it with BuildKit"},
    {{"ImageBuild", "cgroupparent"}, "build_routes.go; CLI 20 sends it"},
    {{"ImageBuild", "cpusetmems"}, "build_routes.go; CLI 20 sends it"},
    {{"ImageBuild", "isolation"}, "build_routes.go"},
    {{"ImageBuild", "securityopt"}, "build_routes.go"},
    {{"ImageBuild", "session"}, "build_routes.go; the CLI sends it with BuildKit"},
    {{"ImageBuild", "ulimits"}, "build_routes.go; CLI 20 sends it"},
    {{"ImageList", "filter"}, "image_routes.go, below API 1.28"},
};

const std::map<std::string, std::string_view> undocumented_operations{
    {"BuildCancel", "the CLI sends it when a BuildKit build is interrupted"},
    {"CheckpointCreate", "experimental"},
    {"CheckpointDelete", "experimental"},
    {"CheckpointList", "experimental"},
    {"Grpc", "buildx speaks to BuildKit by it"},
};

const std::map<Key, std::string_view> undocumented_headers{
    {{"ContainerAttachWebsocket", "sec-websocket-key"}, "RFC 6455"},
    {{"ContainerAttachWebsocket", "sec-websocket-protocol"}, "RFC 6455"},
    {{"ContainerAttachWebsocket", "sec-websocket-version"}, "RFC 6455"},
    {{"DistributionInspect", "x-registry-auth"}, "distribution_routes.go; the CLI sends it"},
    {{"GetPluginPrivileges", "x-registry-auth"}, "plugin_routes.go; the CLI sends it"},
    {{"ImageSearch", "x-registry-auth"}, "image_routes.go"},
    {{"PluginPush", "x-registry-auth"}, "plugin_routes.go; the CLI sends it"},
    {{"Session", "x-docker-expose-session-grpc-method"}, "buildkit session/session.go"},
    {{"Session", "x-docker-expose-session-name"}, "buildkit session/session.go"},
    {{"Session", "x-docker-expose-session-sharedkey"}, "buildkit session/session.go"},
    {{"Session", "x-docker-expose-session-uuid"}, "buildkit session/session.go"},
};

const std::map<std::string, std::string_view> undocumented_bodies{
    {"ImagePush", "20.10 reads credentials from it when there is no X-Registry-Auth"},
};

// Bodies that the documents call optional, though no dockerd does anything sensible without one:
// 20.10 refuses it, later ones read an empty struct.
const std::set<std::string> required_all_the_same{
    "ConfigCreate",  "ConfigUpdate", "NodeUpdate",   "PluginPull", "PluginSet",
    "PluginUpgrade", "SecretCreate", "SecretUpdate", "SystemAuth", "VolumeUpdate"};

// The operation of that name in each document that has it.
std::vector<DocumentedOperation> find_documented(std::string_view name) {
  std::vector<DocumentedOperation> found;
  for (const Document& document : read_documents()) {
    const auto operation = std::ranges::find(document, name, &DocumentedOperation::name);
    if (operation != document.end()) found.push_back(*operation);
  }
  return found;
}

void check_type(const DocumentedOperation& operation, const DocumentedParameter& documented) {
  CAPTURE(operation.name);
  CAPTURE(documented.name);
  const Parameter* parameter = find_parameter(*find_operation(operation.name), documented.name);
  REQUIRE(parameter != nullptr);
  const bool other = other_types.contains({operation.name, documented.name});
  CHECK((type_word(*parameter) == documented.type) != other);
}

void check_body(const DocumentedOperation& documented) {
  CAPTURE(documented.name);
  const Operation& operation = *find_operation(documented.name);
  const bool undocumented = undocumented_bodies.contains(documented.name);
  CHECK((documented.has_body || undocumented) == (operation.body_kind != BodyKind::none));
  if (!documented.has_body) return;
  CHECK(!undocumented);
  CHECK((operation.body_kind == BodyKind::opaque) == documented.body_is_text);
  if (operation.body_kind != BodyKind::json) return;
  const bool all_the_same = required_all_the_same.contains(documented.name);
  CHECK(operation.body_required == (documented.body_required || all_the_same));
  CHECK(!(documented.body_required && all_the_same));
}

}  // namespace

TEST_CASE("API documents: every operation is in the catalogue, with its method and path") {
  const auto& documents = read_documents();
  for (const Document& document : documents) {
    CHECK(document.size() > 100);
    for (const DocumentedOperation& documented : document) {
      CAPTURE(documented.name);
      const Operation* operation = find_operation(documented.name);
      REQUIRE(operation != nullptr);
      CHECK(name_of(operation->method) == documented.method);
      CHECK(operation->path == documented.path);
    }
  }
  if (documents.empty()) return;
  for (const Operation& operation : all_operations()) {
    if (operation.answered_by == AnsweredBy::sealock) continue;
    CAPTURE(operation.name);
    CHECK(find_documented(operation.name).empty() ==
          undocumented_operations.contains(std::string(operation.name)));
  }
}

TEST_CASE("API documents: every query parameter is in the catalogue, with its type") {
  std::set<Key> seen;
  const auto& documents = read_documents();
  for (const Document& document : documents) {
    for (const DocumentedOperation& operation : document) {
      for (const DocumentedParameter& parameter : operation.query) {
        check_type(operation, parameter);
        seen.emplace(operation.name, parameter.name);
      }
    }
  }
  if (documents.empty()) return;
  for (const auto& other : other_types) {
    CAPTURE(other.first.second);
    CHECK(seen.contains(other.first));
  }
}

TEST_CASE("API documents: a parameter that they do not name has its reason") {
  if (read_documents().empty()) return;
  std::set<Key> seen;
  for (const Operation& operation : all_operations()) {
    if (operation.answered_by == AnsweredBy::sealock) continue;
    const auto documented = find_documented(operation.name);
    for (const Parameter& parameter : operation.parameters) {
      CAPTURE(operation.name);
      CAPTURE(parameter.name);
      const bool named = std::ranges::any_of(documented, [&](const DocumentedOperation& one) {
        return std::ranges::count(one.query, parameter.name, &DocumentedParameter::name) != 0;
      });
      const Key key{operation.name, parameter.name};
      CHECK(named != undocumented_parameters.contains(key));
      seen.insert(key);
    }
  }
  for (const auto& undocumented : undocumented_parameters) {
    CAPTURE(undocumented.first.second);
    CHECK(seen.contains(undocumented.first));
  }
}

TEST_CASE("API documents: bodies are there, of their kind, and required as they say") {
  for (const Document& document : read_documents()) {
    for (const DocumentedOperation& operation : document)
      check_body(operation);
  }
}

TEST_CASE("API documents: every request header is forwarded, but for the type of the body") {
  for (const Document& document : read_documents()) {
    for (const DocumentedOperation& documented : document) {
      for (const std::string& header : documented.headers) {
        CAPTURE(documented.name);
        CAPTURE(header);
        const auto& forwarded = find_operation(documented.name)->headers;
        CHECK((std::ranges::count(forwarded, header) == 1) == (header != "content-type"));
      }
    }
  }
}

TEST_CASE("API documents: a header that they do not name has its reason") {
  if (read_documents().empty()) return;
  std::set<Key> seen;
  for (const Operation& operation : all_operations()) {
    if (operation.answered_by == AnsweredBy::sealock) continue;
    const auto documented = find_documented(operation.name);
    for (const std::string_view header : operation.headers) {
      CAPTURE(operation.name);
      CAPTURE(header);
      const bool named = std::ranges::any_of(documented, [&](const DocumentedOperation& one) {
        return std::ranges::count(one.headers, header) != 0;
      });
      const Key key{operation.name, header};
      CHECK(named != undocumented_headers.contains(key));
      seen.insert(key);
    }
  }
  for (const auto& undocumented : undocumented_headers) {
    CAPTURE(undocumented.first.first);
    CHECK(seen.contains(undocumented.first));
  }
}

}  // namespace sealock::policy
