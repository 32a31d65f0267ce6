#include "proxy/net/uplink.hpp"

#include <boost/asio/co_spawn.hpp>

namespace sealock::proxy {

Uplink::Uplink(Worker& worker,
               ClientConnection& client,
               EngineConnection& engine,
               BodyFramer* framer,
               UploadGate* gate)
    : worker_(worker),
      client_(client),
      engine_(engine),
      framer_(framer),
      gate_(gate),
      ended_(worker.context) {}

void Uplink::start() {
  running_ = true;
  ended_.expires_at(std::chrono::steady_clock::time_point::max());
  boost::asio::co_spawn(worker_.context, run(), [this](const std::exception_ptr& failure) {
    if (failure) {
      engine_.close();
      failure_ = Error{ErrorKind::internal, "the upload failed inside the proxy"};
    }
    running_ = false;
    ended_.cancel();
  });
}

void Uplink::fail_with(Error error) {
  if (stopping_) return;
  failure_ = std::move(error);
  engine_.close();
}

// Sends `text`; false when the engine takes no more.
Task<bool> Uplink::send(std::string_view text) {
  const ErrorCode error = co_await send_all(engine_.socket(), text);
  if (!error) bytes_ += text.size();
  co_return !error;
}

// How much of the input belongs to the body.
Result<std::size_t> Uplink::scan(std::string_view input) {
  return gate_ != nullptr ? gate_->take(input, *framer_) : framer_->scan(input);
}

// Sends `text`, or of a body that is judged what may pass by now.
Task<bool> Uplink::forward(std::string_view text) {
  std::string judged;
  if (gate_ != nullptr) {
    judged = gate_->pass(*framer_);
    if (judged.empty()) co_return true;
    text = judged;
  }
  const bool sent = co_await send(text);
  co_return sent;
}

// What the session read behind the request's head belongs to the body, or waits for the tunnel.
Task<bool> Uplink::move_input() {
  std::string& input = client_.input();
  if (input.empty() && gate_ == nullptr) co_return true;
  std::size_t used = input.size();
  if (framer_ != nullptr) {
    const Result<std::size_t> scanned = scan(input);
    if (!scanned) {
      fail_with(scanned.error());
      co_return false;
    }
    used = *scanned;
  }
  const std::string text = input.substr(0, used);
  input.erase(0, used);
  const bool sent = co_await forward(text);
  co_return sent;
}

Task<void> Uplink::run() {
  const bool moved = co_await move_input();
  if (!moved) co_return;
  BufferLoan buffer;
  while ((framer_ == nullptr || !framer_->done()) && !stopping_) {
    if (!buffer) buffer = worker_.buffers.lend();
    ReadResult read = read_now(client_.socket(), buffer->room());
    if (read.error == boost::asio::error::would_block) {
      buffer.reset();  // a silent stream holds no memory
      if (framer_ != nullptr) {
        client_.set_deadline(worker_.limits.upload_timeout, ClientConnection::Wait::client);
      }
      const bool arrived = co_await client_.socket().arrival();
      if (framer_ != nullptr) client_.clear_deadline();
      if (arrived) continue;
      read.error = boost::asio::error::operation_aborted;
    }
    if (read.error) {
      if (framer_ != nullptr) {
        fail_with(Error{ErrorKind::bad_request, "the body ended before its length"});
      } else if (!stopping_) {
        close_sending(engine_.socket());
      }
      co_return;
    }
    buffer->commit(read.size);
    std::size_t used = read.size;
    if (framer_ != nullptr) {
      const Result<std::size_t> scanned = scan(buffer->text());
      if (!scanned) {
        fail_with(scanned.error());
        co_return;
      }
      used = *scanned;
      // Behind the body stands the client's next request.
      client_.input().append(buffer->text().substr(used));
    }
    const std::string_view text = buffer->text().substr(0, used);
    const bool sent = co_await forward(text);
    if (!sent) co_return;
    buffer->clear();
  }
}

Task<void> Uplink::stop() {
  stopping_ = true;
  if (running_) {
    engine_.close();
    client_.socket().cancel();
  }
  while (running_) {
    co_await ended_.async_wait(no_throw);
  }
}

Task<void> Uplink::wait(std::chrono::milliseconds duration) {
  if (!running_) co_return;
  ended_.expires_after(duration);
  co_await ended_.async_wait(no_throw);
}

}  // namespace sealock::proxy
