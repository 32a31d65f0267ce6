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

enum class Command { run, check, test, list, explain };

struct Invocation {
  Command command = Command::run;
  RunOptions run;
  CheckOptions check;  // check, test
  ListOptions list;
  ExplainOptions explain;
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
