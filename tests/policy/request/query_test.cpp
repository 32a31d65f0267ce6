#include "policy/request/query.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>

namespace sealock::policy {
namespace {

using namespace std::string_view_literals;

Request request_of(std::string_view operation) {
  Request request;
  request.operation = find_operation(operation);
  REQUIRE(request.operation != nullptr);
  return request;
}

std::string shown(const Request& request) {
  std::string text;
  for (const auto& [parameter, value] : request.query) {
    text += std::string(parameter->name) + "=" + to_json(value) + " ";
  }
  for (const auto& name : request.dropped_parameters)
    text += "-" + name + " ";
  if (!text.empty()) text.pop_back();
  return text;
}

// The typed parameters and what was dropped (with a minus), or the error.
std::string read(std::string_view operation, std::string_view raw) {
  Request request = request_of(operation);
  const auto result = parse_query(raw, request);
  if (result) return shown(request);
  CHECK(result.error().kind == ErrorKind::bad_request);
  return "error: " + result.error().text;
}

TEST_CASE("query: values are decoded once, typed, and kept in order") {
  struct Row {
    std::string_view operation, raw, result;
  };
  const Row rows[] = {
      {"ContainerList", "", ""},
      {"ContainerList", "&", ""},
      {"ContainerList", "&&all=1&", "all=true"},
      {"ContainerList", "limit=-1&all=1&size=0&trunc_cmd=0",
       "limit=-1 all=true size=false -trunc_cmd"},
      {"ContainerList", "limit=0", "limit=0"},
      {"ContainerList", "limit=", ""},
      {"ContainerList", "limit=9223372036854775807", "limit=9223372036854775807"},
      {"ContainerList", "all", "all=false"},
      {"ContainerList", "all=", "all=false"},
      {"ContainerList", "all=%31", "all=true"},
      {"ContainerList", "%61ll=1", "all=true"},
      {"ContainerList", "all=True", "all=true"},
      {"ContainerList", "all=False", "all=false"},
      {"ContainerList", "all=true&size=false", "all=true size=false"},
      {"ContainerList", "filters=%7B%22name%22%3A%5B%22a%22%5D%7D", R"(filters={"name":["a"]})"},
      {"ContainerList", "filters=%7B%22label%22%3A+%5B%22a%3Db%22%5D%7D",
       R"(filters={"label":["a=b"]})"},
      {"ContainerList", "filters={\"name\":{\"a\":true}}", R"(filters={"name":["a"]})"},
      {"ContainerList", "filters=", "filters={}"},
      {"ContainerStop", "t=-1", "t=-1"},
      {"ImageCommit", "comment=a+b%20c%2Bd%26e%3df", R"(comment="a b c+d&e=f")"},
      {"ImageCommit", "comment=a=b=c", R"(comment="a=b=c")"},
      {"ImageCommit", "comment=%252e", R"(comment="%2e")"},
      {"ImageCommit", "comment=%C3%A9", "comment=\"\u00e9\""},
      {"ContainerRename", "name=", R"(name="")"},
      // Other case is another parameter, for dockerd too.
      {"ContainerRename", "NAME=x", "-NAME"},
      {"ContainerRename", "Name=x&name=y", "name=\"y\" -Name"},
      {"ContainerLogs", "since=1795432509.868&tail=all&until=10m",
       R"(since="1795432509.868" tail="all" until="10m")"},
      {"ImageBuild", "t=a&rm=1&t=b", R"(t=["a","b"] rm=true)"},
      {"ImageBuild", "t=a", R"(t=["a"])"},
      {"ImageBuild", "buildargs=%7B%22A%22%3A+%221%22,%22B%22:null%7D",
       R"(buildargs={"A":"1","B":null})"},
      {"ImageBuild", "buildargs=&cachefrom=&ulimits=null", "ulimits=null"},
      {"ImageBuild", "labels={}&cachefrom=[\"a\",\"b\"]", R"(labels={} cachefrom=["a","b"])"},
      {"ImageBuild", "ulimits=[{\"Name\":\"nofile\",\"Hard\":5,\"Soft\":4}]",
       R"(ulimits=[{"Name":"nofile","Hard":5,"Soft":4}])"},
      {"ImageBuild", "outputs=[{\"Type\":\"local\",\"Attrs\":{\"dest\":\"x\"}}]",
       R"(outputs=[{"Type":"local","Attrs":{"dest":"x"}}])"},
      {"ImageInspect",
       "platform={\"architecture\":\"amd64\",\"os\":\"linux\",\"os.version\":\"1\"}",
       R"(platform={"architecture":"amd64","os":"linux","os.version":"1"})"},
      {"ImageGetAll", "names=a&names=b%3A1&platform={\"os\":\"a\"}&platform={\"os\":\"b\"}",
       R"(names=["a","b:1"] platform=[{"os":"a"},{"os":"b"}])"},
      // dockerode repeats its whole body.
      {"ContainerCreate",
       "name=x&Image=a%3A1&Cmd=sh&Cmd=-c&Cmd=%00%FF&HostConfig=%7B%22Binds%22%3A%5B%5D%7D&"
       "HostConfig[Binds]=x&Env=",
       "name=\"x\" -Image -Cmd -HostConfig -HostConfig[Binds] -Env"},
      {"SystemPing", "a=b&%1B=x&\u007e=1", "-a -\\x1b -~"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.operation);
    CAPTURE(row.raw);
    CHECK(read(row.operation, row.raw) == row.result);
  }
}

TEST_CASE("query: attack: what two readers read differently is refused") {
  struct Row {
    std::string_view operation, raw, result;
  };
  const Row rows[] = {
      // twice
      {"ContainerRename", "name=a&name=b",
       "name: given twice; send it once (dockerd would take the first)"},
      {"ContainerRename", "name=a&name=a",
       "name: given twice; send it once (dockerd would take the first)"},
      {"ContainerRename", "name=a&%6eame=b",
       "name: given twice; send it once (dockerd would take the first)"},
      {"ContainerList", "limit=&limit=5",
       "limit: given twice; send it once (dockerd would take the first)"},
      {"ImageBuild", "cachefrom=&cachefrom=[]",
       "cachefrom: given twice; send it once (dockerd would take the first)"},
      // booleans that are true for dockerd
      {"ContainerDelete", "force=off", "force: must be 0, 1, true or false, not \"off\""},
      {"ContainerDelete", "force=00", "force: must be 0, 1, true or false, not \"00\""},
      {"ContainerDelete", "force=n", "force: must be 0, 1, true or false, not \"n\""},
      {"ContainerDelete", "force=+1", "force: must be 0, 1, true or false, not \" 1\""},
      {"ContainerDelete", "force=1%0a", "force: must be 0, 1, true or false, not \"1\\x0a\""},
      {"ContainerDelete", "force=no", "force: must be 0, 1, true or false, not \"no\""},
      {"ContainerDelete", "force=none", "force: must be 0, 1, true or false, not \"none\""},
      {"ContainerDelete", "force=TRUE", "force: must be 0, 1, true or false, not \"TRUE\""},
      {"ContainerDelete", "force=t", "force: must be 0, 1, true or false, not \"t\""},
      {"ContainerDelete", "force=2", "force: must be 0, 1, true or false, not \"2\""},
      // integers
      {"ContainerList", "limit=+5", "limit: must be an integer in plain digits, not \" 5\""},
      {"ContainerList", "limit=%2B5", "limit: must be an integer in plain digits, not \"+5\""},
      {"ContainerList", "limit=05", "limit: must be an integer in plain digits, not \"05\""},
      {"ContainerList", "limit=-0", "limit: must be an integer in plain digits, not \"-0\""},
      {"ContainerList", "limit=-", "limit: must be an integer in plain digits, not \"-\""},
      {"ContainerList", "limit=1.0", "limit: must be an integer in plain digits, not \"1.0\""},
      {"ContainerList", "limit=1e3", "limit: must be an integer in plain digits, not \"1e3\""},
      {"ContainerList", "limit=0x10", "limit: must be an integer in plain digits, not \"0x10\""},
      {"ContainerList", "limit=9223372036854775808",
       "limit: must be an integer in plain digits, not \"9223372036854775808\""},
      // json
      {"ContainerList", "filters={\"a\":[\"b\"]}}",
       "filters: something follows the JSON value at byte 11; send one value only"},
      {"ImageBuild", "buildargs={\"A\":1}", "buildargs: [A]: must be a string, not a number"},
      {"ImageBuild", "buildargs={\"A\":\"1\",\"A\":\"2\"}",
       "buildargs: the key \"A\" is given twice; send it once"},
      {"ImageBuild", "cachefrom=\"a\"", "cachefrom: must be a list, not a string"},
      {"ImageBuild", "cachefrom=[null]", "cachefrom: [0]: null in a list; leave it out"},
      {"ImageBuild", "ulimits=[{\"name\":\"nofile\"}]",
       "ulimits: [0].name: dockerd reads this key as Name; write it exactly so"},
      {"ImageBuild", "outputs=[{\"type\":\"local\"}]",
       "outputs: [0].type: dockerd reads this key as Type; write it exactly so"},
      {"ImageBuild", "outputs=type=local",
       "outputs: invalid JSON at byte 0: this is no JSON value"},
      {"ImageInspect", "platform={\"OS\":\"linux\"}",
       "platform: OS: dockerd reads this key as os; write it exactly so"},
      {"ImageInspect", "platform=linux/amd64",
       "platform: invalid JSON at byte 0: this is no JSON value"},
      // text
      {"ContainerRename", "name=a%00", "name: holds a NUL character"},
      {"ContainerRename", "name=%ff", "name: is no valid UTF-8"},
      {"ContainerRename", "name=%c0%af", "name: is no valid UTF-8"},
      {"ContainerRename", "name=%ed%a0%80", "name: is no valid UTF-8"},
      {"ContainerRename", "name=%", "name=%: has a broken percent-encoding"},
      {"ContainerRename", "name=%4", "name=%4: has a broken percent-encoding"},
      {"ContainerRename", "name=%zz", "name=%zz: has a broken percent-encoding"},
      {"ContainerRename", "name=%u0061", "name=%u0061: has a broken percent-encoding"},
      // names of what is made
      {"ContainerRename", "name=%2Fx", "name: is no name; these are letters, digits, _ . and -"},
      {"ContainerRename", "name=a+b", "name: is no name; these are letters, digits, _ . and -"},
      {"ContainerRename", "name=a/b", "name: is no name; these are letters, digits, _ . and -"},
      {"ContainerCreate", "name=../x", "name: is no name; these are letters, digits, _ . and -"},
      {"ContainerCreate", "name=%C5%BF", "name: is no name; these are letters, digits, _ . and -"},
      {"PluginPull", "remote=a&name=A",
       "name: is no reference; write [registry/]name[:tag][@digest]"},
      {"ImageCommit", "container=link/stats",
       "container: is no name; these are letters, digits, _ . and -"},
      {"ImageGetAll", "names=a&names=A",
       "names: is no reference; write [registry/]name[:tag][@digest]"},
      // unknown keys: only their escapes, and what they are called
      {"ContainerRename", "x=%zz", "x=%zz: has a broken percent-encoding"},
      {"ContainerRename", "%zz=x", "%zz=x: has a broken percent-encoding"},
      {"ContainerRename", "name%00=x", "name\\x00: holds a NUL character"},
      {"ContainerRename", "%ff=x", "\\xff: is no valid UTF-8"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.raw);
    CHECK(read(row.operation, row.raw) == "error: query parameter " + std::string(row.result));
  }
  CHECK(read("ContainerRename", "&&=&name=x") == "error: query: a parameter without a name");
  CHECK(read("ContainerRename", "name=a;name=b") ==
        "error: query: holds ;, which some take for a separator; encode it as %3B");
  CHECK(read("ContainerRename", "x=a;b") ==
        "error: query: holds ;, which some take for a separator; encode it as %3B");
  CHECK(read("ContainerRename", "name=a#") == "error: query: holds #; encode it as %23");
  for (const auto raw :
       {"name=a b"sv, "name=\xc3\xa9"sv, "name=a\0"sv, "name=a\r\nX: y"sv, "name=a\x7f"sv}) {
    CHECK(read("ContainerRename", raw) ==
          "error: query: holds a byte that must be percent-encoded");
  }
}

TEST_CASE("query: attack: endless parameters are limited, and few names are noted") {
  std::string raw;
  for (int i = 0; i < 1000; ++i)
    raw += "&k" + std::to_string(i) + "=v";
  Request request = request_of("ContainerList");
  REQUIRE(parse_query(raw, request).has_value());
  CHECK(request.dropped_parameters.size() == 32);
  CHECK(read("ContainerList", raw + "&x") == "error: query: more than 1000 parameters");
  CHECK(read("ContainerList", std::string(500, 'k')) == "-" + std::string(128, 'k') + "...");
}

TEST_CASE("query: the same key again and again is noted once") {
  CHECK(read("ContainerList", "Cmd=a&Cmd=b&Cmd=c") == "-Cmd");
}

TEST_CASE("query: a request that was not routed is a bug, and refused") {
  Request request;
  const auto result = parse_query("a=b", request);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == ErrorKind::internal);
}

TEST_CASE("query: random bytes do no harm") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const std::string_view pieces[] = {"t",    "=",        "&",      "filters", "{\"a\":[\"b\"]}",
                                     "%7B",  "%",        "+",      ";",       "%00",
                                     "%ff",  "rm",       "1",      "true",    "ulimits",
                                     "[",    "{}",       "]",      "\"",      "#",
                                     "null", "platform", "memory", "-",       "\xff",
                                     "\0"sv};
  for (int round = 0; round < 50'000; ++round) {
    std::string raw;
    for (auto count = random() % 12; count > 0; --count)
      raw += pieces[random() % std::size(pieces)];
    Request request = request_of("ImageBuild");
    const auto result = parse_query(raw, request);
    if (!result && result.error().text.empty()) FAIL(raw);
  }
}

}  // namespace
}  // namespace sealock::policy
