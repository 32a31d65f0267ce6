// check, test, list and explain as processes: what is printed where, and exit statuses.

#include "tests/proxy/cli/program.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace sealock::tests;

namespace {

struct Answer {
  int status = 0;
  std::string output;
  std::string errors;
};

struct Rules {
  Rules() {
    folder.write("rules/baseline.yaml",
                 "version: 1\npolicy: baseline\ndescription: Denied to every client.\n"
                 "owner: platform\napplies_to: every_client\nrules:\n"
                 "  - deny: privileged\n    actions: [ContainerCreate]\n"
                 "    when: {body.HostConfig.Privileged: true}\n"
                 "    because: a privileged container is root on the host\n    severity: critical\n"
                 "tests:\n  - it: stops it\n    request: POST /containers/create\n"
                 "    body: {Image: alpine, HostConfig: {Privileged: true}}\n"
                 "    expect: {deny: privileged}\n");
    folder.write("rules/reader.yaml",
                 "version: 1\npolicy: reader\ndescription: Reads one thing.\nowner: platform\n"
                 "applies_to: [{listener: reader}]\nrules:\n"
                 "  - allow: read\n    actions: [SystemInfo]\n"
                 "tests:\n  - it: reads\n    request: GET /info\n    expect: {allow: read}\n");
    folder.write("sealock.yaml",
                 "rules: rules\nlisteners:\n"
                 "  - {name: reader, socket: reader.sock, policy: reader}\n");
  }
  [[nodiscard]] Answer ask(std::vector<std::string> arguments, std::string input = {}) const {
    for (std::string& argument : arguments) {
      if (argument.starts_with("@")) argument = folder / argument.substr(1);
    }
    Program program(folder, arguments,
                    {.notify_socket = {}, .file_bytes = {}, .input = std::move(input)});
    const int status = program.wait();
    return {status, program.output(), program.errors()};
  }

  ProgramFolder folder;
};

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("check: configuration and rules in one go") {
  const Rules rules;
  auto answer = rules.ask({"check", "--config", "@sealock.yaml"});
  CHECK(answer.status == 0);
  CHECK(holds(answer.output, "sealock.yaml: no errors; 1 listener, "));
  rules.folder.write("other.yaml",
                     "rules: rules\nlisteners:\n"
                     "  - {name: x, socket: x.sock, policy: reder, mode: \"0666\"}\n");
  answer = rules.ask({"check", "--config", "@other.yaml"});
  CHECK(answer.status == 1);
  CHECK(holds(answer.output, "did you mean 'reader'?"));
  CHECK(holds(answer.output, "1 error, 1 warning\n"));
  answer = rules.ask({"check", "--config", "@other.yaml", "--json"});
  CHECK(nlohmann::json::parse(answer.output).size() == 2);
}

TEST_CASE("check: warnings are a failure only under --strict") {
  const Rules rules;
  rules.folder.write("other.yaml",
                     "rules: rules\nlisteners:\n"
                     "  - {name: x, socket: x.sock, policy: reader}\n");
  CHECK(rules.ask({"check", "--config", "@other.yaml"}).status == 0);
  const auto answer = rules.ask({"check", "--config", "@other.yaml", "--strict"});
  CHECK(answer.status == 2);
  CHECK(holds(answer.output, "policy 'reader' does not apply to listener 'x'"));
}

TEST_CASE("check: rules that every user may write are a warning") {
  const Rules rules;
  using std::filesystem::perms;
  std::filesystem::permissions(rules.folder / "rules/reader.yaml",
                               perms::owner_all | perms::others_write);
  const auto answer = rules.ask({"check", "--config", "@sealock.yaml"});
  CHECK(answer.status == 0);
  CHECK(holds(answer.output, "reader.yaml: warning[C09]: every user of this host can write this"));
}

TEST_CASE("check and test: rules alone, good and bad") {
  const Rules rules;
  CHECK(rules.ask({"check", "@rules"}).status == 0);
  CHECK(rules.ask({"check", "--rules", "@rules"}).status == 0);
  CHECK(rules.ask({"test", "@rules"}).status == 0);
  rules.folder.write("rules/bad.yaml", "version: 1\npolcy: bad\n");
  auto answer = rules.ask({"check", "@rules"});
  CHECK(answer.status == 1);
  CHECK(holds(answer.output, "did you mean 'policy'?"));
  CHECK(rules.ask({"test", "@rules"}).status == 1);
  answer = rules.ask({"check", "@rules", "--config", "@sealock.yaml"});
  CHECK(answer.status == 1);
  CHECK(holds(answer.errors, "with --config the rules are those that it names"));
}

TEST_CASE("list: subjects, and what is none") {
  const Rules rules;
  auto answer = rules.ask({"list", "--rules", "@rules"});
  CHECK(answer.status == 0);
  CHECK(holds(answer.output, "reader/read"));
  CHECK(holds(rules.ask({"list", "operations"}).output, "ContainerCreate"));
  CHECK(holds(rules.ask({"list", "codes"}).output, "C08  a listener names a policy"));
  CHECK(nlohmann::json::parse(rules.ask({"list", "codes", "--json"}).output).size() > 20);
  answer = rules.ask({"list", "operation"});
  CHECK(answer.status == 2);
  CHECK(holds(answer.errors, "did you mean 'operations'?"));
}

TEST_CASE("explain: by name, by file, with a body from everywhere") {
  const Rules rules;
  auto answer = rules.ask({"explain", "reader", "GET /info", "--rules", "@rules"});
  CHECK(answer.status == 0);
  CHECK(holds(answer.output, "ALLOW by reader/read"));
  CHECK(holds(rules.ask({"explain", "@rules/reader.yaml", "GET /info"}).output, "ALLOW"));
  const std::string body = R"({"Image":"alpine","HostConfig":{"Privileged":true}})";
  rules.folder.write("body.json", body);
  const std::vector<std::string> question = {"explain", "reader", "POST /containers/create",
                                             "--rules", "@rules", "--body"};
  for (const std::string& source : {body, std::string("-"), std::string("@body.json")}) {
    auto arguments = question;
    arguments.push_back(source);
    CAPTURE(source);
    CHECK(holds(rules.ask(arguments, body).output, "baseline/privileged"));
  }
}

TEST_CASE("explain: what cannot be found says so") {
  const Rules rules;
  auto answer = rules.ask({"explain", "raeder", "GET /info", "--rules", "@rules"});
  CHECK(answer.status == 1);
  CHECK(holds(answer.errors, "did you mean 'reader'?"));
  answer = rules.ask({"explain", "reader", "GET /info", "--rules", "@rules", "--body", "@none"});
  CHECK(answer.status == 1);
  CHECK(holds(answer.errors, "cannot be read"));
  answer = rules.ask({"explain", "reader", "GET /info", "--rules", "@rules", "--header", "x"});
  CHECK(answer.status == 1);
  CHECK(holds(answer.errors, "write 'Name: value'"));
}
