// The operations whose answer is what a program prints, and whose program that is.
//
// Errors:  engine_garbage when the engine's description of the program is not known: its output cannot be
//          scrubbed, and is not shown.
// Threads: pure.

#pragma once

#include "policy/engine_api/operation_id.hpp"
#include "policy/result.hpp"
#include "policy/scrub/stream_scrubber.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

class Facts;
struct Request;

// Logs of containers, services and tasks, attach, and exec. Not attach by WebSocket, whose frames are no
// stream of Docker's.
[[nodiscard]] bool is_printed_output(OperationId operation);

// What must not stand in the output: known_values() of the environment of the program.
[[nodiscard]] Result<std::vector<std::string>> program_values(const Request& request,
                                                              const Facts& facts);

// The scrubber for the answer to this request, whose program `facts` describes. `content_type`: the
// answer's.
[[nodiscard]] Result<std::unique_ptr<AnswerEditor>> make_scrubber(ScrubWays ways,
                                                                  const Request& request,
                                                                  const Facts& facts,
                                                                  std::string_view content_type);

}  // namespace sealock::policy
