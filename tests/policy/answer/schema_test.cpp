// Holds the answer schemas against Docker's API documents (../shared, which users' clones lack).

#include "policy/answer/answer_schema.hpp"
#include "policy/answer/answer_tree.hpp"
#include "policy/engine_api/operation.hpp"

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

namespace sealock::policy {
namespace {

// Walks the response schema of an operation and calls `found` with each place that has no more
// structure below it.
class DocumentWalk {
public:
  using Found = std::function<void(const std::string& path)>;

  DocumentWalk(YAML::Node document, Found found)
      : document_(std::move(document)), found_(std::move(found)) {}

  void walk(const YAML::Node& schema, const std::string& path, std::set<std::string> seen = {}) {
    if (!schema.IsMap()) return found_(path);
    if (const YAML::Node reference = schema["$ref"]) {
      const std::string text = reference.as<std::string>();
      const std::string name = text.substr(text.rfind('/') + 1);
      if (seen.insert(name).second) walk(document_["definitions"][name], path, seen);
      return;
    }
    bool deeper = false;
    for (const YAML::Node& part : schema["allOf"]) {
      walk(part, path, seen);
      deeper = true;
    }
    for (const auto& property : schema["properties"]) {
      const std::string name = property.first.as<std::string>();
      const std::string quoted = name.find('.') == std::string::npos ? name : "'" + name + "'";
      walk(property.second, path.empty() ? quoted : path + "." + quoted, seen);
      deeper = true;
    }
    const YAML::Node values = schema["additionalProperties"];
    if (values && values.IsMap()) {
      walk(values, path + "{}", seen);
      deeper = true;
    }
    if (const YAML::Node items = schema["items"]) {
      walk(items, path + "[]", seen);
      deeper = true;
    }
    if (!deeper) found_(path);
  }

private:
  YAML::Node document_;
  Found found_;
};

bool is_known(AnswerPlace& root, const AnswerSchema& schema, const std::string& path) {
  if (path.empty()) return root.is_leaf || !root.fields.empty();  // "object", no more said
  auto parsed = parse_answer_path("/" + path);
  if (!parsed) return false;
  if (!find_places(root, schema, *parsed, NameCase::exact).empty()) return true;
  while (parsed->steps.size() > 1) {  // below a field that is treated whole
    parsed->steps.pop_back();
    for (const AnswerPlace* place : find_places(root, schema, *parsed, NameCase::exact)) {
      if (place->kind == FieldKind::anything || place->kind == FieldKind::secret_tree) return true;
    }
  }
  return false;
}

void check_operation(const YAML::Node& document, const YAML::Node& operation, std::size_t& count) {
  const std::string name = operation["operationId"].as<std::string>();
  const Operation* known = find_operation(name);
  if (known == nullptr) return;  // the catalogue's own test finds it
  if (known->answer == AnswerKind::bytes || known->answer == AnswerKind::tunnel) return;
  const AnswerSchema& schema = answer_schema(known->id);
  const auto root = make_answer_tree(schema);
  for (const auto& response : operation["responses"]) {
    const std::string status = response.first.as<std::string>();
    if (status.front() != '2' || !response.second["schema"]) continue;
    DocumentWalk walk(document, [&](const std::string& path) {
      ++count;
      CAPTURE(name);
      CAPTURE(path);
      CHECK(is_known(*root, schema, path));
    });
    walk.walk(response.second["schema"], "");
  }
}

TEST_CASE("answer schemas: every field of Docker's API documents is classified") {
  const std::filesystem::path folder = SEALOCK_SHARED_DIR "/engine-api";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: " << folder.string() << " is missing");
    return;
  }
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".yaml") continue;
    CAPTURE(file.path().string());
    const YAML::Node document = YAML::LoadFile(file.path().string());
    for (const auto& path : document["paths"]) {
      for (const auto& method : path.second) {
        if (method.second.IsMap() && method.second["operationId"]) {
          check_operation(document, method.second, count);
        }
      }
    }
  }
  CHECK(count > 2000);
}

TEST_CASE("answer schemas: tables are well-formed") {
  std::size_t leaves = 0;
  for (const Operation& operation : all_operations()) {
    CAPTURE(operation.name);
    const AnswerSchema& schema = answer_schema(operation.id);
    CHECK(schema.operation == operation.id);
    const std::function<void(std::span<const AnswerField>)> check =
        [&check](std::span<const AnswerField> fields) {
          for (const AnswerField& field : fields) {
            CAPTURE(field.path);
            if (!field.path.empty()) CHECK(parse_answer_path(field.path).has_value());
            check(field.fields);
          }
        };
    check(schema.fields);
    const auto root = make_answer_tree(schema);
    for_each_place(*root, [&](const AnswerPlace& place) {
      CAPTURE(path_of(place, *root));
      leaves += place.is_leaf ? 1 : 0;
      const bool has_shape =
          place.is_leaf || place.values || place.elements || !place.fields.empty();
      CHECK((has_shape || &place == root.get()));
    });
    if (operation.answer == AnswerKind::bytes || operation.answer == AnswerKind::tunnel) {
      CHECK(schema.fields.empty());
    }
    if (!schema.object.empty())
      CHECK(has_answer_field(operation, "/" + std::string(schema.object)));
  }
  CHECK(leaves > 3000);
}

bool has(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

TEST_CASE("answer schemas: fields are named as rules name them") {
  const auto of = [](std::string_view name) { return answer_fields(*find_operation(name)); };
  CHECK(has(of("ContainerInspect"), "Config.Env"));
  CHECK(has(of("ContainerInspect"), "Mounts[].Source"));
  CHECK(has(of("ContainerInspect"), "NetworkSettings.Networks{}.IPAddress"));
  CHECK(has(of("ContainerList"), "Labels"));
  CHECK(has(of("VolumeList"), "Labels"));
  CHECK(has(of("VolumeList"), "/Warnings"));
  CHECK(has(of("SystemDataUsage"), "ContainerUsage.Items[].Command"));
  CHECK(has(of("SystemEvents"), "Actor.Attributes"));
  CHECK(of("ContainerLogs").empty());
  for (const Operation& operation : all_operations()) {
    for (const std::string& path : answer_fields(operation)) {
      CAPTURE(operation.name);
      CAPTURE(path);
      CHECK(has_answer_field(operation, path));
    }
    for (const std::string& path : secret_fields(operation)) {
      CAPTURE(operation.name);
      CAPTURE(path);
      CHECK(has_answer_field(operation, path));
    }
  }
}

TEST_CASE("answer schemas: the secrets of secrets.md are known as such") {
  struct Row {
    const char* operation;
    const char* path;
  };
  const Row rows[] = {
      {"ContainerInspect", "Config.Env"},
      {"ContainerInspect", "Config.Cmd"},
      {"ContainerInspect", "Args"},
      {"ContainerInspect", "Config.Entrypoint"},
      {"ContainerInspect", "Config.Healthcheck.Test"},
      {"ContainerInspect", "State.Health.Log[].Output"},
      {"ContainerInspect", "State.Error"},
      {"ContainerInspect", "Config.Labels{secrets}"},
      {"ContainerInspect", "Config.OnBuild"},
      {"ContainerInspect", "Config.Shell"},
      {"ContainerInspect", "HostConfig.LogConfig.Config{secrets}"},
      {"ContainerInspect", "HostConfig.Mounts[].VolumeOptions.DriverConfig.Options{secrets}"},
      {"ContainerInspect", "HostConfig.SecurityOpt{secrets}"},
      {"ContainerInspect", "HostConfig.Annotations{secrets}"},
      {"ContainerInspect", "NetworkSettings.Networks{}.DriverOpts"},
      {"ContainerList", "Command"},
      {"ContainerList", "Labels{secrets}"},
      {"ContainerList", "HostConfig.Annotations{secrets}"},
      {"ContainerTop", "Processes"},
      {"ExecInspect", "ProcessConfig.arguments"},
      {"ImageInspect", "ContainerConfig.Env"},
      {"ImageHistory", "CreatedBy"},
      {"ImageAttestations", "Statement"},
      {"VolumeList", "Options{secrets}"},
      {"VolumeInspect", "Status"},
      {"VolumeCreate", "Options{secrets}"},
      {"NetworkList", "IPAM.Options"},
      {"PluginList", "Settings.Env"},
      {"PluginInspect", "Config.Env[].Value"},
      {"PluginInspect", "Config.Args.Value"},
      {"SystemInfo", "HttpsProxy{secrets}"},
      {"SystemInfo", "NoProxy{secrets}"},
      {"SystemInfo", "Runtimes{}.runtimeArgs"},
      {"SystemInfo", "Labels{secrets}"},
      {"SystemInfo", "Swarm.Cluster.Spec.CAConfig.ExternalCAs[].URL"},
      {"SystemDataUsage", "Containers[].Command"},
      {"SystemDataUsage", "ContainerUsage.Items[].Command"},
      {"SystemDataUsage", "BuildCacheUsage.Items[].Description"},
      {"SystemEvents", "Action"},
      {"SystemEvents", "status"},
      {"SystemEvents", "Actor.Attributes{secrets}"},
      {"ServiceList", "PreviousSpec.TaskTemplate.ContainerSpec.Env"},
      {"ServiceList", "Spec.TaskTemplate.PluginSpec.env"},
      {"ServiceInspect", "Spec.TaskTemplate.ContainerSpec.Privileges.Seccomp.Profile"},
      {"TaskList", "NetworksAttachments[].Network.DriverState.Options{secrets}"},
      {"TaskList", "NetworksAttachments[].Network.Spec.IPAMOptions.Driver.Options"},
      {"TaskInspect", "Status.Err"},
      {"ConfigInspect", "Spec.Data"},
      {"SecretInspect", "Spec.Driver.Options"},
      {"SwarmInspect", "JoinTokens.Worker"},
      {"SwarmUnlockkey", "UnlockKey"},
      {"NodeInspect", "Description.Engine.Labels{secrets}"},
      {"SystemAuth", "IdentityToken"},
      {"ContainerWait", "Error.Message"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.operation);
    CAPTURE(row.path);
    CHECK(has(secret_fields(*find_operation(row.operation)), row.path));
  }
}

}  // namespace
}  // namespace sealock::policy
