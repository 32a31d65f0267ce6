// One Unix socket of ours: the file, and the loop that accepts from it.
//
// The socket is bound under another name in the same folder, given its owner and mode, and then
// renamed, so that nobody can connect before both are right. A file left behind by a dead process is
// replaced; one that somebody still serves, or that is no socket, is an error.
//
// Errors:  open(): internal, with the path and what to do. Out of descriptors: accepting pauses and
//          clients wait in the queue; nothing ends.
// Threads: the first worker's.
// Life:    removes its file when it is closed, if it still is its own.

#pragma once

#include "policy/result.hpp"
#include "proxy/config/config.hpp"
#include "proxy/net/worker.hpp"
#include "proxy/observe/audit_log.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <filesystem>
#include <functional>
#include <string>

#include <sys/types.h>

namespace sealock::proxy {

class Listener {
public:
  // `number`: in the configuration, from 0.
  Listener(boost::asio::io_context& context, ListenerConfig config, std::size_t number);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] Result<void> open();
  // `take` gets each accepted descriptor and owns it; `full` says when to pause.
  void start(std::function<void(int descriptor, Peer peer)> take, std::function<bool()> full);
  void close();
  [[nodiscard]] const ListenerName& name() const { return name_; }

private:
  [[nodiscard]] Result<void> check_path() const;
  [[nodiscard]] Result<void> bind_to(const std::filesystem::path& path, int descriptor) const;
  void wait();
  void accept_some();
  void pause();

  ListenerConfig config_;
  ListenerName name_;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer backoff_;
  std::function<void(int, Peer)> take_;
  std::function<bool()> full_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace sealock::proxy
