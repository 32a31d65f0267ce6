// Session's steps for the operations that sealock answers itself.

#include "policy/answer/redactor.hpp"
#include "proxy/net/http_text.hpp"
#include "proxy/net/own_operations.hpp"
#include "proxy/net/pool_work.hpp"
#include "proxy/net/refusal.hpp"
#include "proxy/net/session.hpp"

#include <cerrno>
#include <memory>

#include <spdlog/spdlog.h>
#include <sys/socket.h>

namespace sealock::proxy {
namespace {

using policy::Redactor;

// Between two questions for the next lines of a stream.
constexpr std::chrono::milliseconds follow_interval{200};

std::string_view reason_of_own(int status) {
  switch (status) {
  case 200:
    return "OK";
  case 201:
    return "Created";
  case 202:
    return "Accepted";
  case 204:
    return "No Content";
  default:
    return reason_of(status);
  }
}

std::string begin_answer(const OwnAnswer& answer) {
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " ";
  text.append(reason_of_own(answer.status)).append("\r\n");
  if (!answer.location.empty()) text.append("Location: ").append(answer.location).append("\r\n");
  return text;
}

bool names_ndjson(std::string_view accept) {
  return accept.find("application/x-ndjson") != std::string_view::npos;
}

Error unavailable() {
  return Error{ErrorKind::not_found,
               "deployments are not configured here; add 'deployments: {policy: rollout}' to "
               "sealock.yaml"};
}

}  // namespace

// Nobody reads from the client while it is sent to: its end is looked for.
bool Session::client_has_gone() {
  char byte = 0;
  const auto got = ::recv(client_->socket().descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && errno != EAGAIN && errno != EWOULDBLOCK;
}

Task<Result<policy::Fact>> Session::find_own_fact(policy::Lookup lookup) {
  if (worker_.own == nullptr) co_return tl::unexpected<Error>(unavailable());
  const std::function<policy::Fact()> work = [own = worker_.own, lookup] {
    return own->find(lookup);
  };
  policy::Fact fact = co_await run_in_pool(worker_.context, *worker_.pool, work);
  co_return fact;
}

Task<Result<OwnAnswer>> Session::ask_own(Turn& turn) {
  if (worker_.own == nullptr) co_return tl::unexpected<Error>(unavailable());
  auto asked = std::make_shared<OwnRequest>();
  asked->request = turn.request;
  asked->body_text = turn.body_text;
  asked->by = (peer_.uid ? "uid " + std::to_string(*peer_.uid) : std::string("somebody")) + " (" +
              listener_.name + ")";
  asked->wants_stream = names_ndjson(turn.head.find("accept"));
  const std::function<Result<OwnAnswer>()> work = [own = worker_.own, asked] {
    try {
      return own->answer(*asked);
    } catch (const std::exception& error) {
      spdlog::error("own_operation_failed error=\"{}\"", error.what());
      return Result<OwnAnswer>(fail(ErrorKind::internal, error.what()));
    }
  };
  Result<OwnAnswer> answer = co_await run_in_pool(worker_.context, *worker_.pool, work);
  co_return answer;
}

Task<void> Session::answer_own(Turn& turn) {
  turn.permit.reset();  // spent
  Result<OwnAnswer> answer = co_await ask_own(turn);
  if (answer && answer->follow && turn.head.minor == 0) {
    answer = fail(ErrorKind::bad_request, "a stream needs HTTP/1.1");
  }
  if (!answer) {
    co_await refuse(turn, answer.error());
    co_return;
  }
  turn.status = answer->status;
  if (answer->follow) {
    const auto stream = std::make_shared<OwnAnswer>(std::move(*answer));
    co_await stream_own(turn, stream);
    co_return;
  }
  std::string body = std::move(answer->body);
  const policy::RedactionPlan* plan = turn.policy->redaction(*turn.request.operation);
  if (plan != nullptr && !body.empty()) {
    Redactor redactor(*plan, Redactor::Document::answer, Redactor::Shape::single, {});
    std::string shown;
    Result<void> step = redactor.feed(body, shown);
    if (step) step = redactor.finish(shown);
    if (!step) {
      co_await refuse(turn, step.error());
      co_return;
    }
    body = std::move(shown);
  }
  std::string text = begin_answer(*answer);
  if (!body.empty()) text.append("Content-Type: application/json\r\n");
  if (answer->status != 204) {
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  text.append(keep_alive_ ? "\r\n" : "Connection: close\r\n\r\n").append(body);
  turn.bytes_out = body.size();
  turn.answered = true;
  const ErrorCode sent = co_await send_all(client_->socket(), text);
  if (sent) keep_alive_ = false;
  if (sent) turn.end = "client_gone";
}

// One line after the other, until the last, the end of the client, or a policy that would not allow
// it any more. What is followed goes on without us.
Task<void> Session::stream_own(Turn& turn, std::shared_ptr<OwnAnswer> answer) {
  std::string text = begin_answer(*answer) +
                     "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n" +
                     (keep_alive_ ? "\r\n" : "Connection: close\r\n\r\n");
  std::unique_ptr<Redactor> redactor;
  if (const auto* plan = turn.policy->redaction(*turn.request.operation)) {
    redactor = std::make_unique<Redactor>(*plan, Redactor::Document::answer,
                                          Redactor::Shape::stream, policy::ObjectFilter());
  }
  turn.answered = true;
  const std::function<OwnPiece()> next = [answer] { return answer->follow(); };
  boost::asio::steady_timer pause(worker_.context);
  for (bool last = false; !last;) {
    OwnPiece piece = co_await run_in_pool(worker_.context, *worker_.pool, next);
    last = piece.last;
    if (redactor) {
      std::string shown;
      Result<void> step = redactor->feed(piece.text, shown);
      if (step && last) step = redactor->finish(shown);
      if (!step) break;
      piece.text = std::move(shown);
    }
    turn.bytes_out += piece.text.size();
    if (!piece.text.empty()) text += chunk_line(piece.text.size()) + piece.text + "\r\n";
    if (last) text += "0\r\n\r\n";
    const ErrorCode sent = co_await send_all(client_->socket(), text);
    text.clear();
    if (sent) {
      turn.end = "client_gone";
      keep_alive_ = false;
      co_return;
    }
    if (last) co_return;
    const policy::Policy* policy = worker_.policies->find(listener_.policy);
    const bool allowed = policy != nullptr && (policy->hash() == turn.policy->hash() ||
                                               policy->could_allow(*turn.request.operation));
    if (!allowed) turn.end = "policy_changed";
    if (!allowed || worker_.stopping || client_has_gone()) break;
    pause.expires_after(follow_interval);
    const auto waited = co_await pause.async_wait(boost::asio::as_tuple(use_task));
    static_cast<void>(waited);
  }
  keep_alive_ = false;  // cut without its last chunk
}

}  // namespace sealock::proxy
