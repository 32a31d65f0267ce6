#include "tests/policy/effective/request_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy::testing {
namespace {

using Id = OperationId;

const std::string digest =
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

// registry repository tag digest id
std::string shown(const Request& request, const Facts& facts) {
  std::string all;
  for (const std::string_view view :
       {"image.registry", "image.repository", "image.tag", "image.digest", "image.id"}) {
    const std::string part = show(view, request, facts);
    all += (all.empty() ? "" : " ") + (part.starts_with("error") ? "error" : part.substr(0, 30));
  }
  return all;
}

FakeEngine make_engine() {
  FakeEngine engine;
  engine.add(ObjectKind::image, "sha256:cafe" + std::string(60, '1'), {"cafe1", "sha256:cafe1"},
             R"({"RepoTags":["alpine:latest"]})");
  engine.add(ObjectKind::image, "sha256:" + id_of('5'), {"beef"},
             R"({"RepoTags":["beef:latest"]})");
  return engine;
}

TEST_CASE("image views: the reference of a container, as written") {
  const std::string none = R"( "docker.io" "library/)";
  const struct {
    std::string image;
    std::string shown;
  } rows[] = {
      {"alpine", R"("docker.io" "library/alpine" "latest" null "")"},
      {"alpine:3", R"("docker.io" "library/alpine" "3" null "")"},
      {"127.0.0.1:5000/evil", R"("127.0.0.1:5000" "evil" "latest" null "")"},
      {"r.example/a/b@" + digest, R"("r.example" "a/b" null ")" + digest.substr(0, 29) + R"( "")"},
      {"r.example/a/b:1@" + digest, R"("r.example" "a/b" "1" ")" + digest.substr(0, 29) + R"( "")"},
      {digest, R"(error error null null ")" + digest.substr(0, 29)},
      // Hexadecimal digits: an id when no image is called so, a name when one is.
      {"cafe1", R"(error error null null "sha256:cafe111111111111111111)"},
      {"beef", R"("docker.io" "library/beef" "latest" null "sha256:5555555555555555555555)"},
      {"deadbeef", R"("docker.io" "library/deadbeef" "latest" null "")"},
      {"Alpine", "error error error error error"},
  };
  const FakeEngine engine = make_engine();
  for (const auto& row : rows) {
    CAPTURE(row.image);
    const Request request = make_request(Id::container_create, R"({"Image":")" + row.image + "\"}");
    std::string expected = row.shown;
    if (const auto at = expected.rfind(R"("")"); at != std::string::npos)
      expected.replace(at, 2, "null");
    CHECK(shown(request, engine.ask(request)) == expected);
  }
}

TEST_CASE("image views: no image at all is an error, not an empty list of rules (C-180)") {
  for (const std::string_view body : {R"({"Image":""})", R"({"Image":null})", R"({"Cmd":["x"]})"}) {
    CAPTURE(body);
    const Request request = make_request(Id::container_create, body);
    CHECK(shown(request, FakeEngine().ask(request)) == "error error error error error");
  }
}

TEST_CASE("image views: without an answer of the engine, digits are neither name nor id") {
  const Request request = make_request(Id::container_create, R"({"Image":"cafe1"})");
  CHECK(shown(request, Facts()) == "error error error error error");
}

TEST_CASE("image views: pull, import, tag, push, commit, build") {
  const struct {
    Request request;
    std::string_view shown;
  } rows[] = {
      {make_request(Id::image_create, "", "fromImage=r.example/shop/web&tag=1.4.2"),
       R"("r.example" "shop/web" "1.4.2" null null)"},
      {make_request(Id::image_create, "", "fromImage=alpine:3.1&tag=latest"),
       R"("docker.io" "library/alpine" "latest" null null)"},
      {make_request(Id::image_create, "", "fromImage=alpine:3.1"),
       R"("docker.io" "library/alpine" "3.1" null null)"},
      {make_request(Id::image_create, "", "fromImage=alpine"),  // every tag
       R"("docker.io" "library/alpine" error null null)"},
      {make_request(Id::image_create, "", "fromImage=alpine:"),
       R"("docker.io" "library/alpine" error null null)"},
      {make_request(Id::image_create, "", "fromImage=alpine&tag=" + digest),
       R"("docker.io" "library/alpine" null "sha256:9f86d081884c7d659a2fea null)"},
      {make_request(Id::image_create, "", "fromImage=alpine&tag=a/b"),
       "error error error error error"},
      {make_request(Id::image_create, "", "fromSrc=-&repo=atk-bb&tag=x"),
       R"("docker.io" "library/atk-bb" "x" null null)"},
      {make_request(Id::image_create, "", "fromSrc=-"), "null null null null null"},
      {make_request(Id::image_tag, "", "repo=r.example/x&tag=2"),
       R"("r.example" "x" "2" null null)"},
      {make_request(Id::image_tag, "", "repo=x"), R"("docker.io" "library/x" "latest" null null)"},
      {make_request(Id::image_commit, "", "container=web&repo=atk-bb&tag=stolen"),
       R"("docker.io" "library/atk-bb" "stolen" null null)"},
      {make_request(Id::image_commit, "", "container=web"), "null null null null null"},
      {make_request(Id::image_build, "", "t=a:1"), R"("docker.io" "library/a" "1" null null)"},
      {make_request(Id::image_build, "", "t=r.example/a:1&t=r.example/a:2"),
       R"("r.example" "a" error null null)"},
      {make_request(Id::image_build, "", "t=r.example/a&t=a"), R"(error error "latest" null null)"},
      {make_request(Id::image_build, "", "q=1"), "null null null null null"},
      {make_request(Id::image_search, "", "term=127.0.0.1:1/x"),
       R"("127.0.0.1:1" "x" "latest" null null)"},
      {make_request(Id::plugin_pull, "", "remote=127.0.0.1:1/x&name=y"),
       R"("127.0.0.1:1" "x" "latest" null null)"},
      {make_request(Id::service_create,
                    R"({"TaskTemplate":{"ContainerSpec":{"Image":"r.example/w:1"}}})"),
       R"("r.example" "w" "1" null null)"},
      {make_request(Id::service_create, R"({"TaskTemplate":{"Runtime":"plugin"}})"),
       "null null null null null"},
      {make_request(Id::image_list), "null null null null null"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.shown);
    CHECK(shown(row.request, FakeEngine().ask(row.request)) == row.shown);
  }
}

TEST_CASE("image views: the image in the path") {
  const auto of = [](Id id, std::string target, std::string_view query = {}) {
    Request request = make_request(id, {}, query);
    request.target = std::move(target);
    return shown(request, FakeEngine().ask(request));
  };
  CHECK(of(Id::image_inspect, "docker.io/library/x:1") ==
        R"("docker.io" "library/x" "1" null null)");
  CHECK(of(Id::image_push, "r.example/x", "tag=1") == R"("r.example" "x" "1" null null)");
  CHECK(of(Id::image_push, "r.example/x") == R"("r.example" "x" error null null)");
  CHECK(of(Id::image_push, "r.example/x:2") == R"("r.example" "x" "2" null null)");
  CHECK(of(Id::distribution_inspect, "127.0.0.1:9/x") == R"("127.0.0.1:9" "x" "latest" null null)");
  CHECK(of(Id::image_delete, digest).starts_with("error error null null"));
  CHECK(of(Id::image_delete, "cafe") == "error error error error error");
}

}  // namespace
}  // namespace sealock::policy::testing
