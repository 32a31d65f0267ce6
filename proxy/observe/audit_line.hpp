// One audit record as one line of JSON, by the schema rules/schema/audit-v1.json.
//
// Built by hand into a buffer that is used again: a JSON tree a line would cost more than the whole
// rest of a small request (performance.md 6). A member that has nothing to say is left out.
//
// Bounds:  text that a client chose is cut (and says so, `cut`), so that a line stays below 48 KiB
//          (every byte escaped) and no client can fill a disk or exceed a syslog datagram.
// Threads: one writer at a time.

#pragma once

#include "proxy/observe/audit_log.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace sealock::proxy {

// A target, reason or error text; the longest name that dockerd takes is 255 bytes, image
// references and the reasons that people write are longer.
inline constexpr std::size_t audit_text_bytes = 1024;
// Of a parameter that was dropped, since no engine knows it.
inline constexpr std::size_t audit_name_bytes = 64;
inline constexpr std::size_t audit_name_count = 32;

class AuditLine {
public:
  using Time = std::chrono::system_clock::time_point;

  // Without a line feed. The view lives until the next call.
  [[nodiscard]] std::string_view format(const AuditRecord& record, Time now);
  [[nodiscard]] std::string_view format(const AuditEnd& end, Time now);

private:
  void begin(Time now, std::string_view id, std::string_view event);
  void key(std::string_view name);
  void text(std::string_view name, std::string_view value);
  void client_text(std::string_view name, std::string_view value);
  void number(std::string_view name, std::uint64_t value);
  void time(Time now);
  void source(const AuditRecord& record);
  void peer(const Peer& peer);
  void decision(const AuditRecord& record);
  void decision(const policy::Decision& decision);
  void rules(std::string_view name, const std::vector<std::string>& names);
  void would_deny(const policy::Decision& decision);
  void dropped(const std::vector<std::string>& names);

  std::string line_;
  bool cut_ = false;
  std::time_t second_ = -1;  // of the cached text
  std::string second_text_;  // "2026-09-01T12:00:00"
  // The last record's, and the members that say them.
  std::string listener_;
  Peer peer_;
  std::string policy_;
  std::string policy_hash_;
  std::string source_text_;
};

}  // namespace sealock::proxy
