// One client connection from its first byte to its last. Session::run is the table of contents of
// the proxy; each step is a function of its own.
//
// Reading order of proxy/net: server, listener (accept) - session - request_head, body_framer, upload_gate -
// engine_client, engine_connection - answer_relay, upload, tunnel - refusal.
//
// Errors:  every expected failure becomes an answer in Docker's shape and a record; an exception
//          ends the session (on_end), never the process.
// Threads: one worker; not shared.
// Life:    held by its own coroutines until all of them have ended.

#pragma once

#include "policy/result.hpp"
#include "proxy/net/client_connection.hpp"
#include "proxy/net/engine_connection.hpp"
#include "proxy/net/own_operations.hpp"
#include "proxy/net/turn.hpp"
#include "proxy/net/worker.hpp"
#include "proxy/observe/audit_log.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sealock::proxy {

class Session : public std::enable_shared_from_this<Session> {
public:
  // `worker` and `listener` outlive the session, which closes `descriptor`.
  Session(Worker& worker, const ListenerName& listener, Place place, int descriptor, Peer peer);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Starts the session on its worker; it ends by itself.
  void start();

private:
  static Task<void> run(std::shared_ptr<Session> self);

  // The steps, in order.
  Task<bool> read_head(Turn& turn);
  Task<void> serve(Turn& turn);
  Result<void> understand(Turn& turn);
  Task<Result<void>> find_facts(Turn& turn, std::vector<policy::Lookup> lookups);
  Result<void> open_seals(Turn& turn);
  [[nodiscard]] policy::Client client_of_policy() const;
  Result<void> find_owner(Turn& turn, const policy::Policy& policy);
  Result<void> decide(Turn& turn);
  Task<Result<void>> preview_upload(Turn& turn);
  [[nodiscard]] AuditRecord decision_record(const Turn& turn) const;
  Result<void> forward(Turn& turn);
  Task<void> answer(Turn& turn);

  // What sealock answers itself (own_answer.cpp).
  Task<Result<policy::Fact>> find_own_fact(policy::Lookup lookup);
  Task<Result<OwnAnswer>> ask_own(Turn& turn);
  Task<void> answer_own(Turn& turn);
  Task<void> stream_own(Turn& turn, std::shared_ptr<OwnAnswer> answer);
  [[nodiscard]] bool client_has_gone();

  Result<void> take_headers(Turn& turn);
  bool take_idle_engine(EngineClient::Look look);
  Task<Result<void>> connect_engine();
  Task<void> refuse(Turn& turn, Error error);
  Task<void> drain();
  [[nodiscard]] static std::string denial(const Turn& turn);
  void finish_record(Turn& turn);
  void recheck();
  void record_refusal(Turn& turn, const Error& error);
  void release_engine(bool reusable);

  Worker& worker_;
  const ListenerName& listener_;
  Place place_;
  Peer peer_;
  std::unique_ptr<ClientConnection> client_;
  std::unique_ptr<EngineConnection> engine_;
  Turn* active_ = nullptr;  // while an answer is on its way
  bool keep_alive_ = true;
  bool drain_ = false;  // the client may still be sending: read on for a while before closing
};

}  // namespace sealock::proxy
