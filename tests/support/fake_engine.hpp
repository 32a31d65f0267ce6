// An engine that does what a real one cannot be made to do: answer garbage, die in the middle, say
// nothing for long. It records every byte that it receives, so a test can prove that something was not
// forwarded.
//
// Threads: serves on threads of its own; the members may be called from the test's thread.
// Life:    ends its threads in the destructor.

#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sealock::tests {

// A connected descriptor with the few things that tests do with it; closes itself.
class Wire {
public:
  explicit Wire(int descriptor) : descriptor_(descriptor) {}
  Wire(Wire&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  Wire& operator=(Wire&&) = delete;
  Wire(const Wire&) = delete;
  ~Wire();

  static Wire connect_to(const std::string& path);
  // False when the other side takes no more.
  bool send(std::string_view bytes);
  bool send_bytewise(std::string_view bytes);
  // What arrives until the text holds `until`, the other side closes, or five seconds are over.
  std::string read_until(std::string_view until);
  std::string read_all() { return read_until(std::string_view("\0never\0", 7)); }
  // Nothing more to read and closed by the other side, within five seconds.
  bool is_closed();
  void half_close();
  void close();

private:
  int descriptor_;
};

class FakeEngine {
public:
  // Gets the connection and the request (head and body as received); returns whether the connection
  // goes on.
  using Reply = std::function<bool(Wire&, const std::string& request)>;

  explicit FakeEngine(std::string path);
  ~FakeEngine();
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;

  // The reply to requests that start with `start` ("GET /version"); the longest start wins.
  void when(std::string start, Reply reply);
  void when(std::string start, std::string bytes);
  // Every request received so far, whole.
  std::vector<std::string> requests();
  // What was received of requests whose connection ended before they were whole. Waits until the
  // proxy has closed its connections, five seconds at most.
  std::vector<std::string> cut_short();
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  void accept_loop();
  void serve(int descriptor);
  Reply find_reply(const std::string& request);

  std::string path_;
  int listener_ = -1;
  std::mutex mutex_;
  std::map<std::string, Reply> replies_;
  std::vector<std::string> requests_;
  std::vector<std::string> cut_short_;
  std::condition_variable closed_;
  std::vector<std::thread> threads_;
  std::vector<int> open_;
  std::thread acceptor_;
};

// An answer with its length.
std::string answer(int status,
                   const std::string& body,
                   const std::string& type = "application/json");

}  // namespace sealock::tests
