#include "policy/request/request.hpp"
#include "tests/policy/effective/request_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy::testing {
namespace {

using Id = OperationId;

std::string shown(const std::vector<Lookup>& lookups) {
  std::string all;
  for (const Lookup& lookup : lookups)
    all += (all.empty() ? "" : " ") + std::string(name_of(lookup.kind)) + ":" + lookup.name;
  return all;
}

FakeEngine make_engine() {
  FakeEngine engine;
  engine.add(
      ObjectKind::container, id_of('a'), {"web", "aaaaaaaaaaaa", "aa"},
      R"({"Name":"/web","Mounts":[{"Type":"volume","Name":"vv"},{"Type":"bind","Source":"/x","RW":true},
               {"Type":"volume","Name":"ww"},{"Type":"volume","Name":"vv"}]})");
  engine.add(ObjectKind::container, id_of('b'), {"db"}, R"({"Name":"/db","Mounts":[]})");
  engine.add(ObjectKind::network, id_of('1'), {"apps", "1111"}, R"({"Name":"apps"})");
  engine.add(ObjectKind::network, id_of('2'), {"edge"}, R"({"Name":"edge"})");
  engine.add(ObjectKind::exec, id_of('e'), {}, R"({"ContainerID":")" + id_of('a') + "\"}");
  engine.add(ObjectKind::image, "sha256:" + id_of('3'), {"alpine"},
             R"({"RepoTags":["alpine:latest"]})");
  engine.add(ObjectKind::image, "sha256:cafe" + std::string(60, '0'), {"cafe", "sha256:cafe"},
             R"({"RepoTags":[]})");
  engine.add(ObjectKind::image, "sha256:" + id_of('4'), {"beef"},
             R"({"RepoTags":["beef:latest"]})");
  engine.add(ObjectKind::image, "sha256:beef" + std::string(60, '0'), {"sha256:beef"}, R"({})");
  engine.add(ObjectKind::service, "svc1", {"web"}, R"({"Spec":{"Name":"web"}})");
  return engine;
}

TEST_CASE("needed_lookups: what must be known to judge and pin, and nothing else") {
  const struct {
    Request request;
    std::string_view lookups;
  } rows[] = {
      // Paths of operations that change something.
      {make_request_on("web", Id::container_start), "container:web"},
      {make_request_on("web", Id::container_exec, R"({"Cmd":["id"]})"), "container:web"},
      {make_request_on("web", Id::container_attach), "container:web"},
      {make_request_on("n", Id::network_delete), "network:n"},
      {make_request_on("v", Id::volume_delete), "volume:v"},
      {make_request_on("e1", Id::exec_start, R"({})"), "exec:e1"},
      {make_request_on("bridge", Id::network_disconnect, R"({"Container":"web"})"),
       "container:web"},
      {make_request_on("alpine", Id::image_delete), ""},
      {make_request_on("svc", Id::service_delete), ""},
      {make_request_on("p", Id::plugin_delete), ""},
      // Reading costs no question.
      {make_request_on("web", Id::container_inspect), ""},
      {make_request_on("web", Id::container_logs), ""},
      {make_request_on("e1", Id::exec_inspect), ""},
      {make_request(Id::container_list), ""},
      {make_request(Id::image_get_all, "", "names=a&names=b"), ""},
      // Bodies.
      {make_request(Id::container_create, R"({"Image":"alpine"})"), "image:alpine"},
      {make_request(Id::container_create, R"({"Image":"cafe"})"), "image:cafe image:sha256:cafe"},
      {make_request(Id::container_create, R"({"Image":"x","HostConfig":{"NetworkMode":"default"},
          "NetworkingConfig":{"EndpointsConfig":{"default":{},"bridge":{},"host":{},"none":{}}}})"),
       "image:x"},
      {make_request(Id::container_create, R"({"Image":"x","HostConfig":{"NetworkMode":"apps",
          "PidMode":"container:/web","IpcMode":"container:web","VolumesFrom":["db:ro"],
          "Binds":["/a:/b","vol:/c","/anon"],"Mounts":[{"Type":"volume","Source":"vol2"},
          {"Type":"bind","Source":"/x"},{"Type":"volume"}]},
          "NetworkingConfig":{"EndpointsConfig":{"apps":{"NetworkID":"edge"}}}})"),
       "container:web network:apps volume:vol container:db volume:vol2 network:edge image:x"},
      {make_request_on("n", Id::network_connect, R"({"Container":"web"})"),
       "network:n container:web"},
      {make_request(Id::volume_create, R"({"Name":"v"})"), "volume:v"},
      {make_request(Id::volume_create, R"({})"), ""},
      {make_request(Id::network_create, R"({"Name":"n"})"), ""},
      {make_request(Id::image_commit, "", "container=web&repo=x"), "container:web"},
      {make_request(Id::image_build, "", "networkmode=container:web"), "container:web"},
      {make_request(Id::image_build, "", "networkmode=apps"), "network:apps"},
      {make_request(Id::image_build, "", "networkmode=host"), ""},
      {make_request(Id::image_create, "", "fromImage=cafe&tag=1"), ""},
      {make_request(Id::service_create, R"({"TaskTemplate":{"Networks":[{"Target":"ov"}],
          "ContainerSpec":{"Image":"cafe","Mounts":[{"Type":"volume","Source":"v"}]}}})"),
       "network:ov volume:v"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.lookups);
    CHECK(shown(needed_lookups(row.request, false)) == row.lookups);
  }
}

TEST_CASE("needed_lookups: a rule on target.* asks for every target") {
  CHECK(shown(needed_lookups(make_request_on("web", Id::container_inspect), true)) ==
        "container:web");
  CHECK(shown(needed_lookups(make_request_on("a/b:1", Id::image_delete), true)) == "image:a/b:1");
  CHECK(shown(needed_lookups(make_request_on("bridge", Id::network_inspect), true)) ==
        "network:bridge");
  CHECK(shown(needed_lookups(make_request_on("svc", Id::service_delete), true)) == "service:svc");
  CHECK(shown(needed_lookups(make_request(Id::container_list), true)).empty());
}

TEST_CASE("further_lookups: the container of an exec and the volumes of VolumesFrom") {
  const FakeEngine engine = make_engine();
  const auto further = [&](const Request& request) {
    Facts first;
    for (const Lookup& lookup : needed_lookups(request, false))
      first.add(engine.answer(lookup));
    return shown(further_lookups(request, first));
  };
  CHECK(further(make_request_on(id_of('e'), Id::exec_start, R"({})")) == "container:" + id_of('a'));
  CHECK(further(make_create(R"({"VolumesFrom":["web"]})")) == "volume:vv volume:ww");
  CHECK(further(make_create(R"({"VolumesFrom":["web"],"Binds":["vv:/x"]})")) == "volume:ww");
  CHECK(further(make_create(R"({"VolumesFrom":["db","nosuch"]})")).empty());
  CHECK(further(make_create(R"({"PidMode":"container:web"})")).empty());
  const Request request = make_create(R"({"VolumesFrom":["web"]})");
  CHECK(further_lookups(request, engine.ask(request)).empty());
}

struct Pinned {
  Request request;
  std::string error;
};

Pinned pinned(Request request, const Facts& facts) {
  const auto done = pin_references(request, facts);
  const std::string error = done ? "" : done.error().text;
  return {std::move(request), error};
}

TEST_CASE("pin_references: full ids in the path") {
  const FakeEngine engine = make_engine();
  const struct {
    std::string target;
    Id id;
    std::string pinned;
  } rows[] = {
      {"web", Id::container_start, id_of('a')},
      {"aa", Id::container_delete, id_of('a')},
      {id_of('a'), Id::container_kill, id_of('a')},
      {"nosuch", Id::container_start, "nosuch"},  // the engine answers its own 404
      {"1111", Id::network_delete, id_of('1')},
      {"bridge", Id::network_delete, "bridge"},
      {id_of('e'), Id::exec_start, id_of('e')},
      {"alpine", Id::image_delete, "alpine"},  // by id it would be another deletion
      {"vol", Id::volume_delete, "vol"},
      {"web", Id::container_inspect, "web"},  // nothing was asked
  };
  for (const auto& row : rows) {
    CAPTURE(row.target);
    const Request request = make_request_on(row.target, row.id);
    const Pinned result = pinned(request, engine.ask(request));
    CHECK(result.error.empty());
    CHECK(result.request.target == row.pinned);
  }
  const Request inspect = make_request_on("web", Id::container_inspect);
  CHECK(pinned(inspect, engine.ask(inspect, true)).request.target == id_of('a'));
  const Request service = make_request_on("web", Id::service_delete);
  CHECK(pinned(service, engine.ask(service, true)).request.target == "svc1");
}

TEST_CASE("pin_references: full ids in bodies and parameters") {
  const FakeEngine engine = make_engine();
  const std::string a = id_of('a');
  const std::string b = id_of('b');
  const std::string one = id_of('1');
  const struct {
    Request request;
    std::string body;
  } rows[] = {
      {make_create(
           R"({"PidMode":"container:web","IpcMode":"container:/web","NetworkMode":"container:aa"})"),
       R"({"Image":"alpine","HostConfig":{"PidMode":"container:)" + a +
           R"(","IpcMode":"container:)" + a + R"(","NetworkMode":"container:)" + a + R"("}})"},
      {make_create(R"({"VolumesFrom":["web:ro","/db"],"Binds":["vol:/x"]})"),
       R"({"Image":"alpine","HostConfig":{"VolumesFrom":[")" + a + R"(:ro",")" + b +
           R"("],"Binds":["vol:/x"]}})"},
      {make_create(R"({"NetworkMode":"1111"})"),
       R"({"Image":"alpine","HostConfig":{"NetworkMode":")" + one + R"("}})"},
      // A name stays (pin_networks pins it).
      {make_create(R"({"NetworkMode":"apps"})"),
       R"({"Image":"alpine","HostConfig":{"NetworkMode":"apps"}})"},
      {make_create(R"({"PidMode":"container:nosuch","NetworkMode":"nosuch"})"),
       R"({"Image":"alpine","HostConfig":{"PidMode":"container:nosuch","NetworkMode":"nosuch"}})"},
      {make_request(Id::container_create, R"({"Image":"cafe","NetworkingConfig":{"EndpointsConfig":
          {"1111":{"Aliases":["x"]}}}})"),
       R"({"Image":"sha256:cafe)" + std::string(60, '0') +
           R"(","NetworkingConfig":{"EndpointsConfig":{")" + one + R"(":{"Aliases":["x"]}}}})"},
      {make_request(Id::container_create,
                    R"({"Image":"alpine","NetworkingConfig":{"EndpointsConfig":
          {"apps":{"NetworkID":"1111"}}}})"),
       R"({"Image":"alpine","NetworkingConfig":{"EndpointsConfig":{"apps":{"NetworkID":")" + one +
           R"("}}}})"},
      // Links of a user-defined network are names in DNS.
      {make_create(R"({"NetworkMode":"apps","Links":["web:x"]})"),
       R"({"Image":"alpine","HostConfig":{"NetworkMode":"apps","Links":["web:x"]}})"},
      {make_request_on("apps", Id::network_connect, R"({"Container":"/web"})"),
       R"({"Container":")" + a + R"("})"},
      {make_request_on("edge", Id::network_disconnect, R"({"Container":"aa","Force":true})"),
       R"({"Container":")" + a + R"(","Force":true})"},
      {make_request(Id::service_create, R"({"TaskTemplate":{"Networks":[{"Target":"apps"}]}})"),
       R"({"TaskTemplate":{"Networks":[{"Target":")" + one + R"("}]}})"},
      {make_request(Id::network_create, R"({"Name":"n","ConfigFrom":{"Network":"apps"}})"),
       R"({"Name":"n","ConfigFrom":{"Network":"apps"}})"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    const Pinned result = pinned(row.request, engine.ask(row.request));
    CHECK(result.error.empty());
    CHECK(to_json(result.request.body) == row.body);
  }
  const Request commit = make_request(Id::image_commit, "", "container=web&repo=x");
  CHECK(engine_target(pinned(commit, engine.ask(commit)).request) ==
        "/commit?container=" + a + "&repo=x");
  const Request build = make_request(Id::image_build, "", "networkmode=container:web");
  CHECK(*pinned(build, engine.ask(build)).request.find_query("networkmode")->string() ==
        "container:" + a);
  const Request on_network = make_request(Id::image_build, "", "networkmode=apps");
  CHECK(*pinned(on_network, engine.ask(on_network)).request.find_query("networkmode")->string() ==
        one);
}

TEST_CASE("pin_references: views see the same before and after") {
  const FakeEngine engine = make_engine();
  const Request request = make_create(
      R"({"PidMode":"container:web","VolumesFrom":["aa"],"NetworkMode":"1111","Binds":["vv:/x"]})");
  const Facts facts = engine.ask(request);
  const Pinned result = pinned(request, facts);
  for (const View& view : all_views()) {
    CAPTURE(view.name);
    CHECK(show(view.name, result.request, facts) == show(view.name, request, facts));
  }
}

TEST_CASE("pin_references: half known is not pinned at all") {
  const FakeEngine engine = make_engine();
  const Request request = make_create(R"({"PidMode":"container:web","IpcMode":"container:db"})");
  Facts some;
  some.add(engine.answer({ObjectKind::container, "web"}));
  some.add(engine.answer({ObjectKind::image, "alpine"}));
  const Pinned missing = pinned(request, some);
  CHECK(missing.error == "nothing is known of the container 'db'");
  CHECK(missing.request.body == request.body);

  Fact failed;
  failed.lookup = {ObjectKind::container, "db"};
  failed.failed = true;
  some.add(failed);
  CHECK(pinned(request, some).error == "the engine does not describe the container 'db'");
  CHECK(pinned(make_request_on("web", Id::container_start), Facts()).error ==
        "nothing is known of the container 'web'");
}

TEST_CASE("pin_references: a name that also begins another image's id is refused (A-138)") {
  const FakeEngine engine = make_engine();
  const Request request = make_request(Id::container_create, R"({"Image":"beef"})");
  CHECK(
      pinned(request, engine.ask(request)).error ==
      "Image: 'beef' is the name of one image and begins the id of another; write 'beef:latest' or "
      "the whole id");
  const Request by_tag = make_request(Id::container_create, R"({"Image":"beef:latest"})");
  CHECK(pinned(by_tag, engine.ask(by_tag)).error.empty());
}

TEST_CASE("pin_references: EndpointsConfig{mine}.NetworkID must not name yours") {
  // dockerd 20.10.24 and newer join the NetworkID, whatever the key or the path says.
  const FakeEngine engine = make_engine();
  const struct {
    Request request;
    std::string_view error;
  } rows[] = {
      {make_request(Id::container_create,
                    R"({"Image":"alpine","NetworkingConfig":{"EndpointsConfig":
          {"apps":{"NetworkID":"edge"}}}})"),
       "NetworkingConfig.EndpointsConfig{}.NetworkID: names another network than 'apps'"},
      {make_request(Id::container_create,
                    R"({"Image":"alpine","NetworkingConfig":{"EndpointsConfig":
          {"nosuch":{"NetworkID":"edge"}}}})"),
       "NetworkingConfig.EndpointsConfig{}.NetworkID: names another network than 'nosuch'"},
      {make_request(Id::container_create,
                    R"({"Image":"alpine","NetworkingConfig":{"EndpointsConfig":
          {"apps":{"NetworkID":"nosuch"}}}})"),
       "NetworkingConfig.EndpointsConfig{}.NetworkID: names another network than 'apps'"},
      {make_request(Id::container_create,
                    R"({"Image":"alpine","NetworkingConfig":{"EndpointsConfig":
          {"bridge":{"NetworkID":"edge"}}}})"),
       "NetworkingConfig.EndpointsConfig{}.NetworkID: leave it out for the network 'bridge'"},
      {make_request(Id::container_create,
                    R"({"Image":"alpine","NetworkingConfig":{"EndpointsConfig":
          {"apps":{},"1111":{}}}})"),
       "NetworkingConfig.EndpointsConfig: names one network twice"},
      {make_request_on("apps", Id::network_connect,
                       R"({"Container":"web","EndpointConfig":{"NetworkID":"edge"}})"),
       "EndpointConfig.NetworkID: names another network than 'apps'"},
      {make_request_on("apps", Id::network_connect,
                       R"({"Container":"web","EndpointConfig":{"NetworkID":"1111"}})"),
       ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.error);
    CHECK(pinned(row.request, engine.ask(row.request)).error == row.error);
  }
}

TEST_CASE("pin_networks: a network keeps its name and is pinned by NetworkID") {
  const FakeEngine engine = make_engine();
  const std::string one = id_of('1');
  const struct {
    Request request;
    std::string body;
  } rows[] = {
      {make_create(R"({"NetworkMode":"apps"})"),
       R"({"Image":"alpine","HostConfig":{"NetworkMode":"apps"},"NetworkingConfig":{"EndpointsConfig":{"apps":{"NetworkID":")" +
           one + R"("}}}})"},
      {make_request(Id::container_create, R"({"Image":"alpine","HostConfig":{"NetworkMode":"apps"},
          "NetworkingConfig":{"EndpointsConfig":{"apps":{"Aliases":["x"]}}}})"),
       R"({"Image":"alpine","HostConfig":{"NetworkMode":"apps"},"NetworkingConfig":{"EndpointsConfig":{"apps":{"Aliases":["x"],"NetworkID":")" +
           one + R"("}}}})"},
      {make_request(Id::container_create, R"({"Image":"alpine","HostConfig":{"NetworkMode":"apps"},
          "NetworkingConfig":{"EndpointsConfig":{}}})"),
       R"({"Image":"alpine","HostConfig":{"NetworkMode":"apps"},"NetworkingConfig":{"EndpointsConfig":{"apps":{"NetworkID":")" +
           one + R"("}}}})"},
      {make_request(Id::container_create,
                    R"({"Image":"alpine","NetworkingConfig":{"EndpointsConfig":
          {"default":{},"nosuch":{}}}})"),
       R"({"Image":"alpine","NetworkingConfig":{"EndpointsConfig":{"default":{},"nosuch":{}}}})"},
      {make_create(R"({"NetworkMode":"host"})"),
       R"({"Image":"alpine","HostConfig":{"NetworkMode":"host"}})"},
      {make_create(R"({"NetworkMode":"container:web"})"),
       R"({"Image":"alpine","HostConfig":{"NetworkMode":"container:)" + id_of('a') + R"("}})"},
      {make_create(R"({"NetworkMode":"nosuch"})"),
       R"({"Image":"alpine","HostConfig":{"NetworkMode":"nosuch"}})"},
      {make_create(R"({"NetworkMode":"1111"})"),
       R"({"Image":"alpine","HostConfig":{"NetworkMode":")" + one + R"("}})"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    const Facts facts = engine.ask(row.request);
    Pinned result = pinned(row.request, facts);
    CHECK(result.error.empty());
    pin_networks(result.request, facts);
    CHECK(to_json(result.request.body) == row.body);
  }
}

TEST_CASE("pin_image: a tag that moves changes nothing for who asks for it (F6)") {
  const FakeEngine engine = make_engine();
  Request request = make_request(Id::container_create, R"({"Image":"alpine"})");
  const Facts facts = engine.ask(request);
  REQUIRE(pin_image(request, facts).has_value());
  CHECK(request.body.text("Image") == "sha256:" + id_of('3'));
  Request unknown = make_request(Id::container_create, R"({"Image":"nosuch"})");
  REQUIRE(pin_image(unknown, engine.ask(unknown)).has_value());
  CHECK(unknown.body.text("Image") == "nosuch");
  CHECK_FALSE(pin_image(unknown, Facts()).has_value());
}

TEST_CASE("mark_ownership: by label, an exec by its container") {
  FakeEngine engine;
  engine.add(ObjectKind::container, id_of('a'), {"mine"}, R"({"Config":{"Labels":{"o":"me"}}})");
  engine.add(ObjectKind::volume, "v", {}, R"({"Name":"v","Labels":{"o":"me"}})");
  engine.add(ObjectKind::network, id_of('1'), {"n"}, R"({"Name":"n","Labels":{"o":"you"}})");
  engine.add(ObjectKind::service, "s", {}, R"({"Spec":{"Labels":{"o":"me"}}})");
  engine.add(ObjectKind::exec, id_of('e'), {}, R"({"ContainerID":")" + id_of('a') + "\"}");
  engine.add(ObjectKind::image, "sha256:" + id_of('3'), {"i"},
             R"({"Config":{"Labels":{"o":"me"}}})");
  Facts facts;
  for (const Lookup& lookup :
       {Lookup{ObjectKind::container, "mine"}, Lookup{ObjectKind::container, id_of('a')},
        Lookup{ObjectKind::volume, "v"}, Lookup{ObjectKind::network, "n"},
        Lookup{ObjectKind::service, "s"}, Lookup{ObjectKind::exec, id_of('e')},
        Lookup{ObjectKind::image, "i"}, Lookup{ObjectKind::volume, "nosuch"}})
    facts.add(engine.answer(lookup));
  facts.mark_ownership({"o", "me"});
  std::string own;
  for (const Fact& fact : facts.all())
    own += fact.ownership == Ownership::own ? '1' : '0';
  CHECK(own == "11101100");
}

}  // namespace
}  // namespace sealock::policy::testing
