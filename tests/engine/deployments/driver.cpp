// Runs deployments without a proxy in front of them, so that a test can kill it at a chosen instant.
//
//   deploy_driver SETTINGS COMMAND [ARGUMENT]...
//
// SETTINGS is a JSON object: {"engine": SOCKET, "rules": FOLDER, "policy": NAME, "audit": FILE,
// "state": FOLDER, "secrets": FOLDER, "compositions": FOLDER, "kill": {...}, "start_period_ms": N}. A composition is the file
// NAME.json, in the form of to_json(Composition). Each command first recovers what an earlier process
// left, and waits for it. The answer is one JSON document on stdout; errors are {"error", "text"}.
//
//   recover | check ORDER | deploy ORDER [cancel_at N] | two ORDER ORDER | rollback ID ORDER
//   status | drift | list | inspect ID | events ID
//
// "kill": {"before_write": N} dies by SIGKILL instead of sending the Nth request that changes
// something; {"during_write": N} a moment after it was sent; {"after_write": N} when its answer is
// there; {"step": N, "state": "started"} when the journal says so.

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/policy_set.hpp"
#include "proxy/deploy/deployments.hpp"
#include "proxy/deploy/judged_engine.hpp"
#include "proxy/deploy/store.hpp"
#include "proxy/observe/audit_log.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <thread>

#include <unistd.h>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;)
    ::pause();
}

class MortalEngine : public Engine {
public:
  MortalEngine(Engine& engine, const json& kill) : engine_(engine), kill_(kill) {}

  Result<EngineAnswer> call(const EngineCall& call) override {
    if (call.method == policy::Method::get) return engine_.call(call);
    const int number = ++writes_;
    if (kill_.value("before_write", 0) == number) die();
    if (kill_.value("during_write", 0) == number) {
      std::thread([] {
        std::this_thread::sleep_for(3ms);
        die();
      }).detach();
    }
    Result<EngineAnswer> answer = engine_.call(call);
    if (kill_.value("after_write", 0) == number) die();
    return answer;
  }

private:
  Engine& engine_;
  const json& kill_;
  std::atomic<int> writes_ = 0;
};

json error_json(const Error& error) {
  constexpr const char* kinds[] = {
      "internal",  "bad_request",    "denied",         "not_found",          "conflict",
      "too_large", "head_too_large", "engine_garbage", "engine_unreachable", "engine_timeout"};
  return {{"error", kinds[static_cast<int>(error.kind)]}, {"text", error.text}};
}

json answer_json(const Result<json>& result) {
  return result ? *result : error_json(result.error());
}

DeploymentOrder read_order(const std::string& text) {
  const json given = json::parse(text);
  DeploymentOrder order;
  order.composition = given.value("composition", "");
  order.components = given.value("components", std::vector<std::string>());
  order.timeout = std::chrono::milliseconds(given.value("timeout_ms", 120'000));
  order.variables = given.value("variables", std::map<std::string, std::string>());
  order.idempotency_key = given.value("idempotency_key", "");
  order.by = "the driver";
  if (given.value("target", "node") == "swarm") order.target = DeploymentTarget::swarm;
  if (given.contains("gate")) {
    order.gate = Gate{given["gate"]["container"],
                      std::chrono::milliseconds(given["gate"].value("drain_ms", 0))};
  }
  return order;
}

class Driver {
public:
  explicit Driver(const json& settings)
      : settings_(settings), kill_(settings.value("kill", json::object())) {}

  int run(const std::vector<std::string>& words);

private:
  bool open();
  json command(const std::vector<std::string>& words);
  json deploy(const Result<Started>& started, int cancel_at);
  void finish(const std::string& id);
  void watch_journal(const std::string& id);
  bool reached(const std::string& id, int step, const std::string& state);

  const json& settings_;
  json kill_;
  std::unique_ptr<AuditLog> audit_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<JudgedEngine> judged_;
  std::unique_ptr<MortalEngine> engine_;
  std::unique_ptr<Deployments> deployments_;
};

bool Driver::open() {
  policy::Diagnostics diagnostics;
  const auto policies =
      policy::load_policies(settings_.at("rules").get<std::string>(),
                            {.tests = policy::LoadOptions::Tests::skip}, diagnostics);
  if (policies == nullptr) {
    std::cerr << diagnostics.to_text();
    return false;
  }
  AuditConfig audit;
  audit.sink = AuditConfig::Sink::file;
  audit.file = settings_.at("audit").get<std::string>();
  auto log = AuditLog::open(audit);
  auto store = Store::open(settings_.at("state").get<std::string>());
  const auto address = parse_engine_address(settings_.at("engine").get<std::string>());
  if (!log || !store || !address) {
    std::cerr << (!log     ? log.error().text
                  : !store ? store.error().text
                           : address.error().text)
              << "\n";
    return false;
  }
  audit_ = std::move(*log);
  store_ = std::move(*store);
  judged_ = std::make_unique<JudgedEngine>(*address, policies, settings_.value("policy", "rollout"),
                                           *audit_, Limits(), "");
  engine_ = std::make_unique<MortalEngine>(*judged_, kill_);
  const std::string folder = settings_.at("compositions").get<std::string>();
  const auto find = [folder](std::string_view name) -> Result<Composition> {
    std::ifstream file(folder + "/" + std::string(name) + ".json");
    if (!file) return fail(ErrorKind::not_found, "no such composition: " + std::string(name));
    return composition_from_json(json::parse(file));
  };
  DeploymentSettings settings;
  settings.state = settings_.at("state").get<std::string>();
  settings.secrets = {settings_.at("secrets").get<std::string>()};
  settings.patience.least_start_period =
      std::chrono::milliseconds(settings_.value("start_period_ms", 500));
  auto deployments = Deployments::open(*store_, *engine_, find, settings);
  if (!deployments) {
    std::cerr << deployments.error().text << "\n";
    return false;
  }
  deployments_ = std::move(*deployments);
  return true;
}

void Driver::finish(const std::string& id) {
  while (!deployments_->has_ended(id))
    deployments_->wait(id, 1'000'000'000, 100ms);
}

bool Driver::reached(const std::string& id, int step, const std::string& state) {
  const json seen = *deployments_->inspect(id);
  for (const json& one : seen.at("steps")) {
    if (one.at("number") == step && one.at("state") == state) return true;
  }
  return false;
}

void Driver::watch_journal(const std::string& id) {
  if (!kill_.contains("step")) return;
  std::thread([this, id] {
    while (!reached(id, kill_.at("step"), kill_.at("state")))
      std::this_thread::sleep_for(500us);
    die();
  }).detach();
}

json Driver::deploy(const Result<Started>& started, int cancel_at) {
  if (!started) return error_json(started.error());
  watch_journal(started->id);
  json cancelled = nullptr;
  if (cancel_at > 0) {
    while (!reached(started->id, cancel_at, "started") && !deployments_->has_ended(started->id))
      std::this_thread::sleep_for(500us);
    const Result<void> result = deployments_->cancel(started->id, "the driver");
    cancelled = result ? json(true) : error_json(result.error());
  }
  finish(started->id);
  json answer = answer_json(deployments_->inspect(started->id));
  answer["already"] = started->already;
  if (!cancelled.is_null()) answer["cancelled"] = cancelled;
  return answer;
}

json Driver::command(const std::vector<std::string>& words) {
  const std::string& name = words.at(0);
  if (name == "recover") return deployments_->list(1);
  if (name == "check") return answer_json(deployments_->check(read_order(words.at(1))));
  if (name == "deploy") {
    const int cancel_at = words.size() > 3 ? std::stoi(words.at(3)) : 0;
    return deploy(deployments_->start(read_order(words.at(1))), cancel_at);
  }
  if (name == "two") {
    const Result<Started> first = deployments_->start(read_order(words.at(1)));
    const Result<Started> second = deployments_->start(read_order(words.at(2)));
    json answer = json::array({deploy(first, 0)});
    answer.push_back(second ? json(second->id) : error_json(second.error()));
    return answer;
  }
  if (name == "rollback") {
    return deploy(deployments_->rollback(words.at(1), read_order(words.at(2))), 0);
  }
  if (name == "status") return answer_json(deployments_->status(Deployments::Look::state));
  if (name == "drift") return answer_json(deployments_->status(Deployments::Look::drift));
  if (name == "list") return deployments_->list(1000);
  if (name == "inspect") return answer_json(deployments_->inspect(words.at(1)));
  if (name == "events") return answer_json(deployments_->events(words.at(1), 0));
  return {{"error", "usage"}, {"text", "unknown command " + name}};
}

int Driver::run(const std::vector<std::string>& words) {
  if (!open()) return 2;
  deployments_->recover();
  const json newest = deployments_->list(1);
  if (!newest.empty()) finish(newest[0].at("id"));
  const json answer = command(words);
  std::cout << answer.dump() << "\n";
  deployments_->stop();
  return 0;
}

}  // namespace
}  // namespace sealock::proxy

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "usage: deploy_driver SETTINGS COMMAND [ARGUMENT]...\n";
    return 2;
  }
  try {
    const nlohmann::json settings = nlohmann::json::parse(arguments[1]);
    sealock::proxy::Driver driver(settings);
    return driver.run({arguments + 2, arguments + count});
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
