#include "proxy/cli/signals.hpp"

#include "proxy/observe/log.hpp"

#include <csignal>
#include <cstdlib>
#include <string_view>

#include <pthread.h>

namespace sealock::proxy {
namespace {

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

std::string_view name_of(int signal) {
  if (signal == SIGTERM) return "SIGTERM";
  if (signal == SIGINT) return "SIGINT";
  return "SIGHUP";
}

}  // namespace

void block_signals() {
  const sigset_t set = handled_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

SignalThread::SignalThread(Actions actions)
    : actions_(std::move(actions)), thread_([this] { wait(); }) {}

SignalThread::~SignalThread() {
  finished_ = true;
  pthread_kill(thread_.native_handle(), SIGHUP);
  thread_.join();
}

void SignalThread::wait() {
  const sigset_t set = handled_signals();
  for (;;) {
    int signal = 0;
    const int failure = sigwait(&set, &signal);
    if (finished_) return;
    if (failure == 0) handle(signal);
  }
}

void SignalThread::handle(int signal) {
  if (signal == SIGHUP) {
    if (!stopping_) actions_.reload();
    return;
  }
  if (stopping_) {
    log_warn("ended_at_once", {{"signal", name_of(signal)}});
    std::_Exit(128 + signal);
  }
  stopping_ = true;
  log_info("stopping", {{"signal", name_of(signal)}});
  actions_.stop();
}

}  // namespace sealock::proxy
