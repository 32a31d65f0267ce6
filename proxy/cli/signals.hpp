// Turns SIGTERM, SIGINT and SIGHUP into calls, on a thread of their own.
//
// A thread that waits for signals may take its time: loading policies with their tests does not
// hold up a single request, which a handler on the event loop would.
//
//     SIGTERM, SIGINT   stop(); the second one ends the process at once, with status 128 + signal
//     SIGHUP            reload(), unless stopping
//
// Threads: block_signals() before any thread is started, since threads inherit what is blocked.

#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace sealock::proxy {

// The three signals wait from now on until a SignalThread takes them. SIGPIPE and SIGXFSZ are
// ignored: a write to a pipe without reader or over a file size limit must fail, not kill.
void block_signals();

class SignalThread {
public:
  struct Actions {
    std::function<void()> stop;
    std::function<void()> reload;
  };

  explicit SignalThread(Actions actions);
  // Waits for an action that is under way. No action is called after this.
  ~SignalThread();
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;

private:
  void wait();
  void handle(int signal);

  Actions actions_;
  bool stopping_ = false;
  std::atomic<bool> finished_ = false;
  std::thread thread_;
};

}  // namespace sealock::proxy
