#include "proxy/cli/socket_request.hpp"

#include "proxy/net/answer_head.hpp"
#include "proxy/net/body_framer.hpp"
#include "proxy/net/http_text.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

class Connection {
public:
  Connection() : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Connection() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<void> connect(const std::filesystem::path& socket) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = socket.string();
    if (path.size() >= sizeof address.sun_path) {
      return fail(ErrorKind::engine_unreachable, path + " is too long for the path of a socket");
    }
    std::memcpy(static_cast<char*>(address.sun_path), path.data(), path.size());
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API wants it
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(descriptor_, generic, sizeof address) == 0) return {};
    const int problem = errno;
    std::string text =
        "cannot connect to " + path + ": " + std::generic_category().message(problem);
    if (problem == EACCES)
      text += "; you are not in the group that may use this socket";
    else
      text += "; is 'sealock run' running, and is this its socket? (--socket, SEALOCK_SOCKET)";
    return fail(ErrorKind::engine_unreachable, std::move(text));
  }

  // The peer may answer and close before it has read everything: what it said counts.
  void send(std::string_view text) const {
    while (!text.empty()) {
      const auto sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // False at the end.
  bool receive(std::string& into) const {
    std::array<char, 16'384> buffer{};
    for (;;) {
      const auto got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      into.append(buffer.data(), static_cast<std::size_t>(got));
      return true;
    }
  }

private:
  int descriptor_;
};

std::string text_of(const SocketRequest& request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: sealock\r\n" +
                     "Connection: close\r\nUser-Agent: sealock\r\n";
  for (const auto& [name, value] : request.headers)
    text += name + ": " + value + "\r\n";
  if (!request.body.empty() || request.method != "GET") {
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return text + "\r\n" + request.body;
}

tl::unexpected<Error> no_answer() {
  return fail(ErrorKind::engine_garbage,
              "sealock closed the connection before its answer was whole");
}

}  // namespace

Result<SocketAnswer> send_to_socket(const std::filesystem::path& socket,
                                    const SocketRequest& request,
                                    const std::function<void(std::string_view)>& on_line) {
  const Connection connection;
  const Result<void> connected = connection.connect(socket);
  if (!connected) return tl::unexpected<Error>(connected.error());
  connection.send(text_of(request));
  std::string input;
  std::size_t end = std::string::npos;
  while ((end = find_head_end(input, 0)) == std::string::npos)
    if (!connection.receive(input)) return no_answer();
  const std::string head_text = input.substr(0, end);
  input.erase(0, end);
  const Result<AnswerHead> head = parse_answer_head(head_text, AnswerTo::other);
  if (!head) return tl::unexpected<Error>(head.error());
  SocketAnswer answer{head->status, {}};
  const bool by_lines = on_line && head->status < 300;
  BodyFramer framer(head->framing, head->content_length);
  for (;;) {
    while (!framer.done() && !input.empty()) {
      const Result<BodyFramer::Piece> piece = framer.next(input);
      if (!piece) return fail(ErrorKind::engine_garbage, piece.error().text);
      answer.body.append(piece->payload);
      input.erase(0, piece->consumed);
      std::size_t line_end = 0;
      while (by_lines && (line_end = answer.body.find('\n')) != std::string::npos) {
        on_line(std::string_view(answer.body).substr(0, line_end));
        answer.body.erase(0, line_end + 1);
      }
    }
    if (framer.done()) return answer;
    if (connection.receive(input)) continue;
    if (!framer.finish()) return no_answer();
    return answer;
  }
}

}  // namespace sealock::proxy
