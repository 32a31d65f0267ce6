#include "proxy/deploy/rollout/rollout.hpp"

#include "proxy/deploy/rollout/actions.hpp"
#include "proxy/deploy/rollout/drift.hpp"
#include "proxy/deploy/rollout/labels.hpp"
#include "proxy/deploy/rollout/steps.hpp"
#include "proxy/deploy/rollout/swarm_actions.hpp"
#include "proxy/deploy/store.hpp"
#include "proxy/observe/log.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds between_tries{500};
// An engine that refuses to put something back may do so a moment later (a port in TIME_WAIT, a
// removal in progress).
constexpr int tries_to_put_back = 5;

bool is_kind(const Step& step, const char* kind) {
  return step.kind == kind;
}

}  // namespace

std::string describe(const Step& step) {
  static const std::map<std::string_view, const char*> words{
      {step_kind::pull, "pulls"},
      {step_kind::network, "makes network"},
      {step_kind::volume, "makes volume"},
      {step_kind::create, "creates"},
      {step_kind::close_gate, "closes the gate"},
      {step_kind::drain, "waits for the load balancer,"},
      {step_kind::start, "starts"},
      {step_kind::wait, "waits for"},
      {step_kind::stop, "stops"},
      {step_kind::aside, "puts aside the old"},
      {step_kind::take, "gives its name to the new"},
      {step_kind::open_gate, "opens the gate"},
      {step_kind::commit, "the new composition holds"},
      {step_kind::remove, "removes the old"},
      {step_kind::remove_network, "removes network"},
      {step_kind::secret, "makes secret"},
      {step_kind::service, "makes or updates service"},
      {step_kind::converge, "waits for the tasks of"},
      {step_kind::remove_service, "removes service"},
      {step_kind::remove_secret, "removes secret"},
  };
  const auto found = words.find(step.kind);
  std::string text = found == words.end() ? step.kind : found->second;
  for (const char* key : {"name", "image", "network"}) {
    if (step.arguments.contains(key)) text += " " + step.arguments.value(key, "");
  }
  if (step.arguments.contains("milliseconds")) {
    text += " " + std::to_string(step.arguments.value("milliseconds", std::int64_t{0})) + " ms";
  }
  return text;
}

Rollout::Rollout(Deployment deployment,
                 std::vector<Step> steps,
                 RolloutPlan plan,
                 DeploymentStore& store,
                 Engine& engine,
                 RolloutSetting setting)
    : deployment_(std::move(deployment)),
      steps_(std::move(steps)),
      plan_(std::move(plan)),
      store_(store),
      setting_(std::move(setting)),
      node_(engine, "deployment " + deployment_.id) {
  node_.set_stop(stop_source_.get_token());
  make_taker();
  committed_ = deployment_.state == DeploymentState::finishing;
  deadline_ =
      Clock::now() + milliseconds(deployment_.order.value("timeout_ms", std::int64_t{600'000}));
  node_.set_deadline(deadline_);
}

void Rollout::make_taker() {
  Say say = [this](const Step& step, const std::string& text) {
    this->say(EventLevel::info, step.component, step.kind, text);
  };
  if (deployment_.target == "swarm") {
    const SwarmPlan* plan = plan_.swarm ? &*plan_.swarm : nullptr;
    taker_ = std::make_unique<SwarmActions>(deployment_.id, node_, *this, plan, std::move(say));
    return;
  }
  auto actions =
      std::make_unique<Actions>(deployment_.id, node_, *this, setting_.patience, std::move(say));
  actions->set_registry_auth(setting_.registry_auth);
  if (plan_.node) actions->set_plan(*plan_.node);
  for (const Step& step : steps_) {
    if (is_kind(step, step_kind::create) && !step.object.empty()) {
      actions->set_made(step.arguments.value("new", ""), step.object);
    }
  }
  taker_ = std::move(actions);
}

bool Rollout::cancel(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (committed_) return false;
  if (cancelled_.empty()) {
    // Written down before it is promised: a process that dies now is followed by one that puts back.
    store_.set_state(deployment_.id, DeploymentState::rolling_back, text);
    cancelled_ = text;
  }
  stop_source_.request_stop();
  woken_.notify_all();
  return true;
}

void Rollout::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  stop_source_.request_stop();
  woken_.notify_all();
}

Result<void> Rollout::check_interruption() const {
  if (stopping_) return fail(ErrorKind::conflict, "sealock is stopping");
  if (direction_ == Direction::back || committed_) return {};
  const std::lock_guard lock(mutex_);
  if (!cancelled_.empty()) return fail(ErrorKind::conflict, cancelled_);
  if (Clock::now() >= deadline_)
    return fail(ErrorKind::conflict, "it takes longer than its timeout");
  return {};
}

Result<void> Rollout::sleep(milliseconds time) {
  const Clock::time_point until = Clock::now() + time;
  for (;;) {
    const Result<void> going_on = check_interruption();
    if (!going_on) return going_on;
    const Clock::time_point now = Clock::now();
    if (now >= until) return {};
    std::unique_lock lock(mutex_);
    const bool forward = direction_ == Direction::forward && !committed_;
    woken_.wait_until(lock, forward ? std::min(until, deadline_) : until,
                      [&] { return stopping_ || (forward && !cancelled_.empty()); });
  }
}

void Rollout::say(EventLevel level,
                  const std::string& component,
                  const std::string& action,
                  std::string text) {
  Event event;
  event.level = level;
  event.component = component;
  event.action = action;
  event.text = std::move(text);
  try {
    store_.add_event(deployment_.id, std::move(event));
  } catch (const StoreError&) {
    // What is put back is put back, whether or not it can be told.
    if (direction_ == Direction::forward) throw;
  }
  if (setting_.changed) setting_.changed();
}

void Rollout::note(const Step& step) {
  store_.set_step(deployment_.id, step);
}

void Rollout::run() {
  try {
    resume();
  } catch (const StoreError& error) {
    // The journal says less than what was done, which recover() can deal with; going on cannot.
    log_error("deployment_not_recorded", {{"deployment", deployment_.id}, {"text", error.what()}});
  } catch (const std::exception& error) {
    log_error("deployment_failed", {{"deployment", deployment_.id}, {"text", error.what()}});
  }
}

void Rollout::resume() {
  if (deployment_.state == DeploymentState::rolling_back) return go_back(deployment_.text);
  const bool found = !plan_.node && !plan_.swarm;
  if (found && !committed_) {
    if (!is_prepared(steps_)) {
      return go_back("sealock was restarted before all of it was made");
    }
    say(EventLevel::warning, "", "resume", "sealock was restarted; the deployment goes on");
  } else if (found) {
    say(EventLevel::warning, "", "resume", "sealock was restarted; the deployment is finished");
  }
  std::string problem = try_forward();
  // A full disk after the commit: there is no way back, so there is one forward until there is room.
  while (committed_ && !problem.empty() && sleep(std::chrono::seconds(1)))
    problem = try_forward();
  if (stopping_ || problem.empty()) return;
  go_back(problem);
}

// What went wrong; empty when the deployment has succeeded.
std::string Rollout::try_forward() {
  try {
    const Result<void> done = go_forward();
    if (!done) return done.error().text;
    succeed();
    return {};
  } catch (const StoreError& error) {
    log_error("deployment_not_recorded", {{"deployment", deployment_.id}, {"text", error.what()}});
    return error.what();
  }
}

Result<void> Rollout::go_forward() {
  for (Step& step : steps_) {
    if (step.state == StepState::done) continue;
    // The gate is open again: from here to the commit there is nothing to be waited for.
    if (!is_kind(step, step_kind::commit)) {
      const Result<void> going_on = check_interruption();
      if (!going_on) return going_on;
    }
    const Result<void> taken = take(step);
    if (taken) continue;
    if (stopping_ || !committed_) return taken;
    warnings_.push_back(taken.error().text);
    say(EventLevel::warning, step.component, step.kind, taken.error().text);
    step.state = StepState::failed;
    note(step);
  }
  return {};
}

Result<void> Rollout::take(Step& step) {
  step.state = StepState::started;
  note(step);
  say(EventLevel::info, step.component, step.kind, describe(step));
  Result<void> taken = attempt([&] { return taker_->take(step); });
  if (!taken) {
    // What the engine refused was not done; what it never answered may have been.
    if (!is_transient(taken.error())) step.state = StepState::failed;
    return taken;
  }
  step.state = StepState::done;
  if (!is_kind(step, step_kind::commit)) {
    note(step);
    return taken;
  }
  {
    const std::lock_guard lock(mutex_);
    if (!cancelled_.empty()) return fail(ErrorKind::conflict, cancelled_);
    store_.set_step_and_state(deployment_.id, step, DeploymentState::finishing);
    committed_ = true;
  }
  return taken;
}

// An engine that has gone away is waited for: it may be restarted in the middle of a deployment.
Result<void> Rollout::attempt(const std::function<Result<void>()>& action) {
  bool said = false;
  for (;;) {
    Result<void> result = action();
    if (result || !is_transient(result.error())) return result;
    if (!said) say(EventLevel::warning, "", "engine", result.error().text + "; trying again");
    said = true;
    const Result<void> slept = sleep(between_tries);
    // The stop token also ends a call, which then looks like a silent engine.
    if (!slept) return slept;
  }
}

void Rollout::go_back(const std::string& because) {
  {
    const std::lock_guard lock(mutex_);
    direction_ = Direction::back;
  }
  const auto quietly = [&](const auto& write) {
    try {
      write();
    } catch (const StoreError& error) {
      log_error("deployment_not_recorded",
                {{"deployment", deployment_.id}, {"text", error.what()}});
    }
  };
  quietly([&] {
    store_.set_state(deployment_.id, DeploymentState::rolling_back, because);
    say(EventLevel::error, "", "roll_back", because + "; what was changed is put back");
  });
  std::vector<std::string> problems;
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    if (step->state == StepState::pending || step->state == StepState::undone) continue;
    if (!put_back(*step)) {
      if (stopping_) return;
      problems.push_back(step->arguments.value("problem", ""));
    }
    quietly([&] { note(*step); });
  }
  std::string text = because;
  for (const std::string& problem : problems)
    text += "; not put back: " + problem;
  end(problems.empty() ? DeploymentState::rolled_back : DeploymentState::failed, text);
}

// False when the engine refuses for good; the step then says why.
bool Rollout::put_back(Step& step) {
  for (int tries = 1;; ++tries) {
    const Result<void> done = attempt([&] { return taker_->put_back(step); });
    if (done) {
      step.state = StepState::undone;
      step.arguments.erase("problem");
      return true;
    }
    if (stopping_) return false;
    if (tries < tries_to_put_back && sleep(between_tries)) continue;
    step.state = StepState::failed;
    step.arguments["problem"] = describe(step) + ": " + done.error().text;
    return false;
  }
}

void Rollout::remember_looks() {
  for (const Step& step : steps_) {
    if (is_kind(step, step_kind::remove) || is_kind(step, step_kind::remove_service)) {
      store_.forget_looks(step.arguments.value("old", ""));
    }
    if (is_kind(step, step_kind::service)) {
      const Node::Found service = node_.service(step.object);
      if (service && service->has_value()) {
        store_.set_looks(step.object, looks_of_service(**service, setting_.key));
      }
    }
    if (!is_kind(step, step_kind::create)) continue;
    const Node::Found found = node_.container(step.object);
    if (found && found->has_value()) {
      store_.set_looks(step.object, looks_of(**found, setting_.key));
    }
  }
}

void Rollout::succeed() {
  remember_looks();
  std::string text = deployment_.composition + " is deployed";
  for (const std::string& warning : warnings_)
    text += "; " + warning;
  end(DeploymentState::succeeded, text);
}

// A state that cannot be written (disk full) would block every further deployment, so it is tried
// until it can be, or until we are to stop.
void Rollout::end(DeploymentState state, const std::string& text) {
  for (;;) {
    try {
      const bool well = state == DeploymentState::succeeded;
      say(well ? EventLevel::info : EventLevel::error, "", std::string(name_of(state)), text);
      store_.set_state(deployment_.id, state, text);
      if (setting_.changed) setting_.changed();
      log_info("deployment_ended", {{"deployment", deployment_.id},
                                    {"composition", deployment_.composition},
                                    {"state", name_of(state)},
                                    {"text", text}});
      return;
    } catch (const StoreError& error) {
      log_error("deployment_not_recorded",
                {{"deployment", deployment_.id}, {"text", error.what()}});
    }
    if (!sleep(std::chrono::seconds(1))) return;
  }
}

}  // namespace sealock::proxy
