#include "proxy/net/engine_connection.hpp"

#include "policy/engine_api/operation.hpp"
#include "policy/request/json_reader.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <sys/socket.h>

namespace sealock::proxy {
namespace {

// The inspect operation of a kind: the only requests that we make on our own.
policy::OperationId inspect_operation(policy::ObjectKind kind) {
  switch (kind) {
  case policy::ObjectKind::container:
    return policy::OperationId::container_inspect;
  case policy::ObjectKind::image:
    return policy::OperationId::image_inspect;
  case policy::ObjectKind::network:
    return policy::OperationId::network_inspect;
  case policy::ObjectKind::volume:
    return policy::OperationId::volume_inspect;
  case policy::ObjectKind::exec:
    return policy::OperationId::exec_inspect;
  case policy::ObjectKind::service:
    return policy::OperationId::service_inspect;
  case policy::ObjectKind::secret:
    return policy::OperationId::secret_inspect;
  case policy::ObjectKind::config:
    return policy::OperationId::config_inspect;
  case policy::ObjectKind::node:
    return policy::OperationId::node_inspect;
  case policy::ObjectKind::task:
    return policy::OperationId::task_inspect;
  case policy::ObjectKind::plugin:
    return policy::OperationId::plugin_inspect;
  case policy::ObjectKind::composition:  // never asked for here: Session::find_facts
  case policy::ObjectKind::deployment:
    break;
  }
  return policy::OperationId::container_inspect;
}

// Kinds whose inspect has no Id, or whose Id is not what a path takes.
std::string id_of(policy::ObjectKind kind, const policy::Value& inspect) {
  switch (kind) {
  case policy::ObjectKind::volume:
    return std::string(inspect.text("Name"));
  case policy::ObjectKind::exec:
  case policy::ObjectKind::service:
  case policy::ObjectKind::secret:
  case policy::ObjectKind::config:
  case policy::ObjectKind::node:
  case policy::ObjectKind::task: {
    const std::string_view id = inspect.text("ID");
    return std::string(id.empty() ? inspect.text("Id") : id);
  }
  case policy::ObjectKind::container:
  case policy::ObjectKind::image:
  case policy::ObjectKind::network:
  case policy::ObjectKind::plugin:
    return std::string(inspect.text("Id"));
  case policy::ObjectKind::composition:
  case policy::ObjectKind::deployment:
    break;
  }
  return {};
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_upgrade(std::string& out, Upgrade upgrade) {
  switch (upgrade) {
  case Upgrade::none:
  case Upgrade::other:
    return;
  case Upgrade::tcp:
    out.append("Connection: Upgrade\r\nUpgrade: tcp\r\n");
    return;
  case Upgrade::h2c:
    out.append("Connection: Upgrade\r\nUpgrade: h2c\r\n");
    return;
  case Upgrade::websocket:
    out.append("Connection: Upgrade\r\nUpgrade: websocket\r\n");
    return;
  }
}

void append_framing(std::string& out,
                    const policy::Request& request,
                    const std::string& body,
                    const Forwarding& how) {
  if (request.operation->body_kind == policy::BodyKind::opaque) {
    if (how.upload == Framing::none) return append_field(out, "Content-Length", "0");
    out.append("Content-Type: application/x-tar\r\n");
    if (how.upload == Framing::chunked) return append_field(out, "Transfer-Encoding", "chunked");
    return append_field(out, "Content-Length", std::to_string(how.upload_bytes));
  }
  if (!body.empty()) out.append("Content-Type: application/json\r\n");
  const policy::Method method = request.operation->method;
  if (!body.empty() || method == policy::Method::post || method == policy::Method::put) {
    append_field(out, "Content-Length", std::to_string(body.size()));
  }
}

std::string build_request(const policy::Request& request, const Forwarding& how) {
  const std::string body = policy::engine_body(request);
  std::string out;
  out.reserve(512 + body.size());
  out.append(policy::name_of(request.operation->method)).append(" ");
  out.append(policy::engine_target(request)).append(" HTTP/1.1\r\nHost: docker\r\n");
  for (const auto& [name, value] : request.headers)
    append_field(out, name, value);
  append_upgrade(out, how.upgrade);
  append_framing(out, request, body, how);
  out.append("\r\n").append(body);
  return out;
}

tl::unexpected<Error> unreachable(std::string_view what, const ErrorCode& error) {
  return fail(ErrorKind::engine_unreachable, "the Docker engine cannot be reached (" +
                                                 std::string(what) + ": " + error.message() +
                                                 "); is dockerd running?");
}

}  // namespace

EngineConnection::EngineConnection(boost::asio::io_context& context,
                                   Arrivals& arrivals,
                                   BufferPool& buffers)
    : connector_(context), socket_(arrivals), buffers_(buffers) {}

void EngineConnection::close() {
  ErrorCode ignored;
  connector_.close(ignored);
  socket_.close();
}

bool EngineConnection::is_stale() {
  char byte = 0;
  const auto got = ::recv(socket_.descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

Task<Result<void>> EngineConnection::connect(EngineAddress address) {
  address_ = std::move(address);
  Connector::endpoint_type endpoint;
  if (address_.kind == EngineAddress::Kind::unix_socket) {
    endpoint = boost::asio::local::stream_protocol::endpoint(address_.path);
  } else {
    ErrorCode error;
    const auto ip = boost::asio::ip::make_address(
        address_.host == "localhost" ? std::string("127.0.0.1") : address_.host, error);
    if (error) {
      co_return fail(ErrorKind::engine_unreachable,
                     "engine host '" + address_.host + "' is no IP address");
    }
    endpoint = boost::asio::ip::tcp::endpoint(ip, address_.port);
  }
  const auto result = co_await connector_.async_connect(endpoint, no_throw);
  ErrorCode error = std::get<0>(result);
  if (!error) error = take_connected(endpoint.protocol().family());
  if (error) {
    co_return unreachable(address_.kind == EngineAddress::Kind::unix_socket
                              ? address_.path
                              : address_.host + ":" + std::to_string(address_.port),
                          error);
  }
  co_return Result<void>();
}

// No delay for small pieces on TCP, and non-blocking.
ErrorCode EngineConnection::take_connected(int family) {
  ErrorCode error;
  if (family != AF_UNIX) connector_.set_option(boost::asio::ip::tcp::no_delay(true), error);
  connector_.native_non_blocking(true, error);
  if (error) return error;
  const int descriptor = connector_.release(error);
  if (!error) socket_.open(descriptor);
  return error;
}

Result<void> EngineConnection::forward(policy::Permit permit,
                                       const policy::Request& request,
                                       Forwarding how) {
  static_cast<void>(permit);  // spent
  if (request.operation->answered_by != policy::AnsweredBy::engine) {
    return fail(ErrorKind::internal,
                std::string(request.operation->name) + " is no operation of the engine");
  }
  std::string text = build_request(request, how);
  Pieces pieces;
  pieces[0] = boost::asio::buffer(text);
  const ErrorCode error = send_now(socket_, pieces);
  if (error == boost::asio::error::would_block) {
    may_be_lost_ = false;  // whoever has its queue full is there
    unsent_ = text.substr(text.size() - pieces[0].size());
    return {};
  }
  if (error && may_be_lost_) {
    begin_again(std::move(text));
    return {};
  }
  if (error) return unreachable("while the request was sent", error);
  if (may_be_lost_) repeatable_ = std::move(text);
  return {};
}

// What finish_forward() then sends on a connection of its own.
void EngineConnection::begin_again(std::string text) {
  close();
  buffer_.reset();
  may_be_lost_ = false;
  unsent_ = std::move(text);
}

Task<Result<void>> EngineConnection::finish_forward() {
  if (!socket_.is_open()) {
    const Result<void> connected = co_await connect(address_);
    if (!connected) co_return connected;
  }
  const std::string text = std::move(unsent_);
  unsent_.clear();
  const ErrorCode error = co_await send_all(socket_, text);
  if (error) co_return unreachable("while the request was sent", error);
  co_return Result<void>();
}

Task<Result<AnswerHead>> EngineConnection::read_answer_head(AnswerTo request) {
  std::size_t looked = 0;
  for (;;) {
    if (!buffer_) buffer_ = buffers_.lend();
    const std::string_view text = buffer_->text();
    const std::size_t end = find_head_end(text, looked);
    if (end != std::string_view::npos) {
      Result<AnswerHead> head = parse_answer_head(text.substr(0, end), request);
      buffer_->consume(end);
      if (!head || !head->is_informational() || head->status == 101) co_return head;
      looked = 0;
      continue;
    }
    looked = text.size();
    if (buffer_->full()) {
      buffer_->compact();
      if (buffer_->full()) {
        co_return fail(ErrorKind::engine_garbage, "the engine's answer has an endless head");
      }
    }
    // Here and in ClientConnection::read_more without read_some(): a frame less for every request.
    ReadResult read = read_now(socket_, buffer_->room());
    while (read.error == boost::asio::error::would_block) {
      const bool arrived = co_await socket_.arrival();
      read = read_arrived(socket_, arrived, buffer_->room());
    }
    const ErrorCode& error = read.error;
    const bool lost =
        error == boost::asio::error::eof || error == boost::asio::error::connection_reset;
    if (lost && may_be_lost_) {
      begin_again(std::move(repeatable_));
      const Result<void> sent = co_await finish_forward();
      if (!sent) co_return tl::unexpected<Error>(sent.error());
      continue;
    }
    if (error == boost::asio::error::eof) {
      co_return fail(ErrorKind::engine_garbage,
                     "the Docker engine closed the connection without an answer");
    }
    if (error) co_return unreachable("while waiting for its answer", error);
    buffer_->commit(read.size);
    if (may_be_lost_) {
      may_be_lost_ = false;
      repeatable_ = {};
    }
  }
}

Task<Result<std::string>> EngineConnection::read_body(AnswerHead head, std::size_t limit_bytes) {
  BodyFramer framer(head.framing, head.content_length);
  std::string body;
  for (;;) {
    while (!framer.done() && !buffer_->empty()) {
      const Result<BodyFramer::Piece> piece = framer.next(buffer_->text());
      if (!piece) co_return fail(ErrorKind::engine_garbage, piece.error().text);
      body.append(piece->payload);
      buffer_->consume(piece->consumed);
    }
    if (framer.done()) co_return body;
    if (body.size() > limit_bytes) {
      co_return fail(ErrorKind::engine_garbage,
                     "the engine describes the object at endless length");
    }
    const ReadResult read = co_await read_some(socket_, buffer_->room());
    buffer_->commit(read.size);
    if (!read.error) continue;
    const Result<void> end = framer.finish();
    if (read.error != boost::asio::error::eof || !end) {
      co_return unreachable("while reading its answer", read.error);
    }
  }
}

Task<Result<policy::Fact>> EngineConnection::read_fact(policy::Lookup lookup,
                                                       std::size_t limit_bytes) {
  policy::Request question;
  question.operation = &policy::operation(inspect_operation(lookup.kind));
  question.target = lookup.name;
  const Forwarding plain;
  const std::string text = build_request(question, plain);
  const ErrorCode sent = co_await send_all(socket_, text);
  if (sent) co_return unreachable("while asking for an object", sent);
  Result<AnswerHead> head = co_await read_answer_head(AnswerTo::other);
  if (!head) co_return tl::unexpected<Error>(head.error());
  const int status = head->status;
  const bool keeps = head->keep_alive;
  Result<std::string> body = co_await read_body(std::move(*head), limit_bytes);
  if (!body) co_return tl::unexpected<Error>(body.error());
  if (!keeps) close();
  policy::Fact fact;
  fact.lookup = std::move(lookup);
  if (status == 404) co_return fact;
  if (status != 200) {
    co_return fail(ErrorKind::engine_garbage,
                   "the engine answers " + std::to_string(status) + " when asked for an object");
  }
  Result<policy::Value> inspect = policy::read_json(*body);
  if (!inspect) co_return tl::unexpected<Error>(inspect.error());
  fact.exists = true;
  fact.inspect = std::move(*inspect);
  fact.id = id_of(fact.lookup.kind, fact.inspect);
  if (fact.id.empty()) co_return fail(ErrorKind::engine_garbage, "the engine names no id");
  co_return fact;
}

Task<policy::Fact> EngineConnection::ask(policy::Lookup lookup, std::size_t limit_bytes) {
  const policy::Lookup asked = lookup;
  Result<policy::Fact> fact = co_await read_fact(std::move(lookup), limit_bytes);
  if (fact) co_return std::move(*fact);
  close();  // what is left on the wire belongs to nothing
  policy::Fact nothing;
  nothing.lookup = asked;
  nothing.failed = true;
  co_return nothing;
}

}  // namespace sealock::proxy
