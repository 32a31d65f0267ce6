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
  list      show policies and their rules, and what rules can speak of
  explain   say what a policy makes of one request, and why

Releases, through the socket of a running sealock:
  composition   put, list, show, compare and delete compositions
  label         promote a composition: rc, prod
  tag           move the tag of an image to a digest that a composition has
  deploy        bring this node to a composition
  rollback      go back to the one before
  status        what runs here, and whether it is what was deployed
  cancel        stop the deployment that is under way, and put everything back

Options:
  -h, --help      this text; 'sealock COMMAND --help' for more on a command
  -V, --version   the version

Exit status:
  0  all is well
  1  errors in rules or configuration, a failed test, a proxy that could not start, a request that
     was refused, a deployment that failed
  2  wrong usage; or nothing but warnings under 'check --strict'
  3  a difference: 'deploy --check' would change something, 'status --drift' found something

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

Usage: sealock check [PATH...] [OPTION...]

What passes here starts there: it is the same code, with the tests inside the rule files.

  PATH   policy files, or folders of them; without one, the configuration's 'rules',
         /etc/sealock/rules or the shipped rules

Options:
  -c, --config FILE   also check this sealock.yaml, and that every listener's policy exists
      --rules DIR     where baseline, lists and references are for a file that has none beside it
      --strict        warnings are a failure, status 2
      --json          the problems as JSON
  -h, --help          this text
)";

constexpr std::string_view test_help =
    R"(Runs the tests inside the rule files and says which rules they reach.

Usage: sealock test [PATH...] [OPTION...]

  PATH   policy files, or folders of them; without one, /etc/sealock/rules or the shipped rules

Options:
      --rules DIR   where baseline, lists and references are for a file that has none beside it
      --json        the results as JSON
  -h, --help        this text
)";

constexpr std::string_view list_help =
    R"(Shows what rule files can speak of, and the rules that there are.

Usage: sealock list [SUBJECT] [OPTION...]

Subjects:
  rules        every policy with its rules (the default)
  operations   the Docker operations that 'actions' can name
  fields       the fields that conditions and 'may_set' can name
  views        what 'effective' can be asked for
  lists        the shared lists, with their members
  codes        the codes of error messages

Options:
      --operation OPERATION   fields: those of one operation
      --rules DIR             the folder with the policies; without it, /etc/sealock/rules or the
                              shipped rules
      --json                  as JSON
  -h, --help                  this text
)";

constexpr std::string_view explain_help =
    R"(Says what a policy makes of one request: each rule that was looked at, and the first reason why it
did not match.

Usage: sealock explain POLICY REQUEST [OPTION...]

  POLICY    the name of a policy, monitoring, or its file, rules/monitoring.yaml
  REQUEST   method and target: 'POST /v1.43/containers/create?name=web'

Options:
      --body FILE       the JSON body; also the JSON itself, or - for standard input
      --target FILE     what the engine says of the object in the path ('docker inspect', one object)
      --header HEADER   'Name: value'; may be repeated
      --rules DIR       the folder with the policies; without it, /etc/sealock/rules or the shipped
                        rules
      --json            the decision as JSON
  -h, --help            this text

Exit status: 0 when there is an answer, whether it is allow or deny.
)";

constexpr std::string_view composition_help =
    R"(Stores and shows compositions: releases, each a Compose file whose images are resolved to digests.

Usage: sealock composition put NAME FILE [OPTION...]
       sealock composition list [OPTION...]
       sealock composition show NAME [OPTION...]
       sealock composition diff FROM TO [OPTION...]
       sealock composition delete NAME [OPTION...]

  NAME   a prefix, '_' and a timestamp: c_20150619_1504; to show, also that of a label
  FILE   a Compose file, YAML or JSON; - for standard input

A composition never changes: the same content again is fine, other content is refused. One that is
deployed, or that a rollback would go back to, cannot be deleted.

Options:
      --socket SOCKET   of the running sealock; default: $SEALOCK_SOCKET, or
                        /run/sealock/deployer.sock
      --json            what sealock answers, as it is
  -h, --help            this text
)";

constexpr std::string_view label_help =
    R"(Promotes a composition: the label rc of c_20150619_1504 makes rc_20150619_1504, the same bytes.

Usage: sealock label NAME LABEL [OPTION...]

  NAME    a composition, by its own name or that of a label
  LABEL   rc, prod, or what else the rules allow after what it has

Options:
      --socket SOCKET   of the running sealock; default: $SEALOCK_SOCKET, or
                        /run/sealock/deployer.sock
      --json            what sealock answers, as it is
  -h, --help            this text
)";

constexpr std::string_view tag_help =
    R"(Moves the tag of an image to a digest that a stored composition has, if it is still where one
believes it to be.

Usage: sealock tag IMAGE:TAG DIGEST [OPTION...]

  IMAGE:TAG   registry.example.com/shop/web:stable
  DIGEST      sha256:..., as 'sealock composition show' prints it

Options:
      --expect DIGEST   where the tag is now; without it there must be no such tag
      --socket SOCKET   of the running sealock; default: $SEALOCK_SOCKET, or
                        /run/sealock/deployer.sock
      --json            what sealock answers, as it is
  -h, --help            this text
)";

constexpr std::string_view deploy_help =
    R"(Brings this node to a composition: what is the same already is not touched, what differs is
replaced, and on any failure everything is put back.

Usage: sealock deploy NAME [OPTION...]

  NAME   a composition, by its own name or that of a label

Options:
      --check                 show what would be done, and do nothing; status 3 when something would
      --component COMPONENT   only this one; may be repeated
      --variable NAME=VALUE   for ${NAME} in the composition; may be repeated
      --gate CONTAINER        stop this health container first, so that the load balancer looks
                              elsewhere
      --drain DURATION        how long after that: 10s
      --timeout DURATION      for all of it: 10m
      --target TARGET         node (the default) or swarm
      --key KEY               the same key again is the same deployment, not another one
      --detach                print its id and do not wait
      --socket SOCKET         of the running sealock; default: $SEALOCK_SOCKET, or
                              /run/sealock/deployer.sock
      --json                  what sealock answers, as it is: one line an event
  -h, --help                  this text

It goes on when this command is interrupted; 'sealock cancel' stops it.
)";

constexpr std::string_view rollback_help =
    R"(Goes back to the composition before, or to any other.

Usage: sealock rollback [NAME] [OPTION...]

  NAME   a composition, by its own name or that of a label; without it, what was deployed before

Options:
      --deployment ID         go back to before this one; without it, the last
      --variable NAME=VALUE   for ${NAME} in the composition; may be repeated
      --gate CONTAINER        stop this health container first, so that the load balancer looks
                              elsewhere
      --drain DURATION        how long after that: 10s
      --timeout DURATION      for all of it: 10m
      --target TARGET         node (the default) or swarm
      --key KEY               the same key again is the same deployment, not another one
      --detach                print its id and do not wait
      --socket SOCKET         of the running sealock; default: $SEALOCK_SOCKET, or
                              /run/sealock/deployer.sock
      --json                  what sealock answers, as it is: one line an event
  -h, --help                  this text
)";

constexpr std::string_view status_help =
    R"(Shows what runs on this node of what was deployed.

Usage: sealock status [OPTION...]

Options:
      --drift           also what is no longer as it was deployed; status 3 when there is something
      --socket SOCKET   of the running sealock; default: $SEALOCK_SOCKET, or
                        /run/sealock/deployer.sock
      --json            what sealock answers, as it is
  -h, --help            this text
)";

constexpr std::string_view cancel_help =
    R"(Stops a deployment that is under way, and puts everything back.

Usage: sealock cancel [ID] [OPTION...]

  ID   of the deployment; without it, the last

Options:
      --socket SOCKET   of the running sealock; default: $SEALOCK_SOCKET, or
                        /run/sealock/deployer.sock
      --json            what sealock answers, as it is
  -h, --help            this text
)";

}  // namespace

std::string_view help_text(std::string_view command) {
  if (command == "run") return run_help;
  if (command == "check") return check_help;
  if (command == "test") return test_help;
  if (command == "list") return list_help;
  if (command == "explain") return explain_help;
  if (command == "composition") return composition_help;
  if (command == "label") return label_help;
  if (command == "tag") return tag_help;
  if (command == "deploy") return deploy_help;
  if (command == "rollback") return rollback_help;
  if (command == "status") return status_help;
  if (command == "cancel") return cancel_help;
  return main_help;
}

}  // namespace sealock::proxy
