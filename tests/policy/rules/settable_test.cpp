#include "policy/rules/settable.hpp"

#include "policy/rules/evaluation.hpp"
#include "tests/policy/rules/policy_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

using namespace testing;
using Id = OperationId;

std::string unnamed(const CompiledRule& rule, const Request& request) {
  const Facts facts;
  Evaluation evaluation(request, facts);
  return Settable(rule).find_unnamed(evaluation).value_or("-");
}

std::string unnamed(std::vector<std::string> may_set, std::string_view body) {
  return unnamed(allow("create", {Id::container_create}, {}, std::move(may_set)),
                 make_request(Id::container_create, body));
}

TEST_CASE("may_set: the CLI's zero values need no rule") {
  // What `docker create alpine` sends besides the image and the command (rules.md 4.3).
  CHECK(unnamed({}, R"({"Hostname":"","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,
      "Env":null,"Cmd":null,"Volumes":{},"OnBuild":null,"Labels":{},"HostConfig":{"Binds":null,
      "ContainerIDFile":"","LogConfig":{"Type":"","Config":{}},"NetworkMode":"default",
      "PortBindings":{},"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":false,
      "ConsoleSize":[0,0],"CapAdd":null,"Privileged":false,"SecurityOpt":null,"Devices":[],
      "MemorySwappiness":-1,"OomKillDisable":false,"Ulimits":null,"MaskedPaths":null,
      "ReadonlyPaths":null},"NetworkingConfig":{"EndpointsConfig":{}}})") == "-");
}

TEST_CASE("may_set: the endpoint on the default network that CLI 28 sends needs no rule") {
  const auto endpoint = [](std::string_view endpoints) {
    return unnamed({},
                   R"({"NetworkingConfig":{"EndpointsConfig":)" + std::string(endpoints) + "}}");
  };
  CHECK(endpoint(R"({"default":{"IPAMConfig":null,"Links":null,"Aliases":null,"MacAddress":"",
      "DriverOpts":null,"GwPriority":0,"NetworkID":"","IPPrefixLen":0}})") == "-");
  CHECK(endpoint(R"({"default":null})") == "-");
  CHECK(endpoint(R"({"default":{"MacAddress":"02:42:0:0:0:1"}})") ==
        "NetworkingConfig.EndpointsConfig");
  CHECK(endpoint(R"({"default":{},"other":{}})") == "NetworkingConfig.EndpointsConfig");
  CHECK(endpoint(R"({"bridge":{}})") == "NetworkingConfig.EndpointsConfig");
}

TEST_CASE("may_set: whatever says something must be named") {
  const struct {
    std::string_view body;
    std::string_view unnamed;
  } rows[] = {
      {R"({"Cmd":["id"]})", "Cmd"},
      {R"({"HostConfig":{"CgroupParent":"/x"}})", "HostConfig.CgroupParent"},
      {R"({"HostConfig":{"Privileged":true}})", "HostConfig.Privileged"},
      {R"({"HostConfig":{"MaskedPaths":[]}})", "HostConfig.MaskedPaths"},
      {R"({"HostConfig":{"RestartPolicy":{"Name":"always"}}})", "HostConfig.RestartPolicy.Name"},
      {R"({"Labels":{"a":""}})", "Labels"},  // a key is something, whatever its value
      {R"({"Volumes":{"/data":{}}})", "Volumes"},
      {R"({"HostConfig":{"Devices":[{}]}})", "HostConfig.Devices"},
      // A pointer in Go: 0 turns swapping off, -1 is not said.
      {R"({"HostConfig":{"MemorySwappiness":0}})", "HostConfig.MemorySwappiness"},
      {R"({"HostConfig":{"MemorySwappiness":-1}})", "-"},
      {R"({"HostConfig":{"ConsoleSize":[24,80]}})", "HostConfig.ConsoleSize"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    CHECK(unnamed({}, row.body) == row.unnamed);
  }
}

TEST_CASE("may_set: an object that chooses by being there must be named") {
  const auto service = [](std::vector<std::string> may_set, std::string_view body) {
    return unnamed(allow("create", {Id::service_create}, {}, std::move(may_set)),
                   make_request(Id::service_create, body));
  };
  CHECK(service({}, R"({"Mode":{"Global":{}}})") == "Mode.Global");
  CHECK(service({}, R"({"Mode":{"global":{}}})") == "Mode.Global");
  CHECK(service({}, R"({"Mode":{"Replicated":{},"Global":null}})") == "-");
  CHECK(service({}, R"({"Mode":{"Replicated":{"Replicas":0}}})") == "Mode.Replicated.Replicas");
  CHECK(service({"Mode.Replicated"}, R"({"Mode":{"GlobalJob":{}}})") == "Mode.GlobalJob");
  CHECK(service({"Mode.Global"}, R"({"Mode":{"Global":{}}})") == "-");
  CHECK(service({"Mode.ReplicatedJob.TotalCompletions"},
                R"({"Mode":{"ReplicatedJob":{"TotalCompletions":3}}})") == "-");
  CHECK(service({"Mode.ReplicatedJob.TotalCompletions"},
                R"({"Mode":{"ReplicatedJob":{"MaxConcurrent":3}}})") ==
        "Mode.ReplicatedJob.MaxConcurrent");
}

TEST_CASE("may_set: a named field is open with all below it, and nothing beside it") {
  CHECK(unnamed({"Cmd", "HostConfig.RestartPolicy"},
                R"({"Cmd":["id"],"HostConfig":{"RestartPolicy":{"Name":"always"}}})") == "-");
  CHECK(unnamed({"HostConfig.RestartPolicy"},
                R"({"HostConfig":{"RestartPolicy":{"Name":"always"},"Init":true}})") ==
        "HostConfig.Init");
  CHECK(unnamed({"HostConfig"}, R"({"HostConfig":{"Init":true},"Tty":true})") == "Tty");
  // A name is whole: neither prefix nor another case opens anything.
  CHECK(unnamed({"HostConfig.Memory"}, R"({"HostConfig":{"MemorySwap":5}})") ==
        "HostConfig.MemorySwap");
  CHECK(unnamed({"hostconfig", "cmd"}, R"({"Cmd":["id"]})") == "Cmd");
}

TEST_CASE("may_set: parts of lists and maps") {
  CHECK(unnamed({"Labels[a]"}, R"({"Labels":{"a":"x"}})") == "-");
  CHECK(unnamed({"Labels[a]"}, R"({"Labels":{"a":"x","b":"y"}})") == "Labels");
  CHECK(unnamed({"Labels[a]"}, R"({"Labels":{"A":"x"}})") == "Labels");
  CHECK(unnamed({"Labels{}"}, R"({"Labels":{"a":"x","b":"y"}})") == "-");
  CHECK(unnamed({"HostConfig.LogConfig.Config[max-size]"},
                R"({"HostConfig":{"LogConfig":{"Config":{"max-size":"1m"}}}})") == "-");
  CHECK(unnamed({"HostConfig.LogConfig.Config[max-size]"},
                R"({"HostConfig":{"LogConfig":{"Type":"syslog","Config":{"max-size":"1m"}}}})") ==
        "HostConfig.LogConfig.Type");
  CHECK(unnamed({"HostConfig.Ulimits[].Soft"}, R"({"HostConfig":{"Ulimits":[{"Soft":5}]}})") ==
        "-");
  CHECK(unnamed({"HostConfig.Ulimits[].Soft"},
                R"({"HostConfig":{"Ulimits":[{"Soft":5},{"Hard":5}]}})") ==
        "HostConfig.Ulimits[].Hard");
  CHECK(
      unnamed({"NetworkingConfig.EndpointsConfig{}.Aliases"},
              R"({"NetworkingConfig":{"EndpointsConfig":{"n":{"MacAddress":"02:42:0:0:0:1"}}}})") ==
      "NetworkingConfig.EndpointsConfig{}.MacAddress");
}

TEST_CASE("may_set: a field in `when` is settable within its condition") {
  const CompiledRule rule =
      allow("create", {Id::container_create},
            {when("body.HostConfig.Memory", {make_test(TestKind::at_most, {Value(100L)})}),
             when("body.Labels[managed-by]", {equals(Value("ansible"))})});
  const auto ask = [&](std::string_view body) {
    return unnamed(rule, make_request(Id::container_create, body));
  };
  CHECK(ask(R"({"HostConfig":{"Memory":50},"Labels":{"managed-by":"ansible"}})") == "-");
  CHECK(ask(R"({"HostConfig":{"Memory":50,"MemorySwap":1}})") == "HostConfig.MemorySwap");
  CHECK(ask(R"({"Labels":{"managed-by":"ansible","other":"x"}})") == "Labels");
}

TEST_CASE("may_set: restricted query parameters must be named") {
  const Request aux = make_request(Id::container_top, {}, "ps_args=aux", "web");
  CHECK(unnamed(allow("top", {Id::container_top}), aux) == "query.ps_args");
  CHECK(unnamed(allow("top", {Id::container_top}, {}, {"query.ps_args"}), aux) == "-");
  CHECK(unnamed(allow("top", {Id::container_top},
                      {when("query.ps_args", {make_test(TestKind::is_unset)})}),
                aux) == "-");  // named; the condition itself refuses it
  CHECK(unnamed(allow("top", {Id::container_top}),
                make_request(Id::container_top, {}, "ps_args=")) == "-");
  // What the classic CLI sends on every build says nothing.
  CHECK(unnamed(allow("build", {Id::image_build}),
                make_request(Id::image_build, {},
                             "cgroupparent=&networkmode=default&remote=&version=1&rm=1")) == "-");
  CHECK(unnamed(allow("build", {Id::image_build}),
                make_request(Id::image_build, {}, "networkmode=host")) == "query.networkmode");
}

// effective.* views close a field like may_set: every view that says something needs a condition.
TEST_CASE("may_set: a field is open through its views only when the rule speaks of all they say") {
  const auto ask = [](std::vector<Condition> conditions, std::string_view host) {
    const CompiledRule rule =
        allow("create", {Id::container_create}, std::move(conditions), {"Image"});
    const Request request = make_request(Id::container_create,
                                         R"({"Image":"a","HostConfig":)" + std::string(host) + "}");
    Facts facts;
    facts.add(
        fact(ObjectKind::volume, "data", R"({"Name":"data","Driver":"local","Options":null})"));
    facts.add(fact(ObjectKind::container, "web", R"({"HostConfig":{},"Mounts":[]})"));
    Evaluation evaluation(request, facts);
    return Settable(rule).find_unnamed(evaluation).value_or("-");
  };
  const ValueTest any = quantified(TestKind::every, {make_test(TestKind::is_set)});
  const auto no_paths = [] {
    return when("effective.host_paths", {make_test(TestKind::is_unset)});
  };
  const auto volumes = [&] { return when("effective.named_volumes", {any}); };

  CHECK(ask({}, R"({"Binds":["data:/d"]})") == "HostConfig.Binds");
  CHECK(ask({volumes()}, R"({"Binds":["data:/d"]})") == "-");
  // The rule speaks of volumes; the same field brings a host path, and shared propagation.
  CHECK(ask({volumes()}, R"({"Binds":["data:/d","/etc:/e"]})") == "HostConfig.Binds");
  CHECK(ask({volumes(), no_paths()}, R"({"Binds":["data:/d:rshared"]})") == "HostConfig.Binds");
  CHECK(ask({volumes(), no_paths(), when("effective.special_mounts", {any})},
            R"({"Binds":["data:/d:rshared"]})") == "-");
  CHECK(ask({volumes()}, R"({"Mounts":[{"Type":"tmpfs","Target":"/t"}]})") == "HostConfig.Mounts");

  // `container:web` is a namespace and names a container.
  const auto namespaces = [&] { return when("effective.shared_namespaces", {any}); };
  CHECK(ask({namespaces()}, R"({"PidMode":"container:web"})") == "HostConfig.PidMode");
  CHECK(ask({namespaces(), when("effective.containers", {any})},
            R"({"PidMode":"container:web"})") == "-");
  // A field whose meaning is nothing at all needs no condition.
  CHECK(ask({}, R"({"SecurityOpt":["no-new-privileges"]})") == "-");
  CHECK(ask({}, R"({"SecurityOpt":["seccomp=unconfined"]})") == "HostConfig.SecurityOpt");
  // What cannot be computed covers nothing.
  CHECK(ask({}, R"({"Binds":["unknown-volume:/d"]})") == "HostConfig.Binds");
}

TEST_CASE("may_set: a condition on one part of the image reference speaks of the image") {
  const auto ask = [](std::string_view view) {
    const CompiledRule rule =
        allow("create", {Id::container_create}, {when(view, {make_test(TestKind::is_set)})});
    return unnamed(rule, make_request(Id::container_create, R"({"Image":"shop/web:1"})"));
  };
  CHECK(ask("effective.image.registry") == "-");
  CHECK(ask("effective.image.tag") == "-");
  CHECK(ask("effective.user") == "Image");
}

TEST_CASE("may_set: every_field sets no limit") {
  CompiledRule rule = allow("everything", {Id::container_create, Id::container_top});
  rule.every_field = true;
  CHECK(unnamed(rule, make_request(Id::container_create,
                                   R"({"HostConfig":{"Privileged":true}})")) == "-");
  CHECK(unnamed(rule, make_request(Id::container_top, {}, "ps_args=aux", "web")) == "-");
}

TEST_CASE("may_set: a path that cannot be read opens nothing") {
  CHECK(unnamed({"", ".", "HostConfig.", "[]"}, R"({"HostConfig":{"Privileged":true}})") ==
        "HostConfig.Privileged");
}

}  // namespace
}  // namespace sealock::policy
