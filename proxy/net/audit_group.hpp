// Writes the decisions of one round of the event loop with one system call.
//
// A record is written before its request is forwarded, which costs a write(2) a request when each is
// written alone: more than everything else that the audit does. Sessions that have others beside them
// wait here until what is ready now has been judged; the first to go on writes for all.
//
// Errors:       false, for each record of the write that failed; nothing of it is forwarded then.
// Threads:      one worker.
// Cancellation: none; a wait lasts one round.
// Source:       performance.md 6 ("flush at the end of each loop iteration").

#pragma once

#include "proxy/net/socket.hpp"
#include "proxy/observe/audit_line.hpp"

#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace sealock::proxy {

class AuditGroup {
public:
  AuditGroup(boost::asio::io_context& context, AuditLog& log) : context_(context), log_(log) {}

  // Takes the record into the group; its views are not needed afterwards. written() follows.
  void add(const AuditRecord& record);
  // Waits for the record that was added last, and says whether it stands in the log.
  [[nodiscard]] Task<bool> written();

private:
  struct Round {
    bool over = false;
    bool written = false;
  };

  boost::asio::io_context& context_;
  AuditLog& log_;
  AuditLine line_;
  std::string lines_;
  std::shared_ptr<Round> round_;
};

}  // namespace sealock::proxy
