#include "proxy/deploy/endpoints.hpp"

#include "policy/engine_api/body_schemas.hpp"
#include "policy/request/json_reader.hpp"
#include "proxy/deploy/compose_reader.hpp"
#include "proxy/deploy/compose_values.hpp"
#include "proxy/deploy/compositions.hpp"
#include "proxy/deploy/deployments.hpp"

#include <array>
#include <utility>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using policy::OperationId;
using policy::Value;

constexpr std::size_t most_listed = 1000;
constexpr std::size_t usually_listed = 50;

Result<OwnAnswer> answer_with(const Result<json>& body, int status = 200) {
  if (!body) return tl::unexpected<Error>(body.error());
  return OwnAnswer{status, body->dump() + "\n", {}};
}

bool query_flag(const OwnRequest& request, std::string_view name) {
  const Value* value = request.request.find_query(name);
  const bool* flag = value == nullptr ? nullptr : value->boolean();
  return flag != nullptr && *flag;
}

Act act_of(const OwnRequest& request) {
  return query_flag(request, "check") ? Act::check : Act::change;
}

std::optional<std::int64_t> query_number(const OwnRequest& request, std::string_view name) {
  const Value* value = request.request.find_query(name);
  return value == nullptr ? std::nullopt : value->integer();
}

std::string header(const OwnRequest& request, std::string_view name) {
  for (const auto& [known, value] : request.request.headers)
    if (known == name) return value;
  return {};
}

Result<std::chrono::milliseconds> duration_of(const Value& body,
                                              std::string_view field,
                                              std::chrono::milliseconds otherwise) {
  const std::string_view text = body.text(field);
  if (text.empty()) return otherwise;
  const auto duration = parse_compose_duration(text);
  if (!duration) {
    return bad_request("'" + std::string(field) + "' must be a duration (10s, 5m), not '" +
                       std::string(text) + "'");
  }
  return std::chrono::ceil<std::chrono::milliseconds>(*duration);
}

Result<void> read_gate(const Value& body, DeploymentOrder& order) {
  const Value* gate = body.find("gate");
  if (gate == nullptr || gate->is_zero()) return {};
  const auto drain = duration_of(*gate, "drain", std::chrono::milliseconds(0));
  if (!drain) return tl::unexpected<Error>(drain.error());
  order.gate = Gate{std::string(gate->text("container")), *drain};
  if (order.gate->container.empty()) return bad_request("'gate' needs 'container'");
  return {};
}

Result<DeploymentOrder> read_order(const OwnRequest& request) {
  const Value& body = request.request.body;
  DeploymentOrder order;
  order.composition = body.text("composition");
  const auto timeout = duration_of(body, "timeout", order.timeout);
  if (!timeout) return tl::unexpected<Error>(timeout.error());
  order.timeout = *timeout;
  const Result<void> gate = read_gate(body, order);
  if (!gate) return tl::unexpected<Error>(gate.error());
  if (const Value* components = body.find("components"); components && components->list()) {
    for (const Value& one : *components->list())
      if (one.string() != nullptr) order.components.push_back(*one.string());
  }
  if (const Value* variables = body.find("variables"); variables && variables->object()) {
    for (const auto& [name, value] : *variables->object())
      if (value.string() != nullptr) order.variables[name] = *value.string();
  }
  const std::string_view target = body.text("target");
  if (!target.empty() && target != "node" && target != "swarm") {
    return bad_request("'target' is node or swarm, not '" + std::string(target) + "'");
  }
  order.target = target == "swarm" ? DeploymentTarget::swarm : DeploymentTarget::node;
  order.idempotency_key = header(request, "idempotency-key");
  order.by = request.by;
  return order;
}

Value value_of(const json& document) {
  auto value = policy::read_json(document.dump());
  return value ? std::move(*value) : Value();
}

}  // namespace

Result<Value> Endpoints::read_body(const policy::Request& request, const std::string& text) {
  policy::Diagnostics diagnostics;
  const auto composition = read_compose(request.target, request.target, text, diagnostics);
  if (!composition) return bad_request(diagnostics.to_text());
  return policy::read_json_body(judged_body(*composition).dump(),
                                *policy::body_schema(OperationId::composition_put));
}

policy::Fact Endpoints::find(const policy::Lookup& lookup) {
  policy::Fact fact;
  fact.lookup = lookup;
  const bool is_deployment = lookup.kind == policy::ObjectKind::deployment;
  try {
    const Result<json> found = is_deployment ? deployments_.inspect(deployment_id(lookup.name))
                                             : compositions_.inspect(lookup.name);
    fact.exists = found.has_value();
    fact.failed = !found && found.error().kind != ErrorKind::not_found;
    if (found) fact.inspect = value_of(*found);
    if (found) fact.id = lookup.name;
  } catch (const std::exception&) {
    fact.failed = true;  // the rules that look at it deny
  }
  return fact;
}

Result<OwnAnswer> Endpoints::answer(const OwnRequest& request) {
  using Handler = Result<OwnAnswer> (Endpoints::*)(const OwnRequest&);
  constexpr std::array<std::pair<OperationId, Handler>, 14> handlers{{
      {OperationId::composition_delete, &Endpoints::remove},
      {OperationId::composition_diff, &Endpoints::diff},
      {OperationId::composition_inspect, &Endpoints::inspect},
      {OperationId::composition_label, &Endpoints::label},
      {OperationId::composition_list, &Endpoints::list},
      {OperationId::composition_put, &Endpoints::put},
      {OperationId::deployment_cancel, &Endpoints::cancel},
      {OperationId::deployment_create, &Endpoints::deploy},
      {OperationId::deployment_events, &Endpoints::events},
      {OperationId::deployment_inspect, &Endpoints::inspect_deployment},
      {OperationId::deployment_list, &Endpoints::list_deployments},
      {OperationId::deployment_rollback, &Endpoints::rollback},
      {OperationId::deployment_status, &Endpoints::status},
      {OperationId::release_tag, &Endpoints::tag},
  }};
  for (const auto& [id, handler] : handlers)
    if (id == request.request.operation->id) return (this->*handler)(request);
  return fail(ErrorKind::internal,
              std::string(request.request.operation->name) + " is no operation of sealock's own");
}

// --- Compositions

Result<OwnAnswer> Endpoints::put(const OwnRequest& request) {
  const Result<json> stored =
      compositions_.put(request.request.target, request.body_text, request.by, act_of(request));
  if (!stored) return tl::unexpected<Error>(stored.error());
  const bool made = (*stored)["changed"].get<bool>() && act_of(request) == Act::change;
  Result<OwnAnswer> answer = answer_with(stored, made ? 201 : 200);
  answer->location = "/sealock/v1/compositions/" + request.request.target;
  return answer;
}

Result<OwnAnswer> Endpoints::list(const OwnRequest& request) {
  static_cast<void>(request);
  return answer_with(compositions_.list());
}

Result<OwnAnswer> Endpoints::inspect(const OwnRequest& request) {
  return answer_with(compositions_.inspect(request.request.target));
}

Result<OwnAnswer> Endpoints::diff(const OwnRequest& request) {
  const Value* other = request.request.find_query("with");
  if (other == nullptr || other->string() == nullptr || other->string()->empty()) {
    return bad_request("which other composition? ?with=NAME");
  }
  return answer_with(compositions_.diff(request.request.target, *other->string()));
}

Result<OwnAnswer> Endpoints::remove(const OwnRequest& request) {
  const Result<void> removed = compositions_.remove(request.request.target, act_of(request));
  if (!removed) return tl::unexpected<Error>(removed.error());
  return OwnAnswer{204, {}, {}};
}

Result<OwnAnswer> Endpoints::label(const OwnRequest& request) {
  const Result<json> labelled =
      compositions_.label(request.request.target, std::string(request.request.body.text("label")),
                          request.by, act_of(request));
  if (!labelled) return tl::unexpected<Error>(labelled.error());
  const bool made = (*labelled)["changed"].get<bool>() && act_of(request) == Act::change;
  return answer_with(labelled, made ? 201 : 200);
}

Result<OwnAnswer> Endpoints::tag(const OwnRequest& request) {
  const Value& body = request.request.body;
  const TagOrder order{std::string(body.text("image")), std::string(body.text("tag")),
                       std::string(body.text("digest")), std::string(body.text("expect"))};
  return answer_with(compositions_.tag(order, request.by, act_of(request)));
}

// --- Deployments

std::string Endpoints::deployment_id(std::string_view id) {
  if (id != "latest") return std::string(id);
  const json newest = deployments_.list(1);
  return newest.empty() ? std::string(id) : newest[0].value("id", std::string());
}

// A deployment goes on whether somebody follows it or not.
OwnAnswer Endpoints::follow(const std::string& id, std::int64_t since) {
  struct Progress {
    std::string id;
    std::int64_t seen;
    bool begun = false;
  };
  const auto progress = std::make_shared<Progress>(Progress{id, since});
  OwnAnswer answer;
  answer.follow = [this, progress]() -> OwnPiece {
    OwnPiece piece;
    if (!progress->begun) piece.text = json{{"deployment", progress->id}}.dump() + "\n";
    progress->begun = true;
    piece.last = deployments_.has_ended(progress->id);  // before its last events are read
    const Result<json> events = deployments_.events(progress->id, progress->seen);
    if (!events) return {piece.text + json{{"message", events.error().text}}.dump() + "\n", true};
    for (const json& event : *events) {
      progress->seen = event.value("number", progress->seen);
      piece.text += event.dump() + "\n";
    }
    if (!piece.last) return piece;
    const Result<json> end = deployments_.inspect(progress->id);
    json line{{"deployment", progress->id}};
    for (const char* field : {"composition", "state", "text", "changed"})
      if (end && end->contains(field)) line[field] = (*end)[field];
    piece.text += line.dump() + "\n";
    return piece;
  };
  return answer;
}

OwnAnswer Endpoints::accepted(const OwnRequest& request, const std::string& id, bool already) {
  const bool stream = request.wants_stream || query_flag(request, "stream");
  OwnAnswer answer;
  if (stream) answer = follow(id, 0);
  if (!stream) answer.body = json{{"id", id}, {"already", already}}.dump() + "\n";
  answer.status = already ? 200 : 202;
  answer.location = "/sealock/v1/deployments/" + id;
  return answer;
}

Result<OwnAnswer> Endpoints::deploy(const OwnRequest& request) {
  const Result<DeploymentOrder> order = read_order(request);
  if (!order) return tl::unexpected<Error>(order.error());
  if (order->composition.empty()) return bad_request("'composition' is missing");
  if (request.request.body.flag("check")) return answer_with(deployments_.check(*order));
  const Result<Started> started = deployments_.start(*order);
  if (!started) return tl::unexpected<Error>(started.error());
  return accepted(request, started->id, started->already);
}

Result<OwnAnswer> Endpoints::rollback(const OwnRequest& request) {
  const Result<DeploymentOrder> order = read_order(request);
  if (!order) return tl::unexpected<Error>(order.error());
  const Result<Started> started =
      deployments_.rollback(deployment_id(request.request.target), *order);
  if (!started) return tl::unexpected<Error>(started.error());
  return accepted(request, started->id, started->already);
}

Result<OwnAnswer> Endpoints::list_deployments(const OwnRequest& request) {
  const auto limit = query_number(request, "limit");
  std::size_t count = usually_listed;
  if (limit && *limit > 0) count = std::min(static_cast<std::size_t>(*limit), most_listed);
  return answer_with(deployments_.list(count));
}

Result<OwnAnswer> Endpoints::inspect_deployment(const OwnRequest& request) {
  return answer_with(deployments_.inspect(deployment_id(request.request.target)));
}

Result<OwnAnswer> Endpoints::events(const OwnRequest& request) {
  const std::string id = deployment_id(request.request.target);
  const std::int64_t since = query_number(request, "since").value_or(0);
  const Result<json> events = deployments_.events(id, since);
  if (!events) return tl::unexpected<Error>(events.error());
  if (request.wants_stream || query_flag(request, "follow")) return follow(id, since);
  return answer_with(events);
}

Result<OwnAnswer> Endpoints::cancel(const OwnRequest& request) {
  const std::string id = deployment_id(request.request.target);
  const Result<void> cancelled = deployments_.cancel(id, request.by);
  if (!cancelled) return tl::unexpected<Error>(cancelled.error());
  return answer_with(json{{"id", id}}, 202);
}

Result<OwnAnswer> Endpoints::status(const OwnRequest& request) {
  const bool drift = query_flag(request, "drift");
  return answer_with(
      deployments_.status(drift ? Deployments::Look::drift : Deployments::Look::state));
}

}  // namespace sealock::proxy
