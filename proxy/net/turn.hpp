// Everything known of one request while it is served: filled step by step by Session, from the head
// to the end of the answer.

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/request/request.hpp"
#include "policy/rules/decision.hpp"
#include "policy/rules/policy_set.hpp"
#include "proxy/net/body_framer.hpp"
#include "proxy/net/places.hpp"
#include "proxy/net/request_head.hpp"
#include "proxy/net/upload_gate.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sealock::proxy {

struct Turn {
  // What digests and seals of this request's policy are made with; no object yet.
  [[nodiscard]] policy::Disguise disguise() const;

  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  std::string id;
  // The policies of this request, whatever is reloaded meanwhile; `policy` is one of them.
  std::shared_ptr<const policy::PolicySet> policies;
  const policy::Policy* policy = nullptr;

  std::string head_text;  // what the views of `head` point into
  RequestHead head;
  BodyFramer framer;  // of the request's body
  policy::Request request;
  std::string body_text;  // of an operation of sealock's own, as it was sent
  policy::Facts facts;
  policy::Decision decision;
  std::optional<policy::Permit> permit;
  std::optional<Place> upload_place;  // with the gate
  std::unique_ptr<UploadGate> gate;   // of an upload that rules look into
  bool judged_late = false;  // the decision was recorded before the upload had been read whole

  bool recorded = false;  // the decision stands in the audit log
  bool answered = false;  // the first byte of an answer has been sent
  int status = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t tunnel_bytes_in = 0;
  std::string_view end = "done";  // for the audit record
  std::string end_error;          // why an upload was refused
};

}  // namespace sealock::proxy
