#include "proxy/cli/rule_commands.hpp"

#include "policy/rules/policy_set.hpp"
#include "policy/rules/spelling.hpp"
#include "policy/tools/tools.hpp"
#include "proxy/cli/diagnostics_output.hpp"
#include "proxy/cli/exit_status.hpp"
#include "proxy/cli/gather_config.hpp"
#include "proxy/cli/load_rules.hpp"
#include "proxy/cli/rules_folder.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace sealock::proxy {
namespace {

using std::filesystem::path;

policy::Format format_of(Format format) {
  return format == Format::json ? policy::Format::json : policy::Format::text;
}

int fault(std::string_view command, const std::string& text, const std::string& hint = {}) {
  std::string message = "sealock " + std::string(command) + ": " + text + '\n';
  if (!hint.empty()) message += "  " + hint + '\n';
  std::fputs(message.c_str(), stderr);
  return exit_errors;
}

int show(const policy::ToolResult& result, Colour colour) {
  const std::string text = painted_problems(result.output, colour);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return result.exit_code;
}

Colour colour_of(Format format, const Surroundings& surroundings) {
  return format == Format::text && surroundings.colour_output ? Colour::on : Colour::off;
}

// The configuration with the rules that it names, by the very steps of `run`.
int check_configuration(const CheckOptions& options, const Surroundings& surroundings) {
  policy::Diagnostics diagnostics;
  RunOptions run;
  run.config = options.config;
  run.rules = options.rules;
  auto config = gather_config(run, diagnostics);
  std::shared_ptr<const policy::PolicySet> policies;
  if (config) policies = load_rules(*config, surroundings, diagnostics);
  if (options.format == Format::json) {
    std::fputs((diagnostics.to_json() + '\n').c_str(), stdout);
  } else {
    print_problems(diagnostics, stdout, colour_of(options.format, surroundings));
  }
  if (policies == nullptr) return exit_errors;
  if (options.format == Format::text) {
    std::printf("%s: no errors; %s, %s in %s\n", options.config.c_str(),
                counted(config->listeners.size(), "listener").c_str(),
                counted(policies->policies().size(), "policy", "policies").c_str(),
                config->rules.c_str());
  }
  return options.strict && !diagnostics.all().empty() ? exit_warnings : exit_ok;
}

// The paths of a command, or the rules folder when it was given none.
Result<std::vector<path>> paths_of(const CheckOptions& options, const Surroundings& surroundings) {
  if (!options.paths.empty()) return options.paths;
  auto folder = find_rules(options.rules, surroundings.rules_places);
  if (!folder) return tl::unexpected(folder.error());
  return std::vector<path>{std::move(*folder)};
}

// Where baseline and lists are for a file that stands alone; empty when there is no such folder.
path beside(const path& named, const Surroundings& surroundings) {
  return find_rules(named, surroundings.rules_places).value_or(path());
}

policy::CheckOptions tool_options(const CheckOptions& options, const Surroundings& surroundings) {
  policy::CheckOptions result;
  result.format = format_of(options.format);
  result.strict = options.strict ? policy::Strict::yes : policy::Strict::no;
  result.rules = beside(options.rules, surroundings);
  return result;
}

// JSON as it stands, the content of a file, or of standard input.
Result<std::string> read_json_argument(const std::string& argument) {
  constexpr std::size_t most = 64UL * 1024 * 1024;
  if (argument.empty() || argument.front() == '{') return argument;
  std::ifstream file;
  if (argument != "-") file.open(argument, std::ios::binary);
  std::istream& stream = argument == "-" ? std::cin : file;
  std::string text;
  if (stream) text.assign(std::istreambuf_iterator<char>(stream), {});
  if (!stream || text.size() > most) {
    return fail(ErrorKind::bad_request, "'" + argument + "' cannot be read");
  }
  return text;
}

// The file of a policy, named by its name or by a path.
Result<path> policy_file(const std::string& policy, const path& folder) {
  if (policy.find('/') != std::string::npos || policy.ends_with(".yaml")) return path(policy);
  std::error_code ignored;
  path file = folder / (policy + ".yaml");
  if (std::filesystem::is_regular_file(file, ignored)) return file;
  policy::Suggestion suggestion(policy);
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".yaml") suggestion.offer(entry.path().stem().string());
  }
  std::string text = "there is no policy '" + policy + "' in " + folder.string();
  if (suggestion.found()) text += "; " + suggestion.hint();
  return fail(ErrorKind::not_found, std::move(text));
}

Result<std::pair<std::string, std::string>> parse_header(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0) {
    return bad_request("'" + text + "' is no header; write 'Name: value'");
  }
  const std::size_t start = std::min(text.find_first_not_of(' ', colon + 1), text.size());
  return std::pair(text.substr(0, colon), text.substr(start));
}

Result<policy::ExplainQuestion> question_of(const ExplainOptions& options, const path& folder) {
  policy::ExplainQuestion question;
  auto file = policy_file(options.policy, folder);
  if (!file) return tl::unexpected(file.error());
  auto body = read_json_argument(options.body);
  if (!body) return tl::unexpected(body.error());
  auto target = read_json_argument(options.target);
  if (!target) return tl::unexpected(target.error());
  for (const std::string& text : options.headers) {
    auto header = parse_header(text);
    if (!header) return tl::unexpected(header.error());
    question.headers.push_back(std::move(*header));
  }
  question.policy = std::move(*file);
  question.rules = folder;
  question.request = options.request;
  question.body = std::move(*body);
  question.target = std::move(*target);
  question.format = format_of(options.format);
  return question;
}

// The tools know the codes of rule files; those of sealock.yaml come behind them.
void add_config_codes(policy::ToolResult& result, Format format) {
  if (format == Format::text) {
    for (const ConfigCode& code : config_codes()) {
      result.output.append(code.code).append("  ").append(code.meaning) += '\n';
    }
    return;
  }
  auto list = nlohmann::ordered_json::parse(result.output);
  for (const ConfigCode& code : config_codes()) {
    list.push_back({{"code", code.code}, {"meaning", code.meaning}});
  }
  result.output = list.dump(2) + '\n';
}

}  // namespace

int check_rules(const CheckOptions& options, const Surroundings& surroundings) {
  if (!options.config.empty() && !options.paths.empty()) {
    return fault("check", "with --config the rules are those that it names",
                 "check other rules without it, or name their folder with --rules");
  }
  if (!options.config.empty()) return check_configuration(options, surroundings);
  const auto paths = paths_of(options, surroundings);
  if (!paths) return fault("check", paths.error().text);
  return show(policy::check(*paths, tool_options(options, surroundings)),
              colour_of(options.format, surroundings));
}

int test_rules(const CheckOptions& options, const Surroundings& surroundings) {
  const auto paths = paths_of(options, surroundings);
  if (!paths) return fault("test", paths.error().text);
  return show(policy::test(*paths, tool_options(options, surroundings)),
              colour_of(options.format, surroundings));
}

int list_vocabulary(const ListOptions& options, const Surroundings& surroundings) {
  const auto subject = policy::find_subject(options.subject);
  if (!subject) {
    policy::Suggestion suggestion(options.subject);
    for (const char* known : {"rules", "operations", "fields", "views", "lists", "codes"}) {
      suggestion.offer(known);
    }
    (void)fault("list", "there is nothing called '" + options.subject + "' to list",
                suggestion.hint("one of: rules, operations, fields, views, lists, codes"));
    return exit_usage;
  }
  policy::ListOptions tool;
  tool.format = format_of(options.format);
  tool.operation = options.operation;
  tool.rules = beside(options.rules, surroundings);
  policy::ToolResult result = policy::list(*subject, tool);
  if (*subject == policy::Subject::codes) add_config_codes(result, options.format);
  return show(result, Colour::off);
}

int explain_request(const ExplainOptions& options, const Surroundings& surroundings) {
  const auto folder = find_rules(options.rules, surroundings.rules_places);
  if (!folder) return fault("explain", folder.error().text);
  const auto question = question_of(options, *folder);
  if (!question) return fault("explain", question.error().text);
  return show(policy::explain(*question), colour_of(options.format, surroundings));
}

}  // namespace sealock::proxy
