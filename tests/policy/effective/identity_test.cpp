#include "tests/policy/effective/request_maker.hpp"

#include <doctest/doctest.h>

namespace sealock::policy::testing {
namespace {

using Id = OperationId;

FakeEngine make_engine() {
  FakeEngine engine;
  engine.add(ObjectKind::image, "sha256:" + id_of('1'), {"app"},
             R"({"Config":{"User":"1000:1000"}})");
  engine.add(ObjectKind::image, "sha256:" + id_of('2'), {"rooted"}, R"({"Config":{"User":""}})");
  engine.add(ObjectKind::image, "sha256:" + id_of('3'), {"bare"}, R"({"Config":null})");
  engine.add(ObjectKind::container, id_of('a'), {"web"},
             R"({"Name":"/web","Config":{"User":"33"}})");
  return engine;
}

TEST_CASE("user and group: every spelling of root") {
  const struct {
    std::string_view said;
    std::string_view user;
    std::string_view group;
  } rows[] = {
      {"root", R"("root")", R"("root")"},
      {"0", R"("root")", R"("root")"},
      {"00", R"("root")", R"("root")"},
      {"+0", R"("root")", R"("root")"},
      {"-0", R"("root")", R"("root")"},
      {"+000", R"("root")", R"("root")"},
      {":0", R"("root")", R"("root")"},
      {":", R"("root")", R"("root")"},
      {":1000", R"("root")", R"("1000")"},
      {"0:1000", R"("root")", R"("1000")"},
      {"root:daemon", R"("root")", R"("daemon")"},
      {"1000", R"("1000")", R"("root")"},  // no group said: 0
      {"1000:", R"("1000")", R"("root")"},
      {"1000:0", R"("1000")", R"("root")"},
      {"1000:+0", R"("1000")", R"("root")"},
      {"1000:1000", R"("1000")", R"("1000")"},
      {"01000:+01000", R"("1000")", R"("1000")"},
      {"-1:1", R"("-1")", R"("1")"},
      {"nobody", R"("nobody")", "error: only the image knows the group of a user that is a name"},
      {"nobody:nogroup", R"("nobody")", R"("nogroup")"},
      {"0x0", R"("0x0")", "error: only the image knows the group of a user that is a name"},
      {" 0", R"(" 0")", "error: only the image knows the group of a user that is a name"},
      {"Root", R"("Root")", "error: only the image knows the group of a user that is a name"},
  };
  const FakeEngine engine = make_engine();
  for (const auto& row : rows) {
    CAPTURE(row.said);
    const std::string user = R"("User":")" + std::string(row.said) + "\"";
    const Request create = make_request(Id::container_create, R"({"Image":"app",)" + user + "}");
    CHECK(show("user", create, engine.ask(create)) == row.user);
    CHECK(show("group", create, engine.ask(create)) == row.group);
    const Request exec = make_request_on("web", Id::container_exec, "{" + user + "}");
    CHECK(show("user", exec, engine.ask(exec)) == row.user);
    CHECK(show("group", exec, engine.ask(exec)) == row.group);
    const Request service =
        make_request(Id::service_create, R"({"TaskTemplate":{"ContainerSpec":{)" + user + "}}}");
    CHECK(show("user", service) == row.user);
    CHECK(show("group", service) == row.group);
  }
}

TEST_CASE("user and group: where nothing is said, the image and the container decide") {
  const FakeEngine engine = make_engine();
  const struct {
    Request request;
    std::string_view user;
    std::string_view group;
  } rows[] = {
      {make_request(Id::container_create, R"({"Image":"app"})"), R"("1000")", R"("1000")"},
      {make_request(Id::container_create, R"({"Image":"app","User":""})"), R"("1000")",
       R"("1000")"},
      {make_request(Id::container_create, R"({"Image":"rooted"})"), R"("root")", R"("root")"},
      {make_request(Id::container_create, R"({"Image":"bare"})"), R"("root")", R"("root")"},
      {make_request(Id::container_create, R"({"Image":"nosuch"})"), R"("root")", R"("root")"},
      {make_request_on("web", Id::container_exec, R"({"Cmd":["id"]})"), R"("33")", R"("root")"},
      {make_request(Id::service_create, R"({"TaskTemplate":{"ContainerSpec":{"Image":"x"}}})"),
       R"("root")", R"("root")"},
      {make_request(Id::image_commit, R"({"User":"7:8"})"), R"("7")", R"("8")"},
      {make_request(Id::image_commit, "", "container=web"), "null", "null"},
      {make_request_on("web", Id::container_start), "null", "null"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.user);
    CHECK(show("user", row.request, engine.ask(row.request)) == row.user);
    CHECK(show("group", row.request, engine.ask(row.request)) == row.group);
  }
  CHECK(show("user", rows[0].request, Facts()).starts_with("error"));
}

TEST_CASE("added_groups: numbers of root, names, services") {
  CHECK(show("added_groups", make_create(R"({"GroupAdd":["0","6","docker","+0","00999"]})")) ==
        R"(["root","6","docker","999"])");
  CHECK(show("added_groups", make_create(R"({"GroupAdd":null})")) == "[]");
  CHECK(show("added_groups", make_request(Id::service_create, R"({"TaskTemplate":{"ContainerSpec":
      {"Groups":["disk"]}}})")) == R"(["disk"])");
}

}  // namespace
}  // namespace sealock::policy::testing
