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

// Sets the clock on by a step, every few milliseconds, until it is destroyed; then right. By this clock a wait
// of a second is over at once, or (with a step back) never.
class RestlessClock {
public:
  explicit RestlessClock(std::chrono::hours step);
  ~RestlessClock();
  RestlessClock(const RestlessClock&) = delete;
  RestlessClock& operator=(const RestlessClock&) = delete;

private:
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace sealock::tests
