// Every JSON body that real clients sent (../shared/traces) and that the attack corpus calls benign
// (../shared/attacks, class Z) uses only fields that the schemas know, each of the right kind.
// Walks the bodies itself; that the strict reader agrees is tested beside the reader.

#include "policy/engine_api/body_schemas.hpp"
#include "policy/engine_api/operation.hpp"
#include "tests/policy/engine_api/path_match.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

namespace {

using nlohmann::json;

class BodyCheck {
public:
  void check(const json& body, const Schema& schema, const std::string& path) {
    if (body.is_null()) return;  // nested nulls; a list refuses its own below
    if (!has_kind(body, schema)) {
      problems_.push_back(path + ": " + body.type_name() + " where the table has another kind");
      return;
    }
    if (schema.kind == SchemaKind::list) check_list(body, schema, path);
    if (schema.kind == SchemaKind::map) {
      for (const auto& [key, value] : body.items()) {
        check(value, *schema.element, path + "{}");
      }
    }
    if (schema.kind == SchemaKind::object) check_object(body, schema, path);
  }

  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
  [[nodiscard]] const std::set<std::string>& dropped() const { return dropped_; }
  [[nodiscard]] const std::set<std::string>& aliases() const { return aliases_; }

private:
  static bool is_in_range(const json& body, const Schema& schema) {
    if (body.is_number_unsigned() && schema.maximum_unsigned != 0) {
      return body.get<std::uint64_t>() <= schema.maximum_unsigned;
    }
    if (body.is_number_unsigned()) {
      return body.get<std::uint64_t>() <= static_cast<std::uint64_t>(schema.maximum);
    }
    return body.is_number_integer() && body.get<std::int64_t>() >= schema.minimum;
  }

  static bool has_kind(const json& body, const Schema& schema) {
    switch (schema.kind) {
    case SchemaKind::object:
    case SchemaKind::map:
      return body.is_object();
    case SchemaKind::list:
      return body.is_array();
    case SchemaKind::string:
    case SchemaKind::base64:
      return body.is_string();
    case SchemaKind::integer:
      return is_in_range(body, schema);
    case SchemaKind::number:
      return body.is_number();
    case SchemaKind::boolean:
      return body.is_boolean();
    case SchemaKind::empty:
      return body.is_object() && body.empty();
    }
    return false;
  }

  void check_list(const json& body, const Schema& schema, const std::string& path) {
    for (const json& element : body) {
      if (element.is_null()) problems_.push_back(path + "[]: null in a list");
      check(element, *schema.element, path + "[]");
    }
  }

  void check_object(const json& body, const Schema& schema, const std::string& path) {
    for (const auto& [name, value] : body.items()) {
      const std::string place = path + "." + name;
      const Field* field = find_field(schema, name);
      if (field == nullptr) {
        problems_.push_back(place + ": unknown");
        continue;
      }
      if (field->dropped) dropped_.insert(place);
      if (field->name != name) aliases_.insert(place);
      check(value, *field->schema, place);
    }
  }

  std::vector<std::string> problems_;
  std::set<std::string> dropped_;
  std::set<std::string> aliases_;
};

std::vector<json> read_lines(const std::filesystem::path& path) {
  std::vector<json> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    lines.push_back(json::parse(line));
  }
  return lines;
}

const Operation* operation_of(const json& line) {
  const auto method = parse_method(line.value("method", ""));
  if (!method) return nullptr;
  const std::string target = line.value("path", "");
  return match_path(*method, without_version(target.substr(0, target.find('?'))));
}

void report(const BodyCheck& check) {
  for (const std::string& problem : check.problems()) {
    FAIL_CHECK(problem);
  }
}

}  // namespace

TEST_CASE("body schemas: take every body that real clients sent") {
  const std::filesystem::path folder = std::filesystem::path(SEALOCK_SHARED_DIR) / "traces";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: there is no " << folder.string());
    return;
  }
  BodyCheck check;
  int bodies = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    for (const json& line : read_lines(entry.path())) {
      const Operation* operation = line.contains("body") ? operation_of(line) : nullptr;
      if (operation == nullptr || body_schema(operation->id) == nullptr) continue;
      check.check(line["body"], *body_schema(operation->id),
                  entry.path().stem().string() + " " + std::string(operation->name));
      ++bodies;
    }
  }
  report(check);
  CHECK(bodies > 190);
  // What is dropped or renamed is seen in a trace, so these lists can be believed.
  CHECK(check.dropped().contains("dockerode ContainerCreate.name"));
  CHECK(check.dropped().contains("dockerode ContainerCreate.VolumesFrom"));
  CHECK(check.dropped().contains("dockerode ImageCommit.container"));
  CHECK(check.dropped().contains("dockerode ExecStart.hijack"));
  CHECK(check.dropped().contains("ansible-deploy ContainerExec.Container"));
  CHECK(check.aliases().contains("ansible-swarm ServiceCreate.Mode.replicated"));
}

// docker-java (testcontainers, Jenkins, Gradle) has no trace: its field names are those of its 3.4
// sources (002b6eb7), which write null for every field that was not set.
TEST_CASE("body schemas: take the bodies of docker-java") {
  const struct {
    OperationId operation;
    std::string_view body;
    std::string_view nulls;
  } rows[] = {
      {OperationId::container_create,
       R"({"Image":"i","Volumes":{},"ExposedPorts":{"80/tcp":{}},"HostConfig":{"Binds":[]},
           "NetworkingConfig":{"EndpointsConfig":{"n":{"Aliases":["a"],"IPAMConfig":null}}}})",
       "Hostname Domainname User AttachStdin AttachStdout AttachStderr PortSpecs Tty OpenStdin "
       "StdinOnce Env Cmd Healthcheck ArgsEscaped Entrypoint WorkingDir MacAddress OnBuild "
       "NetworkDisabled StopSignal StopTimeout Labels Shell name platform authConfig"},
      {OperationId::container_exec, R"({"containerId":"c","AttachStdout":true,"Cmd":["id"]})",
       "AttachStdin AttachStderr Tty Privileged User Env WorkingDir"},
      {OperationId::image_commit, R"({"containerId":"c","Labels":{"a":"b"}})",
       "repository tag message author DisableNetwork Memory MemorySwap PortSpecs Hostname"},
      {OperationId::container_update, R"({"Memory":1})", "Init NanoCpus RestartPolicy Ulimits"},
      {OperationId::system_auth, R"({"username":"u","password":"p"})",
       "email serveraddress auth registrytoken identitytoken stackOrchestrator"},
  };
  for (const auto& row : rows) {
    json body = json::parse(row.body);
    std::istringstream names{std::string(row.nulls)};
    for (std::string name; names >> name;) {
      body[name] = nullptr;
    }
    BodyCheck check;
    check.check(body, *body_schema(row.operation), std::string(operation(row.operation).name));
    report(check);
  }
  BodyCheck check;
  const auto host_config = json::parse(R"({"DiskQuota":null,"LxcConf":null,"NanoCPUs":null,
      "Mounts":[{"Type":"tmpfs","Target":"/t","ReadOnly":null,"BindOptions":null,
      "TmpfsOptions":{"SizeBytes":1,"Mode":null}}],"Ulimits":null,"ConsoleSize":null})");
  check.check({{"HostConfig", host_config}}, *body_schema(OperationId::container_create), "create");
  report(check);
}

TEST_CASE("body schemas: take every body that the attack corpus calls benign") {
  const std::filesystem::path path =
      std::filesystem::path(SEALOCK_SHARED_DIR) / "attacks" / "attacks.jsonl";
  if (!std::filesystem::exists(path)) {
    MESSAGE("skipped: there is no " << path.string());
    return;
  }
  BodyCheck check;
  int bodies = 0;
  for (const json& line : read_lines(path)) {
    const std::string body = line.value("body", "");
    const bool is_benign = line.value("class", "").starts_with("Z");
    const Operation* operation = is_benign && !body.empty() ? operation_of(line) : nullptr;
    if (operation == nullptr || body_schema(operation->id) == nullptr) continue;
    check.check(json::parse(body), *body_schema(operation->id),
                line.value("id", "") + " " + std::string(operation->name));
    ++bodies;
  }
  report(check);
  CHECK(bodies > 20);
  for (const std::string& place : check.dropped()) {
    // What the Docker CLI sends with every create, empty.
    CAPTURE(place);
    CHECK(place.ends_with(" ContainerCreate.HostConfig.Isolation"));
  }
  CHECK(check.aliases().empty());
}

}  // namespace sealock::policy
