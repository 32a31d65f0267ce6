#include "proxy/deploy/compositions.hpp"

#include "proxy/deploy/store.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sealock::proxy {
namespace {

using nlohmann::json;

const std::string digest_a = "sha256:" + std::string(64, 'a');
const std::string digest_b = "sha256:" + std::string(64, 'b');
const std::string id_a = "sha256:" + std::string(64, '1');
const std::string id_b = "sha256:" + std::string(64, '2');

// Knows images by name, and refuses to judge well what names a host path.
class ScriptedEngine final : public Engine {
public:
  Result<EngineAnswer> call(const EngineCall& call) override {
    calls.push_back((call.purpose == EngineCall::Purpose::judge ? "judge " : "") + call.target);
    if (call.purpose == EngineCall::Purpose::judge) {
      const bool bad = call.body.dump().find("/:/host") != std::string::npos;
      if (bad) return fail(ErrorKind::denied, "denied by policy rollout, rule sensitive-host-path");
      return EngineAnswer{};
    }
    const auto found = answers.find(call.target);
    if (found == answers.end()) return EngineAnswer{404, {{"message", "no such image"}}};
    return found->second;
  }
  void has_image(const std::string& name, const std::string& id, const json& digests) {
    answers["/images/" + name + "/json"] = {200, {{"Id", id}, {"RepoDigests", digests}}};
  }

  std::map<std::string, EngineAnswer> answers;
  std::vector<std::string> calls;
};

struct Bench {
  Bench() {
    auto opened = Store::open(":memory:");
    REQUIRE(opened.has_value());
    store = std::move(*opened);
    engine.has_image("shop/web:1", id_a, {"shop/web@" + digest_a});
    engine.has_image("local:1", id_b, json::array());
    compositions =
        std::make_unique<Compositions>(*store, engine, std::vector<std::filesystem::path>{});
  }
  Result<json> put(const std::string& name, const std::string& image) {
    return compositions->put(name, "services:\n  web: {image: \"" + image + "\"}\n", "tests");
  }

  ScriptedEngine engine;
  std::unique_ptr<Store> store;
  std::unique_ptr<Compositions> compositions;
};

std::string error_of(const Result<json>& result, ErrorKind kind) {
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == kind);
  return result.error().text;
}

}  // namespace

TEST_CASE("compositions: images become digests when they are stored") {
  Bench bench;
  const auto stored = bench.put("c_1", "shop/web:1");
  REQUIRE_MESSAGE(stored.has_value(), stored.error().text);
  CHECK((*stored)["changed"] == true);
  CHECK((*stored)["components"][0]["digest"] == digest_a);
  CHECK((*stored)["components"][0]["pinned_image"] == "shop/web@" + digest_a);
  CHECK((*stored)["digest_set"].get<std::string>().size() == 71);
  const auto local = bench.put("c_2", "local:1");
  REQUIRE(local.has_value());
  CHECK((*local)["components"][0]["digest"] == id_b);
  CHECK((*local)["components"][0]["pinned_image"] == id_b);
}

TEST_CASE("compositions: an image that the node does not have is asked for at its registry") {
  Bench bench;
  bench.engine.answers["/distribution/postgres:9.4/json"] = {
      200, {{"Descriptor", {{"digest", digest_b}}}}};
  const auto stored = bench.put("c_1", "postgres:9.4");
  REQUIRE(stored.has_value());
  CHECK((*stored)["components"][0]["pinned_image"] == "postgres@" + digest_b);
  CHECK(error_of(bench.put("c_2", "shop/none:1"), ErrorKind::not_found).find("push or load") !=
        std::string::npos);
  bench.engine.answers["/distribution/reg.example.com/x:1/json"] = {
      500, {{"message", "dial tcp: refused"}}};
  CHECK(error_of(bench.put("c_2", "reg.example.com/x:1"), ErrorKind::engine_unreachable)
            .find("registry reg.example.com does not answer: dial tcp: refused") !=
        std::string::npos);
  CHECK(bench.compositions->list().size() == 1);
}

TEST_CASE("compositions: the same content again changes nothing, other content is a conflict") {
  Bench bench;
  REQUIRE(bench.put("c_1", "shop/web:1").has_value());
  // The tag has moved meanwhile; what was stored stays.
  bench.engine.has_image("shop/web:1", id_b, {"shop/web@" + digest_b});
  const std::size_t calls = bench.engine.calls.size();
  const auto again = bench.put("c_1", "shop/web:1");
  REQUIRE(again.has_value());
  CHECK((*again)["changed"] == false);
  CHECK((*again)["components"][0]["digest"] == digest_a);
  CHECK(bench.engine.calls.size() == calls);
  CHECK(error_of(bench.put("c_1", "local:1"), ErrorKind::conflict).find("never changes") !=
        std::string::npos);
  CHECK(bench.compositions->inspect("c_1")->at("components")[0]["image"] == "shop/web:1");
}

TEST_CASE("compositions: what a client's own create would be denied for is never stored") {
  Bench bench;
  const auto stored = bench.compositions->put(
      "c_1", "services:\n  web: {image: \"shop/web:1\", volumes: [\"/:/host\"]}\n", "tests");
  CHECK(error_of(stored, ErrorKind::denied).find("component 'web': denied") != std::string::npos);
  CHECK(bench.engine.calls == std::vector<std::string>{"judge /containers/create?name=web"});
  CHECK(bench.compositions->list().empty());
}

TEST_CASE("compositions: names and files that are none") {
  Bench bench;
  for (const char* name : {"", "c", "-x_1", "c_1/2", "c 1_2"}) {
    CAPTURE(name);
    error_of(bench.put(name, "shop/web:1"), ErrorKind::bad_request);
  }
  const auto broken = bench.compositions->put("c_1", "services: [", "tests");
  CHECK(error_of(broken, ErrorKind::bad_request).find("c_1:1:") != std::string::npos);
  CHECK(bench.engine.calls.empty());
}

TEST_CASE("labels: promote the same bytes, and never move") {
  Bench bench;
  REQUIRE(bench.put("c_2015", "shop/web:1").has_value());
  REQUIRE(bench.put("d_2015", "local:1").has_value());
  const auto rc = bench.compositions->label("c_2015", "rc", "tests");
  REQUIRE(rc.has_value());
  CHECK(*rc ==
        json{{"name", "rc_2015"}, {"composition", "c_2015"}, {"label", "rc"}, {"changed", true}});
  CHECK(bench.compositions->label("rc_2015", "rc", "tests")->at("changed") == false);
  const auto prod = bench.compositions->label("rc_2015", "prod", "tests");
  REQUIRE(prod.has_value());
  CHECK((*prod)["composition"] == "c_2015");
  CHECK(bench.compositions->inspect("prod_2015")->at("name") == "c_2015");
  CHECK(bench.compositions->inspect("c_2015")->at("labels") == json({"c", "rc", "prod"}));
  CHECK(bench.compositions->find("prod_2015")->components[0].digest == digest_a);
  CHECK(error_of(bench.compositions->label("d_2015", "rc", "tests"), ErrorKind::conflict) ==
        "rc_2015 is c_2015 already; a label never moves");
  error_of(bench.compositions->label("c_2016", "rc", "tests"), ErrorKind::not_found);
  for (const char* bad : {"", "RC", "r_c", "r c"}) {
    CAPTURE(bad);
    error_of(bench.compositions->label("c_2015", bad, "tests"), ErrorKind::bad_request);
  }
  // A composition cannot take the name of a label, nor a label that of a composition.
  CHECK(error_of(bench.put("rc_2015", "shop/web:1"), ErrorKind::conflict).find("is a label of") !=
        std::string::npos);
  CHECK(error_of(bench.compositions->label("c_2015", "d", "tests"), ErrorKind::conflict)
            .find("is d_2015 already") != std::string::npos);
}

TEST_CASE("compositions: what is in use cannot be deleted, a label neither") {
  Bench bench;
  REQUIRE(bench.put("c_1", "shop/web:1").has_value());
  REQUIRE(bench.compositions->label("c_1", "rc", "tests").has_value());
  std::string used = "c_1";
  bench.compositions->set_in_use([&](std::string_view name) { return name == used; });
  CHECK(bench.compositions->remove("c_1").error().kind == ErrorKind::conflict);
  CHECK(bench.compositions->remove("rc_1").error().text.find("is a label of c_1") !=
        std::string::npos);
  CHECK(bench.compositions->remove("c_9").error().kind == ErrorKind::not_found);
  used.clear();
  CHECK(bench.compositions->remove("c_1").has_value());
  CHECK(bench.compositions->list().empty());
  CHECK(bench.compositions->inspect("rc_1").error().kind == ErrorKind::not_found);
}

TEST_CASE("compositions: a check says what would be, and changes nothing") {
  Bench bench;
  const std::string source = "services:\n  web: {image: \"shop/web:1\"}\n";
  const auto would = bench.compositions->put("c_1", source, "tests", Act::check);
  REQUIRE(would.has_value());
  CHECK((*would)["changed"] == true);
  CHECK((*would)["components"][0]["digest"] == digest_a);
  CHECK(bench.compositions->list().empty());
  REQUIRE(bench.put("c_1", "shop/web:1").has_value());
  CHECK(bench.compositions->put("c_1", source, "tests", Act::check)->at("changed") == false);
  CHECK(bench.compositions->label("c_1", "rc", "tests", Act::check)->at("changed") == true);
  CHECK(bench.compositions->inspect("rc_1").error().kind == ErrorKind::not_found);
  CHECK(bench.compositions->remove("c_1", Act::check).has_value());
  CHECK(bench.compositions->list().size() == 1);
}

TEST_CASE("compositions: a difference names each component and field") {
  Bench bench;
  REQUIRE(bench.put("c_1", "shop/web:1").has_value());
  REQUIRE(bench.compositions
              ->put("c_2",
                    "services:\n  web: {image: \"local:1\", environment: {A: b}}\n"
                    "  new: {image: \"local:1\"}\n",
                    "tests")
              .has_value());
  const auto difference = bench.compositions->diff("c_1", "c_2");
  REQUIRE(difference.has_value());
  CHECK((*difference)["changed"] == true);
  CHECK((*difference)["components"].size() == 2);
  CHECK((*difference)["components"][0]["change"] == "added");
  const std::string text = (*difference)["diff"];
  CAPTURE(text);
  CHECK(text.find("--- c_1\n+++ c_2\n") == 0);
  CHECK(text.find("- Image: shop/web:1 " + digest_a) != std::string::npos);
  CHECK(text.find("+ Image: local:1 " + id_b) != std::string::npos);
  CHECK(text.find("A: b") != std::string::npos);
  CHECK(bench.compositions->diff("c_1", "c_1")->at("changed") == false);
  CHECK(bench.compositions->diff("c_1", "c_9").error().kind == ErrorKind::not_found);
}

TEST_CASE("tags: a digest is vouched for in its own repository, and in no other") {
  Bench bench;
  REQUIRE(bench.put("c_1", "shop/web:1").has_value());
  REQUIRE(bench.put("c_2", "local:1").has_value());
  bench.engine.has_image("shop/web@" + digest_a, id_a, {"shop/web@" + digest_a});
  REQUIRE(bench.put("c_3", "shop/web@" + digest_a).has_value());
  const auto tag = [&](const std::string& image, const std::string& digest) {
    return bench.compositions->tag({image, "stable", digest, ""}, "tests", Act::check);
  };
  const std::size_t calls = bench.engine.calls.size();
  CHECK(error_of(tag("shop/api", digest_a), ErrorKind::conflict) ==
        "digest " + digest_a + " is stored as shop/web:1, shop/web@" + digest_a +
            ", and not as an image of shop/api; a tag moves within one repository: name that one, "
            "or store a composition with shop/api");
  error_of(tag("registry.example.com/shop/web", digest_a), ErrorKind::conflict);
  error_of(tag("web", digest_a), ErrorKind::conflict);
  error_of(tag("shop/web", id_b), ErrorKind::conflict);
  CHECK(bench.engine.calls.size() == calls);
  bench.engine.has_image(id_b, id_b, json::array());
  CHECK(tag("shop/web", digest_a).has_value());
  // The same repository, written in full.
  CHECK(tag("docker.io/shop/web", digest_a).has_value());
  CHECK(tag("local", id_b).has_value());
  CHECK(tag("docker.io/library/local", id_b).has_value());
}

TEST_CASE("tags: compare and swap to a digest that a composition has") {
  Bench bench;
  REQUIRE(bench.put("c_1", "shop/web:1").has_value());
  bench.engine.has_image("shop/web@" + digest_a, id_a, {"shop/web@" + digest_a});
  bench.engine.has_image("shop/web:stable", id_b, {"shop/web@" + digest_b});
  const std::string post = "/images/" + id_a + "/tag?repo=shop%2Fweb&tag=stable";
  bench.engine.answers[post] = {201, nullptr};
  const auto tag = [&](const std::string& digest, const std::string& expect) {
    return bench.compositions->tag({"shop/web", "stable", digest, expect}, "tests");
  };
  CHECK(error_of(tag(digest_b, ""), ErrorKind::conflict).find("no stored composition") == 0);
  CHECK(error_of(tag("sha256:1", ""), ErrorKind::bad_request).find("64 hexadecimal") !=
        std::string::npos);
  CHECK(error_of(tag(digest_a, ""), ErrorKind::conflict).find("somebody moved it") !=
        std::string::npos);
  CHECK(error_of(tag(digest_a, digest_a), ErrorKind::conflict).find("is " + digest_b) !=
        std::string::npos);
  CHECK(bench.engine.calls.back().find("/tag?") == std::string::npos);
  const auto moved = tag(digest_a, digest_b);
  REQUIRE_MESSAGE(moved.has_value(), moved.error().text);
  CHECK((*moved)["changed"] == true);
  CHECK((*moved)["before"] == digest_b);
  CHECK(bench.engine.calls.back() == post);
  bench.engine.has_image("shop/web:stable", id_a, {"shop/web@" + digest_a});
  CHECK(tag(digest_a, "")->at("changed") == false);  // there already, whatever was expected
  for (const char* bad : {"shop/web:x", "shop/web@", "Shop", ""}) {
    CAPTURE(bad);
    error_of(bench.compositions->tag({bad, "stable", digest_a, ""}, "tests"),
             ErrorKind::bad_request);
  }
}

}  // namespace sealock::proxy
