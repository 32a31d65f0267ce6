#include "proxy/net/session.hpp"

#include "policy/answer/written_back.hpp"
#include "policy/effective/effective.hpp"
#include "policy/effective/ownership.hpp"
#include "policy/request/query.hpp"
#include "policy/request/route.hpp"
#include "policy/request/target.hpp"
#include "proxy/net/answer_relay.hpp"
#include "proxy/net/body_reader.hpp"
#include "proxy/net/host_files.hpp"
#include "proxy/net/refusal.hpp"

#include <boost/asio/co_spawn.hpp>

#include <spdlog/spdlog.h>

namespace sealock::proxy {
namespace {

using policy::BodyKind;

bool has_bare_line_feed(std::string_view text) {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return true;
  }
  return false;
}

// What only reads may be asked twice, should the engine have gone with the first question.
EngineClient::Look look_of(const Turn& turn) {
  const policy::Operation& operation = *turn.request.operation;
  const bool repeatable = !operation.changes_state && operation.body_kind == BodyKind::none &&
                          operation.answer != policy::AnswerKind::tunnel;
  return repeatable ? EngineClient::Look::unless_warm : EngineClient::Look::always;
}

// Counts a request for as long as it is served.
class BusyMark {
public:
  explicit BusyMark(Worker& worker) : worker_(worker) { ++worker_.busy; }
  ~BusyMark() { --worker_.busy; }
  BusyMark(const BusyMark&) = delete;
  BusyMark& operator=(const BusyMark&) = delete;

private:
  Worker& worker_;
};

}  // namespace

Session::Session(
    Worker& worker, const ListenerName& listener, Place place, int descriptor, Peer peer)
    : worker_(worker),
      listener_(listener),
      place_(std::move(place)),
      peer_(peer),
      client_(std::make_unique<ClientConnection>(worker.arrivals, descriptor, worker.ticker)) {}

Session::~Session() = default;

void Session::start() {
  client_->set_reload_action([this] { recheck(); });
  boost::asio::co_spawn(worker_.context, run(shared_from_this()), [](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      spdlog::error("session_failed error=\"{}\"", error.what());
    }
  });
}

Task<void> Session::run(std::shared_ptr<Session> self) {
  bool first = true;
  while (self->keep_alive_ && !self->worker_.stopping) {
    Turn turn;
    const Limits& limits = self->worker_.limits;
    self->client_->set_deadline(first ? limits.head_timeout : limits.idle_timeout,
                                ClientConnection::Wait::client);
    first = false;
    self->client_->set_idle(true);
    const bool read = co_await self->read_head(turn);
    self->client_->set_idle(false);
    self->client_->clear_deadline();
    if (!read) break;
    const BusyMark busy(self->worker_);
    co_await self->serve(turn);
  }
  if (self->drain_) co_await self->drain();
  self->client_->close();
}

// Reads up to the empty line. False: the connection is over, and the client has been told why if it
// had begun to say something.
Task<bool> Session::read_head(Turn& turn) {
  std::string& input = client_->input();
  std::size_t looked = 0;
  std::size_t end = std::string::npos;
  bool begun = false;
  for (;;) {
    end = find_head_end(input, looked);
    const std::string_view head = std::string_view(input).substr(0, end);
    const bool odd = !head.empty() && (head[0] < 'A' || head[0] > 'Z' || has_bare_line_feed(head));
    if (odd || head.size() > worker_.limits.head_bytes) {
      keep_alive_ = false;
      Error error{odd ? ErrorKind::bad_request : ErrorKind::head_too_large,
                  odd ? "the request is not HTTP/1.1" : "the request head is too long"};
      co_await refuse(turn, std::move(error));
      co_return false;
    }
    if (end != std::string::npos) break;
    looked = input.size();
    if (!begun && !input.empty()) {
      begun = true;
      client_->set_deadline(worker_.limits.head_timeout, ClientConnection::Wait::client);
    }
    const bool more = co_await client_->read_more();
    if (!more) co_return false;
  }
  // The usual request has its buffer to itself, and gives it up when its answer becomes a stream.
  turn.head_text.swap(input);
  if (end < turn.head_text.size()) input.assign(turn.head_text, end);
  turn.head_text.resize(end);
  Result<RequestHead> head = parse_request_head(turn.head_text, worker_.limits.head_fields);
  if (!head) {
    keep_alive_ = false;
    co_await refuse(turn, head.error());
    co_return false;
  }
  turn.head = std::move(*head);
  turn.framer = BodyFramer(turn.head.framing, turn.head.content_length);
  keep_alive_ = turn.head.keep_alive;
  co_return true;
}

Task<void> Session::serve(Turn& turn) {
  turn.id = make_request_id();
  turn.policies = worker_.policies;
  turn.policy = turn.policies->find(listener_.policy);

  Result<void> step = understand(turn);
  // Steps that have nothing to wait for need no coroutine: most requests have no body, no objects
  // to be asked for, and find a connection to the engine waiting.
  if (step && has_body(turn)) step = co_await read_body(*client_, turn, worker_);
  if (step) step = open_seals(turn);
  if (step) step = policy::check_spellings(turn.request);
  std::vector<policy::Lookup> lookups;
  if (step) {
    lookups =
        policy::needed_lookups(turn.request, turn.policy->wants_target(*turn.request.operation));
  }
  if (!lookups.empty()) step = co_await find_facts(turn, std::move(lookups));
  if (step) worker_.host_files.follow(turn.request, turn.facts);
  if (step && turn.policy->has_ownership()) step = find_owner(turn, *turn.policy);
  if (step) step = decide(turn);
  const bool looks_inside =
      step && !turn.framer.done() && turn.policy->reads_upload(*turn.request.operation);
  if (looks_inside) step = co_await preview_upload(turn);
  if (!step) {
    co_await refuse(turn, step.error());
    co_return;
  }
  if (worker_.busy > 1) {
    // What is ready beside this request shares its write to the log.
    worker_.audit_group.add(decision_record(turn));
    turn.recorded = co_await worker_.audit_group.written();
  } else {
    turn.recorded = worker_.audit.write(decision_record(turn));
  }
  if (!turn.recorded) {
    Error error{ErrorKind::internal, "the decision could not be recorded, so nothing was done"};
    co_await refuse(turn, std::move(error));
    co_return;
  }
  if (turn.request.operation->answered_by == policy::AnsweredBy::sealock) {
    co_await answer_own(turn);
    finish_record(turn);
    co_return;
  }
  if (!take_idle_engine(look_of(turn))) step = co_await connect_engine();
  if (step) step = forward(turn);
  if (step && engine_->unsent()) step = co_await engine_->finish_forward();
  if (!step) {
    turn.end = "engine_unreachable";
    co_await refuse(turn, step.error());
    finish_record(turn);
    co_return;
  }
  co_await answer(turn);
  finish_record(turn);
}

// Target, operation, query and header fields: what can be known before the body.
Result<void> Session::understand(Turn& turn) {
  const Result<policy::Target> target = policy::parse_target(turn.head.target);
  if (!target) return tl::unexpected<Error>(target.error());
  Result<policy::Request> request = policy::route(turn.head.method, *target);
  if (!request) return tl::unexpected<Error>(request.error());
  turn.request = std::move(*request);
  const Result<void> query = policy::parse_query(target->query, turn.request);
  if (!query) return query;
  const Result<void> headers = take_headers(turn);
  if (!headers) return headers;
  if (turn.policy == nullptr) return fail(ErrorKind::denied, "this socket has no policy");
  if (!turn.policy->applies_to(client_of_policy())) {
    return fail(ErrorKind::denied, "policy " + std::string(turn.policy->name()) +
                                       " is not for you; ask " + std::string(turn.policy->owner()));
  }
  if (!turn.policy->could_allow(*turn.request.operation)) {
    // Refused before the body is read, and before the engine is asked for anything.
    turn.decision = turn.policy->refuse(*turn.request.operation);
    return fail(ErrorKind::denied, policy::denial_text(turn.decision, turn.request.operation->name,
                                                       turn.policy->owner(), turn.id));
  }
  return {};
}

Result<void> Session::take_headers(Turn& turn) {
  turn.request.headers.reserve(turn.request.operation->headers.size() + 1);
  for (const std::string_view name : turn.request.operation->headers) {
    const std::string_view value = turn.head.find(name);
    if (!value.empty()) turn.request.headers.emplace_back(name, value);
  }
  // Not Accept: newer engines change the form of logs and events by it.
  const std::string_view agent = turn.head.find("user-agent");
  if (!agent.empty()) turn.request.headers.emplace_back("user-agent", agent);
  turn.request.reason = std::string(turn.head.find("x-request-reason"));
  const bool tunnel = turn.request.operation->answer == policy::AnswerKind::tunnel;
  if (tunnel && turn.head.upgrade == Upgrade::other) {
    return bad_request("header Upgrade must be tcp, h2c or websocket here");
  }
  if (turn.head.content_encoded && turn.request.operation->body_kind != BodyKind::opaque) {
    return bad_request("a request body may not have a Content-Encoding");
  }
  return {};
}

// A value that this policy sealed is judged and sent as what it was; whatever else an answer hid is
// not written back, and no label of sealock's own is forged.
Result<void> Session::open_seals(Turn& turn) {
  if (turn.policies->keys() != nullptr && !turn.request.body.is_null()) {
    const policy::Disguise disguise = turn.disguise();
    const Result<void> opened = policy::open_seals(turn.request, disguise);
    if (!opened) return opened;
  }
  const Result<void> written_back = policy::check_written_back(turn.request);
  const bool own = turn.request.operation->answered_by == policy::AnsweredBy::sealock;
  if (!written_back || own) return written_back;
  const std::string label = policy::reserved_label(turn.request);
  if (label.empty()) return {};
  return fail(ErrorKind::denied, "the label " + label +
                                     " is written by sealock's deployments, and by nobody else; "
                                     "choose a name that does not begin with sealock.");
}

bool Session::take_idle_engine(EngineClient::Look look) {
  if (engine_ && engine_->socket().is_open()) return true;
  engine_ = worker_.engine.take_idle(look);
  client_->guard(engine_.get());
  return engine_ != nullptr;
}

Task<Result<void>> Session::connect_engine() {
  engine_ = worker_.engine.make();
  client_->guard(engine_.get());
  client_->set_deadline(worker_.limits.connect_timeout, ClientConnection::Wait::engine);
  const Result<void> connected = co_await engine_->connect(worker_.engine.address());
  client_->clear_deadline();
  co_return connected;
}

// Asks the engine for the objects that the request names, and puts their full ids into it.
Task<Result<void>> Session::find_facts(Turn& turn, std::vector<policy::Lookup> lookups) {
  while (!lookups.empty()) {
    for (const policy::Lookup& lookup : lookups) {
      if (lookup.kind == policy::ObjectKind::composition ||
          lookup.kind == policy::ObjectKind::deployment) {
        policy::Lookup own = lookup;
        Result<policy::Fact> found = co_await find_own_fact(std::move(own));
        if (!found) co_return tl::unexpected<Error>(found.error());
        turn.facts.add(std::move(*found));
        continue;
      }
      if (!take_idle_engine(EngineClient::Look::always)) {
        const Result<void> connected = co_await connect_engine();
        if (!connected) co_return connected;
      }
      client_->set_deadline(worker_.limits.fact_timeout, ClientConnection::Wait::engine);
      policy::Lookup asked = lookup;
      policy::Fact fact = co_await engine_->ask(std::move(asked), worker_.limits.fact_bytes);
      client_->clear_deadline();
      if (client_->timed_out()) {
        co_return fail(ErrorKind::engine_timeout, "the Docker engine does not answer");
      }
      turn.facts.add(std::move(fact));
    }
    // What the answers bring up: the container behind an exec, the volumes of VolumesFrom.
    lookups = policy::further_lookups(turn.request, turn.facts);
  }
  co_return policy::pin_references(turn.request, turn.facts);
}

policy::Client Session::client_of_policy() const {
  return policy::Client{listener_.name, peer_.uid, peer_.gid};
}

// Whose label makes an object the client's own: a client that cannot be told from others owns nothing
// and is refused.
Result<void> Session::find_owner(Turn& turn, const policy::Policy& policy) {
  std::optional<policy::Owner> owner = policy.owner_of(client_of_policy());
  if (!owner) {
    return fail(ErrorKind::denied, "policy " + std::string(policy.name()) +
                                       " cannot tell what belongs to you; ask " +
                                       std::string(policy.owner()));
  }
  turn.facts.mark_ownership(std::move(*owner));
  return {};
}

Result<void> Session::decide(Turn& turn) {
  policy::Verdict verdict = turn.policy->evaluate(turn.request, turn.facts);
  turn.decision = std::move(verdict.decision);
  turn.permit = std::move(verdict.permit);
  if (turn.permit) {
    policy::pin_networks(turn.request, turn.facts);
    policy::write_defaults(turn.request);
    return {};
  }
  // An object that does not exist, or that the policy hides: Docker's own 404.
  if (!turn.decision.not_found.empty()) return fail(ErrorKind::not_found, turn.decision.not_found);
  return fail(ErrorKind::denied, denial(turn));
}

std::string Session::denial(const Turn& turn) {
  return policy::denial_text(turn.decision, turn.request.operation->name, turn.policy->owner(),
                             turn.id);
}

// Reads the beginning of an upload that rules look into, often all of it, before the decision counts.
Task<Result<void>> Session::preview_upload(Turn& turn) {
  turn.upload_place = worker_.places.uploads.take(listener_.number);
  if (!turn.upload_place) {
    co_return fail(
        ErrorKind::busy,
        "as many uploads are being read as sealock reads at once; try again in a moment");
  }
  turn.gate = std::make_unique<UploadGate>(*turn.policy, turn.request, turn.facts, turn.decision);
  std::string& input = client_->input();
  if (turn.head.expect_continue && input.empty()) {
    const ErrorCode sent = co_await send_all(client_->socket(), "HTTP/1.1 100 Continue\r\n\r\n");
    if (sent) co_return bad_request("the client has gone");
  }
  for (;;) {
    const Result<std::size_t> used = turn.gate->take(input, turn.framer);
    if (!used) {
      const bool denied = used.error().kind == ErrorKind::denied;
      co_return denied ? fail(ErrorKind::denied, denial(turn))
                       : tl::unexpected<Error>(used.error());
    }
    input.erase(0, *used);
    if (turn.framer.done()) co_return Result<void>();
    turn.judged_late = turn.gate->held_bytes() >= UploadGate::preview_bytes;
    if (turn.judged_late) co_return Result<void>();
    client_->set_deadline(worker_.limits.upload_timeout, ClientConnection::Wait::client);
    const bool more = co_await client_->read_more();
    client_->clear_deadline();
    if (!more) co_return bad_request("the body ended before its length");
  }
}

AuditRecord Session::decision_record(const Turn& turn) const {
  AuditRecord record;
  record.request_id = turn.id;
  record.listener = listener_.name;
  record.peer = peer_;
  record.policy = turn.policy->name();
  record.policy_hash = turn.policy->hash();
  record.operation = turn.request.operation->name;
  record.method = policy::name_of(turn.head.method);
  record.version = turn.request.version;
  record.target = turn.request.target;
  record.reason = turn.request.reason;
  record.decision = &turn.decision;
  record.dropped_parameters = &turn.request.dropped_parameters;
  return record;
}

Result<void> Session::forward(Turn& turn) {
  Forwarding how;
  if (turn.request.operation->answer == policy::AnswerKind::tunnel) how.upgrade = turn.head.upgrade;
  if (turn.request.operation->body_kind == BodyKind::opaque) {
    how.upload = turn.head.framing;
    how.upload_bytes = turn.head.content_length;
    if (turn.framer.done() && !turn.gate) how.upload = Framing::none;
  }
  policy::Permit permit = std::move(*turn.permit);
  turn.permit.reset();
  if (!turn.facts.owner()) return engine_->forward(std::move(permit), turn.request, how);
  // The client's request stays what it was: an upload, and a reload, judge it again.
  policy::Request stamped = turn.request;
  policy::stamp_owner(stamped, *turn.facts.owner());
  return engine_->forward(std::move(permit), stamped, how);
}

// New policies: a stream that they would not have allowed, or would show differently, is cut.
void Session::recheck() {
  if (active_ == nullptr || !engine_) return;
  const policy::Policy* policy = worker_.policies->find(listener_.policy);
  bool fine = policy != nullptr;
  if (fine && policy->hash() != active_->policy->hash()) {
    const policy::Operation& operation = *active_->request.operation;
    // What has passed of an upload was judged by the old one.
    fine = !policy->reads_upload(operation) && policy->redaction(operation) == nullptr &&
           active_->policy->redaction(operation) == nullptr && !policy->scrubs(operation) &&
           (!policy->has_ownership() || find_owner(*active_, *policy)) &&
           policy->evaluate(active_->request, active_->facts).permit.has_value();
  }
  if (fine) return;
  active_->end = "policy_changed";
  engine_->close();
}

Task<void> Session::answer(Turn& turn) {
  AnswerRelay relay(worker_, *client_, *engine_, turn);
  active_ = &turn;
  if (turn.policies != worker_.policies) recheck();  // reloaded since this was decided
  const Result<void> result = co_await relay.run();
  active_ = nullptr;
  if (!result && turn.gate && relay.upload_failed()) {
    const bool denied = result.error().kind == ErrorKind::denied;
    turn.end = denied ? "denied" : "refused";
    if (!denied) turn.end_error = result.error().text;
  }
  // What the client itself sent wrong is said by the refusal, and is nobody's going.
  if (!result && turn.end == "done" && !relay.upload_failed()) {
    turn.end = client_->gone() ? "client_gone" : "engine_gone";
  }
  if (!result && !turn.answered) {
    if (client_->gone()) turn.end = "client_gone";
    keep_alive_ = keep_alive_ && relay.upload_done();
    Error error = result.error();
    if (turn.gate && error.kind == ErrorKind::denied) error.text = denial(turn);
    co_await refuse(turn, std::move(error));
  }
  keep_alive_ = keep_alive_ && relay.client_reusable();
  drain_ = drain_ || !relay.upload_done();
  release_engine(result && relay.engine_reusable());
}

void Session::release_engine(bool reusable) {
  client_->guard(nullptr);
  if (engine_ && reusable) worker_.engine.give_back(std::move(engine_));
  engine_.reset();
}

// A refusal needs no record to be safe; a log that is full is reported by the log itself.
void Session::record_refusal(Turn& turn, const Error& error) {
  if (turn.id.empty()) turn.id = make_request_id();
  AuditRecord record;
  record.request_id = turn.id;
  record.listener = listener_.name;
  record.peer = peer_;
  record.status = turn.status;
  record.refusal = error.text;
  if (turn.policy != nullptr) {
    record.policy = turn.policy->name();
    record.policy_hash = turn.policy->hash();
  }
  if (turn.request.operation != nullptr) {
    record.operation = turn.request.operation->name;
    record.method = policy::name_of(turn.head.method);
    record.version = turn.request.version;
    record.target = turn.request.target;
    record.reason = turn.request.reason;
  }
  const bool decided = error.kind == ErrorKind::denied || error.kind == ErrorKind::not_found;
  if (decided && !turn.decision.policy.empty()) record.decision = &turn.decision;
  static_cast<void>(worker_.audit.write(record));
}

// Answers by itself, and records it when no decision has been recorded yet.
Task<void> Session::refuse(Turn& turn, Error error) {
  const bool unread = !turn.framer.done();
  if (unread) drain_ = true;
  if (unread) keep_alive_ = false;
  release_engine(false);
  turn.status = status_of(error.kind);
  if (!turn.recorded) record_refusal(turn, error);
  std::string text = build_refusal(turn.status, error.text, turn.head.minor,
                                   keep_alive_ ? Then::keep : Then::close);
  // What follows the head of an answer to HEAD would be read as the next answer (RFC 9110 9.3.2).
  if (turn.head.method == policy::Method::head) text.resize(text.find("\r\n\r\n") + 4);
  Pieces pieces;
  pieces[0] = boost::asio::buffer(text);
  ErrorCode sent = send_now(client_->socket(), pieces);
  if (sent == boost::asio::error::would_block) {
    sent = co_await send_all(client_->socket(), pieces);
  }
  turn.answered = true;
  if (sent) keep_alive_ = false;
}

// A client that is still sending would lose the answer to a connection reset: says that nothing more
// will come, and reads on for a while (clients.md 3, "Large bodies").
Task<void> Session::drain() {
  close_sending(client_->socket());
  client_->input().clear();
  std::size_t drained = 0;
  client_->set_deadline(worker_.limits.drain_timeout, ClientConnection::Wait::client);
  while (drained < worker_.limits.drain_bytes) {
    const bool more = co_await client_->read_more();
    if (!more) break;
    drained += client_->input().size();
    client_->input().clear();
  }
  client_->clear_deadline();
}

void Session::finish_record(Turn& turn) {
  const policy::Operation& operation = *turn.request.operation;
  const bool plain_read = !operation.changes_state && turn.status < 400 && turn.end == "done" &&
                          operation.answer == policy::AnswerKind::json;
  if (plain_read) return;  // its first line says it all
  AuditEnd end;
  end.request_id = turn.id;
  end.listener = listener_.name;
  end.operation = operation.name;
  end.status = turn.status;
  end.bytes_in = turn.framer.payload_bytes() + turn.tunnel_bytes_in;
  end.bytes_out = turn.bytes_out;
  end.duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - turn.start);
  end.end = turn.end;
  end.error = turn.end_error;
  // What an upload brought up after the first line had been written.
  const policy::Decision& decision = turn.decision;
  const bool news = decision.effect == policy::Effect::deny || !decision.warns.empty() ||
                    !decision.audits.empty();
  if (turn.judged_late && news) end.decision = &decision;
  static_cast<void>(worker_.audit.write(end));
}

}  // namespace sealock::proxy
