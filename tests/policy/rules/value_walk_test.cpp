#include "policy/rules/value_walk.hpp"

#include "policy/request/json_reader.hpp"
#include "policy/rules/value_tests.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

constexpr std::string_view restart_words[] = {"no"};
constexpr std::int64_t minus_one[] = {-1};
constexpr Neutral restart_neutral{.strings = restart_words};
constexpr Neutral swappiness_neutral{.integers = minus_one};
constexpr Neutral attach_neutral{.boolean_true = true};
constexpr Neutral console_neutral{.all_zero_list = true};
constexpr Neutral masked_neutral{.empty_list_is_set = true};

constexpr Schema text_schema{.kind = SchemaKind::string};
constexpr Schema integer_schema{.kind = SchemaKind::integer};
constexpr Schema boolean_schema{.kind = SchemaKind::boolean};
constexpr Schema words_schema{.kind = SchemaKind::list, .element = &text_schema};
constexpr Schema numbers_schema{.kind = SchemaKind::list, .element = &integer_schema};
constexpr Schema labels_schema{.kind = SchemaKind::map, .element = &text_schema};
constexpr Field restart_fields[] = {{"Name", &text_schema, &restart_neutral},
                                    {"MaximumRetryCount", &integer_schema}};
constexpr Schema restart_schema{.kind = SchemaKind::object, .fields = restart_fields};
constexpr Field mount_fields[] = {{"Type", &text_schema}, {"Options", &words_schema}};
constexpr Schema mount_schema{.kind = SchemaKind::object, .fields = mount_fields};
constexpr Schema mounts_schema{.kind = SchemaKind::list, .element = &mount_schema};
constexpr Field body_fields[] = {{"Labels", &labels_schema},
                                 {"AttachStdout", &boolean_schema, &attach_neutral},
                                 {"Swappiness", &integer_schema, &swappiness_neutral},
                                 {"ConsoleSize", &numbers_schema, &console_neutral},
                                 {"MaskedPaths", &words_schema, &masked_neutral},
                                 {"CapAdd", &words_schema},
                                 {"RestartPolicy", &restart_schema},
                                 {"Mounts", &mounts_schema}};
constexpr Schema body_schema{.kind = SchemaKind::object, .fields = body_fields};

Value json(std::string_view text) {
  Result<Value> value = read_json(text);
  REQUIRE(value.has_value());
  return *value;
}

std::string seen(std::string_view body, std::string_view path) {
  const Value value = json(body);
  const std::vector<PathStep> steps = parse_path(path);
  REQUIRE_FALSE(steps.empty());
  const FieldValue field = walk(&value, &body_schema, steps, Absent::unset);
  return describe(field) + (field.set ? " set" : " unset");
}

TEST_CASE("walk: absent, null, zero and Docker's neutral values are unset") {
  const struct {
    std::string_view body;
    std::string_view path;
    std::string_view seen;
  } rows[] = {
      {"{}", "Labels", "unset unset"},
      {R"({"Labels":null})", "Labels", "unset unset"},
      {R"({"Labels":{}})", "Labels", "unset unset"},
      {R"({"Labels":{"a":""}})", "Labels", R"({"a":""} set)"},  // a key says something
      {R"({"Labels":{"a":""}})", "Labels[a]", "unset unset"},
      {R"({"Labels":{"a.b":"x"}})", "Labels[a.b]", "x set"},
      {R"({"Labels":{"a":"x","b":""}})", "Labels{}", "[x, null] set"},
      {R"({"AttachStdout":true})", "AttachStdout", "unset unset"},
      {R"({"Swappiness":-1})", "Swappiness", "unset unset"},
      {R"({"Swappiness":60})", "Swappiness", "60 set"},
      {R"({"ConsoleSize":[0,0]})", "ConsoleSize", "[] unset"},
      {R"({"ConsoleSize":[0,1]})", "ConsoleSize", "[0, 1] set"},
      {R"({"MaskedPaths":null})", "MaskedPaths", "[] unset"},
      {R"({"MaskedPaths":[]})", "MaskedPaths", "[] set"},  // unmasks /proc/kcore
      {R"({"CapAdd":[]})", "CapAdd", "[] unset"},
      {R"({"CapAdd":["A"]})", "CapAdd", "[A] set"},
      {R"({"RestartPolicy":{"Name":"no","MaximumRetryCount":0}})", "RestartPolicy", "unset unset"},
      {R"({"RestartPolicy":{"Name":"no"}})", "RestartPolicy.Name", "unset unset"},
      {R"({"RestartPolicy":{"Name":"always"}})", "RestartPolicy.Name", "always set"},
      {R"({"Mounts":[{"Type":"bind"},{}]})", "Mounts[].Type", "[bind, null] set"},
      {R"({"Mounts":[{},{}]})", "Mounts[].Type", "[null, null] unset"},
      {R"({"Mounts":[{"Options":["a","b"]},{"Options":["c"]}]})", "Mounts[].Options",
       "[a, b, c] set"},
      {"{}", "Mounts[].Type", "[] unset"},
      {"{}", "OnlyInAnotherOperation.Field", "unset unset"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    CAPTURE(row.path);
    CHECK(seen(row.body, row.path) == row.seen);
  }
}

TEST_CASE("walk: no body at all is an unset body") {
  const std::vector<PathStep> path = parse_path("RestartPolicy.Name");
  CHECK(describe(walk(nullptr, &body_schema, path, Absent::unset)) == "unset");
}

TEST_CASE("walk: in an object that is shown, an absent member is unknown and a map key is not") {
  const Value object = json(R"({"Labels":{"a":"x"},"State":"running"})");
  const auto look = [&](std::string_view path) {
    return describe(walk(&object, nullptr, parse_path(path), Absent::unknown));
  };
  CHECK(look("Labels[a]") == "x");
  CHECK(look("Labels[b]") == "unset");
  CHECK(look("State") == "running");
  CHECK(look("HostConfig.Privileged") == "not computable (it has no HostConfig)");
  CHECK(look("State.Status") == "not computable (there is no Status in it)");
}

TEST_CASE("path: the syntax of fields") {
  using Kind = PathStep::Kind;
  CHECK(parse_path("HostConfig.Mounts[].Type") ==
        std::vector<PathStep>{{Kind::member, "HostConfig"},
                              {Kind::member, "Mounts"},
                              {Kind::elements, ""},
                              {Kind::member, "Type"}});
  CHECK(parse_path("Labels[com.example.a]") ==
        std::vector<PathStep>{{Kind::member, "Labels"}, {Kind::map_key, "com.example.a"}});
  CHECK(parse_path("Tmpfs{}") ==
        std::vector<PathStep>{{Kind::member, "Tmpfs"}, {Kind::map_values, ""}});
  for (const std::string_view wrong : {"", ".", "a.", ".a", "a..b", "a[", "a[b", "a]", "a{", "a{}b",
                                       "a[b]c", "[a]", "a b", "a[[b]]", "a*"}) {
    CAPTURE(wrong);
    CHECK(parse_path(wrong).empty());
  }
}

}  // namespace
}  // namespace sealock::policy
