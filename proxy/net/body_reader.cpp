#include "proxy/net/body_reader.hpp"

#include "policy/request/json_reader.hpp"
#include "proxy/net/http_text.hpp"
#include "proxy/net/own_operations.hpp"
#include "proxy/net/pool_work.hpp"
#include "proxy/net/request_head.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace sealock::proxy {
namespace {

using policy::BodyKind;

// What clients send where no body belongs: nothing, `{}`, `null`, or the query over again, which is
// then no longer than a request line.
constexpr std::size_t no_body_limit = 64 * 1024;

bool is_empty_json(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return true;
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  const std::string_view value = text.substr(start, end - start + 1);
  return value == "{}" || value == "null";
}

// dockerode sends what it put into the query as JSON, too (clients.md 1.12): attach {"stream":true},
// stop {"t":0}. dockerd does not read it, and it is not sent on. A body that says more than the
// query is refused: whoever wrote it believes that it counts.
bool repeats_query(const policy::Request& request, std::string_view body) {
  if (request.operation->method != policy::Method::post) return false;
  const Result<policy::Value> value = policy::read_json(body);
  if (!value || !value->is_object()) return false;
  const auto in_query = [&](const policy::Value::Member& member) {
    const auto& dropped = request.dropped_parameters;
    return request.find_query(member.first) != nullptr ||
           std::find(dropped.begin(), dropped.end(), member.first) != dropped.end();
  };
  return std::all_of(value->object()->begin(), value->object()->end(), in_query);
}

bool is_media_type(std::string_view field, std::string_view type) {
  const std::string_view media = field.substr(0, field.find(';'));
  const std::size_t end = media.find_last_not_of(" \t");
  return equals_ignoring_case(media.substr(0, end + 1), type);
}

std::size_t limit_of(const policy::Operation& operation, const Limits& limits) {
  if (operation.body_kind != BodyKind::json) return no_body_limit;
  for (const std::string_view start : {"/services", "/configs", "/secrets"}) {
    if (operation.path.starts_with(start)) return limits.spec_bytes;
  }
  return limits.body_bytes;
}

Result<void> check_content_type(const Turn& turn, bool empty) {
  const std::string_view type = turn.head.content_type;
  if (is_media_type(type, "application/x-www-form-urlencoded") ||
      is_media_type(type, "multipart/form-data")) {
    // dockerd lets a form in the body win over the query (engine-facts.md A15, 3.4).
    if (!empty || turn.request.operation->body_kind == BodyKind::opaque) {
      return bad_request("forms are not taken; send Content-Type: application/json (or a tar)");
    }
  }
  if (empty || turn.request.operation->body_kind != BodyKind::json) return {};
  if (is_media_type(type, "application/json")) return {};
  if (turn.request.operation->id == policy::OperationId::composition_put) {
    for (const std::string_view yaml :
         {"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"}) {
      if (is_media_type(type, yaml)) return {};
    }
    return bad_request(
        "a Compose file comes with Content-Type: application/yaml or application/json");
  }
  return bad_request("the body must come with Content-Type: application/json");
}

Task<Result<std::string>> read_whole_body(ClientConnection& client,
                                          Turn& turn,
                                          const Limits& limits,
                                          std::size_t limit_bytes) {
  const auto too_large = [&] {
    return fail(ErrorKind::too_large,
                "the body is longer than " + std::to_string(limit_bytes) + " bytes");
  };
  std::string body;
  if (turn.head.framing == Framing::length && turn.head.content_length > limit_bytes) {
    co_return too_large();
  }
  std::string& input = client.input();
  if (turn.head.expect_continue && input.empty() && !turn.framer.done()) {
    const ErrorCode sent = co_await send_all(client.socket(), "HTTP/1.1 100 Continue\r\n\r\n");
    if (sent) co_return bad_request("the client has gone");
  }
  for (;;) {
    std::size_t used = 0;
    while (!turn.framer.done() && used < input.size()) {
      const Result<BodyFramer::Piece> piece =
          turn.framer.next(std::string_view(input).substr(used));
      if (!piece) co_return tl::unexpected<Error>(piece.error());
      body.append(piece->payload);
      used += piece->consumed;
      if (body.size() > limit_bytes) co_return too_large();
    }
    input.erase(0, used);
    if (turn.framer.done()) co_return body;
    client.set_deadline(limits.body_timeout, ClientConnection::Wait::client);
    const bool more = co_await client.read_more();
    client.clear_deadline();
    if (!more) co_return bad_request("the body ended before its length");
  }
}

// A Compose file takes its time, which belongs to the other sessions of this worker.
Task<Result<policy::Value>> read_compose_body(const Turn& turn, Worker& worker, std::string text) {
  if (worker.own == nullptr) {
    co_return fail(ErrorKind::not_found, "deployments are not configured here");
  }
  const std::function<Result<policy::Value>()> work = [&turn, own = worker.own, text] {
    return own->read_body(turn.request, text);
  };
  Result<policy::Value> value = co_await run_in_pool(worker.context, *worker.pool, work);
  co_return value;
}

}  // namespace

bool has_body(const Turn& turn) {
  return turn.request.operation->body_kind != BodyKind::none || !turn.framer.done();
}

Task<Result<void>> read_body(ClientConnection& client, Turn& turn, Worker& worker) {
  const Limits& limits = worker.limits;
  const policy::Operation& operation = *turn.request.operation;
  if (operation.body_kind == BodyKind::opaque) {
    const bool empty = turn.framer.done();
    co_return check_content_type(turn, empty && turn.head.content_type.empty());
  }
  const bool wants_body = operation.body_kind == BodyKind::json;
  const std::size_t limit = limit_of(operation, limits);
  Result<std::string> body = co_await read_whole_body(client, turn, limits, limit);
  if (!body) {
    if (!wants_body && body.error().kind == ErrorKind::too_large) {
      co_return bad_request(std::string(operation.name) + " takes no body");
    }
    co_return tl::unexpected<Error>(body.error());
  }
  const Result<void> type = check_content_type(turn, body->empty());
  if (!type) co_return type;
  if (!wants_body) {
    if (is_empty_json(*body) || repeats_query(turn.request, *body)) co_return Result<void>();
    co_return bad_request(std::string(operation.name) + " takes no body");
  }
  if (body->empty() && !operation.body_required) co_return Result<void>();
  if (body->empty()) co_return bad_request(std::string(operation.name) + " needs a JSON body");
  Result<policy::Value> value;
  if (operation.id == policy::OperationId::composition_put) {
    value = co_await read_compose_body(turn, worker, *body);
  } else {
    value = policy::read_json_body(*body, *operation.body);
  }
  if (!value) co_return tl::unexpected<Error>(value.error());
  turn.request.body = std::move(*value);
  if (operation.answered_by == policy::AnsweredBy::sealock) turn.body_text = std::move(*body);
  co_return Result<void>();
}

}  // namespace sealock::proxy
