// Ways around a redactor, one test each.

#include "policy/answer/answer_machine.hpp"
#include "tests/policy/answer/support.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

std::string masked_environment(std::string_view input) {
  return redact(*plan_of("ContainerInspect", {.mask = {"Config.Env"}}), input);
}

bool is_error(const std::string& text) {
  return text.rfind("error: ", 0) == 0;
}

TEST_CASE("redactor: a key written with escapes is the key") {
  CHECK(masked_environment(R"({"\u0043onfig":{"\u0045n\u0076":["A=secret"]}})") ==
        R"({"\u0043onfig":{"\u0045n\u0076":["A=**masked**"]}})");
}

TEST_CASE("redactor: a key in another case does not carry a secret by") {
  CHECK(masked_environment(R"({"Config":{"env":["A=secret"],"ENV":["B=secret"]}})") ==
        R"({"Config":{"env":["**masked**"],"ENV":["**masked**"]}})");
  // Where unknown fields pass, the rule's own mask still finds it, as Go's decoder would.
  const Plan plan = plan_of(
      "ContainerInspect",
      {.mask = {"Config.Env", "Config.Hostname", "Config.Cmd"}, .unknown_fields_masked = false});
  CHECK(redact(*plan, R"({"config":{"ENV":["A=secret"],"New":1}})") ==
        R"({"config":{"ENV":["A=**masked**"],"New":1}})");
  CHECK(redact(*plan, "{\"Config\":{\"Ho\xc5\xbftname\":\"secret\"}}") ==
        "{\"Config\":{\"Ho\xc5\xbftname\":\"**masked**\"}}");
}

TEST_CASE("redactor: every one of repeated keys is masked") {
  CHECK(
      masked_environment(R"({"Config":{"Env":["A=s"]},"Config":{"Env":["B=s"],"Env":["C=s"]}})") ==
      R"({"Config":{"Env":["A=**masked**"]},"Config":{"Env":["B=**masked**"],"Env":["C=**masked**"]}})");
}

TEST_CASE("redactor: fields that a newer engine adds are masked") {
  CHECK(
      masked_environment(
          R"({"Config":{"EnvFile":"A=s","Env":[]},"New":{"deep":[{"k":"s","n":7,"t":true,"z":null}]}})") ==
      R"({"Config":{"EnvFile":"**masked**","Env":[]},"New":{"deep":[{"k":"**masked**","n":0,"t":false,"z":null}]}})");
}

TEST_CASE("redactor: fields that a newer engine adds go where a rule keeps") {
  const Plan plan = plan_of("ContainerInspect", {.keep = {"Id", "State"}});
  CHECK(redact(*plan, R"({"New":1,"Id":"1","State":{"Status":"up","New":"s"},"id":"s"})") ==
        R"({"Id":"1","State":{"Status":"up","New":"**masked**"}})");
}

TEST_CASE("redactor: a value of another type than the schema says does not pass") {
  // An object or list where a text is known to be safe.
  CHECK(masked_environment(R"({"Id":{"x":"s"},"Name":["s"],"Image":"i"})") ==
        R"({"Id":{"x":"**masked**"},"Name":["**masked**"],"Image":"i"})");
  // A text, an object, or lists of them, where the environment is a list of texts.
  CHECK(masked_environment(R"({"Config":{"Env":"A=s"}})") == R"({"Config":{"Env":"**masked**"}})");
  CHECK(masked_environment(R"({"Config":{"Env":{"A":"s"}}})") ==
        R"({"Config":{"Env":{"A":"**masked**"}}})");
  CHECK(masked_environment(R"({"Config":{"Env":[["A=s"],{"A":"s"},5,null]}})") ==
        R"({"Config":{"Env":[["**masked**"],{"A":"**masked**"},0,null]}})");
  CHECK(masked_environment(R"(["s"])") == R"(["**masked**"])");
  CHECK(masked_environment(R"("s")") == R"("**masked**")");
}

TEST_CASE("redactor: a type that the rule masks is masked in every type") {
  const Plan plan =
      plan_of("ContainerInspect", {.mask = {"Name", "State.Pid"}, .unknown_fields_masked = false});
  CHECK(redact(*plan, R"({"Name":["s",{"x":"s"}],"State":{"Pid":{"x":5}}})") ==
        R"({"Name":["**masked**",{"x":"**masked**"}],"State":{"Pid":{"x":0}}})");
}

TEST_CASE("redactor: an environment entry cannot hide its = behind an escape") {
  CHECK(masked_environment(R"({"Config":{"Env":["A\u003dsecret","B\\=secret","\"C\"=secret"]}})") ==
        R"({"Config":{"Env":["A=**masked**","B\\=**masked**","\"C\"=**masked**"]}})");
}

TEST_CASE("redactor: nested 64 deep is read, deeper is refused") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + "1" + std::string(depth, ']');
  };
  const Plan plan = plan_of("ContainerInspect", {});
  CHECK_FALSE(is_error(redact(*plan, nested(AnswerMachine::depth_limit))));
  CHECK(is_error(redact(*plan, nested(AnswerMachine::depth_limit + 1))));
  CHECK(is_error(redact(*plan, nested(100000))));
  std::string objects;
  for (int i = 0; i < 65; ++i)
    objects += R"({"a":)";
  CHECK(is_error(redact(*plan, objects)));
}

TEST_CASE("redactor: a field's name of 256 bytes is read, a longer one is refused") {
  const auto with_key = [](std::size_t size) {
    return "{\"" + std::string(size, 'k') + "\":\"s\"}";
  };
  CHECK(masked_environment(with_key(256)) == "{\"" + std::string(256, 'k') + "\":\"**masked**\"}");
  CHECK(is_error(masked_environment(with_key(257))));
  CHECK(is_error(masked_environment(with_key(5000))));
  std::string escaped = "{\"";
  for (int i = 0; i < 256; ++i)
    escaped += "\\u0041";
  CHECK_FALSE(is_error(masked_environment(escaped + "\":1}")));
  CHECK(is_error(masked_environment(escaped + "\\u0041\":1}")));
}

TEST_CASE("redactor: a label with a long name hides neither the list nor its own value") {
  // Refusing it would let one container hide every container from everybody.
  const std::string name(3000, 'n');
  const auto labels = [&name](std::string_view value) {
    return R"({"Config":{"Labels":{"a":"1",")" + name + R"(":")" + std::string(value) +
           R"(","b":"2"}}})";
  };
  const Plan policy = plan_of("ContainerInspect", {.mask = {"Config.Labels{secrets}"}});
  CHECK(redact(*policy, labels("s")) == labels("**masked**"));
  const Plan whole = plan_of("ContainerInspect", {.mask = {"Config.Labels"}});
  CHECK(redact(*whole, labels("s")) == R"({"Config":{"Labels":{"a":"**masked**",")" + name +
                                           R"(":"**masked**","b":"**masked**"}}})");
  const Plan kept = plan_of("ContainerInspect", {.keep = {"Config.Labels[b]"}});
  CHECK(redact(*kept, labels("s")) == R"({"Config":{"Labels":{"b":"2"}}})");
  const Plan one_removed = plan_of("ContainerInspect", {.remove = {"Config.Labels[b]"}});
  CHECK(redact(*one_removed, labels("s")) ==
        R"({"Config":{"Labels":{"a":"1",")" + name + R"(":"s"}}})");
}

TEST_CASE("redactor: a string too long to be looked at is masked unseen") {
  const std::string big(seen_string_bytes, 'x');
  CHECK(masked_environment(R"({"Config":{"Env":["A=)" + big + R"(","B=s"]}})") ==
        R"({"Config":{"Env":["**masked**","B=**masked**"]}})");
  const std::string fits(seen_string_bytes - 4, 'x');
  CHECK(masked_environment(R"({"Config":{"Env":["A=)" + fits + R"("]}})") ==
        R"({"Config":{"Env":["A=**masked**"]}})");
}

TEST_CASE("redactor: endless white space before a key that can go is refused") {
  const Plan plan = plan_of("ContainerInspect", {.remove = {"Id"}});
  const std::string input = "{" + std::string(100000, ' ') + "\"Id\":1}";
  CHECK(is_error(redact_in_pieces(*plan, input, 4096)));
  CHECK_FALSE(is_error(redact(*plan, "{" + std::string(1000, ' ') + "\"Id\":1}")));
}

TEST_CASE("redactor: what is no JSON is refused, however it is cut") {
  const char* rows[] = {
      "{",           "[",
      "[1",          "[1,",
      R"({"a")",     R"({"a":)",
      R"({"a":1)",   R"({"a":1,)",
      R"({"a":1,})", "[1,]",
      "[,1]",        "{,}",
      R"({"a" 1})",  R"({a:1})",
      R"({'a':1})",  R"({"a":1}})",
      "[1]]",        "[1}",
      R"({"a":1])",  "01",
      "-",           "-a",
      "1.",          "1.e5",
      "1e",          "1e+",
      "+1",          ".5",
      "0x10",        "1_000",
      "NaN",         "Infinity",
      "tru",         "trux",
      "nul",         "nullx",
      "True",        "\"",
      "\"abc",       "\"\\",
      "\"\\x\"",     "\"\\u12\"",
      "\"\\u12g4\"", "\"a\nb\"",
      "\"a\tb\"",    "{} {}",
      "1 2",         "{}x",
      "[1 2]",       "\xef\xbb\xbf{}",
      "// c\n{}",    "{}/**/",
      "\x1e{}",      "{\"a\":1 \"b\":2}",
  };
  const Plan plan = plan_of("ContainerInspect", {.mask = {"Config.Env"}});
  for (const char* row : rows) {
    CAPTURE(row);
    CHECK(is_error(redact(*plan, row)));
  }
  CHECK(is_error(redact(*plan, std::string_view("\"\0\"", 3))));
}

TEST_CASE("redactor: after an error nothing more comes out") {
  const Plan plan = plan_of("ContainerInspect", {.mask = {"Config.Env"}});
  Redactor redactor(*plan, Redactor::Document::answer, Redactor::Shape::single);
  std::string out;
  REQUIRE(redactor.feed(R"({"Id":"1",)", out).has_value());
  const std::string before = out;
  CHECK_FALSE(redactor.feed(R"("Image":"i" "Name":"s")", out).has_value());
  CHECK(out == before);
  CHECK_FALSE(redactor.feed(R"(,"Path":"p"})", out).has_value());
  CHECK_FALSE(redactor.finish(out).has_value());
  CHECK(out == before);
}

TEST_CASE("redactor: an error answers 502") {
  const Plan plan = plan_of("ContainerInspect", {});
  Redactor redactor(*plan, Redactor::Document::answer, Redactor::Shape::single);
  std::string out;
  const auto fed = redactor.feed("<html>", out);
  REQUIRE_FALSE(fed.has_value());
  CHECK(fed.error().kind == ErrorKind::engine_garbage);
  CHECK(fed.error().text == "the engine's answer cannot be redacted: no value where one must be");
}

}  // namespace
}  // namespace sealock::policy
