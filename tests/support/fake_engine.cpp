#include "tests/support/fake_engine.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace sealock::tests {
namespace {

constexpr int patience_ms = 5000;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof(address.sun_path) - 1));
  return address;
}

// The size of the body that the head announces; chunked bodies end with the last chunk.
bool is_whole(const std::string& request) {
  const std::size_t end = request.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string head = request.substr(0, end);
  const std::size_t length = head.find("Content-Length: ");
  if (length != std::string::npos) {
    const auto size = static_cast<std::size_t>(std::atol(head.c_str() + length + 16));
    return request.size() >= end + 4 + size;
  }
  if (head.find("Transfer-Encoding: chunked") == std::string::npos) return true;
  return request.ends_with("\r\n0\r\n\r\n") || request.substr(end + 4) == "0\r\n\r\n";
}

}  // namespace

Wire::~Wire() {
  close();
}

void Wire::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

Wire Wire::connect_to(const std::string& path) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(path);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(descriptor);
    throw std::runtime_error("cannot connect to " + path);
  }
  return Wire(descriptor);
}

bool Wire::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Wire::send_bytewise(std::string_view bytes) {
  for (const char byte : bytes) {
    if (!send(std::string_view(&byte, 1))) return false;
    ::usleep(50);
  }
  return true;
}

std::string Wire::read_until(std::string_view until) {
  std::string text;
  char buffer[65536];
  while (text.find(until) == std::string::npos) {
    pollfd wait{descriptor_, POLLIN, 0};
    if (::poll(&wait, 1, patience_ms) <= 0) break;
    const ssize_t got = ::recv(descriptor_, buffer, sizeof(buffer), 0);
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

bool Wire::is_closed() {
  char byte = 0;
  pollfd wait{descriptor_, POLLIN, 0};
  return ::poll(&wait, 1, patience_ms) > 0 && ::recv(descriptor_, &byte, 1, 0) <= 0;
}

void Wire::half_close() {
  ::shutdown(descriptor_, SHUT_WR);
}

FakeEngine::FakeEngine(std::string path) : path_(std::move(path)) {
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(path_);
  ::unlink(path_.c_str());
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw std::runtime_error("cannot listen on " + path_);
  }
  ::listen(listener_, 64);
  acceptor_ = std::thread([this] { accept_loop(); });
}

FakeEngine::~FakeEngine() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const int descriptor : open_)
      ::shutdown(descriptor, SHUT_RDWR);
  }
  for (std::thread& thread : threads_)
    thread.join();
  ::unlink(path_.c_str());
}

void FakeEngine::when(std::string start, Reply reply) {
  const std::lock_guard<std::mutex> lock(mutex_);
  replies_[std::move(start)] = std::move(reply);
}

void FakeEngine::when(std::string start, std::string bytes) {
  when(std::move(start),
       [text = std::move(bytes)](Wire& wire, const std::string&) { return wire.send(text); });
}

std::vector<std::string> FakeEngine::requests() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return requests_;
}

std::vector<std::string> FakeEngine::cut_short() {
  std::unique_lock<std::mutex> lock(mutex_);
  closed_.wait_for(lock, std::chrono::seconds(5), [this] { return open_.empty(); });
  return cut_short_;
}

void FakeEngine::accept_loop() {
  for (;;) {
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    open_.push_back(descriptor);
    threads_.emplace_back([this, descriptor] { serve(descriptor); });
  }
}

FakeEngine::Reply FakeEngine::find_reply(const std::string& request) {
  const std::lock_guard<std::mutex> lock(mutex_);
  requests_.push_back(request);
  std::size_t best = 0;
  Reply reply = [](Wire& wire, const std::string&) {
    return wire.send(answer(404, "{\"message\":\"no such thing\"}"));
  };
  for (const auto& [start, candidate] : replies_) {
    if (request.starts_with(start) && start.size() >= best) {
      best = start.size();
      reply = candidate;
    }
  }
  return reply;
}

void FakeEngine::serve(int descriptor) {
  std::string request;
  {
    Wire wire(::dup(descriptor));
    char buffer[65536];
    for (;;) {
      const ssize_t got = ::recv(descriptor, buffer, sizeof(buffer), 0);
      if (got <= 0) break;
      request.append(buffer, static_cast<std::size_t>(got));
      if (!is_whole(request)) continue;
      const Reply reply = find_reply(request);
      request.clear();
      if (!reply(wire, requests().back())) break;
    }
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  open_.erase(std::remove(open_.begin(), open_.end(), descriptor), open_.end());
  if (!request.empty()) cut_short_.push_back(std::move(request));
  closed_.notify_all();
  ::shutdown(descriptor, SHUT_RDWR);
  ::close(descriptor);
}

std::string answer(int status, const std::string& body, const std::string& type) {
  return "HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace sealock::tests
