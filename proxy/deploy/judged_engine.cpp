#include "proxy/deploy/judged_engine.hpp"

#include "policy/answer/written_back.hpp"
#include "policy/effective/effective.hpp"
#include "policy/request/json_reader.hpp"
#include "policy/request/query.hpp"
#include "policy/request/route.hpp"
#include "policy/request/target.hpp"
#include "policy/rules/policy_set.hpp"
#include "proxy/net/arrivals.hpp"
#include "proxy/net/engine_connection.hpp"
#include "proxy/observe/audit_log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>
#include <optional>

namespace sealock::proxy {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t answer_bytes = 64U * 1024U * 1024U;  // a list of very many containers
// Between two looks at the stop token while the engine is silent.
constexpr std::chrono::milliseconds look_interval{50};

// One call from its text to its answer, on a loop of its own.
class Exchange {
public:
  Exchange(const EngineCall& call,
           const EngineAddress& address,
           const policy::Policy& policy,
           AuditLog& audit,
           const Limits& limits,
           const HostFiles& host_files)
      : call_(call),
        address_(address),
        policy_(policy),
        audit_(audit),
        limits_(limits),
        host_files_(host_files),
        connection_(context_, arrivals_, buffers_) {}

  Result<EngineAnswer> run();

private:
  Task<Result<EngineAnswer>> serve();
  Result<void> understand();
  Result<void> read_body();
  Task<Result<void>> find_facts();
  Result<void> decide();
  [[nodiscard]] AuditRecord record() const;
  void record_end(const Result<EngineAnswer>& answer);
  Task<Result<EngineAnswer>> read_answer();
  Task<Result<std::string>> read_text(AnswerHead head);
  void take_documents(std::string& text, bool last);

  const EngineCall& call_;
  const EngineAddress& address_;
  const policy::Policy& policy_;
  AuditLog& audit_;
  const Limits& limits_;
  const HostFiles& host_files_;
  boost::asio::io_context context_{1};
  Arrivals arrivals_{context_};
  BufferPool buffers_;
  EngineConnection connection_;

  Clock::time_point begin_ = Clock::now();
  std::string id_ = make_request_id();
  policy::Request request_;
  policy::Facts facts_;
  policy::Decision decision_;
  std::optional<policy::Permit> permit_;
  bool decided_ = false;
  bool forwarded_ = false;
  std::uint64_t bytes_ = 0;
  json document_ = nullptr;  // the last of a stream
};

Result<EngineAnswer> Exchange::run() {
  std::optional<Result<EngineAnswer>> outcome;
  std::exception_ptr thrown;
  boost::asio::co_spawn(context_, serve(),
                        [&](std::exception_ptr failure, Result<EngineAnswer> answer) {
                          thrown = failure;
                          outcome = std::move(answer);
                        });
  std::string closed_because;
  ErrorKind kind = ErrorKind::engine_timeout;
  while (!outcome && !thrown) {
    context_.run_for(look_interval);
    if (outcome || thrown || !closed_because.empty()) continue;
    if (call_.stop.stop_requested()) {
      closed_because = "cancelled";
      kind = ErrorKind::conflict;
    } else if (Clock::now() - begin_ > call_.timeout) {
      closed_because = "the Docker engine does not answer";
    } else {
      continue;
    }
    connection_.close();  // ends every wait of serve()
  }
  if (thrown) std::rethrow_exception(thrown);
  if (!*outcome && !closed_because.empty()) outcome = fail(kind, closed_because);
  if (forwarded_) record_end(*outcome);
  return std::move(*outcome);
}

Task<Result<EngineAnswer>> Exchange::serve() {
  Result<void> step = understand();
  if (step) step = read_body();
  if (step) step = policy::check_spellings(request_);
  if (step) step = co_await find_facts();
  if (step) host_files_.follow(request_, facts_);
  if (step) step = decide();
  // What is only judged leaves a trace when it is refused.
  if (step && call_.purpose == EngineCall::Purpose::judge) co_return EngineAnswer{};
  const bool recorded = audit_.write(record());
  if (!step) co_return tl::unexpected<Error>(step.error());
  if (!recorded) {
    co_return fail(ErrorKind::internal, "the decision could not be recorded, so nothing was done");
  }
  if (!connection_.socket().is_open()) step = co_await connection_.connect(address_);
  policy::Permit permit = std::move(*permit_);
  permit_.reset();
  forwarded_ = true;
  const Forwarding plain;
  if (step) step = connection_.forward(std::move(permit), request_, plain);
  if (step && connection_.unsent()) step = co_await connection_.finish_forward();
  if (!step) co_return tl::unexpected<Error>(step.error());
  Result<EngineAnswer> answer = co_await read_answer();
  co_return answer;
}

Result<void> Exchange::understand() {
  const Result<policy::Target> target = policy::parse_target(call_.target);
  if (!target) return tl::unexpected<Error>(target.error());
  Result<policy::Request> request = policy::route(call_.method, *target);
  if (!request) return tl::unexpected<Error>(request.error());
  request_ = std::move(*request);
  request_.reason = call_.reason;
  const Result<void> query = policy::parse_query(target->query, request_);
  if (!query) return query;
  for (const auto& [name, value] : call_.headers) {
    const auto& known = request_.operation->headers;
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return bad_request(std::string(request_.operation->name) + " takes no header " + name);
    }
    request_.headers.emplace_back(name, value);
  }
  if (policy_.could_allow(*request_.operation)) return {};
  decision_ = policy_.refuse(*request_.operation);
  decided_ = true;
  return fail(ErrorKind::denied,
              policy::denial_text(decision_, request_.operation->name, policy_.owner(), id_));
}

Result<void> Exchange::read_body() {
  const policy::Operation& operation = *request_.operation;
  if (call_.body.is_null()) {
    // Without an upload ImageCreate is a pull.
    if (!operation.body_required) return {};
    return bad_request(std::string(operation.name) + " needs a JSON body");
  }
  if (operation.body == nullptr) {
    return bad_request(std::string(operation.name) + " takes no body");
  }
  Result<policy::Value> value = policy::read_json_body(call_.body.dump(), *operation.body);
  if (!value) return tl::unexpected<Error>(value.error());
  request_.body = std::move(*value);
  return policy::check_written_back(request_);
}

Task<Result<void>> Exchange::find_facts() {
  std::vector<policy::Lookup> lookups =
      policy::needed_lookups(request_, policy_.wants_target(*request_.operation));
  while (!lookups.empty()) {
    for (const policy::Lookup& lookup : lookups) {
      if (!connection_.socket().is_open()) {
        const Result<void> connected = co_await connection_.connect(address_);
        if (!connected) co_return connected;
      }
      policy::Lookup asked = lookup;
      policy::Fact fact = co_await connection_.ask(std::move(asked), limits_.fact_bytes);
      if (fact.failed && call_.stop.stop_requested())
        co_return fail(ErrorKind::conflict, "cancelled");
      facts_.add(std::move(fact));
    }
    lookups = policy::further_lookups(request_, facts_);
  }
  co_return policy::pin_references(request_, facts_);
}

Result<void> Exchange::decide() {
  policy::Verdict verdict = policy_.evaluate(request_, facts_);
  decision_ = std::move(verdict.decision);
  decided_ = true;
  permit_ = std::move(verdict.permit);
  if (permit_) {
    policy::pin_networks(request_, facts_);
    policy::write_defaults(request_);
    return {};
  }
  if (!decision_.not_found.empty()) return fail(ErrorKind::not_found, decision_.not_found);
  return fail(ErrorKind::denied,
              policy::denial_text(decision_, request_.operation->name, policy_.owner(), id_));
}

AuditRecord Exchange::record() const {
  AuditRecord record;
  record.request_id = id_;
  record.listener = JudgedEngine::listener;
  record.policy = policy_.name();
  record.policy_hash = policy_.hash();
  record.method = policy::name_of(call_.method);
  record.reason = call_.reason;
  if (request_.operation != nullptr) {
    record.operation = request_.operation->name;
    record.target = request_.target;
    record.dropped_parameters = &request_.dropped_parameters;
  }
  if (decided_) record.decision = &decision_;
  if (!decided_) record.refusal = "the request of a deployment could not be understood or judged";
  return record;
}

void Exchange::record_end(const Result<EngineAnswer>& answer) {
  const policy::Operation& operation = *request_.operation;
  const bool plain_read = !operation.changes_state && answer && answer->status < 400 &&
                          operation.answer == policy::AnswerKind::json;
  if (plain_read) return;  // its first line says it all
  AuditEnd end;
  end.request_id = id_;
  end.listener = JudgedEngine::listener;
  end.operation = operation.name;
  end.status = answer ? answer->status : 0;
  end.bytes_out = bytes_;
  end.duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin_);
  end.end = "done";
  if (!answer) {
    end.end = answer.error().kind == ErrorKind::conflict ? "cancelled" : "engine_unreachable";
  }
  static_cast<void>(audit_.write(end));
}

Task<Result<EngineAnswer>> Exchange::read_answer() {
  Result<AnswerHead> head = co_await connection_.read_answer_head(AnswerTo::other);
  if (!head) co_return tl::unexpected<Error>(head.error());
  EngineAnswer answer;
  answer.status = head->status;
  if (head->status == 204 || head->status == 304) co_return answer;
  Result<std::string> text = co_await read_text(std::move(*head));
  if (!text) co_return tl::unexpected<Error>(text.error());
  if (!document_.is_null()) {
    answer.body = std::move(document_);
  } else if (!text->empty()) {
    answer.body = json::parse(*text, nullptr, false);
    if (answer.body.is_discarded()) answer.body = *text;
  }
  co_return answer;
}

Task<Result<std::string>> Exchange::read_text(AnswerHead head) {
  const bool stream =
      head.status < 400 && request_.operation->answer == policy::AnswerKind::json_stream;
  BodyFramer framer(head.framing, head.content_length);
  std::string text;
  BufferLoan& buffer = connection_.buffer();
  for (;;) {
    while (!framer.done() && !buffer->empty()) {
      const Result<BodyFramer::Piece> piece = framer.next(buffer->text());
      if (!piece) co_return fail(ErrorKind::engine_garbage, piece.error().text);
      text.append(piece->payload);
      buffer->consume(piece->consumed);
    }
    bytes_ = framer.payload_bytes();
    if (stream) take_documents(text, framer.done());
    if (framer.done()) co_return text;
    if (text.size() > answer_bytes) {
      co_return fail(ErrorKind::engine_garbage, "the engine's answer has no end");
    }
    const ReadResult read = co_await read_some(connection_.socket(), buffer->room());
    buffer->commit(read.size);
    if (!read.error) continue;
    const Result<void> end = framer.finish();
    if (read.error != boost::asio::error::eof || !end) {
      co_return fail(ErrorKind::engine_unreachable,
                     "the Docker engine went away in its answer (" + read.error.message() + ")");
    }
  }
}

// Docker writes one document a line.
void Exchange::take_documents(std::string& text, bool last) {
  std::size_t begin = 0;
  for (;;) {
    std::size_t end = text.find('\n', begin);
    if (end == std::string::npos && last) end = text.size();
    if (end == std::string::npos || begin >= text.size()) break;
    json document = json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    begin = std::min(end + 1, text.size());
    if (document.is_discarded()) continue;
    if (call_.on_document) call_.on_document(document);
    document_ = std::move(document);
  }
  text.erase(0, begin);
}

}  // namespace

JudgedEngine::JudgedEngine(EngineAddress address,
                           std::shared_ptr<const policy::PolicySet> policies,
                           std::string policy,
                           AuditLog& audit,
                           const Limits& limits,
                           const std::filesystem::path& host_root)
    : address_(std::move(address)),
      policy_(std::move(policy)),
      audit_(audit),
      limits_(limits),
      host_files_(host_root),
      policies_(std::move(policies)) {}

void JudgedEngine::reload(std::shared_ptr<const policy::PolicySet> policies) {
  const std::lock_guard lock(mutex_);
  policies_ = std::move(policies);
}

Result<EngineAnswer> JudgedEngine::call(const EngineCall& call) {
  std::shared_ptr<const policy::PolicySet> policies;
  {
    const std::lock_guard lock(mutex_);
    policies = policies_;
  }
  const policy::Policy* policy = policies ? policies->find(policy_) : nullptr;
  if (policy == nullptr) {
    return fail(ErrorKind::denied, "there is no policy '" + policy_ + "' for deployments");
  }
  if (!policy->applies_to(policy::Client{listener, std::nullopt, std::nullopt})) {
    return fail(ErrorKind::denied, "policy " + policy_ + " does not apply to the listener '" +
                                       listener + "', as which deployments are judged");
  }
  Exchange exchange(call, address_, *policy, audit_, limits_, host_files_);
  return exchange.run();
}

}  // namespace sealock::proxy
