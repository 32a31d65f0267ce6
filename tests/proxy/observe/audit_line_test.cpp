#include "proxy/observe/audit_line.hpp"

#include "policy/rules/decision.hpp"
#include "tests/proxy/observe/audit_schema.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace sealock;
using proxy::AuditEnd;
using proxy::AuditLine;
using proxy::AuditRecord;

namespace {

const AuditLine::Time noon{std::chrono::seconds(1788264000) + std::chrono::microseconds(42)};
const std::string schema_file = SEALOCK_SOURCE_DIR "/rules/schema/audit-v1.json";

AuditRecord bare_record() {
  AuditRecord record;
  record.request_id = "01J9Z6Q3000000000000000000";
  record.listener = "monitoring";
  return record;
}

policy::Decision full_decision() {
  policy::Decision decision;
  decision.effect = policy::Effect::deny;
  decision.policy = "deployer";
  decision.by = "baseline/privileged-container";
  decision.because = "a privileged container is root on the host";
  decision.at = "dev/sda";
  decision.closest = "deployer/create-app";
  decision.denies = {"baseline/host-namespace", "baseline/privileged-container"};
  policy::Hit warn;
  warn.rule = "deployer/latest-tag";
  decision.warns = {warn};
  decision.audits = {"deployer/no-limits"};
  return decision;
}

AuditRecord full_record(const policy::Decision& decision, const std::vector<std::string>& dropped) {
  AuditRecord record = bare_record();
  record.peer = {1001, 999, 4242};
  record.policy = "deployer";
  record.policy_hash = "3f9c1ea11b02";
  record.operation = "ContainerCreate";
  record.method = "POST";
  record.version = "1.41";
  record.target = "web";
  record.reason = "release 12";
  record.decision = &decision;
  record.status = 403;
  record.dropped_parameters = &dropped;
  return record;
}

}  // namespace

TEST_CASE("audit line: everything there is to say of a decision, in this order") {
  const policy::Decision decision = full_decision();
  const std::vector<std::string> dropped = {"Image", "HostConfig"};
  AuditLine line;
  CHECK(line.format(full_record(decision, dropped), noon) ==
        R"({"time":"2026-09-01T12:00:00.000042Z","id":"01J9Z6Q3000000000000000000",)"
        R"("event":"decision","listener":"monitoring","client":{"uid":1001,"gid":999,"pid":4242},)"
        R"("policy":"deployer","policy_hash":"3f9c1ea11b02","operation":"ContainerCreate",)"
        R"("method":"POST","version":"1.41","target":"web","reason":"release 12",)"
        R"("decision":"deny","by":"baseline/privileged-container",)"
        R"("because":"a privileged container is root on the host","at":"dev/sda","closest":"deployer/create-app",)"
        R"("denies":["baseline/host-namespace","baseline/privileged-container"],)"
        R"("would_deny":["deployer/latest-tag","deployer/no-limits"],"status":403,)"
        R"("dropped":["Image","HostConfig"]})");
}

TEST_CASE("audit line: what no policy was asked about is a refusal") {
  AuditRecord record = bare_record();
  record.refusal = "two Content-Length headers";
  record.status = 400;
  AuditLine line;
  CHECK(line.format(record, noon) ==
        R"({"time":"2026-09-01T12:00:00.000042Z","id":"01J9Z6Q3000000000000000000",)"
        R"("event":"decision","listener":"monitoring","client":{},"decision":"refuse",)"
        R"("error":"two Content-Length headers","status":400})");
}

TEST_CASE("audit line: the end has the sizes and the time") {
  AuditEnd end;
  end.request_id = "01J9Z6Q3000000000000000000";
  end.listener = "monitoring";
  end.operation = "ContainerStats";
  end.status = 200;
  end.bytes_in = 0;
  end.bytes_out = 18446744073709551615U;
  end.duration = std::chrono::microseconds(1234567);
  end.end = "client_gone";
  AuditLine line;
  CHECK(line.format(end, noon) ==
        R"({"time":"2026-09-01T12:00:00.000042Z","id":"01J9Z6Q3000000000000000000","event":"end",)"
        R"("listener":"monitoring","operation":"ContainerStats","status":200,"bytes_in":0,)"
        R"("bytes_out":18446744073709551615,"duration_us":1234567,"end":"client_gone"})");
}

TEST_CASE("audit line: the schema describes every line and every member of it") {
  const tests::AuditSchema schema(schema_file);
  const policy::Decision decision = full_decision();
  const std::vector<std::string> dropped(40, "x");
  AuditLine line;
  std::set<std::string> seen;
  const auto check = [&](std::string_view text) {
    CHECK(schema.problem(std::string(text)) == "");
    const auto members = nlohmann::json::parse(text);
    for (const auto& [name, value] : members.items()) {
      seen.insert(members["event"].get<std::string>() + "." + name);
    }
  };
  check(line.format(bare_record(), noon));
  check(line.format(full_record(decision, dropped), noon));
  AuditRecord refused = bare_record();
  refused.refusal = "not HTTP";
  check(line.format(refused, noon));
  AuditEnd end;
  end.request_id = "01J9Z6Q3000000000000000000";
  end.listener = "m";
  end.operation = "SystemPing";
  end.status = 200;
  end.end = "done";
  check(line.format(end, noon));
  policy::Decision late = decision;
  late.at = std::string(2000, 'a');
  end.end = "denied";
  end.error = "the archive has an entry without a name";
  end.decision = &late;
  check(line.format(end, noon));
  for (const std::string event : {"decision", "end"}) {
    for (const auto& [name, value] : schema.definition(event).at("properties").items()) {
      CAPTURE(event);
      CAPTURE(name);
      CHECK(seen.count(event + "." + name) == 1);
    }
  }
}

TEST_CASE("audit line: a schema that says less than a line has fails") {
  const tests::AuditSchema schema(schema_file);
  CHECK(schema.problem("{}") != "");
  CHECK(schema.problem(R"({"time":"now"})") != "");
  AuditLine line;
  auto record = nlohmann::json::parse(line.format(bare_record(), noon));
  record["password"] = "x";
  CHECK(schema.problem(record.dump()).find("unknown member 'password'") != std::string::npos);
}

TEST_CASE("audit line: text of a client cannot forge a member, a line or a terminal sequence") {
  const tests::AuditSchema schema(schema_file);
  const std::string hostile = "x\",\"decision\":\"allow\"}\r\n{\"id\":\"\x1b[1A\xff\xe2\x80\xae";
  const std::vector<std::string> dropped = {hostile};
  AuditRecord record = bare_record();
  record.method = hostile;
  record.version = hostile;
  record.target = hostile;
  record.reason = hostile;
  record.refusal = hostile;
  record.dropped_parameters = &dropped;
  AuditLine line;
  const std::string text(line.format(record, noon));
  CHECK(schema.problem(text) == "");
  CHECK(nlohmann::json::parse(text)["decision"] == "refuse");
  for (const char byte : text) {
    CHECK(byte >= 0x20);
    CHECK(byte < 0x7f);
  }
}

TEST_CASE("audit line: a client cannot fill the disk with one request") {
  const std::string megabyte(1024 * 1024, '\x01');
  const std::vector<std::string> dropped(10'000, megabyte.substr(0, 60'000));
  AuditRecord record = bare_record();
  record.target = record.reason = record.refusal = megabyte;
  record.method = record.version = megabyte;
  record.dropped_parameters = &dropped;
  AuditLine line;
  std::string text(line.format(record, noon));
  CHECK(text.size() < 48 * 1024);
  CHECK(nlohmann::json::parse(text)["cut"] == true);
  text = line.format(bare_record(), noon);
  CHECK(text.find("cut") == std::string::npos);
}

TEST_CASE("audit line: the calendar is right across seconds, days and leap years") {
  AuditLine line;
  const auto time_of = [&line](std::int64_t microseconds) {
    const AuditLine::Time at{std::chrono::microseconds(microseconds)};
    return std::string(line.format(bare_record(), at).substr(9, 27));
  };
  CHECK(time_of(0) == "1970-01-01T00:00:00.000000Z");
  CHECK(time_of(999'999) == "1970-01-01T00:00:00.999999Z");
  CHECK(time_of(1'000'000) == "1970-01-01T00:00:01.000000Z");
  CHECK(time_of(951'868'799'999'999) == "2000-02-29T23:59:59.999999Z");
  CHECK(time_of(951'868'800'000'000) == "2000-03-01T00:00:00.000000Z");
}
