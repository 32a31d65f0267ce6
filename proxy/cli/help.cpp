#include "proxy/cli/help.hpp"

namespace sealock::proxy {
namespace {

constexpr std::string_view main_help =
    R"(sealock stands between dockerd and its clients: each gets a socket of its own with a policy of its
own, which says what it may do and what it may see.

Usage: sealock COMMAND [OPTION...]

Commands:
  run       serve the sockets
  check     read configuration and rules, report every problem
  test      run the tests inside the rule files
  list      show policies and their rules, operations, fields and shared lists
  explain   say what a policy makes of one request, and why

Options:
  -h, --help      this text; 'sealock COMMAND --help' for more on a command
  -V, --version   the version

Exit status:
  0  all is well
  1  errors in rules or configuration, a failed test, a denied request (explain),
     or a proxy that could not start
  2  wrong usage; or nothing but warnings under 'check --strict'

First steps:
  sealock run
  docker -H unix:///run/sealock/monitoring.sock ps
  sealock explain monitoring 'POST /containers/web/stop'
)";

constexpr std::string_view run_help =
    R"(Serves one socket for each listener, each with its policy, in front of one engine.

Usage: sealock run [OPTION...]

Without options: /run/sealock/monitoring.sock with the policy 'monitoring' in front of
/var/run/docker.sock. Everything else is said in a configuration file; examples/sealock.yaml shows
all of it. Options go before the file.

Options:
  -c, --config FILE                   the configuration, sealock.yaml
      --engine ADDRESS                unix:///path or tcp://host:port
      --rules DIR                     the folder with the policies; without it, the file's 'rules',
                                      /etc/sealock/rules or the shipped ones
      --listen NAME=SOCKET:POLICY     a listener; may be repeated; replaces those of the file
  -h, --help                          this text

Signals:
  SIGHUP            load the rules again and open the audit file again; with any error in them the
                    old rules stay
  SIGTERM, SIGINT   accept nothing more, finish what runs, end; a second one ends at once

Messages go to stderr, one line an event. It starts only when no rule file has an error; 'sealock
check --config FILE' tells beforehand.
)";

constexpr std::string_view check_help =
    R"(Reads configuration and rules as 'run' does and reports every problem of all of them.

Usage: sealock check [RULES] [OPTION...]

What passes here starts there: it is the same code, with the tests inside the rule files.

  RULES   the folder with the policies; without it, the configuration's 'rules',
          /etc/sealock/rules or the shipped ones

Options:
      --rules DIR     the same as RULES
  -c, --config FILE   also check this sealock.yaml, and that every listener's policy exists
      --strict        warnings are a failure, status 2
      --json          the problems as JSON
  -h, --help          this text
)";

constexpr std::string_view test_help =
    R"(Runs the tests inside the rule files.

Usage: sealock test [RULES] [OPTION...]

  RULES   the folder with the policies; without it, /etc/sealock/rules or the shipped ones

Options:
      --rules DIR   the same as RULES
      --json        the results as JSON
  -h, --help        this text
)";

constexpr std::string_view list_help =
    R"(Shows what there is.

Usage: sealock list [SUBJECT] [OPTION...]

Subjects:
  policies     every policy with its rules (the default)
  operations   every Docker operation that 'actions' can name
  fields       every field that conditions can name
  lists        the shared lists, with their members

Options:
      --rules DIR   the folder with the policies; without it, /etc/sealock/rules or the
                    shipped ones
      --json        as JSON
  -h, --help        this text
)";

constexpr std::string_view explain_help =
    R"(Says what a policy makes of one request: each rule that was looked at, and the first reason why it
did not match.

Usage: sealock explain POLICY REQUEST [OPTION...]

  POLICY    the name of a policy, monitoring, or its file, rules/monitoring.yaml
  REQUEST   method and target: 'POST /v1.43/containers/create?name=web'

Options:
      --body FILE   the JSON body of the request; - is standard input
      --rules DIR   the folder with the policies; without it, /etc/sealock/rules or the
                    shipped ones
      --json        the decision as JSON
  -h, --help        this text

Exit status: 0 allowed, 1 denied or not understood.
)";

}  // namespace

std::string_view help_text(std::string_view command) {
  if (command == "run") return run_help;
  if (command == "check") return check_help;
  if (command == "test") return test_help;
  if (command == "list") return list_help;
  if (command == "explain") return explain_help;
  return main_help;
}

}  // namespace sealock::proxy
