#include "policy/scrub/printed_output.hpp"

#include "policy/effective/facts.hpp"
#include "policy/engine_api/operation.hpp"
#include "policy/request/request.hpp"
#include "policy/scrub/known_values.hpp"

namespace sealock::policy {
namespace {

// Larger environments would make matchers of tens of megabytes, one for each stream.
constexpr std::size_t environment_limit = 256 * 1024;

const Value* inspect_of(const Facts& facts, ObjectKind kind, std::string_view name) {
  const Fact* fact = facts.find(kind, name);
  return fact == nullptr || !fact->exists ? nullptr : &fact->inspect;
}

// The program's settings, with Env and Tty (TTY of services), and those it had before; empty: not known.
std::vector<const Value*> find_program(const Request& request, const Facts& facts) {
  std::vector<const Value*> program;
  const auto add = [&](const Value* document, std::initializer_list<std::string_view> path) {
    const Value* settings = document == nullptr ? nullptr : document->find(path);
    if (settings != nullptr) program.push_back(settings);
  };
  switch (request.operation->target) {
  case TargetKind::container:
    add(inspect_of(facts, ObjectKind::container, request.target), {"Config"});
    break;
  case TargetKind::exec: {
    const Value* exec = inspect_of(facts, ObjectKind::exec, request.target);
    if (exec == nullptr) break;
    add(inspect_of(facts, ObjectKind::container, exec->text("ContainerID")), {"Config"});
    break;
  }
  case TargetKind::service: {
    // Tasks of the version before print its values.
    const Value* service = inspect_of(facts, ObjectKind::service, request.target);
    add(service, {"Spec", "TaskTemplate", "ContainerSpec"});
    add(service, {"PreviousSpec", "TaskTemplate", "ContainerSpec"});
    break;
  }
  case TargetKind::task:
    add(inspect_of(facts, ObjectKind::task, request.target), {"Spec", "ContainerSpec"});
    break;
  default:
    break;
  }
  return program;
}

// Before API 1.42 the answer does not say it: dockerd multiplexes what has no terminal. Of an exec the
// request says whether it has one.
// Source: moby daemon/server/router/container (container_routes.go, exec.go), 20.10.24 and 2026-08.
bool has_terminal(const Request& request, const std::vector<const Value*>& program) {
  if (request.operation->id == OperationId::exec_start) return request.body.flag("Tty");
  return program.front()->flag("Tty") || program.front()->flag("TTY");
}

}  // namespace

bool is_printed_output(OperationId operation) {
  switch (operation) {
  case OperationId::container_logs:
  case OperationId::container_attach:
  case OperationId::exec_start:
  case OperationId::service_logs:
  case OperationId::task_logs:
    return true;
  default:
    return false;
  }
}

Result<std::vector<std::string>> program_values(const Request& request, const Facts& facts) {
  const std::vector<const Value*> program = find_program(request, facts);
  if (program.empty()) {
    return fail(ErrorKind::engine_garbage,
                "the engine does not describe the program, so its output cannot be shown");
  }
  std::vector<std::string_view> environment;
  std::size_t bytes = 0;
  for (const Value* settings : program) {
    const Value* variables = settings->find("Env");
    const Value::List* list = variables == nullptr ? nullptr : variables->list();
    if (list == nullptr) continue;
    for (const Value& variable : *list) {
      if (variable.string() == nullptr) continue;
      environment.emplace_back(*variable.string());
      bytes += variable.string()->size();
    }
  }
  if (bytes > environment_limit) {
    return fail(ErrorKind::engine_garbage,
                "the program's environment is too large, so its output cannot be shown");
  }
  return known_values(environment);
}

Result<std::unique_ptr<AnswerEditor>> make_scrubber(ScrubWays ways,
                                                    const Request& request,
                                                    const Facts& facts,
                                                    std::string_view content_type) {
  const Result<std::vector<std::string>> values = program_values(request, facts);
  if (!values) return tl::unexpected<Error>(values.error());
  const bool multiplexed = content_type == "application/vnd.docker.multiplexed-stream" ||
                           !has_terminal(request, find_program(request, facts));
  using Form = StreamScrubber::Form;
  return std::make_unique<StreamScrubber>(multiplexed ? Form::multiplexed : Form::raw, ways,
                                          *values);
}

}  // namespace sealock::policy
