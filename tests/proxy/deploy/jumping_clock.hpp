// The wall clock of this process, which a test can set back and forward, as an administrator or NTP does.
//
// It stands in for the C library's own, so that nothing can ask for the time around it: not the store, not
// ids, not a wait of the standard library. The steady clock is the kernel's.
//
// Threads: any.

#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace sealock::tests {

// Relative to the real time; 0 sets it right.
void set_wall_clock(std::chrono::hours ahead);

// Sets the clock from one end to the other, every few milliseconds, until it is destroyed; then right.
class RestlessClock {
public:
  RestlessClock();
  ~RestlessClock();
  RestlessClock(const RestlessClock&) = delete;
  RestlessClock& operator=(const RestlessClock&) = delete;

private:
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace sealock::tests
