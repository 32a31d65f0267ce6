#include "policy/request/filters.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace sealock::policy {
namespace {

TEST_CASE("filters: both forms are read, and the first is written") {
  struct Row {
    std::string_view text, value, wire;
  };
  const Row rows[] = {
      {"", "{}", "{}"},
      {"{}", "{}", "{}"},
      {R"({"type":["container"]})", R"({"type":["container"]})", R"({"type":{"container":true}})"},
      {R"({"type":{"container":true}})", R"({"type":["container"]})",
       R"({"type":{"container":true}})"},
      {R"( {"label": ["a=b", "c"], "id": []} )", R"({"label":["a=b","c"],"id":[]})",
       R"({"label":{"a=b":true,"c":true},"id":{}})"},
      {R"({"label":{"a=b":true,"c":true},"id":{}})", R"({"label":["a=b","c"],"id":[]})",
       R"({"label":{"a=b":true,"c":true},"id":{}})"},
      {R"({"a":["x","x","y","x"]})", R"({"a":["x","y"]})", R"({"a":{"x":true,"y":true}})"},
      {R"({"a":["\u00e9\"\\\n"],"A":[""]})", "{\"a\":[\"\u00e9\\\"\\\\\\n\"],\"A\":[\"\"]}",
       "{\"a\":{\"\u00e9\\\"\\\\\\n\":true},\"A\":{\"\":true}}"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto filters = read_filters(row.text);
    REQUIRE_MESSAGE(filters.has_value(), filters.error().text);
    CHECK(to_json(*filters) == row.value);
    CHECK(write_filters(*filters) == row.wire);
    const auto again = read_filters(write_filters(*filters));
    REQUIRE(again.has_value());
    CHECK(*again == *filters);
  }
}

TEST_CASE("filters: what dockerd refuses or reads in two ways is refused") {
  const std::string form = R"(write filters as {"name":["value"]} or {"name":{"value":true}}, )"
                           "values up to 4096 bytes";
  struct Row {
    std::string_view text;
    std::string error;
  };
  const Row rows[] = {
      {"null", "is no JSON object; " + form},
      {"[]", "is no JSON object; " + form},
      {R"("a")", "is no JSON object; " + form},
      {R"({"dangling":{"true":false}})", "\"dangling\": " + form},
      {R"({"a":"x"})", "\"a\": " + form},
      {R"({"a":true})", "\"a\": " + form},
      {R"({"a":null})", "\"a\": " + form},
      {R"({"a":[1]})", "\"a\": " + form},
      {R"({"a":[null]})", "\"a\": " + form},
      {R"({"a":[["x"]]})", "\"a\": " + form},
      {R"({"a":{"x":1}})", "\"a\": " + form},
      {R"({"a":{"x":"true"}})", "\"a\": " + form},
      {R"({"a":{"x":{"y":true}}})", "\"a\": " + form},
      {R"({"a":["x"],"b":{"y":true}})", "\"b\": " + form},
      {R"({"a":{"x":true},"b":["y"]})", "\"b\": " + form},
      {R"({"a":["x\u0000"]})", "\"a\": " + form},
      {R"({"a":{"x\u0000":true}})", "\"a\": " + form},
      {R"({"a\u0000":["x"]})", "\"a\\x00\": " + form},
      {R"({"a":["x"],"a":["y"]})", "json: the key \"a\" is given twice; send it once"},
      {R"({"a":{"x":true,"x":true}})", "a: the key \"x\" is given twice; send it once"},
      {R"({"a":["x"]}})", "json: something follows the JSON value at byte 11; send one value only"},
      {R"({"a":["x"])", "a: invalid JSON at byte 10: a comma or } is missing"},
      {R"({'a':['x']})", "json: invalid JSON at byte 1: this is no JSON value"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto filters = read_filters(row.text);
    REQUIRE_FALSE(filters.has_value());
    CHECK(filters.error().kind == ErrorKind::bad_request);
    CHECK(filters.error().text == row.error);
  }
}

// A value of the list form becomes a key, and nobody may be sent what we would not read (found by fuzzing).
TEST_CASE("filters: a value is as long as a key may be, in both forms") {
  for (const std::size_t size : {std::size_t{4096}, std::size_t{4097}}) {
    const std::string value(size, 'v');
    CAPTURE(size);
    CHECK(read_filters(R"({"a":[")" + value + "\"]}").has_value() == (size == 4096));
    CHECK(read_filters(R"({"a":{")" + value + "\":true}}").has_value() == (size == 4096));
  }
}

}  // namespace
}  // namespace sealock::policy
