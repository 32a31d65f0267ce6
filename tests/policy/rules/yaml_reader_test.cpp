#include "policy/rules/yaml_reader.hpp"

#include "tests/policy/rules/golden.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <vector>

namespace sealock::policy {
namespace {

std::string problems(const std::string& text) {
  Diagnostics diagnostics;
  const std::optional<YamlNode> root = read_yaml("f.yaml", text, diagnostics);
  if (!diagnostics.has_errors()) CHECK(root.has_value());
  return diagnostics.to_text();
}

// The codes and places alone: "Y03@2:1 ".
std::string codes(const std::string& text) {
  Diagnostics diagnostics;
  (void)read_yaml("f.yaml", text, diagnostics);
  std::string out;
  for (const Diagnostic& d : diagnostics.all()) {
    out += d.code + "@" + std::to_string(d.place.line) + ":" + std::to_string(d.place.column) + " ";
  }
  return out;
}

}  // namespace

TEST_CASE("yaml: reads maps, lists and text with their places") {
  Diagnostics diagnostics;
  const auto root = read_yaml("f.yaml",
                              "version: 1\n"
                              "über: [a, \"no\", 'it''s']\n"
                              "block: |\n"
                              "  \"one\n"
                              "  two\n"
                              "nested:\n"
                              "  - {key: null}\n",
                              diagnostics);
  REQUIRE(root.has_value());
  CHECK(diagnostics.to_text() == "");
  REQUIRE(root->entries.size() == 4);
  CHECK(root->find("version")->value.text == "1");
  CHECK(root->find("absent") == nullptr);
  const YamlEntry& list = root->entries[1];
  CHECK(list.key == "über");
  CHECK(list.key_place.line == 2);
  REQUIRE(list.value.items.size() == 3);
  CHECK(list.value.items[1].text == "no");
  CHECK(list.value.items[1].quoted);
  CHECK(list.value.items[1].place.column == 12);
  CHECK(list.value.items[1].place.length == 4);
  CHECK(list.value.items[2].text == "it's");
  CHECK(root->find("block")->value.text == "\"one\ntwo\n");
  CHECK(root->find("nested")->value.items[0].find("key")->value.kind == YamlNode::Kind::null);
}

TEST_CASE("yaml: reads json, escapes too") {
  Diagnostics diagnostics;
  const auto root = read_yaml(
      "f.json", "{\"a\": [1, true, null, \"x\\u0041\\/\"],\r\n \"b\":{\"c\":\"\"}}", diagnostics);
  REQUIRE(root.has_value());
  CHECK(diagnostics.to_text() == "");
  CHECK(root->find("a")->value.items[3].text == "xA/");
  CHECK(root->find("b")->value.find("c")->value.text == "");
}

TEST_CASE("yaml: refuses what two readers could read differently") {
  struct Row {
    std::string_view name;
    std::string text;
    std::string codes;
  };
  const std::vector<Row> rows{
      {"syntax", "a: b: c\n", "Y01@1:5 "},
      {"empty file", "", "Y01@1:1 "},
      {"comments only", "# nothing\n", "Y01@1:1 "},
      {"empty value", "a:\nb: 1\n", "Y01@1:1 "},
      {"empty value before a key that begins with null", "a:\nnullable: 1\n", "Y01@1:1 "},
      {"empty value in the last line", "b: 1\na:", "Y01@2:1 "},
      {"empty value in a flow map", "{b: 1, a: }\n", "Y01@1:8 "},
      {"no value in a flow map", "{a, b: 1}\n", "Y01@1:2 "},
      {"empty element", "a:\n  - \n  - b\n", "Y01@2:3 "},
      {"empty element of a flow list", "a: [b, , c]\n", "Y01@1:6 "},
      {"list as key", "? [a]\n: b\n", "Y01@1:3 "},
      {"null as key", "null: b\n", "Y01@1:1 "},
      {"missing bracket", "a: [1, 2\nb: 3\n", "Y09@1:8 Y01@2:2 "},
      {"second document", "a: 1\n---\nb: 2\n", "Y02@2:1 "},
      {"second document without a mark", "- a\nb: c\n", "Y02@2:1 "},
      {"duplicate key", "a: 1\nb: 2\na: 3\n", "Y03@3:1 "},
      {"duplicate key in quotes", "a: 1\n\"a\": 3\n", "Y03@2:1 "},
      {"duplicate key by an escape", "a: 1\n\"\\u0061\": 3\n", "Y03@2:1 "},
      {"duplicate key in a flow map", "{a: 1, a: 2}\n", "Y03@1:8 "},
      {"anchor", "a: &x b\n", "Y04@1:4 "},
      {"anchor on a map", "a: &x\n  b: c\n", "Y04@1:4 "},
      {"anchor on nothing", "a: &x\nb: c\n", "Y04@1:4 "},
      {"alias", "a: &x b\nc: *x\n", "Y04@1:4 Y04@2:4 "},
      {"undefined alias", "a: *x\n", "Y04@1:4 "},
      {"merge key", "a: {b: c}\n<<: {d: e}\n", "Y04@2:1 "},
      {"tag", "a: !!python/object b\n", "Y05@1:4 "},
      {"tag that means text", "a: ! no\n", "Y05@1:4 "},
      {"tag on a list", "a: !x [b]\n", "Y05@1:4 "},
      {"tag on a key", "!x a: b\n", "Y05@1:1 "},
      {"directive", "%YAML 1.1\n---\na: b\n", "Y05@1:1 "},
      {"word no", "a: no\n", "Y06@1:4 "},
      {"word as key", "on: push\n", "Y06@1:1 "},
      {"tilde", "a: ~\n", "Y06@1:4 "},
      {"Null", "a: Null\n", "Y06@1:4 "},
      {"tab", "a:\tb\n", "Y07@1:3 "},
      {"tab in a comment", "a: b # c\td\n", "Y07@1:9 "},
      {"bidi override", "a: b # \xE2\x80\xAE\n", "Y07@1:8 "},
      {"zero-width space in a key", "a\xE2\x80\x8B: b\n", "Y07@1:2 "},
      {"no-break space",
       "a:\xC2\xA0"
       "b\n",
       "Y07@1:3 "},
      {"line separator",
       "a: b\xE2\x80\xA8"
       "c: d\n",
       "Y07@1:5 "},
      {"carriage return alone", "a: b\rc: d\n", "Y07@1:5 "},
      {"escape", "a: \x1B[2J\n", "Y07@1:4 "},
      {"nul", std::string("a: b\0c\n", 7), "Y07@1:5 "},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a: b\n",
       "Y07@1:1 "},
      {"invalid utf-8", "a: \xFF\xFE b\n", "Y07@1:4 "},
      {"overlong utf-8", "a: \xC0\xAF\n", "Y07@1:4 "},
      {"utf-8 surrogate", "a: \xED\xA0\x80\n", "Y07@1:4 "},
      {"truncated utf-8", "a: \xE2\x82", "Y07@1:4 "},
      {"too deep", "a: [[[[[[[[[[[[1]]]]]]]]]]]]\n", "Y08@1:15 "},
      {"20,000 brackets", "a: " + std::string(20000, '['), "Y08@1:10 "},
      {"256 KiB of maps", "a: " + std::string(262144 - 3, '{'), "Y08@1:15 "},
      {"too large", "a: " + std::string(262144, 'x'), "Y08@1:1 "},
      {"open quote", "a: \"b\nc: d\n", "Y09@1:4 "},
      {"open quote closed by the next one", "a: \"b\nc: \"d\"\n", "Y09@1:4 "},
      {"open single quote", "a: 'b\nc: 'd'\n", "Y09@1:4 "},
      {"quoted text over two lines", "a: \"b\n  c\"\n", "Y09@1:4 "},
      {"escaped line end", "a: \"b\\\n  c\"\n", "Y09@1:4 "},
      {"text over two lines of a flow list", "a: [b\n  c]\n", "Y09@1:5 "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(codes(row.text) == row.codes);
  }
}

TEST_CASE("yaml: takes what has one meaning") {
  const std::vector<std::string> texts{
      "a: 12 levels\nb: [[[[[[[[[[[1]]]]]]]]]]]\n",
      "a: text\n  that goes on\n",
      "a: >-\n  x\n  y\n",
      "---\na: b\n",
      "a: b\r\nc: d\r\n",
      "a: \"\\u202e\"\n",
      "{a: [], b: {}}\n",
      "a: null\n",
      "a: sha256:9f86d081\nb: 0\nc: -1\nd: 1.10\ne: 2026-09-01\nf: 10.0.0.1:80\ng: deadbeef\nh: "
      "n\ny: Y\n",
      "# it's a comment with an open \" quote\na: b's\n",
      "a: http://x:80/\n",
      "a: \xF0\x9F\x98\x80 日本語\n",
  };
  for (const std::string& text : texts) {
    CAPTURE(text);
    CHECK(problems(text) == "");
  }
}

TEST_CASE("yaml: knows the plain words that are something else to another reader") {
  const std::vector<std::string> words{
      "no",    "No",      "NO",  "yes",    "on",   "off",  "Off",   "True",  "FALSE", "~",
      "NULL",  "0755",    "00",  "-017",   "0o17", "0x1F", "0b11",  "1_000", "+5",    "1:30",
      "22:22", "1:30:00", "1e3", "1.5E-3", ".5",   ".inf", "-.INF", ".nan"};
  for (const std::string& word : words) {
    CAPTURE(word);
    CHECK(codes("a: " + word + "\n") == "Y06@1:4 ");
    CHECK(codes("a: \"" + word + "\"\n") == "");
  }
}

TEST_CASE("yaml: says what is wrong in words, with a caret") {
  std::string all;
  for (const std::string text : {
           "rules:\n  - deny: x\n    mode: on\n",
           "a: 1\nb: 2\na: 3\n",
           "name: \"monitoring\nowner: me\n",
           "because: über \xE2\x80\xAE reversed\n",
           "a:\tb\n",
           "a: \xFF\n",
           "actions:\nwhen: x\n",
           "a: b: c\n",
           "a: [1, 2\n",
           "a: [1, 2\nb: 3\n",
           "- a\n b\n- [\n",
           "a: {b: 1]\n",
           "a: @b\n",
           "a: 0755\nb: 1:30\nc: ~\n",
           "a: &x [b]\nb: *x\n<<: {c: d}\n",
           "a: !!str b\n%TAG\n",
           "%TAG ! x\n---\na: b\n",
           "a: 1\n---\nb: 2\n",
           "a: [[[[[[[[[[[[[[1]]]]]]]]]]]]]]\n",
       }) {
    all += problems(text) + "\n";
  }
  all += problems("a: [" + std::string(200, 'x') + ", no, " + std::string(200, 'y') + "]\n");
  all += problems("a: " + std::string(262144, 'x'));
  check_golden("yaml_errors.txt", all);
}

TEST_CASE("yaml: a file that cannot be read is an error at the file") {
  Diagnostics diagnostics;
  CHECK(!read_yaml_file("/does/not/exist.yaml", diagnostics).has_value());
  CHECK(!read_yaml_file("/", diagnostics).has_value());
  CHECK(diagnostics.to_text() ==
        "/: error[Y01]: the file cannot be read\n"
        "/does/not/exist.yaml: error[Y01]: the file cannot be read\n");
}

TEST_CASE("yaml: reads typed values") {
  Diagnostics diagnostics;
  const auto root = read_yaml("f.yaml",
                              "t: true\nq: \"true\"\ni: 42\nf: 4.2\nbig: 9223372036854775808\ns: "
                              "16MiB\nd: 4 GiB\nhuge: 9999999999TiB\nl: [a]\n",
                              diagnostics);
  REQUIRE(root.has_value());
  const auto node = [&](std::string_view key) -> const YamlNode& { return root->find(key)->value; };
  CHECK(read_boolean(node("t"), "t", "R02", diagnostics) == true);
  CHECK(read_integer(node("i"), "i", "R02", diagnostics) == 42);
  CHECK(read_size(node("s"), "s", "R02", diagnostics) == 16 * 1024 * 1024);
  CHECK(read_size(node("i"), "i", "R02", diagnostics) == 42);
  CHECK(diagnostics.to_text() == "");
  CHECK(!read_boolean(node("q"), "q", "R02", diagnostics));
  CHECK(!read_boolean(node("i"), "i", "R02", diagnostics));
  CHECK(!read_integer(node("f"), "f", "R02", diagnostics));
  CHECK(!read_integer(node("big"), "big", "R02", diagnostics));
  CHECK(!read_size(node("d"), "d", "R02", diagnostics));
  CHECK(!read_size(node("huge"), "huge", "R02", diagnostics));
  CHECK(!read_text(node("l"), "l", "R02", diagnostics));
  const std::vector<std::string_view> known{"tt", "q", "i", "f", "big", "s", "d", "l"};
  refuse_unknown_keys(*root, known, "R01", diagnostics);
  check_golden("yaml_values.txt", diagnostics.to_text() + diagnostics.to_json() + "\n");
}

}  // namespace sealock::policy
