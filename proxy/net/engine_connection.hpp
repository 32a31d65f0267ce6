// One connection to the engine: asks our own questions, forwards one permitted request after the
// other, and reads the heads of the answers.
//
// The request that goes out is built from what was judged (policy::Request), never from bytes of the
// client; forward() takes the permit by value, so nothing that the evaluator did not allow can be
// sent. Our own questions are inspects of single objects and nothing else.
//
// Errors:  engine_unreachable (503), engine_garbage (502), engine_timeout (504); after an error the
//          connection must be dropped.
// Threads: one session at a time.
// Cancel:  close() ends every wait.

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/request/request.hpp"
#include "policy/result.hpp"
#include "policy/rules/decision.hpp"
#include "proxy/config/config.hpp"
#include "proxy/net/answer_head.hpp"
#include "proxy/net/body_framer.hpp"
#include "proxy/net/buffer_pool.hpp"
#include "proxy/net/socket.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace sealock::proxy {

// How the request is sent, besides what it says.
struct Forwarding {
  Upgrade upgrade = Upgrade::none;
  Framing upload = Framing::none;  // of an opaque body, which follows
  std::uint64_t upload_bytes = 0;  // upload length
};

class EngineConnection {
public:
  EngineConnection(boost::asio::io_context& context, Arrivals& arrivals, BufferPool& buffers);
  EngineConnection(const EngineConnection&) = delete;
  EngineConnection& operator=(const EngineConnection&) = delete;

  [[nodiscard]] Task<Result<void>> connect(EngineAddress address);

  // What the engine says of one object; `failed` instead of an error when it says nothing usable.
  [[nodiscard]] Task<policy::Fact> ask(policy::Lookup lookup, std::size_t limit_bytes);

  // The engine may have closed it already. The next request must be one that can be sent again, and is,
  // on a fresh connection, when no byte of an answer comes.
  void expect_loss() { may_be_lost_ = true; }

  // Sends the request (with its JSON body; an opaque body is the caller's to send after it). What the
  // socket does not take at once is sent by finish_forward(), which is due when unsent() says so.
  [[nodiscard]] Result<void> forward(policy::Permit permit,
                                     const policy::Request& request,
                                     Forwarding how);
  [[nodiscard]] bool unsent() const { return !unsent_.empty(); }
  [[nodiscard]] Task<Result<void>> finish_forward();

  // The head of the next answer that is not informational, or is 101. What was read behind it is in
  // buffer().
  // The views of the head live until the next read.
  [[nodiscard]] Task<Result<AnswerHead>> read_answer_head(AnswerTo request);

  // Bytes of the answer that were read already. The loan may be given back when it is empty.
  [[nodiscard]] BufferLoan& buffer() { return buffer_; }
  [[nodiscard]] Socket& socket() { return socket_; }

  void close();
  // Closed by the engine, or with bytes that nobody asked for: not fit for another request.
  [[nodiscard]] bool is_stale();

private:
  [[nodiscard]] ErrorCode take_connected(int family);
  void begin_again(std::string text);
  Task<Result<policy::Fact>> read_fact(policy::Lookup lookup, std::size_t limit_bytes);
  Task<Result<std::string>> read_body(AnswerHead head, std::size_t limit_bytes);

  using Connector =
      boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;

  Connector connector_;
  Socket socket_;
  BufferPool& buffers_;
  BufferLoan buffer_;
  EngineAddress address_;
  std::string unsent_;
  std::string repeatable_;    // what was sent, until an answer to it begins
  bool may_be_lost_ = false;  // nobody has looked
};

}  // namespace sealock::proxy
