#include "proxy/net/answer_relay.hpp"

#include "policy/answer/redaction_plan.hpp"
#include "policy/answer/redactor.hpp"
#include "policy/scrub/printed_output.hpp"
#include "proxy/net/http_text.hpp"
#include "proxy/net/policy_warnings.hpp"

#include <exception>
#include <utility>

namespace sealock::proxy {
namespace {

using policy::OperationId;

bool is_raw_stream(std::string_view type) {
  return type == "application/vnd.docker.raw-stream" ||
         type == "application/vnd.docker.multiplexed-stream";
}

// application/json, jsonl, x-ndjson, json-seq.
bool is_json(std::string_view type) {
  return type.find("json") != std::string_view::npos;
}

tl::unexpected<Error> broken(const Error& error) {
  return fail(ErrorKind::engine_garbage, "the Docker engine's answer is broken: " + error.text);
}

// Assigning an empty one would keep the memory.
template <typename Container>
void free_memory(Container& container) {
  Container().swap(container);
}

// Up to this, copying it behind the head costs less than sending two pieces.
constexpr std::size_t short_body = 2048;

void append_length(std::string& head, std::uint64_t size) {
  head.append("Content-Length: ").append(std::to_string(size)).append("\r\n");
}

boost::asio::const_buffer piece(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

AnswerRelay::AnswerRelay(Worker& worker,
                         ClientConnection& client,
                         EngineConnection& engine,
                         Turn& turn)
    : worker_(worker), client_(client), engine_(engine), turn_(turn) {}

AnswerRelay::~AnswerRelay() = default;

// A function that chooses: most answers need no frame of their own for this.
Task<Result<void>> AnswerRelay::run() {
  const policy::Operation& operation = *turn_.request.operation;
  const bool uploads = operation.body_kind == policy::BodyKind::opaque ||
                       operation.answer == policy::AnswerKind::tunnel;
  return uploads ? relay_with_uplink() : relay();
}

// Whatever happens, the uplink has ended before anything that it uses does.
Task<Result<void>> AnswerRelay::relay_with_uplink() {
  const bool opaque = turn_.request.operation->body_kind == policy::BodyKind::opaque;
  UploadGate* const gate = turn_.gate.get();
  if (opaque && (!turn_.framer.done() || gate != nullptr)) {
    uplink_ = std::make_unique<Uplink>(worker_, client_, engine_, &turn_.framer, gate);
    if (turn_.head.expect_continue && client_.input().empty() && gate == nullptr) {
      const ErrorCode sent = co_await send_all(client_.socket(), "HTTP/1.1 100 Continue\r\n\r\n");
      if (sent) co_return fail(ErrorKind::internal, "the client has gone");
    }
    uplink_->start();
  }
  Result<void> result;
  std::exception_ptr failure;
  try {
    result = co_await relay();
  } catch (...) {
    failure = std::current_exception();
  }
  if (uplink_) co_await uplink_->stop();
  if (uplink_ && tunnel_) turn_.tunnel_bytes_in = uplink_->bytes();
  if (failure) std::rethrow_exception(failure);
  // The client's own fault, where there is one, explains the engine's silence.
  if (!result && upload_failed()) co_return tl::unexpected<Error>(*uplink_->failure());
  co_return result;
}

bool AnswerRelay::opens_tunnel(const AnswerHead& head) const {
  const policy::Operation& operation = *turn_.request.operation;
  if (operation.answer != policy::AnswerKind::tunnel) return false;
  if (head.status == 101) return turn_.head.upgrade != Upgrade::none;
  const bool raw_route =
      operation.id == OperationId::container_attach || operation.id == OperationId::exec_start;
  return head.status == 200 && raw_route && head.framing == Framing::until_close &&
         is_raw_stream(head.content_type);
}

// What only the heads needed goes before a stream begins: a thousand silent streams hold little.
void AnswerRelay::forget_heads(AnswerHead& head) {
  free_memory(head.fields);
  free_memory(turn_.head.fields);
  turn_.head.target = {};
  turn_.head.content_type = {};
  free_memory(turn_.head_text);
}

Task<Result<void>> AnswerRelay::relay() {
  const AnswerTo to =
      turn_.head.method == policy::Method::head ? AnswerTo::head_request : AnswerTo::other;
  Result<AnswerHead> head = co_await engine_.read_answer_head(to);
  if (!head) co_return tl::unexpected<Error>(head.error());
  turn_.status = head->status;
  if (opens_tunnel(*head)) {
    const Result<void> editor = make_editor(*head);
    if (!editor) co_return editor;
    std::string text;
    begin_head(text, *head);
    if (head->status == 101) {
      text.append("Connection: Upgrade\r\nUpgrade: ").append(head->find("upgrade"));
      text.append("\r\n\r\n");
    } else {
      text.append("Connection: close\r\n\r\n");
    }
    forget_heads(*head);
    const Result<void> done = co_await tunnel(std::move(text));
    co_return done;
  }
  if (head->status == 101) {
    co_return fail(ErrorKind::engine_garbage, "the engine switched protocols unasked");
  }
  const Result<void> begun = begin_body(*head);
  if (!begun) co_return begun;
  const bool sent =
      mode_ == Mode::repeated ? send_whole(*repeated_) : mode_ == Mode::verbatim && pass_whole();
  if (sent) {
    complete_ = true;
    co_return Result<void>();
  }
  forget_heads(*head);
  const Result<void> done = co_await rest_of_body();
  complete_ = done.has_value();
  co_return done;
}

Task<Result<void>> AnswerRelay::send(std::string_view text) {
  const ErrorCode error = co_await send_all(client_.socket(), text);
  turn_.answered = true;
  if (error) {
    turn_.end = "client_gone";
    co_return fail(ErrorKind::internal, "the client has gone");
  }
  turn_.bytes_out += text.size();
  co_return Result<void>();
}

Task<Result<void>> AnswerRelay::tunnel(std::string head) {
  tunnel_ = true;
  // Alone, never together with the bytes behind it: docker-py loses them (clients.md 1 (17)).
  const Result<void> opened = co_await send(head);
  if (!opened) co_return opened;
  uplink_ = std::make_unique<Uplink>(worker_, client_, engine_, nullptr);
  uplink_->start();
  BodyFramer everything(Framing::until_close, 0);
  Result<void> down;
  while (down) {
    const BufferLoan& buffer = engine_.buffer();
    if (buffer && !buffer->empty()) {
      std::string_view shown = buffer->text();
      if (editor_) {
        down = editor_->feed(shown, edited_);
        shown = edited_;
      }
      if (down && !shown.empty()) down = co_await send(shown);
      edited_.clear();
      buffer->clear();
      continue;
    }
    down = co_await next_input(everything);
    if (everything.done()) break;
  }
  if (down && editor_) {
    down = editor_->finish(edited_);
    if (down && !edited_.empty()) down = co_await send(edited_);
  }
  if (down) {
    // The engine has said all; a client that has not may still be told so, for a while.
    close_sending(client_.socket());
    co_await uplink_->wait(worker_.limits.linger_timeout);
  }
  co_return Result<void>();
}

// Waits for more of the answer; its end goes to the framer.
Task<Result<void>> AnswerRelay::next_input(BodyFramer& framer) {
  for (;;) {
    BufferLoan& buffer = engine_.buffer();
    if (!buffer) buffer = worker_.buffers.lend();
    ReadResult read = read_now(engine_.socket(), buffer->room());
    if (read.error == boost::asio::error::would_block) {
      buffer.reset();  // a silent stream holds no memory
      const bool arrived = co_await engine_.socket().arrival();
      if (arrived) continue;
      read.error = boost::asio::error::operation_aborted;
    }
    if (!read.error) {
      buffer->commit(read.size);
      co_return Result<void>();
    }
    if (read.error != boost::asio::error::eof) {
      co_return fail(ErrorKind::engine_unreachable, "the Docker engine has gone");
    }
    engine_keeps_ = false;
    if (framer.finish()) co_return Result<void>();
    co_return fail(ErrorKind::engine_garbage, "the Docker engine ended its answer too early");
  }
}

void AnswerRelay::begin_head(std::string& out, const AnswerHead& head) const {
  // Room for what end_head() and pass() add; malloc's quick way ends at 1,032 bytes.
  std::size_t size = 200;
  if (!head.fields.empty()) {
    const std::string_view last = head.fields.back().line;
    size += static_cast<std::size_t>(last.data() + last.size() - head.fields.front().line.data());
  }
  if (head.framing == Framing::length && head.content_length <= short_body) {
    size += static_cast<std::size_t>(head.content_length);
  }
  out.reserve(size);
  out.append(turn_.head.minor == 0 ? "HTTP/1.0 " : "HTTP/1.1 ");
  out.append(std::to_string(head.status)).append(" ").append(head.reason).append("\r\n");
  // Neighbours that pass leave as they are, in one piece.
  std::string_view lines;
  for (const AnswerField& field : head.fields) {
    if (!field.passes) {
      out.append(lines);
      lines = {};
    } else if (lines.empty()) {
      lines = field.line;
    } else {
      lines = {lines.data(), lines.size() + field.line.size()};
    }
  }
  out.append(lines);
  for (const policy::Hit& hit : turn_.decision.warns) {
    out.append("X-Policy-Warning: ").append(warning_text(hit)).append("\r\n");
  }
}

void AnswerRelay::append_last_lines(std::string& out) const {
  out.append(client_keeps_ ? "\r\n" : "Connection: close\r\n\r\n");
}

void AnswerRelay::end_head(std::string& out, const AnswerHead& head) {
  const bool old_client = turn_.head.minor == 0;
  bool closes = !turn_.head.keep_alive;
  if (head.framing == Framing::none) {
    const std::string_view length = head.find("content-length");
    if (turn_.head.method == policy::Method::head && !length.empty()) {
      out.append("Content-Length: ").append(length).append("\r\n");
    }
  } else if (head.framing == Framing::length) {
    append_length(out, head.content_length);
  } else if (!old_client && head.framing == Framing::chunked) {
    out.append("Transfer-Encoding: chunked\r\n");
    chunked_out_ = true;
  } else {
    closes = true;
  }
  client_keeps_ = !closes;
  append_last_lines(out);
}

// What a program prints, where a rule hides something of it.
Result<void> AnswerRelay::make_scrubber(const AnswerHead& head) {
  const policy::ScrubWays ways = turn_.policy->scrub(turn_.request, turn_.facts);
  if (!ways.any() || head.status >= 400) return {};
  if (head.content_encoded) {
    return fail(ErrorKind::engine_garbage,
                "the engine's answer is packed, so it cannot be scrubbed");
  }
  auto made = policy::make_scrubber(ways, turn_.request, turn_.facts, head.content_type);
  if (!made) return tl::unexpected<Error>(made.error());
  editor_ = std::move(*made);
  return {};
}

Result<void> AnswerRelay::make_editor(const AnswerHead& head) {
  if (policy::is_printed_output(turn_.request.operation->id)) return make_scrubber(head);
  const policy::RedactionPlan* plan = turn_.policy->redaction(turn_.request, turn_.facts);
  if (plan == nullptr || head.framing == Framing::none) return {};
  if (head.framing == Framing::length && head.content_length == 0) return {};
  using policy::Redactor;
  const Redactor::Document document = Redactor::document_of(head.status);
  // An error body that is no JSON is replaced by the redactor.
  const bool replaceable = document != Redactor::Document::answer;
  if (head.content_encoded || (!replaceable && !is_json(head.content_type))) {
    return fail(ErrorKind::engine_garbage,
                "the engine's answer is no JSON, so it cannot be redacted");
  }
  const auto shape = turn_.request.operation->answer == policy::AnswerKind::json_stream
                         ? Redactor::Shape::stream
                         : Redactor::Shape::single;
  policy::ObjectFilter filter;
  if (head.status < 400) filter = turn_.policy->object_filter(turn_.request, turn_.facts);
  policy::Disguise disguise;
  if (turn_.policies->keys() != nullptr && plan->disguises()) {
    disguise = turn_.disguise();
    disguise.object = turn_.policy->disguised_object(turn_.request, turn_.facts);
  }
  const bool can_repeat = !replaceable && shape == Redactor::Shape::single && !filter &&
                          !plan->disguises() && turn_.decision.warns.empty();
  const policy::LastAnswers::Key key{plan->number(),
                                     std::hash<std::string_view>()(turn_.head.target)};
  if (can_repeat) repeated_ = find_last(key);
  if (repeated_ != nullptr) return {};
  auto redactor =
      std::make_unique<Redactor>(*plan, document, shape, std::move(filter), std::move(disguise));
  if (can_repeat) redactor->remember_in(worker_.last_answers, key);
  editor_ = std::move(redactor);
  return {};
}

// What was sent last, if this answer has come whole and shows the same. It has been read then.
const std::string* AnswerRelay::find_last(const policy::LastAnswers::Key& key) {
  const BufferLoan& buffer = engine_.buffer();
  const std::string_view input = buffer ? buffer->text() : std::string_view();
  BodyFramer framer = framer_;
  std::string_view body;
  std::size_t used = 0;
  while (used < input.size() && !framer.done()) {
    const Result<BodyFramer::Piece> next = framer.next(input.substr(used));
    if (!next || (!body.empty() && !next->payload.empty())) return nullptr;
    if (body.empty()) body = next->payload;
    used += next->consumed;
  }
  if (!framer.done()) return nullptr;
  const std::string* const last = worker_.last_answers.find(key, body);
  if (last == nullptr) return nullptr;
  framer_ = framer;
  buffer->consume(used);
  return last;
}

// The head as far as it can be written, and how the body is passed on.
Result<void> AnswerRelay::begin_body(const AnswerHead& head) {
  engine_keeps_ = head.keep_alive;
  framer_ = BodyFramer(head.framing, head.content_length);
  const Result<void> editor = make_editor(head);
  if (!editor) return editor;
  begin_head(head_, head);
  if (repeated_ != nullptr) {
    mode_ = Mode::repeated;
    client_keeps_ = turn_.head.keep_alive;
    append_length(head_, repeated_->size());
    append_last_lines(head_);
    return {};
  }
  const bool warns_in_body = turn_.request.operation->id == OperationId::container_create &&
                             head.status == 201 && !turn_.decision.warns.empty();
  if (editor_ || warns_in_body) {
    // The rest of the head waits: an answer that is there whole gets its length.
    chunked_out_ = turn_.head.minor == 1;
    client_keeps_ = turn_.head.keep_alive;
    mode_ = warns_in_body ? Mode::warned : Mode::edited;
    return {};
  }
  if (turn_.head.minor == 0 && head.framing == Framing::chunked) mode_ = Mode::payload;
  end_head(head_, head);
  return {};
}

// A function that chooses, as run().
Task<Result<void>> AnswerRelay::rest_of_body() {
  switch (mode_) {
  case Mode::verbatim:
  case Mode::payload:
  case Mode::repeated:
    break;
  case Mode::edited:
    return edit();
  case Mode::warned:
    return warn();
  }
  return pass();
}

// The usual answer: it has come whole, and leaves with its head in one call, for which no coroutine is
// needed. False: the rest is for pass(), with what the client has not taken in head_.
bool AnswerRelay::pass_whole() {
  const BufferLoan& buffer = engine_.buffer();
  const std::string_view input = buffer ? buffer->text() : std::string_view();
  BodyFramer framer = framer_;
  const Result<std::size_t> size = framer.scan(input);
  if (!size || !framer.done()) return false;
  framer_ = framer;
  const bool sent = send_whole(input.substr(0, *size));
  if (buffer) buffer->consume(*size);
  return sent;
}

// False: what is left to be sent is in head_.
bool AnswerRelay::send_whole(std::string_view body) {
  const std::size_t body_bytes = body.size();
  if (body_bytes <= short_body) {
    head_.append(body);
    body = {};
  }
  Pieces pieces;
  pieces[0] = piece(head_);
  pieces[1] = piece(body);
  const ErrorCode error = send_now(client_.socket(), pieces);
  turn_.answered = true;
  if (!error || error == boost::asio::error::would_block) turn_.bytes_out += body_bytes;
  if (!error) return true;
  head_.erase(0, head_.size() - pieces[0].size());
  head_.append(body.substr(body.size() - pieces[1].size()));
  return false;
}

// Byte for byte; the head leaves with the first of them, and does not wait for them.
Task<Result<void>> AnswerRelay::pass() {
  for (;;) {
    const BufferLoan& buffer = engine_.buffer();
    const std::string_view input = buffer ? buffer->text() : std::string_view();
    std::size_t used = 0;
    std::string payload;
    std::string_view output;
    if (mode_ == Mode::payload) {
      while (used < input.size() && !framer_.done()) {
        const Result<BodyFramer::Piece> next = framer_.next(input.substr(used));
        if (!next) co_return broken(next.error());
        payload.append(next->payload);
        used += next->consumed;
      }
      output = payload;
    } else {
      const Result<std::size_t> scanned = framer_.scan(input);
      if (!scanned) co_return broken(scanned.error());
      used = *scanned;
      output = input.substr(0, used);
    }
    const std::size_t output_bytes = output.size();
    if (!head_.empty() && output_bytes <= short_body) {
      head_.append(output);
      output = {};
    }
    Pieces pieces;
    pieces[0] = piece(head_);
    pieces[1] = piece(output);
    ErrorCode error = send_now(client_.socket(), pieces);
    if (error == boost::asio::error::would_block) {
      error = co_await send_all(client_.socket(), pieces);
    }
    turn_.answered = true;
    if (error) {
      turn_.end = "client_gone";
      co_return fail(ErrorKind::internal, "the client has gone");
    }
    turn_.bytes_out += output_bytes;
    free_memory(head_);
    if (buffer) buffer->consume(used);
    if (framer_.done()) co_return Result<void>();
    const Result<void> more = co_await next_input(framer_);
    if (!more) co_return more;
    if (framer_.done()) co_return Result<void>();
  }
}

// A piece of an edited answer; the head leaves with the first.
Task<Result<void>> AnswerRelay::send_edited(bool last) {
  if (!head_.empty()) {
    if (last) {
      append_length(head_, edited_.size());
      chunked_out_ = false;
    } else if (chunked_out_) {
      head_.append("Transfer-Encoding: chunked\r\n");
    } else {
      client_keeps_ = false;
    }
    append_last_lines(head_);
  }
  const bool chunk = chunked_out_ && !edited_.empty();
  std::string before = std::move(head_);
  head_.clear();
  if (chunk) before.append(chunk_line(edited_.size()));
  std::string after = chunk ? "\r\n" : "";
  if (chunked_out_ && last) after.append("0\r\n\r\n");
  Pieces pieces;
  pieces[0] = piece(before);
  pieces[1] = piece(edited_);
  pieces[2] = piece(after);
  ErrorCode error = send_now(client_.socket(), pieces);
  if (error == boost::asio::error::would_block) {
    error = co_await send_all(client_.socket(), pieces);
  }
  turn_.answered = true;
  turn_.bytes_out += edited_.size();
  edited_.clear();
  if (!error) co_return Result<void>();
  turn_.end = "client_gone";
  co_return fail(ErrorKind::internal, "the client has gone");
}

// The answer of ContainerCreate is small, and read whole to get another entry.
Task<Result<void>> AnswerRelay::warn() {
  std::string text;
  for (;;) {
    const BufferLoan& buffer = engine_.buffer();
    while (buffer && !buffer->empty() && !framer_.done()) {
      const Result<BodyFramer::Piece> next = framer_.next(buffer->text());
      if (!next) co_return broken(next.error());
      text.append(next->payload);
      buffer->consume(next->consumed);
    }
    if (framer_.done()) break;
    if (text.size() > worker_.limits.body_bytes) {
      co_return fail(ErrorKind::engine_garbage, "the engine's answer to a create is too long");
    }
    const Result<void> more = co_await next_input(framer_);
    if (!more) co_return more;
  }
  std::string shown;
  if (editor_) {
    Result<void> step = editor_->feed(text, shown);
    if (step) step = editor_->finish(shown);
    if (!step) co_return broken(step.error());
  } else {
    shown = std::move(text);
  }
  edited_ = add_warnings(shown, turn_.decision.warns);
  const Result<void> sent = co_await send_edited(true);
  co_return sent;
}

Task<Result<void>> AnswerRelay::edit() {
  std::uint64_t payload_bytes = 0;
  for (;;) {
    const BufferLoan& buffer = engine_.buffer();
    while (buffer && !buffer->empty() && !framer_.done()) {
      const Result<BodyFramer::Piece> next = framer_.next(buffer->text());
      if (!next) co_return broken(next.error());
      payload_bytes += next->payload.size();
      edited_.reserve(edited_.size() + next->payload.size());
      const Result<void> fed = editor_->feed(next->payload, edited_);
      if (!fed) co_return broken(fed.error());
      buffer->consume(next->consumed);
    }
    const bool last = framer_.done();
    if (last && payload_bytes > 0) {
      const Result<void> finished = editor_->finish(edited_);
      if (!finished) co_return broken(finished.error());
    }
    if (last || !head_.empty() || !edited_.empty()) {
      const Result<void> sent = co_await send_edited(last);
      if (!sent || last) co_return sent;
    }
    const Result<void> more = co_await next_input(framer_);
    if (!more) co_return more;
  }
}

}  // namespace sealock::proxy
