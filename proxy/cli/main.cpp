// sealock: reads the command line, hands over to the command. The only place that reads the
// environment.

#include "proxy/cli/command_line.hpp"
#include "proxy/cli/exit_status.hpp"
#include "proxy/cli/release_commands.hpp"
#include "proxy/cli/rule_commands.hpp"
#include "proxy/cli/run.hpp"
#include "proxy/cli/surroundings.hpp"
#include "proxy/observe/log.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include <unistd.h>

using namespace sealock::proxy;

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no thread yet
  return value == nullptr ? "" : value;
}

// The shipped rules: those of the source tree for a program that was started in its build tree,
// else the installed ones. An installed program must not believe in a source tree: whoever owns
// that could write its policies.
std::filesystem::path shipped_rules() {
  std::error_code failure;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failure);
  const bool in_build_tree = !failure && program.string().starts_with(SEALOCK_BUILD_TREE "/");
  return in_build_tree ? SEALOCK_SOURCE_RULES : SEALOCK_INSTALLED_RULES;
}

Surroundings look_around() {
  Surroundings surroundings;
  surroundings.rules_places = {"/etc/sealock/rules", shipped_rules()};
  surroundings.notify_socket = environment("NOTIFY_SOCKET");
  surroundings.credentials = environment("CREDENTIALS_DIRECTORY");
  surroundings.socket = environment("SEALOCK_SOCKET");
  surroundings.terminal_output = isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb";
  const bool colour = environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  surroundings.colour_output = colour && isatty(STDOUT_FILENO) == 1;
  surroundings.colour_errors = colour && isatty(STDERR_FILENO) == 1;
  return surroundings;
}

int perform(const Invocation& invocation, const Surroundings& surroundings) {
  switch (invocation.command) {
  case Command::run:
    return run_proxy(invocation.run, surroundings);
  case Command::check:
    return check_rules(invocation.check, surroundings);
  case Command::test:
    return test_rules(invocation.check, surroundings);
  case Command::list:
    return list_vocabulary(invocation.list, surroundings);
  case Command::explain:
    return explain_request(invocation.explain, surroundings);
  case Command::composition:
  case Command::label:
  case Command::tag:
  case Command::deploy:
  case Command::rollback:
  case Command::status:
  case Command::cancel:
    return perform_release(invocation.command, invocation.release, surroundings);
  }
  return exit_usage;
}

}  // namespace

int main(int count, char** words) {
  try {
    const auto parsed = parse_command_line({words + (count > 0 ? 1 : 0), words + count});
    std::fputs(parsed.output.c_str(), stdout);
    std::fputs(parsed.error.c_str(), stderr);
    if (!parsed.invocation) return parsed.status;
    return perform(*parsed.invocation, look_around());
  } catch (const std::exception& exception) {
    log_error("ended_by_fault", {{"text", exception.what()}});
    return exit_errors;
  }
}
