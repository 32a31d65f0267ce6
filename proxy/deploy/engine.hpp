// What deployments and compositions ask of the engine: one request, one answer, in JSON.
//
// JudgedEngine is the real one; tests put a scripted one in its place.
//
// Errors:  denied, bad_request (the policy; nothing was sent), engine_unreachable, engine_garbage,
//          engine_timeout, and conflict with "cancelled" when the stop token fired. What the engine
//          refuses is an answer with its status, no error.
// Threads: call() blocks; any thread.

#pragma once

#include "policy/engine_api/operation.hpp"
#include "policy/result.hpp"

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace sealock::proxy {

struct EngineCall {
  policy::Method method = policy::Method::get;
  std::string target;             // "/containers/web/json", encoded, without a version
  nlohmann::json body = nullptr;  // null: no body
  // Lower-case names; those that the operation does not know are an error (x-registry-auth).
  std::vector<std::pair<std::string, std::string>> headers = {};
  // judge: nothing is sent. An answer (of status 0) then means that it would be.
  enum class Purpose { act, judge };
  Purpose purpose = Purpose::act;
  std::string reason = {};  // for the audit record: "deployment d_..."
  std::chrono::milliseconds timeout{60'000};
  std::stop_token stop = {};
  // Each document of a stream (pull progress) as it comes; the answer's body then holds the last one.
  std::function<void(const nlohmann::json&)> on_document = {};
};

struct EngineAnswer {
  int status = 0;
  nlohmann::json body = nullptr;  // null when there was none; a string when it was no JSON

  [[nodiscard]] bool ok() const { return status >= 200 && status < 400; }
  // The engine's own words: {"message": "..."}.
  [[nodiscard]] std::string message() const;
};

class Engine {
public:
  virtual ~Engine() = default;
  [[nodiscard]] virtual Result<EngineAnswer> call(const EngineCall& call) = 0;
};

// For targets: everything but unreserved characters becomes %XX.
[[nodiscard]] std::string encode_segment(std::string_view text);

}  // namespace sealock::proxy
