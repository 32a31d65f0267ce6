#include "proxy/net/buffer_pool.hpp"

#include <cstring>

namespace sealock::proxy {

void RelayBuffer::compact() {
  if (begin_ == 0) return;
  std::memmove(data_.data(), data_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
}

void ReturnBuffer::operator()(RelayBuffer* buffer) const {
  std::unique_ptr<RelayBuffer> owned(buffer);
  if (pool->free_.size() >= BufferPool::kept) return;
  owned->clear();
  pool->free_.push_back(std::move(owned));
}

BufferLoan BufferPool::lend() {
  if (free_.empty()) {
    // Not make_unique: that would write 64 KiB of zeros.
    return BufferLoan(new RelayBuffer, ReturnBuffer{this});
  }
  RelayBuffer* buffer = free_.back().release();
  free_.pop_back();
  return BufferLoan(buffer, ReturnBuffer{this});
}

}  // namespace sealock::proxy
