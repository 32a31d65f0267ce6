#include "proxy/cli/command_line.hpp"

#include "tests/policy/rules/golden.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace sealock;
using proxy::Command;
using proxy::Format;
using proxy::parse_command_line;

namespace {

proxy::Invocation good(std::vector<std::string> arguments) {
  auto parsed = parse_command_line(std::move(arguments));
  CHECK(parsed.error == "");
  CHECK(parsed.output == "");
  REQUIRE(parsed.invocation.has_value());
  return *parsed.invocation;
}

constexpr const char* commands[] = {"run",     "check",       "test",   "list",
                                    "explain", "composition", "label",  "tag",
                                    "deploy",  "rollback",    "status", "cancel"};

}  // namespace

TEST_CASE("command line: help reads well") {
  std::string output = parse_command_line({"--help"}).output;
  for (const char* command : commands) {
    output += "---------------- sealock " + std::string(command) + " --help\n";
    const auto parsed = parse_command_line({command, "--help"});
    CHECK(parsed.status == 0);
    output += parsed.output;
    CHECK(parse_command_line({command, "-h"}).output == parsed.output);
  }
  policy::check_golden("cli_help.txt", output);
}

TEST_CASE("command line: help names exactly the options that a command takes") {
  const std::set<std::string> all = {
      "--config", "--engine",    "--rules",  "--listen", "--strict",  "--json",     "--body",
      "-c",       "--socket",    "--expect", "--check",  "--drift",   "--detach",   "--gate",
      "--drain",  "--component", "--key",    "--target", "--timeout", "--variable", "--deployment"};
  for (const char* command : commands) {
    const std::string help = parse_command_line({command, "--help"}).output;
    for (const std::string& option : all) {
      CAPTURE(command);
      CAPTURE(option);
      const bool is_explain = command == std::string_view("explain");
      const auto parsed = is_explain ? parse_command_line({command, "policy", "request", option})
                                     : parse_command_line({command, option});
      const bool known = parsed.error.find("unknown option") == std::string::npos;
      const bool named = help.find("  " + option + ' ') != std::string::npos ||
                         help.find(" " + option + ' ') != std::string::npos ||
                         help.find(" " + option + ',') != std::string::npos;
      CHECK(known == named);
    }
  }
}

TEST_CASE("command line: release commands take their words and options") {
  const auto put = good({"composition", "put", "c_1", "-", "--socket", "/s", "--json"});
  CHECK(put.command == Command::composition);
  CHECK(put.release.words == std::vector<std::string>{"put", "c_1", "-"});
  CHECK(put.release.socket == "/s");
  CHECK(put.release.format == Format::json);
  CHECK(good({"label", "c_1", "rc"}).release.words.size() == 2);
  CHECK(good({"tag", "a:1", "sha256:1", "--expect", "sha256:2"}).release.expect == "sha256:2");
  const auto deploy =
      good({"deploy", "c_1",    "--check", "--component", "a",   "--component", "b",  "--variable",
            "A=b",    "--gate", "health",  "--drain",     "10s", "--timeout",   "5m", "--target",
            "swarm",  "--key",  "k",       "--detach"});
  CHECK(deploy.release.check);
  CHECK(deploy.release.detach);
  CHECK(deploy.release.components == std::vector<std::string>{"a", "b"});
  CHECK(deploy.release.variables == std::vector<std::string>{"A=b"});
  CHECK(deploy.release.gate == "health");
  CHECK(good({"rollback", "--deployment", "d_1"}).release.deployment == "d_1");
  CHECK(good({"rollback", "c_1"}).release.words.size() == 1);
  CHECK(good({"status", "--drift"}).release.drift);
  CHECK(good({"cancel"}).command == Command::cancel);
}

TEST_CASE("command line: release commands say what is missing or too much") {
  const auto error = [](std::vector<std::string> arguments) {
    const auto parsed = parse_command_line(std::move(arguments));
    CHECK_FALSE(parsed.invocation.has_value());
    CHECK(parsed.status == 2);
    return parsed.error;
  };
  const auto says = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  CHECK(says(error({"composition"}), "what about compositions?"));
  CHECK(says(error({"composition", "shw", "c_1"}), "did you mean 'show'?"));
  CHECK(says(error({"composition", "put", "c_1"}), "it takes: put NAME FILE"));
  CHECK(says(error({"composition", "list", "x"}), "what is 'x' for?"));
  CHECK(says(error({"label", "c_1"}), "it takes: NAME LABEL"));
  CHECK(says(error({"deploy"}), "something is missing"));
  CHECK(says(error({"status", "x"}), "what is 'x' for?"));
  CHECK(says(error({"deploi", "c_1"}), "did you mean 'deploy'?"));
  CHECK(says(error({"deploy", "c_1", "--chek"}), "did you mean '--check'?"));
}

TEST_CASE("command line: run takes everything, listeners as often as one likes") {
  const auto run = good({"run", "-c", "a.yaml", "--engine", "unix:///e", "--rules=r", "--listen",
                         "a=/a:p", "--listen", "b=/b:q"});
  CHECK(run.command == Command::run);
  CHECK(run.run.config == "a.yaml");
  CHECK(run.run.engine == "unix:///e");
  CHECK(run.run.rules == "r");
  CHECK(run.run.listen == std::vector<std::string>{"a=/a:p", "b=/b:q"});
  CHECK(good({"run"}).run.config.empty());
}

TEST_CASE("command line: the other commands") {
  const auto check = good({"check", "--strict", "--json", "--config", "c", "--rules", "r"});
  CHECK(check.command == Command::check);
  CHECK(check.check.strict);
  CHECK(check.check.format == Format::json);
  CHECK(check.check.config == "c");
  CHECK(check.check.rules == "r");
  CHECK(good({"check", "a.yaml", "b/"}).check.paths.size() == 2);
  CHECK(good({"test", "rules/"}).check.paths.front() == "rules/");
  CHECK(good({"list"}).list.subject == "rules");
  CHECK(good({"test", "--json"}).check.format == Format::json);
  CHECK(good({"list", "operations"}).list.subject == "operations");
  const auto explain = good({"explain", "monitoring", "GET /info", "--body", "-", "--header",
                             "A: b", "--header", "C: d"});
  CHECK(explain.explain.policy == "monitoring");
  CHECK(explain.explain.request == "GET /info");
  CHECK(explain.explain.body == "-");
  CHECK(explain.explain.headers == std::vector<std::string>{"A: b", "C: d"});
}

TEST_CASE("command line: wrong usage says what was meant") {
  const std::vector<std::vector<std::string>> rows = {
      {"chek"},
      {"serve"},
      {"--verion"},
      {"--config", "x"},
      {"run", "--confg", "x"},
      {"run", "--listn=a=/a:p"},
      {"run", "x.yaml"},
      {"run", "--config"},
      {"run", "--config", "a", "--config", "b"},
      {"run", "--strict"},
      {"explain"},
      {"explain", "monitoring"},
      {"explain", "monitoring", "GET", "/info"},
      {"check", "--strict=maybe"},
  };
  std::string output;
  for (const auto& row : rows) {
    const auto parsed = parse_command_line(row);
    CHECK_FALSE(parsed.invocation.has_value());
    CHECK(parsed.status == 2);
    CHECK(parsed.output == "");
    output += "$ sealock";
    for (const std::string& word : row) {
      output += ' ' + word;
    }
    output += '\n' + parsed.error + '\n';
  }
  policy::check_golden("cli_usage_errors.txt", output);
}

TEST_CASE("command line: nothing at all shows the help as an error, the version is one line") {
  const auto nothing = parse_command_line({});
  CHECK(nothing.status == 2);
  CHECK(nothing.error == parse_command_line({"-h"}).output);
  CHECK(parse_command_line({"--version"}).output.find("sealock ") == 0);
  CHECK(parse_command_line({"-V"}).output.back() == '\n');
}
