// Reads the head of one answer of the engine, and says how its body is framed.
//
// Not with Beast's parser, which costs five times as much for the eight fields of an answer; the
// grammar of an answer is small, and whatever does not fit it is refused.
//
// Errors:  engine_garbage (502): the answer is not HTTP/1.1, has two framings, or is framed in a way
//          that we would have to guess.
// Life:    all views point into `text`, which must outlive the head.
// Sources: RFC 9112 section 6.3 (message body length).

#pragma once

#include "policy/result.hpp"
#include "proxy/net/request_head.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace sealock::proxy {

struct AnswerField {
  std::string_view name;
  std::string_view value;
  std::string_view line;  // with its end; the next field's begins there
  // Goes on to the client: not framing, which is ours, and not for two neighbours on the way alone.
  bool passes = true;
};

struct AnswerHead {
  int status = 0;
  std::string_view reason;
  unsigned minor = 1;
  Framing framing = Framing::until_close;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
  std::string_view content_type;
  bool content_encoded = false;
  std::vector<AnswerField> fields;

  [[nodiscard]] bool is_informational() const { return status >= 100 && status < 200; }
  [[nodiscard]] std::string_view find(std::string_view name) const;
};

enum class AnswerTo : std::uint8_t { head_request, other };  // the answer to HEAD has no body

[[nodiscard]] Result<AnswerHead> parse_answer_head(std::string_view text, AnswerTo request);

}  // namespace sealock::proxy
