// Makes a request of what a test in a rule file says, in the steps in which a client's request is
// read; and redacts the engine's answer in the way in which it would be sent.
//
// Threads: pure.

#pragma once

#include "policy/request/request.hpp"
#include "policy/request/value.hpp"
#include "policy/result.hpp"

#include <string>

namespace sealock::policy {

class Facts;
class Policy;
struct SelfTest;

struct TestRequest {
  Request request;
  // Why it is no request that a policy judges: "unknown-operation", "ambiguous-request",
  // "ambiguous-body", "masked-value"; empty when it is one.
  std::string refused;
  std::string reason;  // in words
};

// An error is a mistake of the test: a body where there is none, a header that is dropped.
[[nodiscard]] Result<TestRequest> make_test_request(const SelfTest& test);

// What the client is shown of `answer`: a document, or for streams a list of documents.
[[nodiscard]] Result<Value> redact_answer(const Policy& policy,
                                          const Request& request,
                                          const Facts& facts,
                                          const Value& answer);

// Equal but for the order of members.
[[nodiscard]] bool same_json(const Value& a, const Value& b);

}  // namespace sealock::policy
