#include "proxy/deploy/judged_engine.hpp"

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/policy_set.hpp"
#include "proxy/observe/audit_log.hpp"
#include "tests/support/fake_engine.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using policy::Method;
using tests::FakeEngine;
using tests::Wire;
using namespace std::chrono_literals;

std::shared_ptr<const policy::PolicySet> shipped() {
  policy::Diagnostics diagnostics;
  auto set = policy::load_policies(std::filesystem::path(SEALOCK_SOURCE_DIR) / "rules",
                                   {.tests = policy::LoadOptions::Tests::skip}, diagnostics);
  REQUIRE(set != nullptr);
  return set;
}

// A disk that is full.
class NoRoom : public AuditLog {
public:
  bool write(const AuditRecord&) override { return false; }
  bool write(const AuditEnd&) override { return false; }
  bool write_lines(std::string_view) override { return false; }
  Result<void> reopen() override { return {}; }
};

class Rig {
public:
  explicit Rig(const std::string& policy = "rollout") {
    std::string folder =
        (std::filesystem::temp_directory_path() / "sealock-judged-XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    folder_ = folder;
    fake_ = std::make_unique<FakeEngine>((folder_ / "engine.sock").string());
    AuditConfig config;
    config.sink = AuditConfig::Sink::file;
    config.file = folder_ / "audit.jsonl";
    auto audit = AuditLog::open(config);
    REQUIRE(audit);
    audit_ = std::move(*audit);
    EngineAddress address;
    address.path = fake_->path();
    judged_ = std::make_unique<JudgedEngine>(address, shipped(), policy, *audit_, Limits(), "");
  }
  ~Rig() {
    fake_.reset();
    std::filesystem::remove_all(folder_);
  }

  Result<EngineAnswer> call(Method method, const std::string& target, const json& body = nullptr) {
    EngineCall call;
    call.method = method;
    call.target = target;
    call.body = body;
    call.reason = "deployment d_1";
    return judged_->call(call);
  }
  FakeEngine& fake() { return *fake_; }
  void lose_engine() { fake_.reset(); }
  JudgedEngine& judged() { return *judged_; }
  std::vector<json> records() {
    std::ifstream file(folder_ / "audit.jsonl");
    std::vector<json> all;
    for (std::string line; std::getline(file, line);)
      all.push_back(json::parse(line));
    return all;
  }

private:
  std::filesystem::path folder_;
  std::unique_ptr<FakeEngine> fake_;
  std::unique_ptr<AuditLog> audit_;
  std::unique_ptr<JudgedEngine> judged_;
};

TEST_CASE("judged engine: a permitted request is recorded, sent and answered") {
  Rig rig;
  rig.fake().when("POST /containers/create", tests::answer(201, R"({"Id":"abc","Warnings":[]})"));
  const auto answer =
      rig.call(Method::post, "/containers/create?name=web", {{"Image", "shop/web:1"}});
  REQUIRE(answer);
  CHECK(answer->status == 201);
  CHECK(answer->body["Id"] == "abc");
  const auto records = rig.records();
  REQUIRE(records.size() == 2);
  CHECK(records[0]["listener"] == "rollout");
  CHECK(records[0]["policy"] == "rollout");
  CHECK(records[0]["by"] == "rollout/create-container");
  CHECK(records[0]["reason"] == "deployment d_1");
  CHECK(records[1]["event"] == "end");
  CHECK(records[1]["status"] == 201);
}

TEST_CASE("judged engine: what the baseline denies is recorded and never sent") {
  Rig rig;
  const json body{{"Image", "shop/web:1"}, {"HostConfig", {{"Privileged", true}}}};
  const auto answer = rig.call(Method::post, "/containers/create?name=web", body);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::denied);
  CHECK(answer.error().text.find("a privileged container is root on the host") !=
        std::string::npos);
  for (const std::string& request : rig.fake().requests())
    CHECK(request.starts_with("GET "));
  const auto records = rig.records();
  REQUIRE(records.size() == 1);
  CHECK(records[0]["by"] == "baseline/privileged-container");
}

TEST_CASE("judged engine: operations, fields and spellings that nobody named are refused") {
  Rig rig;
  struct Row {
    const char* name;
    Method method;
    const char* target;
    json body;
    ErrorKind kind;
  };
  const std::vector<Row> rows{
      {"no operation", Method::get, "/nonsense", nullptr, ErrorKind::denied},
      {"an operation of others",
       Method::post,
       "/containers/web/exec",
       {{"Cmd", {"sh"}}},
       ErrorKind::denied},
      {"an unknown field",
       Method::post,
       "/containers/create",
       {{"Image", "a"}, {"Evil", 1}},
       ErrorKind::bad_request},
      {"a field in other case",
       Method::post,
       "/containers/create",
       {{"image", "a"}},
       ErrorKind::bad_request},
      {"dot segments", Method::get, "/containers/../info", nullptr, ErrorKind::bad_request},
      {"a body where none belongs",
       Method::post,
       "/containers/web/start",
       {{"a", 1}},
       ErrorKind::bad_request},
      {"no body where one belongs", Method::post, "/containers/create", nullptr,
       ErrorKind::bad_request},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto answer = rig.call(row.method, row.target, row.body);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == row.kind);
  }
  for (const std::string& request : rig.fake().requests())
    CHECK(request.find("/json HTTP/1.1") != std::string::npos);  // our own questions only
  CHECK(rig.records().size() == rows.size());
}

TEST_CASE("judged engine: the target is looked up, and its id is sent") {
  Rig rig;
  const std::string id(64, 'a');
  rig.fake().when(
      "GET /containers/web/json",
      tests::answer(200,
                    R"({"Id":")" + id +
                        R"(","Name":"/web","Config":{"Labels":{"sealock.component":"web"}}})"));
  rig.fake().when("DELETE /containers/" + id, "HTTP/1.1 204 No Content\r\n\r\n");
  CHECK(rig.call(Method::delete_, "/containers/web?force=1&v=1")->status == 204);
  rig.fake().when(
      "GET /containers/other/json",
      tests::answer(200, R"({"Id":")" + id + R"(","Name":"/other","Config":{"Labels":{}}})"));
  CHECK(rig.call(Method::delete_, "/containers/other?force=1&v=1").error().kind ==
        ErrorKind::denied);
}

TEST_CASE("judged engine: what the engine refuses is an answer, what it breaks is an error") {
  Rig rig;
  rig.fake().when("GET /containers/json", tests::answer(500, R"({"message":"no luck today"})"));
  const auto refused = rig.call(Method::get, "/containers/json?all=1");
  REQUIRE(refused);
  CHECK(refused->status == 500);
  CHECK(refused->message() == "no luck today");
  rig.fake().when("GET /containers/json", "nonsense\r\n\r\n");
  CHECK(rig.call(Method::get, "/containers/json?all=1").error().kind == ErrorKind::engine_garbage);
  rig.fake().when("GET /containers/json", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[");
  rig.fake().when("GET /containers/json", [](Wire& wire, const std::string&) {
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[");
    return false;
  });
  CHECK(rig.call(Method::get, "/containers/json?all=1").error().kind ==
        ErrorKind::engine_unreachable);
  rig.lose_engine();
  CHECK(rig.call(Method::get, "/containers/json?all=1").error().kind ==
        ErrorKind::engine_unreachable);
}

TEST_CASE("judged engine: a stream is read document by document") {
  Rig rig;
  rig.fake().when(
      "POST /images/create",
      tests::answer(200, "{\"status\":\"Pulling from shop/web\"}\r\n{\"error\":\"denied\"}\n"));
  EngineCall call;
  call.method = Method::post;
  call.target = "/images/create?fromImage=shop%2Fweb&tag=1";
  std::vector<json> seen;
  call.on_document = [&](const json& document) { seen.push_back(document); };
  const auto answer = rig.judged().call(call);
  REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().text));
  REQUIRE(seen.size() == 2);
  CHECK(seen[0]["status"] == "Pulling from shop/web");
  CHECK(answer->body["error"] == "denied");
}

TEST_CASE("judged engine: a silent engine is left after the timeout, or when it is cancelled") {
  Rig rig;
  rig.fake().when("GET /containers/json", [](Wire& wire, const std::string&) {
    wire.read_all();
    return false;
  });
  EngineCall call;
  call.target = "/containers/json";
  call.timeout = 100ms;
  CHECK(rig.judged().call(call).error().kind == ErrorKind::engine_timeout);
  std::stop_source source;
  call.timeout = 60s;
  call.stop = source.get_token();
  std::thread canceller([&] { source.request_stop(); });
  const auto answer = rig.judged().call(call);
  canceller.join();
  CHECK(answer.error().kind == ErrorKind::conflict);
  CHECK(answer.error().text == "cancelled");
}

TEST_CASE("judged engine: nothing is sent that could not be recorded") {
  Rig rig;
  NoRoom full;
  EngineAddress address;
  address.path = rig.fake().path();
  JudgedEngine judged(address, shipped(), "rollout", full, Limits(), "");
  EngineCall call;
  call.target = "/containers/json";
  const auto answer = judged.call(call);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::internal);
  CHECK(rig.fake().requests().empty());
}

TEST_CASE("judged engine: a policy that is not there, or is for others, allows nothing") {
  CHECK(Rig("nothing").call(Method::get, "/containers/json").error().text ==
        "there is no policy 'nothing' for deployments");
  CHECK(
      Rig("deployer").call(Method::get, "/containers/json").error().text ==
      "policy deployer does not apply to the listener 'rollout', as which deployments are judged");
}

}  // namespace
}  // namespace sealock::proxy
