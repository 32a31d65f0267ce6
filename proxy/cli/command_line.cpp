#include "proxy/cli/command_line.hpp"

#include "policy/rules/spelling.hpp"
#include "proxy/cli/exit_status.hpp"
#include "proxy/cli/help.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

namespace sealock::proxy {
namespace {

constexpr std::array<std::string_view, 12> command_names = {
    "run",   "check", "test",   "list",     "explain", "composition",
    "label", "tag",   "deploy", "rollback", "status",  "cancel"};

ParsedCommandLine stop(std::string output) {
  return {std::nullopt, std::move(output), {}, exit_ok};
}

ParsedCommandLine usage_error(std::string_view command,
                              const std::string& text,
                              const std::string& hint) {
  const std::string program = command.empty() ? "sealock" : "sealock " + std::string(command);
  std::string error = program + ": " + text + '\n';
  if (!hint.empty()) error += "  " + hint + '\n';
  error += "  '" + program + " --help' shows what there is\n";
  return {std::nullopt, {}, std::move(error), exit_usage};
}

// How many words a release command takes, and what they are.
struct WordCount {
  Command command;
  std::string_view action;  // composition: its first word
  std::size_t least;
  std::size_t most;
  std::string_view names;
};
constexpr std::array word_counts{
    WordCount{Command::composition, "put", 3, 3, "put NAME FILE"},
    WordCount{Command::composition, "list", 1, 1, "list"},
    WordCount{Command::composition, "show", 2, 2, "show NAME"},
    WordCount{Command::composition, "diff", 3, 3, "diff FROM TO"},
    WordCount{Command::composition, "delete", 2, 2, "delete NAME"},
    WordCount{Command::label, "", 2, 2, "NAME LABEL"},
    WordCount{Command::tag, "", 2, 2, "IMAGE:TAG DIGEST"},
    WordCount{Command::deploy, "", 1, 1, "NAME"},
    WordCount{Command::rollback, "", 0, 1, "[NAME]"},
    WordCount{Command::status, "", 0, 0, ""},
    WordCount{Command::cancel, "", 0, 1, "[ID]"},
};

// The text of what is wrong with the words, and a hint.
std::pair<std::string, std::string> check_words(Command command,
                                                const std::vector<std::string>& words) {
  const bool has_actions = command == Command::composition;
  const std::string said = has_actions && !words.empty() ? words.front() : "";
  policy::Suggestion suggestion(said);
  for (const WordCount& count : word_counts) {
    if (count.command != command) continue;
    suggestion.offer(count.action);
    if (count.action != said) continue;
    if (words.size() > count.most) return {"what is '" + words[count.most] + "' for?", ""};
    if (words.size() >= count.least) return {};
    return {"something is missing", "it takes: " + std::string(count.names)};
  }
  if (!has_actions) return {};
  if (said.empty()) return {"what about compositions? put, list, show, diff or delete", ""};
  return {"unknown action '" + said + "'", suggestion.hint("put, list, show, diff or delete")};
}

// The parser of one command. Help is handled before it, and what it does not know after it.
class CommandParser {
public:
  CommandParser(Command command, Invocation& invocation) : app_("", "sealock") {
    app_.set_help_flag();
    app_.allow_extras();
    switch (command) {
    case Command::run:
      add_run(invocation.run);
      break;
    case Command::check:
      add_check(invocation.check);
      break;
    case Command::test:
      add_test(invocation.check);
      break;
    case Command::list:
      add_list(invocation.list);
      break;
    case Command::explain:
      add_explain(invocation.explain);
      break;
    case Command::composition:
    case Command::label:
    case Command::tag:
    case Command::deploy:
    case Command::rollback:
    case Command::status:
    case Command::cancel:
      add_release(command, invocation.release);
      break;
    }
  }

  // The text of what is wrong, and a hint.
  [[nodiscard]] std::pair<std::string, std::string> parse(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    try {
      app_.parse(arguments);
    } catch (const CLI::ParseError& failure) {
      return {in_our_words(failure), {}};
    }
    const std::vector<std::string> unknown = app_.remaining();
    if (unknown.empty()) return {};
    const std::string& word = unknown.front();
    if (!word.starts_with('-')) {
      const bool is_split = word.starts_with('/');
      return {"what is '" + word + "' for?",
              is_split ? "put the request in quotes: 'GET " + word + "'" : ""};
    }
    const std::string name = word.substr(0, word.find('='));
    policy::Suggestion suggestion(name);
    for (const CLI::Option* option : app_.get_options()) {
      for (const std::string& known : option->get_lnames()) {
        suggestion.offer("--" + known);
      }
    }
    return {"unknown option '" + name + "'", suggestion.hint()};
  }

private:
  // CLI11 says "--config: 1 required FILE missing".
  static std::string in_our_words(const CLI::ParseError& failure) {
    std::string text = failure.what();
    const std::string option = text.substr(0, text.find(':'));
    if (text.ends_with(" missing")) return option + " needs a value";
    if (text.find(" but received ") != std::string::npos) return option + " is given twice";
    return text;
  }

  void add_rules(std::filesystem::path& rules) {
    app_.add_option("--rules", rules)->type_name("DIR");
  }
  void add_json(Format& format) {
    app_.add_flag_callback("--json", [&format] { format = Format::json; });
  }

  void add_repeated(const std::string& name, std::vector<std::string>& values) {
    app_.add_option(name, values)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  void add_run(RunOptions& options) {
    app_.add_option("-c,--config", options.config)->type_name("FILE");
    app_.add_option("--engine", options.engine)->type_name("ADDRESS");
    add_repeated("--listen", options.listen);
    add_rules(options.rules);
  }
  void add_check(CheckOptions& options) {
    app_.add_option("-c,--config", options.config)->type_name("FILE");
    app_.add_flag("--strict", options.strict);
    app_.add_option("PATH", options.paths);
    add_rules(options.rules);
    add_json(options.format);
  }
  void add_test(CheckOptions& options) {
    app_.add_option("PATH", options.paths);
    add_rules(options.rules);
    add_json(options.format);
  }
  void add_list(ListOptions& options) {
    app_.add_option("SUBJECT", options.subject);
    app_.add_option("--operation", options.operation)->type_name("OPERATION");
    add_rules(options.rules);
    add_json(options.format);
  }
  void add_explain(ExplainOptions& options) {
    app_.add_option("POLICY", options.policy)->required();
    app_.add_option("REQUEST", options.request)->required();
    app_.add_option("--body", options.body)->type_name("FILE");
    app_.add_option("--target", options.target)->type_name("FILE");
    add_repeated("--header", options.headers);
    add_rules(options.rules);
    add_json(options.format);
  }

  void add_release(Command command, ReleaseOptions& options) {
    app_.add_option("WORD", options.words);
    app_.add_option("--socket", options.socket)->type_name("SOCKET");
    add_json(options.format);
    if (command == Command::tag) app_.add_option("--expect", options.expect)->type_name("DIGEST");
    if (command == Command::status) app_.add_flag("--drift", options.drift);
    if (command != Command::deploy && command != Command::rollback) return;
    app_.add_flag("--detach", options.detach);
    add_repeated("--variable", options.variables);
    app_.add_option("--gate", options.gate)->type_name("CONTAINER");
    app_.add_option("--drain", options.drain)->type_name("DURATION");
    app_.add_option("--timeout", options.timeout)->type_name("DURATION");
    app_.add_option("--target", options.target)->type_name("TARGET");
    app_.add_option("--key", options.key)->type_name("KEY");
    if (command == Command::rollback) {
      app_.add_option("--deployment", options.deployment)->type_name("ID");
      return;
    }
    app_.add_flag("--check", options.check);
    add_repeated("--component", options.components);
  }

  CLI::App app_;
};

bool asks_for(const std::vector<std::string>& arguments,
              std::string_view brief,
              std::string_view name) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [&](const std::string& word) { return word == brief || word == name; });
}

ParsedCommandLine unknown_command(const std::string& word) {
  if (word.starts_with('-')) {
    policy::Suggestion suggestion(word);
    suggestion.offer("--help");
    suggestion.offer("--version");
    return usage_error({}, "unknown option '" + word + "'",
                       suggestion.hint("the command comes first: sealock run " + word));
  }
  policy::Suggestion suggestion(word);
  for (const std::string_view name : command_names) {
    suggestion.offer(name);
  }
  return usage_error({}, "unknown command '" + word + "'", suggestion.hint());
}

}  // namespace

ParsedCommandLine parse_command_line(std::vector<std::string> arguments) {
  if (arguments.empty()) return {std::nullopt, {}, std::string(help_text({})), exit_usage};
  const std::string word = arguments.front();
  if (word == "-h" || word == "--help") return stop(std::string(help_text({})));
  if (word == "-V" || word == "--version") return stop("sealock " SEALOCK_VERSION "\n");
  const auto* const name = std::find(command_names.begin(), command_names.end(), word);
  if (name == command_names.end()) return unknown_command(word);
  arguments.erase(arguments.begin());
  if (asks_for(arguments, "-h", "--help")) return stop(std::string(help_text(word)));
  Invocation invocation;
  invocation.command = static_cast<Command>(name - command_names.begin());
  CommandParser parser(invocation.command, invocation);
  const auto problem = parser.parse(std::move(arguments));
  if (!problem.first.empty()) return usage_error(word, problem.first, problem.second);
  const auto words = check_words(invocation.command, invocation.release.words);
  if (!words.first.empty()) return usage_error(word, words.first, words.second);
  return {std::move(invocation), {}, {}, exit_ok};
}

}  // namespace sealock::proxy
