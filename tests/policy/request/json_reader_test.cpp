// Over 400 lines: one table for each class of attack, all over one schema.

#include "policy/request/json_reader.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {
namespace {

using namespace std::string_view_literals;

// A body like ContainerCreate's, with every kind of schema.
const Schema string_schema{SchemaKind::string};
const Schema boolean_schema{SchemaKind::boolean};
const Schema integer_schema{SchemaKind::integer};
const Schema uint16_schema{.kind = SchemaKind::integer, .minimum = 0, .maximum = 65535};
const Schema uint64_schema{.kind = SchemaKind::integer, .maximum_unsigned = UINT64_MAX};
const Schema number_schema{SchemaKind::number};
const Schema base64_schema{SchemaKind::base64};
const Schema empty_schema{SchemaKind::empty};
const Schema strings_schema{.kind = SchemaKind::list, .element = &string_schema};
const Schema labels_schema{.kind = SchemaKind::map, .element = &string_schema};
const Schema ports_schema{.kind = SchemaKind::map, .element = &empty_schema};
const Field mount_fields[] = {{"Type", &string_schema}, {"Source", &string_schema}};
const Schema mount_schema{.kind = SchemaKind::object, .fields = mount_fields};
const Schema mounts_schema{.kind = SchemaKind::list, .element = &mount_schema};
const Field host_fields[] = {
    {"Binds", &strings_schema},      {"Privileged", &boolean_schema}, {"Memory", &integer_schema},
    {"NetworkMode", &string_schema}, {"Mounts", &mounts_schema},
};
const Schema host_schema{.kind = SchemaKind::object, .fields = host_fields};
const Field body_fields[] = {
    {"Image", &string_schema},
    {"Cmd", &strings_schema},
    {"Labels", &labels_schema},
    {"ExposedPorts", &ports_schema},
    {"HostConfig", &host_schema},
    {"Port", &uint16_schema},
    {"Index", &uint64_schema},
    {"Cpus", &number_schema},
    {"Data", &base64_schema},
    {.name = "Replicated", .schema = &integer_schema, .alias = "replicated"},
    {.name = "stdin", .schema = &boolean_schema, .dropped = true},
};
const Schema body_schema_{.kind = SchemaKind::object, .fields = body_fields};

std::string error_of(std::string_view text) {
  const auto value = read_json_body(text, body_schema_);
  if (value) return "accepted as " + to_json(*value);
  CHECK(value.error().kind == ErrorKind::bad_request);
  return value.error().text;
}

std::string nested(std::size_t depth, char open, char close) {
  return std::string(depth, open) + std::string(depth, close);
}

TEST_CASE("json body: what is accepted is rebuilt compactly, in the order it came") {
  struct Row {
    std::string_view text, rebuilt;
  };
  const Row rows[] = {
      {"{}", "{}"},
      {" \t\r\n{ } \n", "{}"},
      {"null", "null"},
      {R"({"Image":"x","Cmd":["a","b"]})", R"({"Image":"x","Cmd":["a","b"]})"},
      {R"({ "Cmd" : [ ] , "Image" : "" })", R"({"Cmd":[],"Image":""})"},
      {R"({"Image":null,"Cmd":null,"HostConfig":null,"Labels":null,"Port":null,"Data":null})",
       R"({"Image":null,"Cmd":null,"HostConfig":null,"Labels":null,"Port":null,"Data":null})"},
      // Keys are compared after their escapes are decoded.
      {R"({"\u0048ost\u0043onfig":{"\u0050rivileged":false}})",
       R"({"HostConfig":{"Privileged":false}})"},
      // Map keys are free: other case is another key, folding letters too.
      {R"({"Labels":{"a":"1","A":"2","":"3","s":"4","\u017f":"5","k":"6","\u212a":"7","n":null}})",
       "{\"Labels\":{\"a\":\"1\",\"A\":\"2\",\"\":\"3\",\"s\":\"4\",\"\u017f\":\"5\",\"k\":\"6\","
       "\"\u212a\":\"7\",\"n\":null}}"},
      {R"({"ExposedPorts":{"80/tcp":{},"81/tcp":null}})",
       R"({"ExposedPorts":{"80/tcp":{},"81/tcp":null}})"},
      {R"({"HostConfig":{"Memory":-9223372036854775808}})",
       R"({"HostConfig":{"Memory":-9223372036854775808}})"},
      {R"({"HostConfig":{"Memory":9223372036854775807}})",
       R"({"HostConfig":{"Memory":9223372036854775807}})"},
      {R"({"Index":18446744073709551615,"Port":65535})",
       R"({"Index":18446744073709551615,"Port":65535})"},
      {R"({"Cpus":1.50e0})", R"({"Cpus":1.50e0})"},
      {R"({"Cpus":-0})", R"({"Cpus":-0})"},
      {R"({"Data":""})", R"({"Data":""})"},
      {R"({"Data":"aGk="})", R"({"Data":"aGk="})"},
      {R"({"Data":"aGk+/w=="})", R"({"Data":"aGk+/w=="})"},
      {R"({"Image":"\u00e9\ud83d\udc33\/\u0009\u001f\"\\"})",
       "{\"Image\":\"\u00e9\U0001f433/\\t\\u001f\\\"\\\\\"}"},
      {"{\"Image\":\"\u2028\U0010ffff\x7f\"}", "{\"Image\":\"\u2028\U0010ffff\x7f\"}"},
      // An alias gets the field's name; a dropped field is not passed on.
      {R"({"replicated":3})", R"({"Replicated":3})"},
      {R"({"stdin":true,"Image":"x"})", R"({"Image":"x"})"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto value = read_json_body(row.text, body_schema_);
    REQUIRE_MESSAGE(value.has_value(), value.error().text);
    CHECK(to_json(*value) == row.rebuilt);
    const auto again = read_json_body(to_json(*value), body_schema_);
    REQUIRE(again.has_value());
    CHECK(*again == *value);
  }
}

TEST_CASE("json body: attack: keys in another case, and unknown ones") {
  CHECK(error_of(R"({"hostconfig":{}})") ==
        "hostconfig: dockerd reads this key as HostConfig; write it exactly so");
  CHECK(error_of(R"({"HOSTCONFIG":{"PRIVILEGED":true}})") ==
        "HOSTCONFIG: dockerd reads this key as HostConfig; write it exactly so");
  CHECK(error_of(R"({"HostConfig":{"privileged":true}})") ==
        "HostConfig.privileged: dockerd reads this key as Privileged; write it exactly so");
  CHECK(error_of("{\"Ho\u017ftConfig\":{}}") ==
        "Ho\\xc5\\xbftConfig: dockerd reads this key as HostConfig; write it exactly so");
  CHECK(error_of(R"({"Ho\u017ftConfig":{}})") ==
        "Ho\\xc5\\xbftConfig: dockerd reads this key as HostConfig; write it exactly so");
  CHECK(error_of("{\"HostConfig\":{\"Bind\u017f\":[]}}") ==
        "HostConfig.Bind\\xc5\\xbf: dockerd reads this key as Binds; write it exactly so");
  CHECK(error_of(R"({"HostConfig":{"Networ\u212aMode":"host"}})") ==
        "HostConfig.Networ\\xe2\\x84\\xaaMode: dockerd reads this key as NetworkMode; write it "
        "exactly so");
  CHECK(error_of(R"({"REPLICATED":1})") ==
        "REPLICATED: dockerd reads this key as Replicated; write it exactly so");
  // U+0130 does not fold in Go, and is unknown.
  CHECK(error_of(R"({"HostConfig":{"Pr\u0130vileged":true}})") ==
        "HostConfig.Pr\\xc4\\xb0vileged: unknown field; remove it (what sealock does not know is "
        "not passed on)");
  CHECK(error_of(R"({"Image":"x","Privileged":true})") ==
        "Privileged: unknown field; remove it (what sealock does not know is not passed on)");
  CHECK(error_of(R"({"HostConfig":{"Mounts":[{},{"Type":"bind","Extra":1}]}})") ==
        "HostConfig.Mounts[1].Extra: unknown field; remove it (what sealock does not know is not "
        "passed on)");
  CHECK(error_of(R"({"HostConfig":{"Privileged\u0000":true}})") ==
        "HostConfig.Privileged\\x00: unknown field; remove it (what sealock does not know is not "
        "passed on)");
  CHECK(error_of(R"({"":1})") ==
        "body: unknown field; remove it (what sealock does not know is not passed on)");
  CHECK(error_of(R"({"ExposedPorts":{"80/tcp":{"x":1}}})") ==
        "ExposedPorts[80/tcp].x: unknown field; remove it (what sealock does not know is not "
        "passed on)");
}

TEST_CASE("json body: attack: repeated keys") {
  CHECK(error_of(R"({"HostConfig":{"Privileged":true},"HostConfig":{}})") ==
        "HostConfig: given twice; send it once (dockerd would merge the two)");
  CHECK(error_of(R"({"HostConfig":{"Privileged":true,"Privileged":null}})") ==
        "HostConfig.Privileged: given twice; send it once (dockerd would merge the two)");
  CHECK(error_of(R"({"Image":"a","\u0049mage":"b"})") ==
        "Image: given twice; send it once (dockerd would merge the two)");
  CHECK(error_of(R"({"HostConfig":{},"hostconfig":{"Privileged":true}})") ==
        "hostconfig: dockerd reads this key as HostConfig; write it exactly so");
  CHECK(error_of(R"({"Replicated":1,"replicated":2})") ==
        "Replicated: given twice; send it once (dockerd would merge the two)");
  CHECK(error_of(R"({"stdin":true,"stdin":true})") ==
        "stdin: given twice; send it once (dockerd would merge the two)");
  CHECK(error_of(R"({"Labels":{"a":"1","\u0061":"2"}})") ==
        "Labels: the key \"a\" is given twice; send it once");
}

TEST_CASE("json body: repeated keys are found in maps of any size") {
  for (const std::size_t size : {2U, 16U, 17U, 500U}) {
    CAPTURE(size);
    std::string labels;
    for (std::size_t i = 0; i < size; ++i)
      labels += "\"k" + std::to_string(i) + "\":\"v\",";
    CHECK(error_of("{\"Labels\":{" + labels + "\"last\":\"v\"}}").starts_with("accepted"));
    CHECK(error_of("{\"Labels\":{" + labels + "\"k1\":\"v\"}}") ==
          "Labels: the key \"k1\" is given twice; send it once");
  }
}

TEST_CASE("json body: attack: null in a list keeps an old element of the slice") {
  CHECK(error_of(R"({"HostConfig":{"Binds":["/:/h",null]}})") ==
        "HostConfig.Binds[1]: null in a list; leave it out");
  CHECK(error_of(R"({"HostConfig":{"Mounts":[null]}})") ==
        "HostConfig.Mounts[0]: null in a list; leave it out");
}

TEST_CASE("json body: wrong types are refused with both types") {
  struct Row {
    std::string_view text, error;
  };
  const Row rows[] = {
      {R"([{"Image":"x"}])", "body: must be an object, not a list"},
      {R"("x")", "body: must be an object, not a string"},
      {"1", "body: must be an object, not a number"},
      {"true", "body: must be an object, not a boolean"},
      {R"({"Cmd":"sh"})", "Cmd: must be a list, not a string"},
      {R"({"Cmd":{}})", "Cmd: must be a list, not an object"},
      {R"({"Cmd":[["a"]]})", "Cmd[0]: must be a string, not a list"},
      {R"({"Cmd":["a",1]})", "Cmd[1]: must be a string, not a number"},
      {R"({"Image":false})", "Image: must be a string, not a boolean"},
      {R"({"Image":{}})", "Image: must be a string, not an object"},
      {R"({"Labels":[]})", "Labels: must be an object, not a list"},
      {R"({"Labels":{"a":1}})", "Labels[a]: must be a string, not a number"},
      {R"({"ExposedPorts":{"80/tcp":""}})", "ExposedPorts[80/tcp]: must be {}, not a string"},
      {R"({"HostConfig":{"Privileged":"true"}})",
       "HostConfig.Privileged: must be true or false, not a string"},
      {R"({"HostConfig":{"Privileged":1}})",
       "HostConfig.Privileged: must be true or false, not a number"},
      {R"({"HostConfig":{"Memory":"1"}})", "HostConfig.Memory: must be an integer, not a string"},
      {R"({"HostConfig":{"Memory":true}})", "HostConfig.Memory: must be an integer, not a boolean"},
      {R"({"Cpus":"1"})", "Cpus: must be a number, not a string"},
      {R"({"Data":1})", "Data: must be a string of base64, not a number"},
      {R"({"stdin":1})", "stdin: must be true or false, not a number"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(error_of(row.text) == row.error);
  }
}

TEST_CASE("json body: integers are what go accepts, in its range") {
  for (const auto* digits : {"1.0", "1e3", "1E3", "-0", "9223372036854775808",
                             "-9223372036854775809", "99999999999999999999999999"}) {
    CAPTURE(digits);
    CHECK(error_of(std::string(R"({"HostConfig":{"Memory":)") + digits + "}}") ==
          std::string("HostConfig.Memory: must be an integer from -9223372036854775808 to "
                      "9223372036854775807 in plain digits, not ") +
              digits);
  }
  CHECK(error_of(R"({"Port":65536})") ==
        "Port: must be an integer from 0 to 65535 in plain digits, not 65536");
  CHECK(error_of(R"({"Port":-1})") ==
        "Port: must be an integer from 0 to 65535 in plain digits, not -1");
  for (const auto* digits : {"-1", "-0", "18446744073709551616", "1.5"}) {
    CHECK(error_of(std::string(R"({"Index":)") + digits + "}") ==
          std::string(
              "Index: must be an integer from 0 to 18446744073709551615 in plain digits, not ") +
              digits);
  }
  CHECK(error_of(R"({"Cpus":1e999})") == "Cpus: the number 1e999 is out of range");
}

TEST_CASE("json body: base64 is what go writes") {
  for (const auto* text : {"a", "aGk", "aGk=\\n", "aG\\nk=", " aGk=", "aGk-", "aGk_",
                           "====", "a===", "aGl=", "ab==", "aG=k", "aGk=aGk="}) {
    CAPTURE(text);
    CHECK(error_of(std::string(R"({"Data":")") + text + "\"}") ==
          "Data: is no base64 (standard alphabet, padded, without line breaks)");
  }
}

TEST_CASE("json body: attack: what follows the value") {
  struct Row {
    std::string_view tail;
    std::size_t at;
  };
  for (const auto& row : {Row{"}", 2},
                          {"]", 2},
                          {" {}", 3},
                          {"} {\"HostConfig\":{}}", 2},
                          {",", 2},
                          {"x", 2},
                          {"\0"sv, 2},
                          {"\xff", 2},
                          {"\n1", 3},
                          {"\v", 2},
                          {"\"", 2}}) {
    CAPTURE(row.tail);
    CHECK(error_of("{}" + std::string(row.tail)) ==
          "body: something follows the JSON value at byte " + std::to_string(row.at) +
              "; send one value only");
  }
}

TEST_CASE("json body: invalid json is refused with its place") {
  struct Row {
    std::string_view text, error;
  };
  const Row rows[] = {
      {"", "body: invalid JSON at byte 0: there is none"},
      {"  ", "body: invalid JSON at byte 2: there is none"},
      {"{", "body: invalid JSON at byte 1: a key in double quotes is missing"},
      {"\xef\xbb\xbf{}", "body: starts with a byte order mark; send plain UTF-8"},
      {"\xff\xfe{\0}\0"sv, "body: invalid JSON at byte 0: this is no JSON value"},
      {"\0"sv, "body: invalid JSON at byte 0: this is no JSON value"},
      {"{'Image':'x'}", "body: invalid JSON at byte 1: this is no JSON value"},
      {"{Image:1}", "body: invalid JSON at byte 1: this is no JSON value"},
      {"{1:1}", "body: invalid JSON at byte 1: a key in double quotes is missing"},
      {"{null:1}", "body: invalid JSON at byte 1: a key in double quotes is missing"},
      {"// x\n{}", "body: invalid JSON at byte 0: this is no JSON value"},
      {"{/**/}", "body: invalid JSON at byte 1: this is no JSON value"},
      {R"({"Image":"x",})", "Image: invalid JSON at byte 13: a key in double quotes is missing"},
      {R"({,"Image":"x"})", "body: invalid JSON at byte 1: a key in double quotes is missing"},
      {R"({"Image":"x","Cmd":["a",]})", "Cmd[1]: invalid JSON at byte 24: a value is missing"},
      {R"({"Image":"x","Cmd":[,"a"]})", "Cmd[0]: invalid JSON at byte 20: a value is missing"},
      {R"({"Cmd":["a" "b"]})", "Cmd[0]: invalid JSON at byte 12: a comma or ] is missing"},
      {R"({"Image":"x" "Cmd":[]})", "Image: invalid JSON at byte 13: a comma or } is missing"},
      {R"({"Image" "x"})", "Image: invalid JSON at byte 9: a colon is missing after the key"},
      {R"({"Image":})", "Image: invalid JSON at byte 9: a value is missing"},
      {R"({"Image":)", "Image: invalid JSON at byte 9: it ends too early"},
      {R"({"Image":"x")", "Image: invalid JSON at byte 12: a comma or } is missing"},
      {R"({"Cmd":["a"})", "Cmd[0]: invalid JSON at byte 11: a comma or ] is missing"},
      {R"({"Image":"x)", "Image: invalid JSON at byte 9: a string without its closing quote"},
      {R"({"Image":"x\)", "Image: invalid JSON at byte 11: an unknown escape in a string"},
      {R"({"Image":"\x41"})", "Image: invalid JSON at byte 10: an unknown escape in a string"},
      {R"({"Image":"\u00"})", "Image: invalid JSON at byte 10: \\u needs four hexadecimal digits"},
      {R"({"Image":"\u00g0"})",
       "Image: invalid JSON at byte 10: \\u needs four hexadecimal digits"},
      {R"({"Image":"\u)", "Image: invalid JSON at byte 10: \\u needs four hexadecimal digits"},
      {"{\"Image\":\"a\nb\"}",
       "Image: invalid JSON at byte 11: a control character in a string must be escaped"},
      {"{\"Image\":\"a\0b\"}"sv,
       "Image: invalid JSON at byte 11: a control character in a string must be escaped"},
      {R"({"Image":nul})", "Image: invalid JSON at byte 9: this is no JSON value"},
      {R"({"Image":nullx})", "Image: invalid JSON at byte 13: this is no JSON value"},
      {R"({"Image":True})", "Image: invalid JSON at byte 9: this is no JSON value"},
      {R"({"Port":01})", "Port: invalid JSON at byte 8: a number must not start with 0"},
      {R"({"Port":+1})", "Port: invalid JSON at byte 8: this is no JSON value"},
      {R"({"Port":-})", "Port: invalid JSON at byte 8: this is no JSON value"},
      {R"({"Port":1.})", "Port: invalid JSON at byte 8: a number must not end in a point"},
      {R"({"Port":.5})", "Port: invalid JSON at byte 8: this is no JSON value"},
      {R"({"Port":1e})",
       "Port: invalid JSON at byte 8: a number must not end in its exponent's sign"},
      {R"({"Port":0x10})", "Port: invalid JSON at byte 9: this is no JSON value"},
      {R"({"Cpus":NaN})", "Cpus: invalid JSON at byte 8: this is no JSON value"},
      {R"({"Cpus":Infinity})", "Cpus: invalid JSON at byte 8: this is no JSON value"},
      {R"({"Cpus":-Infinity})", "Cpus: invalid JSON at byte 8: this is no JSON value"},
      {R"({"Labels":{"\u0000":"x"}})", "Labels[\\x00]: the key holds a NUL character"},
      {R"({"Image":"x\u0000y"})", "Image: holds a NUL character"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(error_of(row.text) == row.error);
  }
}

TEST_CASE("json body: attack: invalid utf-8 and lone surrogates, in values and in keys") {
  const auto surrogate = "a surrogate (\\ud800 to \\udfff) without its other half";
  for (const auto* escape : {R"(\ud800)", R"(\udfff)", R"(\udc00\ud800)", R"(\ud800\ud800)",
                             R"(\ud83dx)", R"(\ud800\n)", R"(\ud83d\u0041)"}) {
    CAPTURE(escape);
    CHECK(error_of(std::string(R"({"Image":")") + escape + "\"}") ==
          std::string("Image: invalid JSON at byte 10: ") + surrogate);
    CHECK(error_of(std::string(R"({")") + escape + "\":1}") ==
          std::string("body: invalid JSON at byte 2: ") + surrogate);
  }
  for (const auto* bytes : {"\xff", "\x80", "\xc0\xaf", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\xaf",
                            "\xed\xa0\x80", "\xed\xbf\xbf", "\xe2\x84", "\xf0\x80\x80\x80",
                            "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf0\x9f\x90"}) {
    CAPTURE(bytes);
    CHECK(error_of(std::string(R"({"Image":")") + bytes + "\"}") ==
          "Image: invalid JSON at byte 10: invalid UTF-8");
    CHECK(error_of(std::string(R"({"Image)") + bytes + "\":1}") ==
          "body: invalid JSON at byte 7: invalid UTF-8");
  }
}

TEST_CASE("json body: attack: depth, number of values and length of keys are limited") {
  CHECK(read_json(nested(32, '[', ']')).has_value());
  CHECK(read_json(nested(33, '[', ']')).error().text.ends_with(": nested deeper than 32 levels"));
  CHECK(read_json(std::string(1'000'000, '['))
            .error()
            .text.ends_with(": nested deeper than 32 levels"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i)
    deep += R"({"a":)";
  CHECK(read_json(deep).error().text.ends_with(": nested deeper than 32 levels"));

  std::string values = R"({"Cmd":[)";
  for (int i = 0; i < 9'998; ++i)
    values += i == 0 ? "\"\"" : ",\"\"";
  CHECK(error_of(values + "]}").starts_with("accepted"));
  CHECK(error_of(values + ",\"\"]}") == "Cmd[9998]: more than 10000 values in one document");

  const std::string key(256, 'k');
  CHECK(error_of(R"({"Labels":{")" + key + R"(":"v"}})").starts_with("accepted"));
  CHECK(error_of(R"({"Labels":{")" + key + R"(k":"v"}})") ==
        "Labels[" + key.substr(0, 128) + "...]: the key is longer than 256 bytes");
}

TEST_CASE("json: without a schema everything is read, with the same strictness") {
  struct Row {
    std::string_view text, result;
  };
  const Row rows[] = {
      {R"({"a":[null,1,"x",{"A":true,"a":1e2}]})", R"({"a":[null,1,"x",{"A":true,"a":1e2}]})"},
      {"18446744073709551616", "18446744073709551616"},
      {R"("a\u0000b")", R"("a\u0000b")"},
      {R"({"a":1,"a":2})", "json: the key \"a\" is given twice; send it once"},
      {R"({"a":{"b":[{"c":1,"c":2}]}})", "a.b[0]: the key \"c\" is given twice; send it once"},
      {"1e400", "json: the number 1e400 is out of range"},
      {"[1]]", "json: something follows the JSON value at byte 3; send one value only"},
      {R"({"a":"\ud800"})",
       "a: invalid JSON at byte 6: a surrogate (\\ud800 to \\udfff) without its other half"},
      {"", "json: invalid JSON at byte 0: there is none"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto value = read_json(row.text);
    CHECK((value ? to_json(*value) : value.error().text) == row.result);
  }
}

TEST_CASE("json: error texts bring no bytes of the client to the terminal") {
  const auto error = error_of("{\"\\u001b[31m" + std::string(200, 'x') + "\":1}");
  CHECK(error == "\\x1b[31m" + std::string(123, 'x') +
                     "...: unknown field; remove it (what sealock does not know is not passed on)");
}

TEST_CASE("json: every truncation and a hundred thousand mutations of a body do no harm") {
  const std::string body =
      "{\"Image\":\"a\\u00e9\U0001f433\\ud83d\\udc33\",\"Cmd\":[\"sh\",\"-c\"],\"Labels\":{\"a\":"
      "\"b\",\"A\":null},"
      "\"ExposedPorts\":{\"80/"
      "tcp\":{}},\"HostConfig\":{\"Binds\":[],\"Memory\":123,\"Mounts\":[{\"Type\":\"volume\"}]},"
      "\"Cpus\":-1.5e+3,\"Data\":\"aGk=\",\"replicated\":1,\"stdin\":true}";
  REQUIRE(read_json_body(body, body_schema_).has_value());
  for (std::size_t size = 0; size < body.size(); ++size) {
    CHECK_FALSE(read_json_body(body.substr(0, size), body_schema_).has_value());
  }
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const std::string_view interesting = "{}[]\",:\\u0dDtfn-+.eE \0\x80\xed\xc3\xff\x1f"sv;
  for (int round = 0; round < 100'000; ++round) {
    std::string text = body;
    for (unsigned changes = random() % 4 + 1; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      const char byte = random() % 2 == 0 ? interesting[random() % interesting.size()]
                                          : static_cast<char>(random());
      if (random() % 3 == 0) {
        text.erase(at, random() % 5);
        if (text.empty()) text = "x";
      } else if (random() % 2 == 0) {
        text.insert(at, 1, byte);
      } else {
        text[at] = byte;
      }
    }
    const auto value = read_json_body(text, body_schema_);
    if (!value) continue;
    // What is accepted is read again the same way.
    const auto again = read_json_body(to_json(*value), body_schema_);
    if (!again || *again != *value) FAIL("not stable: " << text);
  }
}

}  // namespace
}  // namespace sealock::policy
