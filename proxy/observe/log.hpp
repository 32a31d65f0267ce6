// The operational log: what the operator of sealock must know, on stderr, one line an event.
//
//     info listening name=monitoring socket=/run/sealock/monitoring.sock policy=monitoring
//     error reload_failed problems=3 text="the old policies stay"
//
// Event names are constant words; everything that varies is in a field. Requests are no events:
// they go to the audit log. Lines carry no time, since journald and the container engines add one.
//
// Levels:  error = a human must act; warn = will become an error; info = start, stop, reload;
//          debug = per connection.
// Errors:  none; a line that cannot be written is lost.
// Threads: any. The level is set once, before there are threads. It is process-wide state because
//          the stream it writes to is (style.md 5.5 allows no other).

#pragma once

#include "proxy/config/config.hpp"

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace sealock::proxy {

// One key=value of a line. Text of any origin is safe in it.
struct LogField {
  LogField(std::string_view field_key, std::string_view field_value)
      : key(field_key), value(field_value) {}
  LogField(std::string_view field_key, std::integral auto number)
      : key(field_key), value(std::to_string(number)) {}

  std::string_view key;
  std::string value;
};
using LogFields = std::initializer_list<LogField>;

// Lines below `level` are dropped from now on. Without a call: info.
void start_log(LogLevel level);

void log(LogLevel level, std::string_view event, LogFields fields = {});

inline void log_error(std::string_view event, LogFields fields = {}) {
  log(LogLevel::error, event, fields);
}
inline void log_warn(std::string_view event, LogFields fields = {}) {
  log(LogLevel::warn, event, fields);
}
inline void log_info(std::string_view event, LogFields fields = {}) {
  log(LogLevel::info, event, fields);
}
inline void log_debug(std::string_view event, LogFields fields = {}) {
  log(LogLevel::debug, event, fields);
}

// "level event key=value"; values with anything but plain characters are quoted and escaped.
[[nodiscard]] std::string log_line(LogLevel level, std::string_view event, LogFields fields);

}  // namespace sealock::proxy
