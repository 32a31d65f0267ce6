// Where audit lines go: a file, stderr, syslog or nowhere; as spdlog sinks that do not hide
// failure.
//
// spdlog's own sinks buffer (a full disk is noticed lines later, or never) and its syslog sink
// calls syslog(3), which returns nothing. A decision must not be forwarded unless its record is
// out, so these write with write(2) or send(2) and say what came of it. A line that could not be
// written whole is closed with a line feed before the next one, so two records never share a line.
//
// Written is not synced: a power cut can lose what the kernel still holds.
//
// Errors:  log() throws spdlog::spdlog_ex when the line did not go out whole.
// Threads: not safe; AuditLog holds its lock.
// Sources: RFC 5424 (facility and severity), RFC 3164 (the form that /dev/log readers expect).

#pragma once

#include "policy/result.hpp"
#include "proxy/config/descriptor.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <spdlog/sinks/sink.h>

namespace sealock::proxy {

class AuditSink : public spdlog::sinks::sink {
public:
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}
  // The sink stays as it was when this fails.
  [[nodiscard]] virtual Result<void> reopen() { return {}; }
};

// Writes payloads, which are lines, to a descriptor that others own.
class DescriptorSink : public AuditSink {
public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}
  enum class LastLine { torn, whole };
  void log(const spdlog::details::log_msg& message) override;

protected:
  void use(int descriptor, LastLine last);

private:
  int descriptor_;
  bool torn_ = false;  // what was written last does not end a line
  std::string line_;
};

// Appends to a regular file: made with mode 0640, never through a symbolic link, since whoever can
// write to the folder could otherwise choose what root appends to.
class FileSink : public DescriptorSink {
public:
  [[nodiscard]] static Result<std::unique_ptr<AuditSink>> open(std::filesystem::path file);
  [[nodiscard]] Result<void> reopen() override;

private:
  FileSink(std::filesystem::path file, Descriptor descriptor);

  std::filesystem::path file_;
  Descriptor owned_;
};

// Sends datagrams to the syslog socket, facility auth, severity info; connects again when the
// daemon was restarted.
class SyslogSink : public AuditSink {
public:
  [[nodiscard]] static Result<std::unique_ptr<AuditSink>> open(std::string socket);
  void log(const spdlog::details::log_msg& message) override;

private:
  SyslogSink(std::string socket, Descriptor connection);
  void send_datagram();

  std::string socket_;
  Descriptor connection_;
  std::string datagram_;
};

}  // namespace sealock::proxy
