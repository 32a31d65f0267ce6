#include "proxy/observe/log.hpp"

#include "proxy/observe/escape.hpp"

#include <memory>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace sealock::proxy {
namespace {

std::string_view level_word(LogLevel level) {
  switch (level) {
  case LogLevel::error:
    return "error";
  case LogLevel::warn:
    return "warn";
  case LogLevel::info:
    return "info";
  case LogLevel::debug:
    return "debug";
  }
  return "error";
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
  case LogLevel::error:
    return spdlog::level::err;
  case LogLevel::warn:
    return spdlog::level::warn;
  case LogLevel::info:
    return spdlog::level::info;
  case LogLevel::debug:
    return spdlog::level::debug;
  }
  return spdlog::level::err;
}

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made =
        std::make_unique<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

bool is_plain(std::string_view value) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@,+-";
  return !value.empty() && value.find_first_not_of(plain) == std::string_view::npos;
}

}  // namespace

std::string log_line(LogLevel level, std::string_view event, LogFields fields) {
  std::string line(level_word(level));
  line += ' ';
  line += event;
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    if (is_plain(field.value)) {
      line += field.value;
      continue;
    }
    line += '"';
    append_escaped(line, field.value);
    line += '"';
  }
  return line;
}

void start_log(LogLevel level) {
  logger().set_level(spdlog_level(level));
}

void log(LogLevel level, std::string_view event, LogFields fields) {
  if (!logger().should_log(spdlog_level(level))) return;
  logger().log(spdlog_level(level), log_line(level, event, fields));
}

}  // namespace sealock::proxy
