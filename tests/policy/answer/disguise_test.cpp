#include "policy/answer/disguise.hpp"

#include "policy/answer/written_back.hpp"
#include "policy/request/json_reader.hpp"
#include "policy/request/request.hpp"
#include "tests/policy/answer/support.hpp"

#include <doctest/doctest.h>

#include <set>

namespace sealock::policy {
namespace {

constexpr std::int64_t noon = 1'800'000'000;
constexpr std::int64_t hour = 3600;

std::shared_ptr<const DisguiseKeys> keys_of(unsigned char seed) {
  DisguiseKeys::Secret secret{};
  secret.fill(seed);
  return std::make_shared<const DisguiseKeys>(secret);
}

const ValuePlace env{"container/web", "Env[]", "PASSWORD"};

TEST_CASE("digest: the same value in the same place, and in no other") {
  const auto keys = keys_of(1);
  const std::string digest = keys->digest(env, "hunter2");
  CHECK(digest == keys->digest(env, "hunter2"));
  CHECK(digest.size() == std::string_view("**masked:0123456789ab**").size());
  std::set<std::string> others{digest, keys->digest(env, "hunter3"), keys->digest(env, ""),
                               keys->digest({"container/db", "Env[]", "PASSWORD"}, "hunter2"),
                               keys->digest({"container/web", "Cmd[]", "PASSWORD"}, "hunter2"),
                               keys->digest({"container/web", "Env[]", "OTHER"}, "hunter2"),
                               // No text moves from one part to the next.
                               keys->digest({"container/webEnv[]", "", "PASSWORD"}, "hunter2"),
                               keys->digest({"container/web", "Env[]", ""}, "PASSWORDhunter2"),
                               keys_of(2)->digest(env, "hunter2")};
  CHECK(others.size() == 9);
}

TEST_CASE("digest: known answer, since an upgrade must not change every digest") {
  CHECK(keys_of(0)->digest(env, "hunter2") == "**masked:847ebbb7934b**");
}

TEST_CASE("seal: opens where it was made, and nowhere else") {
  const auto keys = keys_of(1);
  for (const std::string& value : {std::string("hunter2"), std::string(), std::string(5000, 'x'),
                                   std::string("a=b,c\n\xff\0d", 9)}) {
    const std::string seal = keys->seal("updater", env, value, noon);
    CHECK(seal.find(value.empty() ? "hunter2" : value) == std::string::npos);
    CHECK(seal.find_first_of("=,\" \n") == std::string::npos);
    const auto opened = keys->open("updater", env, seal, noon);
    REQUIRE(opened.has_value());
    CHECK(*opened == value);
  }
  const std::string seal = keys->seal("updater", env, "hunter2", noon);
  CHECK_FALSE(keys->open("other", env, seal, noon).has_value());
  CHECK_FALSE(keys->open("updater", {"container/db", "Env[]", "PASSWORD"}, seal, noon).has_value());
  CHECK_FALSE(
      keys->open("updater", {"container/web", "Cmd[]", "PASSWORD"}, seal, noon).has_value());
  CHECK_FALSE(keys->open("updater", {"container/web", "Env[]", "OTHER"}, seal, noon).has_value());
  CHECK_FALSE(keys_of(2)->open("updater", env, seal, noon).has_value());
}

TEST_CASE("seal: expires after a day") {
  const auto keys = keys_of(1);
  const std::string seal = keys->seal("updater", env, "hunter2", noon);
  CHECK(keys->open("updater", env, seal, noon + 24 * hour).has_value());
  CHECK_FALSE(keys->open("updater", env, seal, noon + 26 * hour).has_value());
}

TEST_CASE("seal: two reads within the hour show the same") {
  const auto keys = keys_of(1);
  CHECK(keys->seal("p", env, "v", noon) == keys->seal("p", env, "v", noon + 1));
  CHECK(keys->seal("p", env, "v", noon) != keys->seal("p", env, "v", noon + hour));
  CHECK(keys->seal("p", env, "v", noon) != keys->seal("p", env, "w", noon));
}

TEST_CASE("seal: each changed, missing or added character is noticed") {
  const auto keys = keys_of(1);
  const std::string seal = keys->seal("p", env, "hunter2", noon);
  for (std::size_t i = 0; i < seal.size(); ++i) {
    std::string changed = seal;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(keys->open("p", env, changed, noon).has_value());
    CHECK_FALSE(keys->open("p", env, seal.substr(0, i), noon).has_value());
    CHECK_FALSE(keys->open("p", env, seal.substr(0, i) + "A" + seal.substr(i), noon).has_value());
  }
}

// --- in answers

const char* const inspect =
    R"({"Id":"1","Name":"/web","Config":{"Env":["PASSWORD=hunter2","LANG=C","EMPTY"],)"
    R"("Cmd":["run","--key","k"],"Labels":{"db.password":"s","team":"a"}},"Args":["--key","k"]})";

std::string shown(std::string_view operation,
                  const RedactRule& rule,
                  std::string_view input,
                  const Disguise& disguise,
                  ObjectFilter filter = {}) {
  const auto plan = RedactionPlan::compile(*find_operation(operation), {rule});
  REQUIRE_MESSAGE(plan.has_value(), plan.error().text);
  std::string whole;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, input.size()}) {
    Redactor redactor(**plan, Redactor::Document::answer, Redactor::Shape::single, filter,
                      disguise);
    std::string out;
    for (std::size_t at = 0; at < input.size(); at += piece)
      REQUIRE(redactor.feed(input.substr(at, piece), out).has_value());
    REQUIRE(redactor.finish(out).has_value());
    if (!whole.empty()) CHECK(out == whole);
    whole = out;
  }
  return whole;
}

RedactRule digest_rule(std::vector<std::string> paths) {
  RedactRule rule;
  rule.rule = "p/r";
  rule.digest = std::move(paths);
  return rule;
}

RedactRule seal_rule(std::vector<std::string> paths) {
  RedactRule rule;
  rule.rule = "p/r";
  rule.seal = std::move(paths);
  return rule;
}

TEST_CASE("disguise: digests of values, with names and harmless ones in place") {
  const auto keys = keys_of(1);
  const Disguise disguise{keys, "p", noon, "container/web"};
  RedactRule rule = digest_rule({"$secrets"});
  rule.reveal = {"Config.Env[LANG]"};
  const auto digest = [&](std::string_view field, std::string_view name, std::string_view value) {
    return keys->digest({"container/web", field, name}, value);
  };
  CHECK(shown("ContainerInspect", rule, inspect, disguise) ==
        R"({"Id":"1","Name":"/web","Config":{"Env":["PASSWORD=)" +
            digest("Env[]", "PASSWORD", "hunter2") + R"(","LANG=C","EMPTY"],"Cmd":[")" +
            digest("Cmd[]", "", "run") + R"(",")" + digest("Cmd[]", "", "--key") + R"(",")" +
            digest("Cmd[]", "", "k") + R"("],"Labels":{"db.password":")" +
            digest("Labels{}", "db.password", "s") + R"(","team":"a"}},"Args":[")" +
            digest("Args[]", "", "--key") + R"(",")" + digest("Args[]", "", "k") + R"("]})");
}

TEST_CASE("disguise: without keys, or without a name to bind it to, a mask stands there") {
  const std::string masked =
      shown("ContainerInspect", digest_rule({"Config.Env"}), inspect, Disguise{});
  CHECK(masked.find(R"("PASSWORD=**masked**","LANG=**masked**","EMPTY")") != std::string::npos);
  CHECK(shown("ContainerInspect", seal_rule({"Config.Env"}), inspect,
              {keys_of(1), "p", noon, ""}) == masked);
}

TEST_CASE("disguise: a mask of another rule is stronger, the same rule's $secrets is not") {
  const Disguise disguise{keys_of(1), "p", noon, "container/web"};
  RedactRule both = digest_rule({"Config.Env"});
  both.mask = {"$secrets"};
  const std::string one = shown("ContainerInspect", both, inspect, disguise);
  CHECK(one.find("PASSWORD=**masked:") != std::string::npos);
  CHECK(one.find(R"("db.password":"**masked**")") != std::string::npos);

  RedactRule mask;
  mask.rule = "p/m";
  mask.mask = {"$secrets"};
  const auto plan = RedactionPlan::compile(*find_operation("ContainerInspect"),
                                           {digest_rule({"Config.Env"}), mask});
  REQUIRE(plan.has_value());
  Redactor redactor(**plan, Redactor::Document::answer, Redactor::Shape::single, {}, disguise);
  std::string out;
  REQUIRE(redactor.feed(inspect, out).has_value());
  CHECK(out.find("PASSWORD=**masked**") != std::string::npos);
}

TEST_CASE("disguise: each object of a list by its own name and its own plan") {
  const auto keys = keys_of(1);
  const auto plan =
      RedactionPlan::compile(*find_operation("ContainerList"), {digest_rule({"$secrets"})});
  const auto open = RedactionPlan::compile(*find_operation("ContainerList"), {});
  REQUIRE(plan.has_value());
  REQUIRE(open.has_value());
  const std::string_view list =
      R"([{"Id":"1","Names":["/a"],"Labels":{"password":"s"}}, {"Id":"2","Names":["/b"],"Labels":{"password":"s"}},)"
      R"({"Id":"3","Labels":{"password":"s"},"N":1e2},{"Id":"4","Labels":{}}])";
  const ObjectFilter filter = [&](const Value& object) -> ObjectView {
    if (object.text("Id") == "4") return false;
    ObjectView view(true);
    view.plan = object.text("Id") == "3" ? open->get() : plan->get();
    view.object = "container/" + std::string(object.text("Id"));
    return view;
  };
  const auto digest = [&](std::string_view object) {
    return keys->digest({object, "Labels{}", "password"}, "s");
  };
  CHECK(shown("ContainerList", digest_rule({"$secrets"}), list, {keys, "p", noon, ""}, filter) ==
        R"([{"Id":"1","Names":["/a"],"Labels":{"password":")" + digest("container/1") +
            R"("}}, {"Id":"2","Names":["/b"],"Labels":{"password":")" + digest("container/2") +
            R"("}},{"Id":"3","Labels":{"password":"s"},"N":1e2}])");
}

// --- and back

Request make_request(std::string_view name, std::string_view body) {
  Request request;
  request.operation = find_operation(name);
  request.body = *read_json_body(body, *request.operation->body);
  return request;
}

Request create_of(std::string name, std::string_view body) {
  Request request = make_request("ContainerCreate", body);
  request.query.push_back({find_parameter(*request.operation, "name"), Value(std::move(name))});
  return request;
}

TEST_CASE("seal: an updater sends the sealed inspect back and the engine gets the values") {
  const auto keys = keys_of(1);
  const Disguise disguise{keys, "updater", noon, "container/web"};
  const std::string sealed = shown("ContainerInspect", seal_rule({"$secrets"}), inspect, disguise);
  CHECK(sealed.find("hunter2") == std::string::npos);
  CHECK(sealed.find("--key") == std::string::npos);
  const std::size_t begin = sealed.find(R"("Config":)") + 9;
  const std::string config = sealed.substr(begin, sealed.find("}},") - begin + 2);

  for (const std::string& name : {std::string("web"), std::string("/web")}) {
    Request request = create_of(name, config);
    REQUIRE(open_seals(request, disguise).has_value());
    CHECK(check_written_back(request).has_value());
    CHECK(engine_body(request) ==
          R"({"Env":["PASSWORD=hunter2","LANG=C","EMPTY"],"Cmd":["run","--key","k"],)"
          R"("Labels":{"db.password":"s","team":"a"}})");
  }
  const auto refused = [&](Request request, const Disguise& by) {
    const auto opened = open_seals(request, by);
    const bool stays = opened.has_value() && check_written_back(request).has_value();
    CHECK(engine_body(request).find("hunter2") == std::string::npos);
    return !stays;
  };
  CHECK(refused(create_of("db", config), disguise));                    // another object
  CHECK(refused(make_request("ContainerCreate", config), disguise));    // none at all
  CHECK(refused(create_of("web", config), {keys, "other", noon, ""}));  // another policy
  CHECK(refused(create_of("web", config), {keys_of(2), "updater", noon, ""}));
  CHECK(refused(create_of("web", config), {nullptr, "updater", noon, ""}));
  CHECK(refused(create_of("web", config), {keys, "updater", noon + 26 * hour, ""}));
  const std::string seal = keys->seal("updater", env, "hunter2", noon);
  for (const std::string& body :
       {R"({"Cmd":[")" + seal + R"("]})",            // another field
        R"({"Env":["OTHER=)" + seal + R"("]})",      // another name
        R"({"Env":["PASSWORD=x)" + seal + R"("]})",  // among other text
        R"({"Env":["PASSWORD=)" + seal + R"(x"]})", R"({"Labels":{"PASSWORD":")" + seal + R"("}})",
        R"({"Hostname":")" + seal + R"("})"}) {
    CHECK(refused(create_of("web", body), disguise));
  }
}

TEST_CASE("written back: a mask in any place of any request is refused") {
  struct Row {
    std::string_view operation;
    std::string_view body;
    std::string_view where;
  };
  const Row rows[] = {
      {"ContainerCreate", R"({"Image":"a","Env":["A=b","P=**masked**"]})", "Env[]"},
      {"ContainerCreate", R"({"Image":"a","Env":["P=x**masked:0123456789ab**y"]})", "Env[]"},
      {"ContainerCreate", R"({"Image":"a","Labels":{"a":"**sealed:AAAA**"}})", "Labels.a"},
      {"ContainerCreate", R"({"Image":"a","Labels":{"**masked**":"b"}})", "Labels"},
      {"ContainerCreate",
       R"({"Image":"a","HostConfig":{"LogConfig":{"Config":{"splunk-token":"**masked**"}}}})",
       "HostConfig.LogConfig.Config.splunk-token"},
      {"ContainerExec", R"({"Cmd":["**masked**"]})", "Cmd[]"},
      {"VolumeCreate", R"({"DriverOpts":{"o":"username=u,password=**masked**"}})", "DriverOpts.o"},
      {"NetworkCreate", R"({"Name":"n","Options":{"k":"**masked**"}})", "Options.k"},
      {"ConfigCreate", R"({"Name":"c","Data":"KiptYXNrZWQqKg=="})", "Data"},
      {"ServiceCreate",
       R"({"Name":"s","TaskTemplate":{"ContainerSpec":{"Image":"a","Env":["P=**masked**"]}}})",
       "TaskTemplate.ContainerSpec.Env[]"},
      {"PluginSet", R"(["TOKEN=**masked**"])", "[]"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    const auto checked = check_written_back(make_request(row.operation, row.body));
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().kind == ErrorKind::bad_request);
    CHECK(checked.error().text.starts_with(std::string(row.where) + ": "));
    CHECK(checked.error().text.find("masked**") == std::string::npos);
  }
  CHECK(check_written_back(make_request("ContainerCreate", R"({"Image":"a","Env":["A=*masked*"]})"))
            .has_value());
}

TEST_CASE("written back: a mask in the query or the path is refused") {
  Request build;
  build.operation = find_operation("ImageBuild");
  Value arguments;
  arguments.set("PASSWORD", Value("**masked**"));
  build.query.push_back({find_parameter(*build.operation, "buildargs"), std::move(arguments)});
  CHECK_FALSE(check_written_back(build).has_value());
  Request inspected;
  inspected.operation = find_operation("ContainerInspect");
  inspected.target = "**masked**";
  CHECK_FALSE(check_written_back(inspected).has_value());
}

}  // namespace
}  // namespace sealock::policy
