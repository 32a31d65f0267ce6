#include "proxy/deploy/rollout/readiness.hpp"

#include <algorithm>
#include <optional>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds first_look{50};
constexpr milliseconds slowest_look{500};
// A container that its restart policy has started so often is not on its way up.
constexpr int most_restarts = 3;
// After this long dockerd itself takes a run for a good one, and starts its delays anew
//  (moby restartmanager.go).
constexpr milliseconds steady_run{10'000};
constexpr std::size_t most_output = 300;

struct Look {
  std::string status;  // "running", "exited", "restarting" ...
  int exit_code = 0;
  int restarts = 0;
  std::string health;  // "" when there is no health check
  std::string output;  // of the last health check
};

std::string last_output(const json& health) {
  const json log = health.value("Log", json::array());
  if (!log.is_array() || log.empty()) return {};
  std::string text = log.back().value("Output", "");
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  return text.size() > most_output ? text.substr(0, most_output) + "..." : text;
}

Look read_look(const json& inspect) {
  Look look;
  const json state = inspect.value("State", json::object());
  look.status = state.value("Status", "");
  look.exit_code = state.value("ExitCode", 0);
  look.restarts = inspect.value("RestartCount", 0);
  const auto health = state.find("Health");
  if (health != state.end() && health->is_object()) {
    look.health = health->value("Status", "");
    look.output = last_output(*health);
  }
  if (look.health == "none") look.health.clear();
  return look;
}

enum class Verdict { not_yet, ready, failed };

class Watch {
public:
  explicit Watch(const Readiness& readiness)
      : readiness_(readiness),
        period_(readiness.start_period),
        begin_(Clock::now()),
        running_since_(begin_) {}

  Verdict judge(const Look& look) {
    if (readiness_.completes) return judge_completion(look);
    const bool running = look.status == "running" || look.status == "paused";
    if (look.restarts != restarts_ || !running) running_since_ = Clock::now();
    restarts_ = look.restarts;
    if (!running) exit_code_ = look.exit_code;  // the engine forgets it when it starts it again
    if (!running) return judge_stopped(look);
    if (look.health == "healthy") return Verdict::ready;
    if (look.health == "unhealthy") {
      problem_ = "its health check fails" + (look.output.empty() ? "" : ": " + look.output);
      return Verdict::failed;
    }
    if (!look.health.empty()) return judge_restarts(look);
    const milliseconds enough = restarts_ == 0 ? period_ : std::max(period_, steady_run);
    if (Clock::now() - running_since_ < enough) return judge_restarts(look);
    return Verdict::ready;
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

private:
  Verdict judge_completion(const Look& look) {
    if (look.status != "exited" && look.status != "dead") return judge_restarts(look);
    if (look.exit_code == 0) return Verdict::ready;
    problem_ = "it ended with exit code " + std::to_string(look.exit_code);
    return Verdict::failed;
  }

  Verdict judge_stopped(const Look& look) {
    if (look.status == "restarting") return judge_restarts(look);
    problem_ = "it ended with exit code " + std::to_string(look.exit_code);
    if (look.exit_code == 0) {
      problem_ +=
          "; what is meant to end needs a component that depends on it with "
          "service_completed_successfully";
    }
    return Verdict::failed;
  }

  Verdict judge_restarts(const Look& look) {
    const bool tried = look.restarts >= most_restarts && Clock::now() - begin_ >= period_;
    if (!tried) return Verdict::not_yet;
    problem_ = "it keeps ending (" +
               (exit_code_ ? "exit code " + std::to_string(*exit_code_) + ", " : std::string()) +
               "started " + std::to_string(look.restarts) + " times more)";
    return Verdict::failed;
  }

  Readiness readiness_;
  milliseconds period_;
  Clock::time_point begin_;
  Clock::time_point running_since_;
  int restarts_ = 0;
  std::optional<int> exit_code_;
  std::string problem_;
};

}  // namespace

Result<void> await_ready(Node& node,
                         Pause& pause,
                         const std::string& id,
                         const Readiness& readiness) {
  Watch watch(readiness);
  milliseconds next = first_look;
  bool ready = false;
  Clock::time_point ready_since;
  for (;;) {
    const Node::Found found = node.container(id);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!found->has_value()) return fail(ErrorKind::conflict, "somebody has removed it");
    const Verdict verdict = watch.judge(read_look(**found));
    if (verdict == Verdict::failed) return fail(ErrorKind::conflict, watch.problem());
    if (verdict == Verdict::ready) {
      if (!ready) ready_since = Clock::now();
      ready = true;
      if (readiness.completes || Clock::now() - ready_since >= readiness.monitor) return {};
    } else {
      ready = false;
    }
    const Result<void> slept = pause.sleep(next);
    if (!slept) return slept;
    next = std::min(next * 2, slowest_look);
  }
}

}  // namespace sealock::proxy
