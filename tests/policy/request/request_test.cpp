#include "policy/request/request.hpp"

#include "policy/request/query.hpp"
#include "policy/request/route.hpp"
#include "policy/request/target.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>

namespace sealock::policy {
namespace {

using namespace std::string_view_literals;

Result<Request> read(Method method, std::string_view raw) {
  const auto target = parse_target(raw);
  if (!target) return tl::unexpected(target.error());
  auto request = route(method, *target);
  if (!request) return request;
  if (const auto read = parse_query(target->query, *request); !read)
    return tl::unexpected(read.error());
  return request;
}

bool is_same(const Request& a, const Request& b) {
  if (a.operation != b.operation || a.version != b.version || a.target != b.target ||
      a.second != b.second || a.query.size() != b.query.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.query.size(); ++i) {
    if (a.query[i].parameter != b.query[i].parameter || a.query[i].value != b.query[i].value)
      return false;
  }
  return true;
}

TEST_CASE("request: the target for the engine is built anew") {
  struct Row {
    Method method;
    std::string_view raw, rebuilt;
  };
  const Row rows[] = {
      {Method::get, "http://x/_ping?", "/_ping"},
      {Method::get, "http:/containers/json", "/containers/json"},
      {Method::get, "/v1.21/containers/x/json", "/v1.24/containers/x/json"},
      {Method::get,
       "/containers/json?trunc_cmd=0&all=True&size=&limit=", "/containers/json?all=1&size=0"},
      {Method::get, "/images/h.io%3A5000/a/b%3A1/json", "/images/h.io:5000/a/b:1/json"},
      {Method::delete_, "/containers/web/checkpoints/c?dir=/x",
       "/containers/web/checkpoints/c?dir=%2Fx"},
      {Method::post, "/commit?comment=a+b%2bc%C3%A9~", "/commit?comment=a%20b%2Bc%C3%A9~"},
      {Method::get, "/containers/json?filters=%7b%22label%22:+[%22a%22]%7d",
       "/containers/json?filters=%7B%22label%22%3A%7B%22a%22%3Atrue%7D%7D"},
      {Method::post, "/build?t=a:1&rm=1&t=b&x=y&buildargs={%20}&ulimits=null",
       "/build?t=a%3A1&t=b&rm=1&buildargs=%7B%7D&ulimits=null"},
      {Method::get, "/containers/x/logs?tail=all&stdout=1", "/containers/x/logs?tail=all&stdout=1"},
      {Method::post, "/commit?container=x&changes=ENV%20a%3Db%0a&changes=CMD%20x",
       "/commit?container=x&changes=ENV%20a%3Db%0A&changes=CMD%20x"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.raw);
    const auto request = read(row.method, row.raw);
    REQUIRE_MESSAGE(request.has_value(), request.error().text);
    CHECK(engine_target(*request) == row.rebuilt);
  }
}

TEST_CASE("request: attack: a name put in later cannot leave its place in the path") {
  Request request;
  request.operation = find_operation("VolumeInspect");
  request.target = "../containers/x?a#b%2f\r\n";
  CHECK(engine_target(request) == "/volumes/..%2Fcontainers%2Fx%3Fa%23b%252f%0D%0A");
  request.operation = find_operation("ImageInspect");
  request.target = "sha256:0";
  CHECK(engine_target(request) == "/images/sha256:0/json");
}

TEST_CASE("request: the body for the engine is the value that was read") {
  Request request;
  CHECK(engine_body(request).empty());
  request.body = Value(Value::Object{});
  CHECK(engine_body(request) == "{}");
  request.body.set("Image", Value("a\"b"));
  CHECK(engine_body(request) == R"({"Image":"a\"b"})");
}

TEST_CASE("request: parameters are found by name") {
  const auto request = read(Method::get, "/containers/json?all=1&x=2");
  REQUIRE(request.has_value());
  REQUIRE(request->find_query("all") != nullptr);
  CHECK(*request->find_query("all")->boolean());
  CHECK(request->find_query("x") == nullptr);
  CHECK(request->find_query("limit") == nullptr);
}

// A value that a client might send for `parameter`, and sometimes one that it should not.
std::string random_text(const Parameter& parameter, std::mt19937& random) {
  const std::vector<std::string_view> texts = {
      "", "a", "a b", "x&y=z", "100%", "+", "\u00e9\u2028", "a;b", "\n\t", "~!*'()", "0"};
  const std::vector<std::string_view> booleans = {"0",    "1",     "true", "false",
                                                  "True", "False", "",     "yes"};
  const std::vector<std::string_view> integers = {"0", "-1", "10", "9223372036854775807", "", "01"};
  const std::vector<std::string_view> filters = {
      "{}", R"({"a":["b","c","b"]})", R"({"a":{"b":true},"c":{}})",
      "",   R"({"":["\u0001\"\\"]})", "null"};
  const std::vector<std::string_view> maps = {"{}", "null", R"({"A":"1","a":null})",
                                              R"({"x":"\u00e9&"})", ""};
  const std::vector<std::string_view> others = {"[]",
                                                "null",
                                                R"(["a"])",
                                                R"([{"Name":"n","Hard":1}])",
                                                R"([{"Type":"t","Attrs":{"k":"v"}}])",
                                                R"({"os":"linux"})"};
  const auto pick = [&](const auto& list) { return std::string(list[random() % list.size()]); };
  switch (parameter.type) {
  case ParameterType::text:
    return pick(texts);
  case ParameterType::boolean:
    return pick(booleans);
  case ParameterType::integer:
    return pick(integers);
  case ParameterType::filters:
    return pick(filters);
  case ParameterType::json_map:
    return pick(maps);
  case ParameterType::json_list:
  case ParameterType::json_other:
    return pick(others);
  }
  return "";
}

// Percent-encodes at random what need not be encoded.
std::string encoded(std::string_view text, std::mt19937& random) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    if (c == ' ' && random() % 2 == 0) {
      out += '+';
    } else if (is_plain && random() % 4 != 0) {
      out += c;
    } else {
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  return out;
}

TEST_CASE("request: what is read from the rebuilt target is what was read at first") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const std::vector<std::string_view> names = {"a", "web_1.x-y", "0123456789ab"};
  const std::vector<std::string_view> references = {"a",    "h.io:5000/a/b:1", "sha256:0123",
                                                    "json", "a/json",          "get/json"};
  const std::vector<std::string_view> versions = {"", "/v1.24", "/v1.41", "/v1.99", "/v1.21"};
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto& operation = all_operations()[random() % operation_count];
    std::string raw(versions[random() % versions.size()]);
    std::string_view path = operation.path;
    while (!path.empty()) {
      const auto brace = path.find('{');
      raw += path.substr(0, brace);
      if (brace == std::string_view::npos) break;
      const bool is_reference =
          path.substr(brace).starts_with("{name}") && operation.target != TargetKind::volume;
      raw +=
          is_reference ? references[random() % references.size()] : names[random() % names.size()];
      path.remove_prefix(path.find('}', brace) + 1);
    }
    char separator = '?';
    for (const auto& parameter : operation.parameters) {
      for (auto count = random() % (parameter.repeated ? 3 : 2); count > 0; --count) {
        raw += separator + std::string(parameter.name) + "=" +
               encoded(random_text(parameter, random), random);
        separator = '&';
        if (random() % 8 == 0) raw += "&Unknown=1&";
      }
    }
    const auto first = read(operation.method, raw);
    if (!first) continue;
    ++accepted;
    const auto second = read(operation.method, engine_target(*first));
    if (!second || !is_same(*first, *second) || !second->dropped_parameters.empty() ||
        engine_target(*second) != engine_target(*first)) {
      FAIL("not stable: " << raw << " became " << engine_target(*first));
    }
  }
  CHECK(accepted > 5'000);
}

}  // namespace
}  // namespace sealock::policy
