#include "proxy/observe/audit_log.hpp"

#include "proxy/observe/audit_line.hpp"
#include "proxy/observe/audit_sink.hpp"
#include "proxy/observe/log.hpp"

#include <mutex>

#include <spdlog/common.h>
#include <spdlog/details/log_msg.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

constexpr const char* syslog_socket = "/dev/log";

class SinkAuditLog : public AuditLog {
public:
  explicit SinkAuditLog(std::unique_ptr<AuditSink> sink) : sink_(std::move(sink)) {}

  bool write(const AuditRecord& record) override { return format_and_put(record); }
  bool write(const AuditEnd& end) override { return format_and_put(end); }
  bool write_lines(std::string_view lines) override {
    const std::lock_guard lock(mutex_);
    return put(lines, std::chrono::system_clock::now());
  }

  Result<void> reopen() override {
    const std::lock_guard lock(mutex_);
    return sink_->reopen();
  }

private:
  using Time = AuditLine::Time;

  template <typename Record>
  bool format_and_put(const Record& record) {
    const std::lock_guard lock(mutex_);
    const Time now = std::chrono::system_clock::now();
    return put(line_.format(record, now), now);
  }

  // spdlog's logger would swallow what the sink throws, so the sink is called without one.
  bool put(std::string_view lines, Time now) {
    try {
      sink_->log({now, {}, {}, spdlog::level::info, {lines.data(), lines.size()}});
    } catch (const spdlog::spdlog_ex& failure) {
      // Once, not for each of a thousand denied requests.
      if (lost_++ == 0) log_error("audit_not_written", {{"text", failure.what()}});
      return false;
    }
    if (lost_ > 0) log_info("audit_written_again", {{"lost", lost_}});
    lost_ = 0;
    return true;
  }

  std::mutex mutex_;
  AuditLine line_;
  std::unique_ptr<AuditSink> sink_;
  std::uint64_t lost_ = 0;  // lines since the last one that went out
};

class NoAuditLog : public AuditLog {
public:
  bool write(const AuditRecord&) override { return true; }
  bool write(const AuditEnd&) override { return true; }
  bool write_lines(std::string_view) override { return true; }
  bool keeps_lines() const override { return false; }
  Result<void> reopen() override { return {}; }
};

std::unique_ptr<AuditLog> make_log(std::unique_ptr<AuditSink> sink) {
  return std::make_unique<SinkAuditLog>(std::move(sink));
}

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(const AuditConfig& config) {
  switch (config.sink) {
  case AuditConfig::Sink::standard_error:
    return make_log(std::make_unique<DescriptorSink>(STDERR_FILENO));
  case AuditConfig::Sink::file:
    return FileSink::open(config.file).map(make_log);
  case AuditConfig::Sink::syslog:
    return SyslogSink::open(syslog_socket).map(make_log);
  case AuditConfig::Sink::none:
    return std::make_unique<NoAuditLog>();
  }
  return fail(ErrorKind::internal, "unknown audit sink");
}

}  // namespace sealock::proxy
