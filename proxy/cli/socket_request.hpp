// One HTTP request to a running sealock through its Unix socket, and its answer, line by line.
//
// Errors:  engine_unreachable: nobody listens there, with what to do; engine_garbage: the answer is
//          no HTTP or ends too early. An answer that refuses is no error here.
// Threads: blocks; one call at a time.
// Time:    no limit of its own: a deployment lasts as long as it lasts, and ^C ends the command.

#pragma once

#include "policy/result.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sealock::proxy {

struct SocketRequest {
  std::string method = "GET";
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

struct SocketAnswer {
  int status = 0;
  std::string body;  // what `on_line` did not take
};

// `on_line` gets each whole line of an answer with status below 300; null: the body is kept.
[[nodiscard]] Result<SocketAnswer> send_to_socket(
    const std::filesystem::path& socket,
    const SocketRequest& request,
    const std::function<void(std::string_view line)>& on_line = {});

}  // namespace sealock::proxy
