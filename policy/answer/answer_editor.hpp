// Changes an answer while it streams by: the redactor for JSON, the scrubber for what programs print.
//
// Errors:  engine_garbage: the answer cannot be understood and must not be sent. After an error nothing
//          more comes out.

#pragma once

#include "policy/result.hpp"

#include <string>
#include <string_view>

namespace sealock::policy {

class AnswerEditor {
public:
  virtual ~AnswerEditor() = default;

  // Feeds the next piece, of any size and cut anywhere; appends what may be sent to `out`.
  [[nodiscard]] virtual Result<void> feed(std::string_view input, std::string& out) = 0;
  // The answer is over: an error when it ended in the middle of something.
  [[nodiscard]] virtual Result<void> finish(std::string& out) = 0;
};

}  // namespace sealock::policy
