// Counts one more of something for as long as it lives.
//
// Threads: the counter may be shared by all workers.
// Life:    the counter outlives it.

#pragma once

#include <atomic>
#include <cstddef>

namespace sealock::proxy {

class Counted {
public:
  explicit Counted(std::atomic<std::size_t>& counter) : counter_(counter), now_(++counter) {}
  ~Counted() { --counter_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  // How many there were with this one.
  [[nodiscard]] std::size_t now() const { return now_; }

private:
  std::atomic<std::size_t>& counter_;
  std::size_t now_;
};

}  // namespace sealock::proxy
