#include "policy/answer/redactor.hpp"

#include "policy/request/value.hpp"
#include "tests/policy/answer/support.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

struct Row {
  const char* name;
  const char* operation;
  Wishes wishes;
  const char* input;
  const char* expected;
};

TEST_CASE("redactor: keeps, removes and masks by field") {
  const Row rows[] = {
      {"the environment keeps its names",
       "ContainerInspect",
       {.mask = {"Config.Env"}},
       R"({"Id":"1","Config":{"Env":["A=b","C","D=","=x","E=f=g"],"Tty":false}})",
       R"({"Id":"1","Config":{"Env":["A=**masked**","C","D=**masked**","=**masked**","E=**masked**"],"Tty":false}})"},
      {"removing the only member",
       "ContainerInspect",
       {.remove = {"Config.Env"}},
       R"({"Id":"1","Config":{"Env":["A=b"]},"Name":"/x"})",
       R"({"Id":"1","Config":{},"Name":"/x"})"},
      {"removing first, middle and last",
       "ContainerInspect",
       {.remove = {"Id", "Image", "Name"}},
       R"({"Id":"1","Created":"c","Image":"i","Path":"p","Name":"n"})",
       R"({"Created":"c","Path":"p"})"},
      {"white space stays where the fields stay",
       "ContainerInspect",
       {.remove = {"Image"}},
       "{ \"Id\" : \"1\" ,\n \"Image\" : { \"x\" : [ 1 , 2 ] } ,\n \"Name\" : \"n\" }\n",
       "{ \"Id\" : \"1\" ,\n \"Name\" : \"n\" }\n"},
      {"keep",
       "ContainerInspect",
       {.keep = {"Id", "Name", "Names", "State", "Status"}},
       R"({"Id":"1","Config":{"Env":["A=b"]},"Name":"/db","State":{"Status":"running"}})",
       R"({"Id":"1","Name":"/db","State":{"Status":"running"}})"},
      {"keep of what is deeper",
       "ContainerInspect",
       {.keep = {"State.Status", "Mounts[].Type"}},
       R"({"Id":"1","State":{"Status":"running","Pid":7},"Mounts":[{"Type":"bind","Source":"/s"},{"Source":"/t"}]})",
       R"({"State":{"Status":"running"},"Mounts":[{"Type":"bind"},{}]})"},
      {"keep names exactly",
       "ContainerInspect",
       {.keep = {"Id"}},
       R"({"id":"1","ID":"2","Id":"3"})",
       R"({"Id":"3"})"},
      {"a list's paths are relative to its objects",
       "ContainerList",
       {.keep = {"Id", "Names"}},
       R"([{"Id":"1","Names":["/a"],"Command":"sh"},{"Command":"sh"},{"Names":[],"Id":"2"}])"
       "\n",
       R"([{"Id":"1","Names":["/a"]},{},{"Names":[],"Id":"2"}])"
       "\n"},
      {"beside the objects",
       "VolumeList",
       {.keep = {"Name", "/Warnings"}},
       R"({"Volumes":[{"Name":"v","Driver":"local"}],"Warnings":null,"New":1})",
       R"({"Volumes":[{"Name":"v"}],"Warnings":null})"},
      {"a field of the root that is not kept",
       "VolumeList",
       {.keep = {"Name"}},
       R"({"Volumes":[{"Name":"v","Driver":"local"}],"Warnings":null})",
       R"({"Volumes":[{"Name":"v"}]})"},
      {"one label goes",
       "ContainerInspect",
       {.remove = {"Config.Labels[a.b]"}},
       R"({"Config":{"Labels":{"a.b":"1","a":"2"}}})",
       R"({"Config":{"Labels":{"a":"2"}}})"},
      {"one label stays",
       "ContainerInspect",
       {.keep = {"Config.Labels[a.b]"}},
       R"({"Config":{"Image":"i","Labels":{"x":"0","a.b":"1","a":"2"}}})",
       R"({"Config":{"Labels":{"a.b":"1"}}})"},
      {"labels are masked by pattern of name",
       "ContainerInspect",
       {.mask = {"Config.Labels[traefik.*.users]"}},
       R"({"Config":{"Labels":{"traefik.http.a.users":"u:p","traefik.enable":"true"}}})",
       R"({"Config":{"Labels":{"traefik.http.a.users":"**masked**","traefik.enable":"true"}}})"},
      {"all labels",
       "ContainerInspect",
       {.mask = {"Config.Labels{}"}},
       R"({"Config":{"Labels":{"a":"1","b":""}}})",
       R"({"Config":{"Labels":{"a":"**masked**","b":"**masked**"}}})"},
      {"one variable",
       "ContainerInspect",
       {.mask = {"Config.Env[*PASS*]"}},
       R"({"Config":{"Env":["DB_PASSWORD=x","LANG=C"]}})",
       R"({"Config":{"Env":["DB_PASSWORD=**masked**","LANG=C"]}})"},
      {"all variables but some",
       "ContainerInspect",
       {.mask = {"Config.Env"}, .reveal = {"Config.Env[LANG]", "Config.Env[LC_*]"}},
       R"({"Config":{"Env":["A=x","LANG=C","LC_ALL=C","lang=D"]}})",
       R"({"Config":{"Env":["A=**masked**","LANG=C","LC_ALL=C","lang=**masked**"]}})"},
      {"masks find names in any case",
       "ContainerInspect",
       {.mask = {"config.ENV"}},
       R"({"Config":{"Env":["A=x"]}})",
       R"({"Config":{"Env":["A=**masked**"]}})"},
      {"an object is masked with all below",
       "ContainerInspect",
       {.mask = {"State"}},
       R"({"State":{"Status":"up","Pid":12,"Dead":true,"StartedAt":"2026-01-01T00:00:00Z","Health":null}})",
       R"({"State":{"Status":"**masked**","Pid":0,"Dead":false,"StartedAt":"0001-01-01T00:00:00Z","Health":null}})"},
      {"a list keeps its length",
       "ContainerInspect",
       {.mask = {"Config.Cmd", "Config.Entrypoint"}},
       R"({"Config":{"Cmd":["a","b"],"Entrypoint":["sh","-c","x"]}})",
       R"({"Config":{"Cmd":["**masked**","**masked**"],"Entrypoint":["sh","**masked**","**masked**"]}})"},
      {"null and empty stay",
       "ContainerInspect",
       {.mask = {"Config"}},
       R"({"Config":{"Cmd":null,"Env":[],"Labels":{},"Volumes":null}})",
       R"({"Config":{"Cmd":null,"Env":[],"Labels":{},"Volumes":null}})"},
      {"addresses stay decodable",
       "ContainerInspect",
       {.mask = {"NetworkSettings"}},
       R"({"NetworkSettings":{"IPAddress":"10.0.0.2","IPPrefixLen":24,"Networks":{"n":{"MacAddress":"02:42:0a:00:00:02"}}}})",
       R"({"NetworkSettings":{"IPAddress":"","IPPrefixLen":0,"Networks":{"n":{"MacAddress":""}}}})"},
      {"base64 stays base64",
       "ConfigInspect",
       {.mask = {"Spec.Data"}},
       R"({"Spec":{"Data":"c2VjcmV0"}})",
       R"({"Spec":{"Data":"KiptYXNrZWQqKg=="}})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(redact(*plan_of(row.operation, row.wishes), row.input) == row.expected);
  }
}

}  // namespace
}  // namespace sealock::policy
