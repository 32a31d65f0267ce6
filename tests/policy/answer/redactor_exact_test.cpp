// What is not redacted is the engine's bytes.

#include "policy/request/value.hpp"
#include "tests/policy/answer/support.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

TEST_CASE("redactor: numbers, escapes, order and white space survive byte for byte") {
  const char* rows[] = {
      R"({"Created":9007199254740993,"SizeRw":18446744073709551615,"SizeRootFs":-0})",
      R"({"SizeRw":1E+2,"SizeRootFs":1.50,"Created":1e400,"RestartCount":-0.0e-7})",
      R"({"SizeRw":123456789012345678901234567890})",
      R"({"Name":"\u003c\u0026\u003e <&>","Path":"\/bin\/sh","Image":"\u00e9é"})",
      R"({"Name":"\ud83d\ude00","Path":"\ud800","Image":"\udc00\ud800x"})",
      R"({"Name":"\"\\\b\f\n\r\t"})",
      R"({"Path":"b","Name":"a","Id":"c","Path":"d"})",
      "{ \"Id\" :\t\"1\" ,\r\n\"Name\":null , \"Args\" : [ ] , \"State\" : { } }\n\n",
      "{\"Name\":\"\xff\xfe\"}",
      "null",
      "{}",
      "[]",
      " \n",
      R"({"State":null,"Config":{"Cmd":null,"Env":[],"Volumes":{},"Labels":null}})",
      R"({"State":{"Pid":0,"Dead":false,"Running":true}})",
  };
  for (const char* row : rows) {
    CAPTURE(row);
    CHECK(redact(*plan_of("ContainerInspect", {.mask = {"Config.Env"}}), row) == row);
    CHECK(redact(*plan_of("ContainerInspect", {.remove = {"MountLabel"}}), row) == row);
    CHECK(redact(*plan_of("ContainerInspect", {.unknown_fields_masked = false}), row) == row);
  }
}

TEST_CASE("redactor: stats pass untouched") {
  const std::string input =
      R"({"read":"2026-11-25T02:05:09Z","cpu_stats":{"system_cpu_usage":18446744073709551615,"new":{"x":"y"}},)"
      R"("memory_stats":{"stats":{"hierarchical_memory_limit":9223372036854771712}},"name":"/c1","id":"5a"})"
      "\n";
  CHECK(redact(*plan_of("ContainerStats", {.mask = {"$secrets"}}), input,
               {.shape = Redactor::Shape::stream}) == input);
}

TEST_CASE("redactor: what stands around a masked value is the engine's") {
  const Plan plan = plan_of("ContainerInspect", {.mask = {"Config.Env", "Path"}});
  CHECK(redact(*plan, "{ \"Path\" : \"s\" , \"Config\":{\"Env\" :[ \"A=s\" ,\"B=s\" ] } }") ==
        "{ \"Path\" : \"**masked**\" , \"Config\":{\"Env\" :[ \"A=**masked**\" ,\"B=**masked**\" ] "
        "} }");
}

TEST_CASE("redactor: a value that may stand after a look is not rewritten") {
  const Plan plan = plan_of("ContainerInspect", {.mask = {"Config.Labels{secrets}", "Config.Env"}});
  const std::string input =
      R"({"Config":{"Labels":{"a\u0062":"\u003cx\/y\u003e","b":"\ud800"},"Env":["NO_V\u0041LUE"]}})";
  CHECK(redact(*plan, input) == input);
}

TEST_CASE("redactor: empty pieces mean nothing") {
  const Plan plan = plan_of("ContainerInspect", {.mask = {"Config.Env"}});
  Redactor redactor(*plan, Redactor::Document::answer, Redactor::Shape::single);
  std::string out;
  for (const std::string_view piece : {"", "{\"Id\"", "", ":\"1", "", "\"}", ""}) {
    REQUIRE(redactor.feed(piece, out).has_value());
  }
  REQUIRE(redactor.finish(out).has_value());
  CHECK(out == R"({"Id":"1"})");
}

TEST_CASE("redactor: appends, and can be moved in the middle") {
  const Plan plan = plan_of("ContainerList", {.mask = {"Command"}});
  std::string out = "head";
  Redactor first(*plan, Redactor::Document::answer, Redactor::Shape::single,
                 [](const Value&) { return true; });
  REQUIRE(first.feed(R"([{"Command":"sh -c s","Id)", out).has_value());
  Redactor second = std::move(first);
  REQUIRE(second.feed(R"(":"1"}])", out).has_value());
  REQUIRE(second.finish(out).has_value());
  CHECK(out == R"(head[{"Command":"sh **masked**","Id":"1"}])");
}

}  // namespace
}  // namespace sealock::policy
