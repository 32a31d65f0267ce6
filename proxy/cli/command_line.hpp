// The command line of sealock, parsed.
//
// Errors:  wrong usage gives no invocation but a text that says what to type, with the nearest
//          known word, and exit_usage.
// Threads: plain values.

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sealock::proxy {

struct RunOptions {
  std::filesystem::path config;
  std::string engine;
  std::filesystem::path rules;
  std::vector<std::string> listen;  // NAME=SOCKET:POLICY
};

enum class Format { text, json };

// check and test
struct CheckOptions {
  std::vector<std::filesystem::path> paths;  // files and folders; empty: the rules folder
  std::filesystem::path rules;
  std::filesystem::path config;  // check
  bool strict = false;           // check: warnings are a failure
  Format format = Format::text;
};

struct ListOptions {
  std::string subject = "rules";
  std::string operation;  // fields: of this operation
  std::filesystem::path rules;
  Format format = Format::text;
};

struct ExplainOptions {
  std::string policy;                // a name, or the path of a file
  std::string request;               // "POST /v1.43/containers/create"
  std::string body;                  // JSON, the name of a file, or - for standard input
  std::string target;                // the same
  std::vector<std::string> headers;  // "Name: value"
  std::filesystem::path rules;
  Format format = Format::text;
};

// composition, label, tag, deploy, rollback, status and cancel: they talk to a running sealock.
struct ReleaseOptions {
  std::vector<std::string> words;  // what stands without an option, in order
  std::filesystem::path socket;    // empty: $SEALOCK_SOCKET, or the usual one
  Format format = Format::text;
  std::string expect;                   // tag
  bool check = false;                   // deploy
  bool drift = false;                   // status
  bool detach = false;                  // deploy, rollback: do not wait for the end
  std::vector<std::string> components;  // deploy
  std::vector<std::string> variables;   // deploy, rollback: NAME=VALUE
  std::string gate;                     // deploy, rollback: a container
  std::string drain;
  std::string timeout;
  std::string target;
  std::string key;
  std::string deployment;  // rollback: of which one
};

enum class Command {
  run,
  check,
  test,
  list,
  explain,
  composition,
  label,
  tag,
  deploy,
  rollback,
  status,
  cancel
};

struct Invocation {
  Command command = Command::run;
  RunOptions run;
  CheckOptions check;  // check, test
  ListOptions list;
  ExplainOptions explain;
  ReleaseOptions release;
};

struct ParsedCommandLine {
  std::optional<Invocation> invocation;
  // Without an invocation: what to print and with which status to end.
  std::string output;
  std::string error;
  int status = 0;
};

// `arguments` are those behind the name of the program.
[[nodiscard]] ParsedCommandLine parse_command_line(std::vector<std::string> arguments);

}  // namespace sealock::proxy
