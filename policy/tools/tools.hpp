// The subcommands that look at rule files: check, test, list, explain. Functions that read files and
// return text and an exit code; the command line prints it.
//
//   check     ... what is wrong in rule files, all at once
//   test      ... the tests inside them, one line each, and which rules they reach
//   list      ... the vocabulary: operations, fields, views, lists, rules, error codes
//   explain   ... why one request is allowed or denied
//
// Exit codes: 0 fine (explain: answered, whatever the decision is); 1 errors or failed tests;
//             2 warnings under Strict::yes.
// Errors:     part of the output, with place and hint.
// Threads:    pure but for reading files.
// Source:     rules.md 7.

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sealock::policy {

struct ToolResult {
  std::string output;  // ends with a line feed
  int exit_code = 0;
};

enum class Format { text, json };
enum class Strict { no, yes };

struct CheckOptions {
  Format format = Format::text;
  Strict strict = Strict::no;
  // Where the baseline, lists and references are when there is no baseline.yaml beside a file that
  // is checked alone; empty: nowhere.
  std::filesystem::path rules;
};

// `paths`: policy files, or folders of them.
[[nodiscard]] ToolResult check(const std::vector<std::filesystem::path>& paths,
                               const CheckOptions& options);

[[nodiscard]] ToolResult test(const std::vector<std::filesystem::path>& paths,
                              const CheckOptions& options);

enum class Subject { operations, fields, lists, views, rules, codes };

[[nodiscard]] std::optional<Subject> find_subject(std::string_view name);

struct ListOptions {
  Format format = Format::text;
  std::string operation;        // fields: which operation's
  std::filesystem::path rules;  // lists, rules: the rules folder
};

[[nodiscard]] ToolResult list(Subject subject, const ListOptions& options);

struct ExplainQuestion {
  std::filesystem::path policy;  // the policy file
  std::filesystem::path rules;   // as in CheckOptions
  std::string request;           // "POST /v1.43/containers/create?name=web"
  std::string body;              // JSON text; empty: none
  std::vector<std::pair<std::string, std::string>> headers;
  std::string target;  // JSON: the inspect document of the object in the path, or empty
  Format format = Format::text;
};

// Exit code 0 when the question could be answered, whatever the decision is.
[[nodiscard]] ToolResult explain(const ExplainQuestion& question);

}  // namespace sealock::policy
