#include "tests/proxy/deploy/jumping_clock.hpp"

#include <ctime>

#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

std::atomic<long> seconds_ahead = 0;

}  // namespace

// The program's own definition wins over that of the C library, for every library in the process.
extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const long result = syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += seconds_ahead;
  return static_cast<int>(result);
}

int gettimeofday(timeval* now, void*) noexcept {
  timespec exact{};
  const int result = clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1'000;
  return result;
}

time_t time(time_t* now) noexcept {
  timespec exact{};
  clock_gettime(CLOCK_REALTIME, &exact);
  if (now != nullptr) *now = exact.tv_sec;
  return exact.tv_sec;
}

}  // extern "C"

namespace sealock::tests {

using namespace std::chrono_literals;

void set_wall_clock(std::chrono::hours ahead) {
  seconds_ahead = std::chrono::seconds(ahead).count();
}

RestlessClock::RestlessClock(std::chrono::hours step)
    : thread_([this, step] {
        for (int jump = 1; !ended_; ++jump) {
          set_wall_clock(jump * step);
          std::this_thread::sleep_for(3ms);
        }
      }) {}

RestlessClock::~RestlessClock() {
  ended_ = true;
  thread_.join();
  set_wall_clock(0h);
}

}  // namespace sealock::tests
