// Brings the engine's answer to the client: as it is, edited while it streams (redacted, scrubbed), or as a tunnel.
//
// What the answer is decides, never what the request asked for: a tunnel opens on 101, or on 200 with
// a raw or multiplexed stream and no framing on the two routes that have that form (engine-facts.md
// 4, "Hijack rules"). Bytes that the client sent early wait for that moment.
//
// Errors:  engine_garbage and engine_unreachable while nothing has been sent; later the connection is
//          cut without the last chunk, so that no client takes a part for the whole.
// Threads: one session.
// Cancel:  a client that goes closes the engine's side, and the reverse.

#pragma once

#include "policy/result.hpp"
#include "proxy/net/answer_head.hpp"
#include "proxy/net/body_framer.hpp"
#include "proxy/net/client_connection.hpp"
#include "proxy/net/engine_connection.hpp"
#include "proxy/net/turn.hpp"
#include "proxy/net/uplink.hpp"
#include "proxy/net/worker.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace sealock::policy {
class AnswerEditor;
}

namespace sealock::proxy {

class AnswerRelay {
public:
  // The arguments outlive the relay.
  AnswerRelay(Worker& worker, ClientConnection& client, EngineConnection& engine, Turn& turn);
  ~AnswerRelay();
  AnswerRelay(const AnswerRelay&) = delete;
  AnswerRelay& operator=(const AnswerRelay&) = delete;

  [[nodiscard]] Task<Result<void>> run();

  // The answer was read to its exact end, and the request was sent whole.
  [[nodiscard]] bool engine_reusable() const { return complete_ && engine_keeps_ && upload_done(); }
  [[nodiscard]] bool client_reusable() const { return complete_ && client_keeps_ && upload_done(); }
  [[nodiscard]] bool upload_failed() const { return uplink_ && uplink_->failure().has_value(); }
  [[nodiscard]] bool upload_done() const {
    return tunnel_ || (turn_.framer.done() && (!turn_.gate || turn_.gate->done()));
  }

private:
  enum class Mode { verbatim, payload, edited, repeated, warned };

  Task<Result<void>> relay_with_uplink();
  Task<Result<void>> relay();
  [[nodiscard]] bool opens_tunnel(const AnswerHead& head) const;
  Task<Result<void>> tunnel(std::string head);
  [[nodiscard]] Result<void> begin_body(const AnswerHead& head);
  Task<Result<void>> rest_of_body();
  void forget_heads(AnswerHead& head);
  Task<Result<void>> next_input(BodyFramer& framer);
  Task<Result<void>> send(std::string_view text);
  bool pass_whole();
  bool send_whole(std::string_view body);
  Task<Result<void>> pass();
  Task<Result<void>> warn();
  Task<Result<void>> edit();
  Task<Result<void>> send_edited(bool last);
  [[nodiscard]] const std::string* find_last(const policy::LastAnswers::Key& key);
  [[nodiscard]] Result<void> make_editor(const AnswerHead& head);
  [[nodiscard]] Result<void> make_scrubber(const AnswerHead& head);
  void begin_head(std::string& out, const AnswerHead& head) const;
  void end_head(std::string& out, const AnswerHead& head);
  void append_last_lines(std::string& out) const;

  Worker& worker_;
  ClientConnection& client_;
  EngineConnection& engine_;
  Turn& turn_;
  BodyFramer framer_;  // of the answer
  Mode mode_ = Mode::verbatim;
  std::unique_ptr<Uplink> uplink_;
  std::unique_ptr<policy::AnswerEditor> editor_;
  const std::string* repeated_ = nullptr;  // in worker_.last_answers: what this answer shows again
  std::string head_;                       // built, not yet sent
  std::string edited_;                     // ready to be sent
  bool tunnel_ = false;
  bool complete_ = false;
  bool engine_keeps_ = false;
  bool client_keeps_ = false;
  bool chunked_out_ = false;
};

}  // namespace sealock::proxy
