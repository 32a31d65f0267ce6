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
  std::string method;
  std::string path;
  std::vector<DocumentedParameter> query;
  std::vector<std::string> headers;
  bool has_body = false;
  bool body_required = false;
  bool body_is_text = false;  // a tar
};

using Document = std::map<std::string, DocumentedOperation>;

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
      operation.method = upper(method.first.as<std::string>());
      operation.path = path.first.as<std::string>();
      for (const auto& parameter : method.second["parameters"]) {
        add_parameter(operation, parameter);
      }
      document.emplace(method.second["operationId"].as<std::string>(), operation);
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
    return "string";
  case ParameterType::filters:
    return "string";
  case ParameterType::json_map:
    return "json";
  case ParameterType::json_list:
    return "json";
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

bool documented(const std::vector<Document>& documents,
                const std::string& operation,
                std::string_view parameter) {
  return std::ranges::any_of(documents, [&](const Document& document) {
    const auto found = document.find(operation);
    return found != document.end() &&
           std::ranges::any_of(found->second.query,
                               [&](const auto& query) { return query.name == parameter; });
  });
}

}  // namespace

TEST_CASE("API documents: every operation is in the catalogue, with its method and path") {
  std::set<std::string> seen;
  const auto& documents = read_documents();
  for (const Document& document : documents) {
    CHECK(document.size() > 100);
    for (const auto& [name, documented] : document) {
      CAPTURE(name);
      const Operation* operation = find_operation(name);
      REQUIRE(operation != nullptr);
      CHECK(name_of(operation->method) == documented.method);
      CHECK(operation->path == documented.path);
      seen.insert(name);
    }
  }
  if (documents.empty()) return;
  for (const Operation& operation : all_operations()) {
    CAPTURE(operation.name);
    CHECK(seen.contains(std::string(operation.name)) !=
          undocumented_operations.contains(std::string(operation.name)));
  }
}

TEST_CASE("API documents: every query parameter is in the catalogue, with its type") {
  std::set<Key> used;
  const auto& documents = read_documents();
  for (const Document& document : documents) {
    for (const auto& [name, operation] : document) {
      for (const DocumentedParameter& documented : operation.query) {
        CAPTURE(name);
        CAPTURE(documented.name);
        const Parameter* parameter = find_parameter(*find_operation(name), documented.name);
        REQUIRE(parameter != nullptr);
        const Key key{name, documented.name};
        if (other_types.contains(key)) {
          CHECK(type_word(*parameter) != documented.type);
          used.insert(key);
        } else {
          CHECK(type_word(*parameter) == documented.type);
        }
      }
    }
  }
  if (!documents.empty()) CHECK(used.size() == other_types.size());
}

TEST_CASE("API documents: a parameter that they do not name has its reason") {
  const auto& documents = read_documents();
  if (documents.empty()) return;
  for (const Operation& operation : all_operations()) {
    for (const Parameter& parameter : operation.parameters) {
      CAPTURE(operation.name);
      CAPTURE(parameter.name);
      const Key key{operation.name, parameter.name};
      CHECK(documented(documents, key.first, key.second) != undocumented_parameters.contains(key));
    }
  }
  for (const auto& [key, reason] : undocumented_parameters) {
    CAPTURE(key.second);
    REQUIRE(find_operation(key.first) != nullptr);
    CHECK(find_parameter(*find_operation(key.first), key.second) != nullptr);
  }
}

TEST_CASE("API documents: bodies are there, of their kind, and required as they say") {
  for (const Document& document : read_documents()) {
    for (const auto& [name, documented] : document) {
      CAPTURE(name);
      const Operation& operation = *find_operation(name);
      const bool undocumented = undocumented_bodies.contains(name);
      CHECK((documented.has_body || undocumented) == (operation.body_kind != BodyKind::none));
      if (!documented.has_body) continue;
      CHECK(!undocumented);
      CHECK((operation.body_kind == BodyKind::opaque) == documented.body_is_text);
      if (operation.body_kind != BodyKind::json) continue;
      CHECK(operation.body_required ==
            (documented.body_required || required_all_the_same.contains(name)));
      CHECK(!(documented.body_required && required_all_the_same.contains(name)));
    }
  }
}

TEST_CASE("API documents: every request header is forwarded, but for the type of the body") {
  for (const Document& document : read_documents()) {
    for (const auto& [name, documented] : document) {
      for (const std::string& header : documented.headers) {
        CAPTURE(name);
        CAPTURE(header);
        const bool forwarded = std::ranges::count(find_operation(name)->headers, header) == 1;
        CHECK(forwarded == (header != "content-type"));
      }
    }
  }
}

TEST_CASE("API documents: a header that they do not name has its reason") {
  const auto& documents = read_documents();
  if (documents.empty()) return;
  std::set<Key> used;
  for (const Operation& operation : all_operations()) {
    for (const std::string_view header : operation.headers) {
      CAPTURE(operation.name);
      CAPTURE(header);
      const bool named = std::ranges::any_of(documents, [&](const Document& document) {
        const auto found = document.find(std::string(operation.name));
        return found != document.end() && std::ranges::count(found->second.headers, header) != 0;
      });
      const Key key{operation.name, header};
      CHECK(named != undocumented_headers.contains(key));
      used.insert(key);
    }
  }
  for (const auto& [key, reason] : undocumented_headers) {
    CAPTURE(key.first);
    CAPTURE(key.second);
    CHECK(used.contains(key));
  }
}

}  // namespace sealock::policy
