// Holds the catalogue against what real clients put on the wire (../shared/traces) and what they
// need (../shared/least-privilege).

#include "policy/engine_api/operation.hpp"
#include "policy/engine_api/schema.hpp"
#include "tests/policy/engine_api/path_match.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace sealock::policy {
namespace {

using Key = std::pair<std::string, std::string>;  // operation, parameter

struct TracedRequest {
  std::string file;
  std::string method;
  std::string path;  // without version
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<std::string> headers;  // those that carry credentials
};

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

TracedRequest read_request(const std::string& file, const nlohmann::json& line) {
  TracedRequest request{file, line["method"], line["path"], {}, {}};
  for (const std::string header : {"x-registry-auth", "x-registry-config"}) {
    if (line.contains(header)) request.headers.push_back(header);
  }
  const auto question = request.path.find('?');
  if (question != std::string::npos) {
    std::istringstream query(request.path.substr(question + 1));
    for (std::string part; std::getline(query, part, '&');) {
      const auto equals = part.find('=');
      const std::string value = equals == std::string::npos ? "" : part.substr(equals + 1);
      request.query.emplace_back(decode(part.substr(0, equals)), decode(value));
    }
    request.path.erase(question);
  }
  request.path = without_version(request.path);
  return request;
}

// The lines of all files in a folder of ../shared, with the name of their file; empty, and says so,
// where there is none.
std::vector<std::pair<std::string, std::string>> read_lines(std::string_view folder) {
  std::vector<std::pair<std::string, std::string>> lines;
  const std::filesystem::path place = std::filesystem::path(SEALOCK_SHARED_DIR) / folder;
  if (!std::filesystem::exists(place)) {
    MESSAGE("skipped: " << place << " is not there");
    return lines;
  }
  for (const auto& entry : std::filesystem::directory_iterator(place)) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      lines.emplace_back(entry.path().filename().string(), line);
    }
  }
  return lines;
}

std::vector<TracedRequest> read_traces() {
  std::vector<TracedRequest> requests;
  for (const auto& [file, line] : read_lines("traces")) {
    const auto object = nlohmann::json::parse(line);
    if (object.contains("method")) requests.push_back(read_request(file, object));
  }
  return requests;
}

const Operation* find_operation(const TracedRequest& request) {
  const auto method = parse_method(request.method);
  return method ? match_path(*method, request.path) : nullptr;
}

// Paths that no dockerd serves.
const std::vector<std::string_view> foreign_paths{
    "/libpod/",  // podman --remote
};

// Keys that dockerd does not read, and that are therefore dropped and noted in the audit record.
const std::set<Key> dropped_on_purpose{
    {"ContainerAttach", "hijack"},    // dockerode's own option
    {"ContainerInspect", "stream"},   // systeminformation sends it with everything
    {"ImageInspect", "stream"},       // the same
    {"ContainerList", "trunc_cmd"},   // docker-py, for engines before 1.0
    {"ImageList", "only_ids"},        // docker-py, the same
    {"NetworkCreate", "DriverOpts"},  // dockerode-compose, undefined and so not in its body
    {"ImageTag", "force"},            // docker-py; dockerd has moved tags without asking since 1.10
};

// dockerode repeats its whole body as query.
bool repeats_body(const Operation& operation, const std::string& key) {
  return operation.body != nullptr && find_field(*operation.body, key) != nullptr;
}

// As operation.hpp defines "set" for what stands in a query as text.
bool says_something(const Parameter& parameter, const std::string& value) {
  static const std::set<std::string> zeros{"", "0", "false", "False", "null", "[]", "{}"};
  const bool zero =
      value.empty() || (parameter.type != ParameterType::text && zeros.contains(value));
  return !zero && std::ranges::count(parameter.neutral, value) == 0;
}

// "(a|b)" and "(a)?" written out, "[^/]+" and ".+" replaced by a name.
std::vector<std::string> expand(const std::string& expression) {
  const auto open = expression.find('(');
  if (open == std::string::npos) {
    std::string path = expression;
    for (const std::string name : {"[^/]+", ".+"}) {
      for (auto at = path.find(name); at != std::string::npos; at = path.find(name)) {
        path.replace(at, name.size(), "sample");
      }
    }
    return {path};
  }
  const auto close = expression.find(')', open);
  const bool optional = expression.substr(close + 1, 1) == "?";
  std::istringstream text(expression.substr(open + 1, close - open - 1));
  std::vector<std::string> choices;
  if (optional) choices.emplace_back();
  for (std::string choice; std::getline(text, choice, '|');)
    choices.push_back(choice);
  std::vector<std::string> all;
  for (const std::string& choice : choices) {
    std::string path = expression;
    path.replace(open, close + (optional ? 2 : 1) - open, choice);
    for (std::string& rest : expand(path))
      all.push_back(std::move(rest));
  }
  return all;
}

void check_is_operation(const std::string& method, const std::string& path) {
  CAPTURE(method);
  CAPTURE(path);
  const auto parsed = parse_method(method);
  REQUIRE(parsed.has_value());
  CHECK(match_path(*parsed, without_version(path)) != nullptr);
}

// A line of an allow-list: "HEAD,GET /_ping".
void check_allowed(const std::string& line) {
  const auto space = line.find(' ');
  std::istringstream methods(line.substr(0, space));
  for (std::string method; std::getline(methods, method, ',');) {
    for (const std::string& path : expand(line.substr(space + 1)))
      check_is_operation(method, path);
  }
}

// What a traced request sets, restricted parameters only.
std::vector<std::string> restricted_and_set(const TracedRequest& request,
                                            const Operation& operation) {
  std::vector<std::string> names;
  for (const auto& [key, value] : request.query) {
    const Parameter* parameter = find_parameter(operation, key);
    if (parameter == nullptr || !parameter->restricted) continue;
    if (says_something(*parameter, value)) names.push_back(key);
  }
  return names;
}

}  // namespace

TEST_CASE("real clients: every request of the traces is an operation") {
  for (const TracedRequest& request : read_traces()) {
    CAPTURE(request.file);
    CAPTURE(request.method);
    CAPTURE(request.path);
    const bool foreign = std::ranges::any_of(
        foreign_paths, [&](auto prefix) { return request.path.starts_with(prefix); });
    CHECK((find_operation(request) != nullptr) == !foreign);
  }
}

TEST_CASE("real clients: every query key of the traces is known, or dropped on purpose") {
  std::set<Key> used;
  const auto requests = read_traces();
  for (const TracedRequest& request : requests) {
    const Operation* operation = find_operation(request);
    if (operation == nullptr) continue;
    for (const auto& parameter : request.query) {
      const Key key{operation->name, parameter.first};
      CAPTURE(request.file);
      CAPTURE(key.first);
      CAPTURE(key.second);
      const bool known = find_parameter(*operation, key.second) != nullptr;
      const bool repeated = !known && repeats_body(*operation, key.second);
      CHECK(known != (dropped_on_purpose.contains(key) || repeated));
      used.insert(key);
    }
  }
  if (requests.empty()) return;
  for (const Key& key : dropped_on_purpose) {
    CAPTURE(key.second);
    CHECK(used.contains(key));
  }
}

TEST_CASE("real clients: credentials go where the catalogue forwards them") {
  for (const TracedRequest& request : read_traces()) {
    const Operation* operation = find_operation(request);
    if (operation == nullptr) continue;
    for (const std::string& header : request.headers) {
      CAPTURE(request.file);
      CAPTURE(request.path);
      CHECK(std::ranges::count(operation->headers, header) == 1);
    }
  }
}

// What a policy has to name if these clients are to work on it. Everything else that is restricted
// they send, if at all, with a value that says nothing.
TEST_CASE("real clients: the restricted parameters that they set") {
  const std::set<std::tuple<std::string, std::string, std::string>> expected{
      {"cli20.jsonl", "ImageBuild", "version"},        // with BuildKit
      {"cli20-swarm.jsonl", "ImageBuild", "version"},  // with BuildKit
      {"cli20.jsonl", "ImageCreate", "fromSrc"},
      {"cli20-swarm.jsonl", "ServiceLogs", "details"},
      {"cli20-swarm.jsonl", "ServiceUpdate", "rollback"},
      {"cli28.jsonl", "ImageCreate", "fromSrc"},
      {"cli28-swarm.jsonl", "ServiceLogs", "details"},
      {"cli28-swarm.jsonl", "ServiceUpdate", "rollback"},
      {"podman.jsonl", "ImageCreate", "fromSrc"},
      {"systeminformation.jsonl", "ContainerTop", "ps_args"},
  };
  std::set<std::tuple<std::string, std::string, std::string>> found;
  const auto requests = read_traces();
  for (const TracedRequest& request : requests) {
    const Operation* operation = find_operation(request);
    if (operation == nullptr) continue;
    for (const std::string& name : restricted_and_set(request, *operation)) {
      CAPTURE(request.file);
      CAPTURE(operation->name);
      CAPTURE(name);
      CHECK(expected.contains({request.file, std::string(operation->name), name}));
      found.emplace(request.file, operation->name, name);
    }
  }
  if (!requests.empty()) CHECK(found.size() == expected.size());
}

TEST_CASE("real clients: every line of the least-privilege lists is an operation") {
  for (const auto& named : read_lines("least-privilege")) {
    CAPTURE(named.first);
    const std::string& line = named.second;
    if (!line.empty() && !line.starts_with('#')) check_allowed(line);
  }
}

}  // namespace sealock::policy
