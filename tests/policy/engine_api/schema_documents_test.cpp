// Holds the body schemas against Docker's API documents, property by property, in both directions.
// Needs ../shared/engine-api; skips without it.

#include "policy/engine_api/body_schemas.hpp"
#include "policy/engine_api/operation.hpp"

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

namespace {

struct Exception {
  std::string_view path;  // a place, and all below it; from the operation on, or the end of one
  std::string_view reason;
};

// In a table, in no document. moby's Go structs are the source of what is not dropped.
constexpr Exception undocumented[] = {
    {"ContainerCreate: name", "dropped; dockerode sends it (traces/dockerode.jsonl)"},
    {"ContainerCreate: VolumesFrom", "dropped; dockerode's docker.run sends []"},
    {"ContainerCreate: PortSpecs", "dropped; docker-java sends null"},
    {"ContainerCreate: platform", "dropped; docker-java repeated its query until 3.2"},
    {"ContainerCreate: authConfig", "dropped; docker-java leaked it until 3.2 (its pull 1807)"},
    {"HostConfig.DiskQuota", "dropped; docker-java sends null"},
    {"HostConfig.LxcConf", "dropped; docker-java sends null"},
    {"ContainerExec: Container", "dropped; docker-py repeats the path"},
    {"ContainerExec: containerId", "dropped; docker-java repeats the path"},
    {"ContainerExec: Detach", "Go, until API 1.51; the CLI sends it"},
    {"ImageCommit: container", "dropped; dockerode repeats its query"},
    {"ImageCommit: repo", "dropped; dockerode repeats its query"},
    {"ImageCommit: tag", "dropped; dockerode repeats its query"},
    {"ImageCommit: comment", "dropped; dockerode repeats its query"},
    {"ImageCommit: author", "dropped; dockerode repeats its query"},
    {"ImageCommit: pause", "dropped; dockerode repeats its query"},
    {"ImageCommit: containerId", "dropped; docker-java repeats its query"},
    {"ImageCommit: repository", "dropped; docker-java repeats its query"},
    {"ImageCommit: message", "dropped; docker-java repeats its query"},
    {"ImageCommit: DisableNetwork", "dropped; docker-java sends null"},
    {"ImageCommit: Memory", "dropped; docker-java sends null"},
    {"ImageCommit: MemorySwap", "dropped; docker-java sends null"},
    {"ImageCommit: PortSpecs", "dropped; docker-java sends null"},
    {"ContainerSpec.Duration", "dropped; docker-java sends null"},
    {"ImagePush: ", "20.10 reads credentials from the body when the header is missing"},
    {"ExecStart: hijack", "dropped; dockerode's own option"},
    {"ExecStart: stdin", "dropped; dockerode's own option"},
    {"CheckpointCreate: ", "the checkpoint routes have no documentation"},
    {"Mounts[].ClusterOptions", "Go: an empty struct"},
    {"PluginSpec.env", "Go"},
    {"PluginSpec.privileges", "Go; the documents call it PluginPrivilege"},
    {"SwarmInit: AutoLockManagers", "Go; the CLI sends it"},
    {"SwarmInit: Availability", "Go; the CLI sends it"},
    {"SwarmJoin: Availability", "Go; the CLI sends it"},
    {"SystemAuth: auth", "Go"},
    {"SystemAuth: identitytoken", "Go"},
    {"SystemAuth: registrytoken", "Go"},
    {"SystemAuth: stackOrchestrator", "dropped; docker-java sends null"},
    {"AccessMode.BlockVolume", "Go: an empty struct"},
    {"AccessMode.MountVolume", "Go; the document has no fields in it"},
    {"ClusterVolumeSpec.AccessibilityRequirements", "Go; documented one level too deep"},
    {"ClusterVolumeSpec.Availability", "Go; documented one level too deep"},
    {"ClusterVolumeSpec.CapacityRange", "Go; documented one level too deep"},
    {"ClusterVolumeSpec.Secrets", "Go; documented one level too deep"},
    {"Spec.AccessibilityRequirements", "Go; documented one level too deep"},
    {"Spec.Availability", "Go; documented one level too deep"},
    {"Spec.CapacityRange", "Go; documented one level too deep"},
    {"Spec.Secrets", "Go; documented one level too deep"},
};

// Of another kind in a table than in a document, or documented and not in a table.
constexpr Exception different[] = {
    {"ConfigCreate: Data", "[]byte in Go; documented as a string"},
    {"ConfigUpdate: Data", "[]byte in Go; documented as a string"},
    {"SecretCreate: Data", "[]byte in Go; documented as a string"},
    {"SecretUpdate: Data", "[]byte in Go; documented as a string"},
    {"Seccomp.Profile", "[]byte in Go; documented as a string"},
    {"Mounts[].Type", "documented by values alone, without a type"},
    {"AccessMode.MountVolume", "the document has no fields in it"},
    {"AccessMode.AccessibilityRequirements", "Go has it one level up; no daemon reads it here"},
    {"AccessMode.Availability", "Go has it one level up; no daemon reads it here"},
    {"AccessMode.CapacityRange", "Go has it one level up; no daemon reads it here"},
    {"AccessMode.Secrets", "Go has it one level up; no daemon reads it here"},
};

class Document {
public:
  explicit Document(const std::filesystem::path& path) : root_(YAML::LoadFile(path.string())) {}

  // The schema of the body of every operation that has one which is not just bytes or text.
  [[nodiscard]] std::map<std::string, YAML::Node> bodies() const {
    std::map<std::string, YAML::Node> found;
    for (const auto& path : root_["paths"]) {
      for (const auto& method : path.second) {
        for (const auto& parameter : method.second["parameters"]) {
          const YAML::Node schema = parameter["schema"];
          if (parameter["in"].as<std::string>("") == "body" &&
              schema["type"].as<std::string>("") != "string") {
            found.emplace(method.second["operationId"].as<std::string>(), schema);
          }
        }
      }
    }
    return found;
  }

  [[nodiscard]] YAML::Node resolve(const YAML::Node& node) const {
    const auto reference = node["$ref"].as<std::string>("");
    constexpr std::string_view prefix = "#/definitions/";
    if (reference.empty()) return node;
    return resolve(root_["definitions"][reference.substr(prefix.size())]);
  }

  [[nodiscard]] std::map<std::string, YAML::Node> properties(const YAML::Node& node) const {
    std::map<std::string, YAML::Node> found;
    for (const auto& property : node["properties"]) {
      found.emplace(property.first.as<std::string>(), property.second);
    }
    for (const auto& part : node["allOf"]) {
      found.merge(properties(resolve(part)));
    }
    return found;
  }

private:
  YAML::Node root_;
};

struct Comparison {
  const Document& document;
  std::set<std::string>& documented;  // "OPERATION: path"
  std::set<std::string_view>& used;   // exceptions
  std::vector<std::string>& problems;
};

std::string_view range_of(const Schema& schema) {
  if (schema.maximum_unsigned != 0) return "uint64";
  if (schema.maximum == UINT16_MAX) return "uint16";
  if (schema.maximum == UINT32_MAX) return "uint32";
  return "int64";
}

SchemaKind documented_kind(const Document& document, const YAML::Node& node) {
  if (!document.properties(node).empty()) return SchemaKind::object;
  if (node["additionalProperties"]) return SchemaKind::map;
  const auto type = node["type"].as<std::string>("object");
  if (type == "string") return SchemaKind::string;
  if (type == "integer") return SchemaKind::integer;
  if (type == "number") return SchemaKind::number;
  if (type == "boolean") return SchemaKind::boolean;
  if (type == "array") return SchemaKind::list;
  return SchemaKind::empty;
}

bool excuses(const Exception& exception, std::string_view path) {
  const auto is_boundary = [&](std::size_t at) {
    return at == path.size() || std::string_view(".[{").find(path[at]) != std::string_view::npos;
  };
  for (std::size_t at = path.find(exception.path); at != std::string_view::npos;
       at = path.find(exception.path, at + 1)) {
    const bool starts = at == 0 || path[at - 1] == '.' || path[at - 1] == ' ';
    const std::size_t end = at + exception.path.size();
    if (starts && (exception.path.ends_with(' ') || is_boundary(end))) return true;
  }
  return false;
}

// Remembers in `used` which exceptions are still needed.
bool is_excused(std::span<const Exception> exceptions,
                std::string_view path,
                std::set<std::string_view>& used) {
  const auto found =
      std::ranges::find_if(exceptions, [&](const Exception& each) { return excuses(each, path); });
  if (found == exceptions.end()) return false;
  used.insert(found->path);
  return true;
}

std::string below(const std::string& path, std::string_view name) {
  return path + (path.ends_with(' ') ? "" : ".") + std::string(name);
}

void compare(const Comparison& comparison,
             const YAML::Node& reference,
             const Schema& schema,
             const std::string& path) {
  const Document& document = comparison.document;
  const YAML::Node node = document.resolve(reference);
  comparison.documented.insert(path);
  const SchemaKind kind = documented_kind(document, node);
  if (kind != schema.kind) {
    if (is_excused(different, path, comparison.used)) return;
    comparison.problems.push_back(path + ": documented as " + std::string(name_of(kind)) +
                                  ", in the table " + std::string(name_of(schema.kind)));
    return;
  }
  const auto format = node["format"].as<std::string>("int64");
  if (kind == SchemaKind::integer && format.starts_with("uint") && format != range_of(schema)) {
    comparison.problems.push_back(path + ": documented as " + format + ", in the table " +
                                  std::string(range_of(schema)));
  }
  if (kind == SchemaKind::list) compare(comparison, node["items"], *schema.element, path + "[]");
  if (kind == SchemaKind::map) {
    compare(comparison, node["additionalProperties"], *schema.element, path + "{}");
  }
  if (kind != SchemaKind::object) return;
  for (const auto& [name, property] : document.properties(node)) {
    const std::string place = below(path, name);
    const Field* field = find_field(schema, name);
    if (field != nullptr) {
      compare(comparison, property, *field->schema, below(path, field->name));
    } else if (!is_excused(different, place, comparison.used)) {
      comparison.problems.push_back(place + ": documented, not in the table");
    }
  }
}

// Every field of the table, as compare() names it.
void collect(const Schema& schema, const std::string& path, std::set<std::string>& places) {
  places.insert(path);
  if (schema.kind == SchemaKind::list) collect(*schema.element, path + "[]", places);
  if (schema.kind == SchemaKind::map) collect(*schema.element, path + "{}", places);
  for (const Field& field : schema.fields) {
    collect(*field.schema, below(path, field.name), places);
  }
}

std::vector<std::filesystem::path> document_paths() {
  const std::filesystem::path folder = std::filesystem::path(SEALOCK_SHARED_DIR) / "engine-api";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: there is no " << folder.string());
    return {};
  }
  return {folder / "v1.41.yaml", folder / "v1.55.yaml"};
}

}  // namespace

TEST_CASE("body schemas: say what both API documents say, and the exceptions are listed") {
  std::set<std::string> documented;
  std::set<std::string_view> used;
  std::vector<std::string> problems;
  const auto paths = document_paths();
  if (paths.empty()) return;
  for (const auto& path : paths) {
    const Document document(path);
    for (const auto& [name, body] : document.bodies()) {
      CAPTURE(name);
      const Operation* operation = find_operation(name);
      REQUIRE(operation != nullptr);
      const Schema* schema = body_schema(operation->id);
      REQUIRE(schema != nullptr);
      compare({document, documented, used, problems}, body, *schema, name + ": ");
    }
  }
  CHECK(documented.size() > 500);
  for (const std::string& problem : problems) {
    FAIL_CHECK(problem);
  }

  std::set<std::string> places;
  for (const Operation& operation : all_operations()) {
    if (operation.answered_by == AnsweredBy::sealock) continue;
    const Schema* schema = body_schema(operation.id);
    if (schema != nullptr) collect(*schema, std::string(operation.name) + ": ", places);
  }
  for (const std::string& place : places) {
    if (!documented.contains(place) && !is_excused(undocumented, place, used)) {
      FAIL_CHECK(place << ": in the table, in no document");
    }
  }
  for (const auto list :
       {std::span<const Exception>(undocumented), std::span<const Exception>(different)}) {
    for (const Exception& exception : list) {
      CAPTURE(exception.path);
      CHECK(used.contains(exception.path));  // else it is not needed any more
    }
  }
}

TEST_CASE("body schemas: an operation has one exactly when its body is json") {
  for (const Operation& operation : all_operations()) {
    CAPTURE(operation.name);
    CHECK((operation.body_kind == BodyKind::json) == (body_schema(operation.id) != nullptr));
    CHECK(operation.body == body_schema(operation.id));
  }
}

}  // namespace sealock::policy
