#include "policy/rules/yaml_anchors.hpp"

#include "policy/engine_api/schema.hpp"
#include "policy/request/value.hpp"
#include "policy/rules/yaml_json.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {
namespace {

std::optional<YamlNode> read(const std::string& text, Diagnostics& diagnostics) {
  return read_yaml("compose.yaml", text, diagnostics, YamlProfile::compose);
}

// The tree as JSON, or its problems.
std::string shown(const std::string& text) {
  Diagnostics diagnostics;
  const std::optional<YamlNode> root = read(text, diagnostics);
  if (diagnostics.has_errors()) return diagnostics.to_text();
  REQUIRE(root.has_value());
  return to_json(json_of(*root, nullptr));
}

// The codes and places alone: "Y03@2:1 ".
std::string codes(const std::string& text) {
  Diagnostics diagnostics;
  (void)read(text, diagnostics);
  std::string out;
  for (const Diagnostic& d : diagnostics.all()) {
    out += d.code + "@" + std::to_string(d.place.line) + ":" + std::to_string(d.place.column) + " ";
  }
  return out;
}

struct Row {
  std::string_view name;
  std::string text;
  std::string expected;
};

// Ten lines that stand for 10^9 values, or for as much text.
std::string laughs(const std::string& first) {
  std::string text = "a0: &a0 " + first + "\n";
  for (int i = 1; i < 10; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j)
      text += (j == 0 ? "" : ", ") + alias;
    text += "]\n";
  }
  return text;
}

}  // namespace

TEST_CASE("yaml anchors: what an alias and a merge key stand for, is written out") {
  const std::vector<Row> rows{
      {"text", "a: &x b\nc: *x\n", R"({"a":"b","c":"b"})"},
      {"quoted text stays text", "a: &x \"1\"\nc: [*x, 2]\n", R"({"a":"1","c":["1",2]})"},
      {"list", "a: &x [b, c]\nd: *x\n", R"({"a":["b","c"],"d":["b","c"]})"},
      {"block list", "a: &x\n  - b\nd: *x\n", R"({"a":["b"],"d":["b"]})"},
      {"map", "a: &x {b: c}\nd: *x\n", R"({"a":{"b":"c"},"d":{"b":"c"}})"},
      {"block map, anchor on its own line", "a: &x # why\n  b: c\nd: *x\n",
       R"({"a":{"b":"c"},"d":{"b":"c"}})"},
      {"block text", "a: &x |\n  one\n  two\nb: *x\n", R"({"a":"one\ntwo\n","b":"one\ntwo\n"})"},
      {"nothing", "a: &x\nb: *x\n", R"({"a":null,"b":null})"},
      {"null", "a: &x null\nb: *x\n", R"({"a":null,"b":null})"},
      {"a key", "a: &x b\n*x : c\n", R"({"a":"b","b":"c"})"},
      {"an anchor on a key", "&x a: b\nc: *x\n", R"({"a":"b","c":"a"})"},
      {"the last anchor of a name counts", "a: &x 1\nb: *x\nc: &x 2\nd: *x\n",
       R"({"a":1,"b":1,"c":2,"d":2})"},
      {"an anchor inside of an anchored value", "a: &x {b: &y c}\nd: *y\ne: *x\n",
       R"({"a":{"b":"c"},"d":"c","e":{"b":"c"}})"},
      {"merge", "a: &x {b: 1, c: 2}\nd: {<<: *x, e: 3}\n",
       R"({"a":{"b":1,"c":2},"d":{"e":3,"b":1,"c":2}})"},
      {"what is said wins, wherever it stands",
       "a: &x {b: 1, c: 2}\nd:\n  b: 9\n  <<: *x\n  c: 8\n",
       R"({"a":{"b":1,"c":2},"d":{"b":9,"c":8}})"},
      {"nothing that is said wins", "a: &x {b: 1}\nd:\n  <<: *x\n  b:\n",
       R"({"a":{"b":1},"d":{"b":null}})"},
      {"of a list the first wins", "a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}\n",
       R"({"a":{"b":1},"c":{"b":2,"d":3},"e":{"b":1,"d":3}})"},
      {"a map that is written there", "a: {<<: {b: 1}, c: 2}\n", R"({"a":{"c":2,"b":1}})"},
      {"a merge of what merges", "a: &x {b: 1}\nc: &y {<<: *x, d: 2}\ne: {<<: *y}\n",
       R"({"a":{"b":1},"c":{"d":2,"b":1},"e":{"d":2,"b":1}})"},
      {"not deep", "a: &x {b: {c: 1}}\nd: {<<: *x, b: {e: 2}}\n",
       R"({"a":{"b":{"c":1}},"d":{"b":{"e":2}}})"},
      {"in quotes it is a key", "a: {\"<<\": b}\n", R"({"a":{"<<":"b"}})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(shown(row.text) == row.expected);
  }
}

TEST_CASE("yaml anchors: what is wrong is told at its place") {
  const std::vector<Row> rows{
      {"no such anchor", "a: *x\n", "Y04@1:4 "},
      {"an anchor further down", "a: *x\nb: &x c\n", "Y04@1:4 "},
      {"inside of itself", "a: &x [b, *x]\n", "Y04@1:11 "},
      {"merges itself", "a: &x\n  b: c\n  <<: *x\n", "Y04@3:7 "},
      {"merges text", "a: &x b\nc:\n  <<: *x\n", "Y04@3:3 "},
      {"merges a list with text in it", "a: &x {b: c}\nd: {<<: [*x, e]}\n", "Y04@2:5 "},
      {"merges nothing", "a: &x\nd: {<<: *x}\n", "Y04@2:5 "},
      {"two merges", "a: &x {b: c}\nd:\n  <<: *x\n  <<: *x\n", "Y03@4:3 "},
      {"a merge key for a value", "a: <<\n", "Y04@1:4 "},
      {"a merge key in a list", "a: [<<]\n", "Y04@1:5 "},
      {"a map for a key", "a: &x {b: c}\n*x : d\n", "Y01@1:7 "},
      {"a word that is read differently", "a: &x no\n", "Y06@1:7 "},
      {"such a word on the next line", "a: &x\n  no\n", "Y06@2:3 "},
      {"such a nothing", "a: &x ~\n", "Y06@1:7 "},
      {"an open quote", "a: &x \"b\nc: d\n", "Y09@1:7 "},
      {"a tag behind it", "a: &x !!str b\n", "Y05@1:7 "},
      {"a tag before it", "a: !!str &x b\n", "Y05@1:4 "},
      {"a tag on a list", "a: &x !y [b]\n", "Y05@1:7 "},
      {"twice, of which one was merged", "a: &x {b: 1}\nc: {<<: *x, b: 2, b: 3}\n", "Y03@2:19 "},
      {"a key that is an alias", "a: &x b\nb: c\n", ""},
      {"an empty element", "a: &x {b: c}\nd:\n  - \n", "Y01@3:3 "},
      {"too deep", "a: &x [[[[[[b]]]]]]\nc: [[[[[[*x]]]]]]\n", "Y08@2:10 "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(codes(row.text) == row.expected);
  }
}

TEST_CASE("yaml anchors: says what to do about it") {
  CHECK(shown("a: *defaults\n") ==
        "compose.yaml:1:4: error[Y04]: '*defaults' is no alias of anything\n"
        "    1 | a: *defaults\n"
        "      |    ^^^^^^^^^\n"
        "      = write '&defaults' before the value that it stands for, further up; quote a text "
        "that "
        "begins with '*'\n");
  CHECK(shown("a: &x b\nc:\n  <<: *x\n") ==
        "compose.yaml:3:3: error[Y04]: '<<' takes maps, not text\n"
        "    3 |   <<: *x\n"
        "      |   ^^\n"
        "      = write '<<: *name', where '&name' stands before a map\n");
  CHECK(shown("a: &x {b: c}\nd: {<<: *x, <<: *x}\n") ==
        "compose.yaml:2:13: error[Y03]: '<<' stands twice in one map\n"
        "    2 | d: {<<: *x, <<: *x}\n"
        "      |             ^^\n"
        "      = the first one is in line 2; write one, with a list: '<<: [*one, *other]'\n");
}

TEST_CASE("yaml anchors: a value that was written out has the place where its text is") {
  Diagnostics diagnostics;
  const auto root = read("x-a: &x\n  b: wrong\nc:\n  <<: *x\nd: *x\n", diagnostics);
  REQUIRE(root.has_value());
  for (const char* key : {"c", "d"}) {
    const YamlEntry& entry = root->find(key)->value.entries.at(0);
    CHECK(entry.key_place.line == 2);
    CHECK(entry.key_place.column == 3);
    CHECK(entry.value.place.line == 2);
    CHECK(entry.value.place.column == 6);
  }
}

TEST_CASE("attack: a thousand million laughs are refused before they are made") {
  // No more levels than are allowed anyway.
  CHECK(codes(laughs("[b, b, b, b, b, b, b, b, b, b]")).find("Y08@") == 0);
  CHECK(shown(laughs("b")).find("anchors and aliases make this file too large") !=
        std::string::npos);
  // Few values, but long ones.
  std::string text = "a: &x " + std::string(100'000, 'y') + "\nb: [";
  for (int i = 0; i < 20; ++i)
    text += "*x, ";
  CHECK(codes(text + "z]\n").find("Y08@2:") == 0);
  // Merges add as aliases do.
  text = "a: &x {";
  for (int i = 0; i < 1'000; ++i)
    text += "k" + std::to_string(i) + ": v, ";
  text += "z: v}\nb:\n";
  for (int i = 0; i < 100; ++i)
    text += "  m" + std::to_string(i) + ": {<<: *x}\n";
  CHECK(codes(text).find("Y08@") == 0);
  // Anchors around anchors, each of which is kept.
  text = "a: &a [&b [&c [&d [&e [&f [&g [&h [&i [&j [";
  for (int i = 0; i < 20'000; ++i)
    text += "x,";
  CHECK(codes(text + "x]]]]]]]]]]\n").find("Y08@") == 0);
}

TEST_CASE("yaml anchors: a file as large as people write them is far from the bounds") {
  std::string text = "x-a: &x\n  restart: always\n  labels: {a: b, c: d}\nservices:\n";
  for (int i = 0; i < 1'000; ++i)
    text += "  s" + std::to_string(i) + ": {<<: *x, image: \"i:1\"}\n";
  CHECK(codes(text).empty());
  Diagnostics diagnostics;
  const auto root = read(text, diagnostics);
  REQUIRE(root.has_value());
  const YamlWeight weight = weigh(*root);
  CHECK(weight.levels == 4);
  CHECK(weight.values > 9'000);
}

}  // namespace sealock::policy
