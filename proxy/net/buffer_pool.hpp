// Relay buffers of one worker thread, lent out while bytes are moving and given back while a stream
// is silent, so that 1,000 idle streams hold none.
//
// Units:   bytes; 64 KiB is the knee of the cost curve (performance.md 4).
// Threads: one worker; not shared. Loans must end before the pool does.

#pragma once

#include <boost/asio/buffer.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace sealock::proxy {

class BufferPool;

// 64 KiB of memory with the part of it that holds bytes not yet used.
class RelayBuffer {
public:
  static constexpr std::size_t capacity = 64 * 1024;

  [[nodiscard]] std::string_view text() const { return {data_.data() + begin_, end_ - begin_}; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }
  [[nodiscard]] bool full() const { return end_ == capacity; }
  void consume(std::size_t size) {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  void clear() { begin_ = end_ = 0; }
  // Room behind the text; commit() what was read into it.
  [[nodiscard]] boost::asio::mutable_buffer room() {
    return {data_.data() + end_, capacity - end_};
  }
  void commit(std::size_t size) { end_ += size; }
  // Moves the text to the front, so that there is room behind it.
  void compact();

private:
  std::array<char, capacity> data_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

// A loan; gives the buffer back when it ends. Empty after a move.
struct ReturnBuffer {
  BufferPool* pool = nullptr;
  void operator()(RelayBuffer* buffer) const;
};
using BufferLoan = std::unique_ptr<RelayBuffer, ReturnBuffer>;

class BufferPool {
public:
  BufferPool() = default;
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  [[nodiscard]] BufferLoan lend();

private:
  friend struct ReturnBuffer;
  static constexpr std::size_t kept = 32;  // 2 MiB at most wait for their next use
  std::vector<std::unique_ptr<RelayBuffer>> free_;
};

}  // namespace sealock::proxy
