// Streams of documents, filters that cut objects out, and error bodies.

#include "policy/answer/answer_machine.hpp"
#include "policy/request/value.hpp"
#include "tests/policy/answer/support.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

Feed stream(ObjectFilter filter = {}) {
  return {.shape = Redactor::Shape::stream, .filter = std::move(filter)};
}

Feed filtered(ObjectFilter filter) {
  return {.filter = std::move(filter)};
}

ObjectFilter shows(std::string_view key, std::vector<std::string> values) {
  return [key = std::string(key), values = std::move(values)](const Value& object) {
    return std::find(values.begin(), values.end(), object.text(key)) != values.end();
  };
}

TEST_CASE("stream: documents one after the other, however they are separated") {
  const Plan plan = plan_of("SystemEvents", {.mask = {"$secrets"}});
  CHECK(redact(*plan, "{\"Type\":\"a\"}\n{\"Type\":\"b\"}\n", stream()) ==
        "{\"Type\":\"a\"}\n{\"Type\":\"b\"}\n");
  CHECK(redact(*plan, R"({"Type":"a"}{"Type":"b"})", stream()) == R"({"Type":"a"}{"Type":"b"})");
  CHECK(redact(*plan, "{\"Type\":\"a\"}\r\n \t{\"Type\":\"b\"}", stream()) ==
        "{\"Type\":\"a\"}\r\n \t{\"Type\":\"b\"}");
  CHECK(redact(*plan, "\x1e{\"Type\":\"a\"}\n\x1e{\"Type\":\"b\"}\n", stream()) ==
        "\x1e{\"Type\":\"a\"}\n\x1e{\"Type\":\"b\"}\n");
  CHECK(redact(*plan, "", stream()).empty());
  CHECK(redact(*plan, "null{}\n", stream()) ==
        "error: the engine's answer cannot be redacted: two documents that nothing separates");
  CHECK(redact(*plan, "0-0\n", stream()) ==
        "error: the engine's answer cannot be redacted: two documents that nothing separates");
  CHECK(redact(*plan, "\n\n", stream()) == "\n\n");
}

TEST_CASE("stream: a document goes out when it is whole, not with the next one") {
  const Plan plan = plan_of("SystemEvents", {.mask = {"$secrets"}});
  Redactor redactor(*plan, Redactor::Document::answer, Redactor::Shape::stream,
                    [](const Value&) { return true; });
  std::string out;
  REQUIRE(redactor.feed("{\"Action\":\"exec_create: mysql -psecret\",\"Type\":\"container\"", out));
  CHECK(out.empty());  // the filter has not seen all of it
  REQUIRE(redactor.feed("}", out));
  CHECK(out == "{\"Action\":\"exec_create: **masked**\",\"Type\":\"container\"}");
  REQUIRE(redactor.feed("\n", out));
  CHECK(out == "{\"Action\":\"exec_create: **masked**\",\"Type\":\"container\"}\n");
}

TEST_CASE("stream: an event shows neither commands nor secret attributes") {
  const Plan plan = plan_of("SystemEvents", {.mask = {"$secrets"}});
  CHECK(
      redact(
          *plan,
          R"({"status":"exec_start: sh -c \u003cx\u003e","id":"1","from":"img","Type":"container",)"
          R"("Action":"exec_start: sh -c \u003cx\u003e","Actor":{"ID":"1","Attributes":{)"
          R"("com.example.password":"s","execID":"e","image":"img","comment":"c","owner":"me",)"
          R"("url":"http://u:p@h/"}},"scope":"local","time":1,"timeNano":1795572301446865341})",
          stream()) ==
      R"({"status":"exec_start: **masked**","id":"1","from":"img","Type":"container",)"
      R"("Action":"exec_start: **masked**","Actor":{"ID":"1","Attributes":{)"
      R"("com.example.password":"**masked**","execID":"e","image":"img","comment":"**masked**","owner":"me",)"
      R"("url":"**masked**"}},"scope":"local","time":1,"timeNano":1795572301446865341})");
  CHECK(redact(*plan, R"({"Action":"health_status: healthy"})", stream()) ==
        R"({"Action":"health_status: healthy"})");
}

TEST_CASE("filter: documents of a stream are cut out with what belongs to them") {
  const Plan plan = plan_of("SystemEvents", {});
  const std::string input =
      "\x1e{\"Type\":\"a\"}\n\x1e{\"Type\":\"b\"}\n\x1e{\"Type\":\"c\"}\n\x1e{\"Type\":\"a\"}\n";
  CHECK(redact(*plan, input, stream(shows("Type", {"a"}))) ==
        "\x1e{\"Type\":\"a\"}\n\x1e{\"Type\":\"a\"}\n");
  CHECK(redact(*plan, input, stream(shows("Type", {"b"}))) == "\x1e{\"Type\":\"b\"}\n");
  CHECK(redact(*plan, input, stream(shows("Type", {}))).empty());
  CHECK(redact(*plan, "{\"Type\":\"b\"}\n{\"Type\":\"a\"}{\"Type\":\"c\"} {\"Type\":\"a\"}\n",
               stream(shows("Type", {"a"}))) == "{\"Type\":\"a\"}{\"Type\":\"a\"}\n");
}

TEST_CASE("filter: what is no object is not shown to a client that sees only some objects") {
  const Plan events = plan_of("SystemEvents", {});
  CHECK(redact(*events, "\"s\" 5 [1] {\"Type\":\"a\"} null\n", stream(shows("Type", {"a"}))) ==
        "{\"Type\":\"a\"} ");
  const Plan list = plan_of("ContainerList", {});
  CHECK(redact(*list, R"(["s",{"Id":"1"},null,[{"Id":"1"}]])", filtered(shows("Id", {"1"}))) ==
        R"([{"Id":"1"}])");
}

TEST_CASE("filter: elements of a list go with their commas") {
  const Plan plan = plan_of("ContainerList", {});
  const std::string input = R"([{"Id":"1"},{"Id":"2"},{"Id":"3"}])"
                            "\n";
  CHECK(redact(*plan, input, filtered(shows("Id", {"1", "2", "3"}))) == input);
  CHECK(redact(*plan, input, filtered(shows("Id", {"1"}))) == "[{\"Id\":\"1\"}]\n");
  CHECK(redact(*plan, input, filtered(shows("Id", {"2"}))) == "[{\"Id\":\"2\"}]\n");
  CHECK(redact(*plan, input, filtered(shows("Id", {"3"}))) == "[{\"Id\":\"3\"}]\n");
  CHECK(redact(*plan, input, filtered(shows("Id", {"1", "3"}))) ==
        "[{\"Id\":\"1\"},{\"Id\":\"3\"}]\n");
  CHECK(redact(*plan, input, filtered(shows("Id", {}))) == "[]\n");
  CHECK(redact(*plan, "[ ]", filtered(shows("Id", {}))) == "[ ]");
  CHECK(redact(*plan, "null\n", filtered(shows("Id", {}))) == "null\n");
  CHECK(redact(*plan, "[ {\"Id\":\"1\"} ,\n{\"Id\":\"2\"} ,\n{\"Id\":\"3\"}\n]",
               filtered(shows("Id", {"1", "3"}))) == "[ {\"Id\":\"1\"} ,\n{\"Id\":\"3\"}\n]");
}

TEST_CASE("filter: the rule's fields are redacted in what is shown") {
  const Plan plan = plan_of("ContainerList", {.keep = {"Id", "Labels"}});
  CHECK(
      redact(
          *plan,
          R"([{"Id":"1","Command":"c","Labels":{"a":"b"}},{"Command":"c","Id":"2"},{"Command":"c"}])",
          filtered([](const Value& object) { return object.text("Command") == "c"; })) ==
      R"([{"Id":"1","Labels":{"a":"b"}},{"Id":"2"},{}])");
}

TEST_CASE("filter: sees the object as the engine sent it") {
  const Plan plan = plan_of("ContainerList", {.remove = {"Labels"}});
  const std::string input =
      R"([{"Id":"\u0031","Labels":{"owner":"m\u00e9"},"Created":9007199254740993,"Ports":[{"PublicPort":80}],"SizeRw":null,"X":[true,false]}])";
  std::size_t asked = 0;
  const auto filter = [&asked](const Value& object) {
    ++asked;
    CHECK(object.text("Id") == "1");
    CHECK(object.find({"Labels", "owner"})->string() != nullptr);
    CHECK(*object.find({"Labels", "owner"})->string() == "m\xc3\xa9");
    CHECK(object.find("Created")->number()->text == "9007199254740993");
    CHECK((*object.find("Ports")->list())[0].find("PublicPort")->integer() == 80);
    CHECK(object.find("SizeRw")->is_null());
    CHECK(*(*object.find("X")->list())[0].boolean());
    return true;
  };
  CHECK(redact(*plan, input, filtered(filter)).find("Labels") == std::string::npos);
  CHECK(asked == 4);  // whole and in three sizes of pieces
}

TEST_CASE("filter: each kind of object in answers that hold several") {
  const Plan volumes = plan_of("VolumeList", {});
  CHECK(redact(*volumes, R"({"Volumes":[{"Name":"a"},{"Name":"b"}],"Warnings":null})",
               filtered(shows("Name", {"b"}))) == R"({"Volumes":[{"Name":"b"}],"Warnings":null})");
  const Plan usage = plan_of("SystemDataUsage", {});
  CHECK(redact(*usage,
               R"({"LayersSize":1,"Images":[{"Id":"x"}],"Containers":[{"Id":"y"},{"Id":"x"}],)"
               R"("ContainerUsage":{"Items":[{"Id":"y"}],"TotalCount":1}})",
               filtered(shows("Id", {"x"}))) ==
        R"({"LayersSize":1,"Images":[{"Id":"x"}],"Containers":[{"Id":"x"}],)"
        R"("ContainerUsage":{"Items":[],"TotalCount":1}})");
  // An inspect has one object, which the policy judged before it asked.
  const Plan inspect = plan_of("ContainerInspect", {});
  CHECK(redact(*inspect, R"({"Id":"y"})", filtered(shows("Id", {}))) == R"({"Id":"y"})");
}

TEST_CASE("filter: an object over the limit is an error, whether or not it would be shown") {
  const std::string big =
      R"([{"Id":")" + std::string(AnswerMachine::seen_object_bytes, 'x') + "\"}]";
  const Plan plan = plan_of("ContainerList", {});
  CHECK(redact_in_pieces(*plan, big, big.size(), filtered([](const Value&) { return true; })) ==
        "error: the engine's answer cannot be redacted: an object is too large to be filtered");
  CHECK(redact_in_pieces(*plan, big, 4096, filtered([](const Value&) { return true; })) ==
        "error: the engine's answer cannot be redacted: an object is too large to be filtered");
  CHECK(redact_in_pieces(*plan, big, 4096) == big);
}

TEST_CASE("errors: a 4xx text is told, without known forms of secrets") {
  const Plan plan = plan_of("ContainerInspect", {.mask = {"Config.Env"}});
  const Feed refusal{.document = Redactor::document_of(404)};
  CHECK(redact(*plan, "{\"message\":\"No such container: web\"}\n", refusal) ==
        "{\"message\":\"No such container: web\"}\n");
  CHECK(redact(*plan, R"({"message":"cannot reach https://me:pw@registry.example.com/v2/"})",
               refusal) ==
        R"({"message":"cannot reach https://**masked**@registry.example.com/v2/"})");
  CHECK(redact(*plan, R"({"message":"x","detail":{"env":"s"},"code":5})", refusal) ==
        R"({"message":"x","detail":{"env":"**masked**"},"code":0})");
}

TEST_CASE("errors: a 5xx text is told only when it is harmless") {
  const Plan plan = plan_of("ContainerInspect", {.mask = {"Config.Env"}});
  const Feed error{.document = Redactor::document_of(500)};
  CHECK(redact(*plan, R"({"message":"error while mounting: o=password=secret"})", error) ==
        R"x({"message":"request failed (details hidden by the proxy)"})x");
  CHECK(redact(*plan, R"({"message":"No such image: a:1"})", error) ==
        R"({"message":"No such image: a:1"})");
}

TEST_CASE("errors: start and exec echo command lines, so even their 4xx texts are hidden") {
  for (const char* operation : {"ContainerStart", "ContainerRestart"}) {
    CAPTURE(operation);
    const Plan plan = plan_of(operation, {.mask = {"$secrets"}});
    CHECK(redact(*plan, R"({"message":"exec: \"secret\": executable file not found in $PATH"})",
                 {.document = Redactor::document_of(400)}) ==
          R"x({"message":"request failed (details hidden by the proxy)"})x");
    CHECK(redact(*plan, R"({"message":"No such container: x"})",
                 {.document = Redactor::document_of(404)}) ==
          R"({"message":"No such container: x"})");
  }
}

TEST_CASE("errors: a body that is no JSON becomes one that is, and nothing of it shows") {
  const Plan plan = plan_of("ContainerInspect", {.mask = {"Config.Env"}});
  const std::string hidden = "{\"message\":\"request failed (details hidden by the proxy)\"}\n";
  for (const int status : {400, 404, 500, 503}) {
    const Feed feed{.document = Redactor::document_of(status)};
    CHECK(redact(*plan, "404 page not found\n", feed) == hidden);
    CHECK(redact(*plan, R"({"message":"half)", feed) == hidden);
    CHECK(redact(*plan, std::string(100000, 'x'), feed) == hidden);
    CHECK(redact(*plan, "", feed).empty());  // HEAD
  }
  CHECK(Redactor::document_of(200) == Redactor::Document::answer);
  CHECK(Redactor::document_of(304) == Redactor::Document::answer);
}

TEST_CASE("single: an answer without a body stays one") {
  CHECK(redact(*plan_of("ContainerInspect", {.mask = {"Config.Env"}}), "").empty());
}

}  // namespace
}  // namespace sealock::policy
