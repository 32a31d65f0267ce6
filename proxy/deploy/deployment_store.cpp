#include "proxy/deploy/deployment_store.hpp"

#include "proxy/deploy/store.hpp"

#include <array>
#include <utility>

namespace sealock::proxy {
namespace {

using nlohmann::json;

constexpr const char* tables = R"(
CREATE TABLE IF NOT EXISTS deployments (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  composition TEXT NOT NULL,
  state TEXT NOT NULL,
  text TEXT NOT NULL,
  target TEXT NOT NULL,
  kind TEXT NOT NULL,
  by TEXT NOT NULL,
  previous TEXT NOT NULL,
  asked TEXT NOT NULL,
  changed INTEGER NOT NULL,
  idempotency_key TEXT UNIQUE,
  order_digest TEXT NOT NULL,
  started TEXT NOT NULL,
  ended TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deployment_steps (
  deployment TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  component TEXT NOT NULL,
  arguments TEXT NOT NULL,
  state TEXT NOT NULL,
  object TEXT NOT NULL,
  PRIMARY KEY (deployment, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deployment_events (
  deployment TEXT NOT NULL,
  number INTEGER NOT NULL,
  time TEXT NOT NULL,
  level TEXT NOT NULL,
  component TEXT NOT NULL,
  action TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (deployment, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS container_looks (
  container TEXT PRIMARY KEY,
  looks TEXT NOT NULL) WITHOUT ROWID;
)";

constexpr const char* columns =
    "id, composition, state, text, target, kind, by, previous, asked, changed, idempotency_key, "
    "order_digest, started, ended";

constexpr std::array<std::string_view, 6> state_names{"running",   "rolling_back", "finishing",
                                                      "succeeded", "rolled_back",  "failed"};
constexpr std::array<std::string_view, 5> step_names{"pending", "started", "done", "undone",
                                                     "failed"};
constexpr std::array<std::string_view, 3> level_names{"info", "warning", "error"};

template <typename Enum, std::size_t size>
Enum parse_name(const std::array<std::string_view, size>& names, std::string_view text) {
  for (std::size_t index = 0; index < size; ++index) {
    if (names.at(index) == text) return static_cast<Enum>(index);
  }
  throw StoreError("the database holds an unknown word '" + std::string(text) +
                   "'; it was written by another version of sealock");
}

json parse_column(const std::string& text) {
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) throw StoreError("the database holds a broken JSON text");
  return value;
}

Deployment read_deployment(const Statement& row) {
  Deployment deployment;
  deployment.id = row.text(0);
  deployment.composition = row.text(1);
  deployment.state = parse_name<DeploymentState>(state_names, row.text(2));
  deployment.text = row.text(3);
  deployment.target = row.text(4);
  deployment.kind = row.text(5);
  deployment.by = row.text(6);
  deployment.previous = row.text(7);
  deployment.order = parse_column(row.text(8));
  deployment.changed = row.integer(9) != 0;
  deployment.idempotency_key = row.text(10);
  deployment.order_digest = row.text(11);
  deployment.started = row.text(12);
  deployment.ended = row.text(13);
  return deployment;
}

std::vector<Deployment> read_deployments(Statement& rows) {
  std::vector<Deployment> list;
  while (rows.next())
    list.push_back(read_deployment(rows));
  return list;
}

std::optional<Deployment> read_one(Statement& rows) {
  if (!rows.next()) return std::nullopt;
  return read_deployment(rows);
}

void write_step(Store& store, std::string_view id, const Step& step) {
  Statement statement(store,
                      "INSERT OR REPLACE INTO deployment_steps (deployment, number, kind, "
                      "component, arguments, state, object) VALUES (?, ?, ?, ?, ?, ?, ?)");
  statement.bind(id).bind(std::int64_t{step.number}).bind(step.kind).bind(step.component);
  statement.bind(step.arguments.dump()).bind(name_of(step.state)).bind(step.object);
  statement.run();
}

void write_state(Store& store, std::string_view id, DeploymentState state) {
  Statement statement(store, "UPDATE deployments SET state = ?, ended = ? WHERE id = ?");
  statement.bind(name_of(state)).bind(is_final(state) ? time_now() : std::string()).bind(id);
  statement.run();
}

}  // namespace

std::string_view name_of(DeploymentState state) {
  return state_names.at(static_cast<std::size_t>(state));
}

std::string_view name_of(StepState state) {
  return step_names.at(static_cast<std::size_t>(state));
}

bool is_final(DeploymentState state) {
  return state == DeploymentState::succeeded || state == DeploymentState::rolled_back ||
         state == DeploymentState::failed;
}

DeploymentStore::DeploymentStore(Store& store) : store_(store) {
  store_.create_tables(tables);
}

bool DeploymentStore::add(const Deployment& deployment, const std::vector<Step>& steps) {
  Transaction transaction(store_, Transaction::Purpose::write);
  Statement known(store_, "SELECT 1 FROM deployments WHERE id = ?");
  known.bind(deployment.id);
  if (known.next()) return false;
  Statement row(store_, "INSERT INTO deployments (" + std::string(columns) +
                            ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  row.bind(deployment.id).bind(deployment.composition).bind(name_of(deployment.state));
  row.bind(deployment.text).bind(deployment.target).bind(deployment.kind).bind(deployment.by);
  row.bind(deployment.previous).bind(deployment.order.dump());
  row.bind(std::int64_t{deployment.changed ? 1 : 0});
  if (deployment.idempotency_key.empty()) {
    row.bind_null();
  } else {
    row.bind(deployment.idempotency_key);
  }
  row.bind(deployment.order_digest).bind(time_now());
  row.bind(is_final(deployment.state) ? time_now() : std::string());
  row.run();
  for (const Step& step : steps)
    write_step(store_, deployment.id, step);
  transaction.commit();
  return true;
}

void DeploymentStore::set_state(std::string_view id, DeploymentState state, std::string_view text) {
  Transaction transaction(store_, Transaction::Purpose::write);
  write_state(store_, id, state);
  Statement statement(store_, "UPDATE deployments SET text = ? WHERE id = ?");
  statement.bind(text).bind(id);
  statement.run();
  transaction.commit();
}

void DeploymentStore::set_step(std::string_view id, const Step& step) {
  Transaction transaction(store_, Transaction::Purpose::write);
  write_step(store_, id, step);
  transaction.commit();
}

void DeploymentStore::set_step_and_state(std::string_view id,
                                         const Step& step,
                                         DeploymentState state) {
  Transaction transaction(store_, Transaction::Purpose::write);
  write_step(store_, id, step);
  write_state(store_, id, state);
  transaction.commit();
}

void DeploymentStore::add_event(std::string_view id, Event event) {
  Transaction transaction(store_, Transaction::Purpose::write);
  Statement statement(store_,
                      "INSERT INTO deployment_events (deployment, number, time, level, component, "
                      "action, text) VALUES (?, (SELECT COALESCE(MAX(number), 0) + 1 FROM "
                      "deployment_events WHERE deployment = ?), ?, ?, ?, ?, ?)");
  statement.bind(id).bind(id).bind(time_now());
  statement.bind(level_names.at(static_cast<std::size_t>(event.level)));
  statement.bind(event.component).bind(event.action).bind(event.text);
  statement.run();
  transaction.commit();
}

std::optional<Deployment> DeploymentStore::find(std::string_view id) {
  Transaction transaction(store_, Transaction::Purpose::read);
  Statement rows(store_, "SELECT " + std::string(columns) + " FROM deployments WHERE id = ?");
  rows.bind(id);
  return read_one(rows);
}

std::optional<Deployment> DeploymentStore::find_by_key(std::string_view idempotency_key) {
  Transaction transaction(store_, Transaction::Purpose::read);
  Statement rows(store_,
                 "SELECT " + std::string(columns) + " FROM deployments WHERE idempotency_key = ?");
  rows.bind(idempotency_key);
  return read_one(rows);
}

std::vector<Deployment> DeploymentStore::list(std::size_t limit) {
  Transaction transaction(store_, Transaction::Purpose::read);
  Statement rows(
      store_, "SELECT " + std::string(columns) + " FROM deployments ORDER BY number DESC LIMIT ?");
  rows.bind(static_cast<std::int64_t>(limit));
  return read_deployments(rows);
}

std::vector<Deployment> DeploymentStore::unfinished() {
  Transaction transaction(store_, Transaction::Purpose::read);
  Statement rows(store_, "SELECT " + std::string(columns) +
                             " FROM deployments WHERE state IN ('running', 'rolling_back', "
                             "'finishing') ORDER BY number");
  return read_deployments(rows);
}

std::optional<Deployment> DeploymentStore::last_succeeded(std::string_view target) {
  Transaction transaction(store_, Transaction::Purpose::read);
  Statement rows(store_, "SELECT " + std::string(columns) +
                             " FROM deployments WHERE state = 'succeeded' AND (? = '' OR "
                             "target = ?) ORDER BY number DESC LIMIT 1");
  rows.bind(target).bind(target);
  return read_one(rows);
}

std::vector<Step> DeploymentStore::steps(std::string_view id) {
  Transaction transaction(store_, Transaction::Purpose::read);
  Statement rows(store_,
                 "SELECT number, kind, component, arguments, state, object FROM deployment_steps "
                 "WHERE deployment = ? ORDER BY number");
  rows.bind(id);
  std::vector<Step> list;
  while (rows.next()) {
    Step step;
    step.number = static_cast<int>(rows.integer(0));
    step.kind = rows.text(1);
    step.component = rows.text(2);
    step.arguments = parse_column(rows.text(3));
    step.state = parse_name<StepState>(step_names, rows.text(4));
    step.object = rows.text(5);
    list.push_back(std::move(step));
  }
  return list;
}

std::vector<Event> DeploymentStore::events(std::string_view id, std::int64_t since) {
  Transaction transaction(store_, Transaction::Purpose::read);
  Statement rows(store_,
                 "SELECT number, time, level, component, action, text FROM deployment_events WHERE "
                 "deployment = ? AND number > ? ORDER BY number");
  rows.bind(id).bind(since);
  std::vector<Event> list;
  while (rows.next()) {
    Event event;
    event.number = rows.integer(0);
    event.time = rows.text(1);
    event.level = parse_name<EventLevel>(level_names, rows.text(2));
    event.component = rows.text(3);
    event.action = rows.text(4);
    event.text = rows.text(5);
    list.push_back(std::move(event));
  }
  return list;
}

void DeploymentStore::set_looks(std::string_view container, const json& looks) {
  Transaction transaction(store_, Transaction::Purpose::write);
  Statement statement(store_,
                      "INSERT OR REPLACE INTO container_looks (container, looks) VALUES (?, ?)");
  statement.bind(container).bind(looks.dump());
  statement.run();
  transaction.commit();
}

json DeploymentStore::looks(std::string_view container) {
  Transaction transaction(store_, Transaction::Purpose::read);
  Statement rows(store_, "SELECT looks FROM container_looks WHERE container = ?");
  rows.bind(container);
  if (!rows.next()) return nullptr;
  return parse_column(rows.text(0));
}

void DeploymentStore::forget_looks(std::string_view container) {
  Transaction transaction(store_, Transaction::Purpose::write);
  Statement statement(store_, "DELETE FROM container_looks WHERE container = ?");
  statement.bind(container);
  statement.run();
  transaction.commit();
}

}  // namespace sealock::proxy
