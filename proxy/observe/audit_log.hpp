// One JSON line a decision, written before the request is forwarded; a second one when it ended.
//
// No secrets: never a body, a header value besides the reason, a query value besides names of
// objects, and the target only as its decoded name. All client text is escaped by JSON, so a record
// is one line whatever the client sent.
//
// Errors:  write() is false when the line could not be written whole (disk full, sink gone); the
//          session then denies (500, nothing is forwarded). The operational log says so once, and
//          again when lines go out.
// Threads: any; lines are never mixed.

#pragma once

#include "proxy/config/config.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {
struct Decision;
}

namespace sealock::proxy {

// Who is at the other end of a connection, as the kernel says.
struct Peer {
  std::optional<unsigned> uid;
  std::optional<unsigned> gid;
  std::optional<int> pid;

  bool operator==(const Peer&) const = default;
};

// What is known when the decision falls. Views live for the call only.
struct AuditRecord {
  std::string_view request_id;
  std::string_view listener;
  Peer peer;
  std::string_view policy;
  std::string_view policy_hash;
  std::string_view operation;  // "ContainerCreate"; empty when there was none to be found
  std::string_view method;
  std::string_view version;                    // "1.41" or empty
  std::string_view target;                     // decoded name or id
  std::string_view reason;                     // X-Request-Reason
  const policy::Decision* decision = nullptr;  // null: refused before a policy was asked
  std::string_view refusal;                    // then: the error text
  int status = 0;  // the status sent, when the proxy answered by itself; else 0
  const std::vector<std::string>* dropped_parameters = nullptr;  // names only
};

// The second line: how a forwarded request ended.
struct AuditEnd {
  std::string_view request_id;
  std::string_view listener;
  std::string_view operation;
  int status = 0;               // of the engine; 0 when it never answered
  std::uint64_t bytes_in = 0;   // body bytes from the client
  std::uint64_t bytes_out = 0;  // answer bytes to the client
  std::chrono::microseconds duration{0};
  std::string_view
      end;  // "done", "client_gone", "engine_gone", "timeout", "refused", "denied", ...
  std::string_view error;  // why an upload was refused
  // The decision on an upload that was still coming when the first line was written, when it brought
  // up something.
  const policy::Decision* decision = nullptr;
};

class AuditLog {
public:
  // Fails when the sink cannot be opened; the text says what to do.
  [[nodiscard]] static Result<std::unique_ptr<AuditLog>> open(const AuditConfig& config);
  virtual ~AuditLog() = default;

  [[nodiscard]] virtual bool write(const AuditRecord& record) = 0;
  [[nodiscard]] virtual bool write(const AuditEnd& end) = 0;
  // Lines that AuditLine made, with a line feed between them; all of them are written, or it is false.
  [[nodiscard]] virtual bool write_lines(std::string_view lines) = 0;
  // False: lines go nowhere, and need not be made.
  [[nodiscard]] virtual bool keeps_lines() const { return true; }
  // Opens the file again (log rotation); called on SIGHUP. The old file stays when this fails.
  [[nodiscard]] virtual Result<void> reopen() = 0;
};

// A new id for one request, 26 characters, sortable by time (ULID: Crockford base 32).
[[nodiscard]] std::string make_request_id();

}  // namespace sealock::proxy
