#include "proxy/observe/audit_line.hpp"

#include "policy/rules/decision.hpp"
#include "proxy/observe/escape.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace sealock::proxy {
namespace {

void append_number(std::string& line, std::uint64_t value) {
  char digits[24];
  const auto result = std::to_chars(std::begin(digits), std::end(digits), value);
  line.append(std::begin(digits), result.ptr);
}

void append_string(std::string& line, std::string_view text) {
  line += '"';
  append_escaped(line, text);
  line += '"';
}

std::string_view word(policy::Effect effect) {
  switch (effect) {
  case policy::Effect::deny:
    return "deny";
  case policy::Effect::allow:
    return "allow";
  }
  return "deny";
}

}  // namespace

void AuditLine::key(std::string_view name) {
  using namespace std::string_view_literals;
  line_.append(line_.back() == '{' ? "\""sv : ",\""sv).append(name).append("\":"sv);
}

void AuditLine::text(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  key(name);
  line_ += '"';
  append_escaped(line_, value);
  line_ += '"';
}

void AuditLine::client_text(std::string_view name, std::string_view value) {
  const std::string_view shown = cut(value, audit_text_bytes);
  cut_ |= shown.size() < value.size();
  text(name, shown);
}

void AuditLine::number(std::string_view name, std::uint64_t value) {
  key(name);
  append_number(line_, value);
}

// RFC 3339, UTC, microseconds. The calendar part changes once a second and is kept.
void AuditLine::time(Time now) {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  const auto since_epoch = duration_cast<microseconds>(now.time_since_epoch()).count();
  const std::time_t second = since_epoch / 1'000'000;
  if (second != second_) {
    std::tm utc{};
    gmtime_r(&second, &utc);
    char calendar[32];
    const std::size_t length = std::strftime(calendar, sizeof calendar, "%Y-%m-%dT%H:%M:%S", &utc);
    second_text_.assign(calendar, length);
    second_ = second;
  }
  char fraction[9] = ".000000Z";
  auto rest = since_epoch % 1'000'000;
  for (std::size_t index = 6; index > 0; --index) {
    fraction[index] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  line_.append(second_text_).append(fraction, 8);
}

void AuditLine::begin(Time now, std::string_view id, std::string_view event) {
  line_.assign("{\"time\":\"");
  cut_ = false;
  time(now);
  line_.append("\",\"id\":\"").append(id);
  line_.append("\",\"event\":\"").append(event).append("\"");
}

// What hardly ever changes from one line to the next is kept as text.
void AuditLine::source(const AuditRecord& record) {
  const bool same = !source_text_.empty() && record.listener == listener_ && record.peer == peer_ &&
                    record.policy == policy_ && record.policy_hash == policy_hash_;
  if (same) {
    line_.append(source_text_);
    return;
  }
  listener_ = record.listener;
  peer_ = record.peer;
  policy_ = record.policy;
  policy_hash_ = record.policy_hash;
  const std::size_t start = line_.size();
  text("listener", record.listener);
  peer(record.peer);
  text("policy", record.policy);
  text("policy_hash", record.policy_hash);
  source_text_ = line_.substr(start);
}

void AuditLine::peer(const Peer& peer) {
  key("client");
  line_ += '{';
  if (peer.uid) number("uid", *peer.uid);
  if (peer.gid) number("gid", *peer.gid);
  if (peer.pid && *peer.pid > 0) number("pid", static_cast<std::uint64_t>(*peer.pid));
  line_ += '}';
}

void AuditLine::rules(std::string_view name, const std::vector<std::string>& names) {
  if (names.empty()) return;
  key(name);
  line_ += '[';
  for (const std::string& rule : names) {
    if (line_.back() != '[') line_ += ',';
    append_string(line_, rule);
  }
  line_ += ']';
}

// Rules in mode warn and audit that would have denied: one list, since a reader asks one question.
void AuditLine::would_deny(const policy::Decision& decision) {
  if (decision.warns.empty() && decision.audits.empty()) return;
  key("would_deny");
  line_ += '[';
  for (const policy::Hit& hit : decision.warns) {
    if (line_.back() != '[') line_ += ',';
    append_string(line_, hit.rule);
  }
  for (const std::string& rule : decision.audits) {
    if (line_.back() != '[') line_ += ',';
    append_string(line_, rule);
  }
  line_ += ']';
}

void AuditLine::dropped(const std::vector<std::string>& names) {
  if (names.empty()) return;
  const std::size_t count = std::min(names.size(), audit_name_count);
  cut_ |= count < names.size();
  key("dropped");
  line_ += '[';
  for (std::size_t index = 0; index < count; ++index) {
    if (index > 0) line_ += ',';
    const std::string_view shown = cut(names[index], audit_name_bytes);
    cut_ |= shown.size() < names[index].size();
    append_string(line_, shown);
  }
  line_ += ']';
}

void AuditLine::decision(const AuditRecord& record) {
  if (record.decision == nullptr) {
    text("decision", "refuse");
    client_text("error", record.refusal);
    return;
  }
  decision(*record.decision);
}

void AuditLine::decision(const policy::Decision& decision) {
  text("decision", word(decision.effect));
  text("by", decision.by);
  text("because", decision.because);
  client_text("at", decision.at);
  text("closest", decision.closest);
  rules("denies", decision.denies);
  would_deny(decision);
}

std::string_view AuditLine::format(const AuditRecord& record, Time now) {
  begin(now, record.request_id, "decision");
  source(record);
  text("operation", record.operation);
  client_text("method", record.method);
  client_text("version", record.version);
  client_text("target", record.target);
  client_text("reason", record.reason);
  decision(record);
  if (record.status != 0) number("status", static_cast<std::uint64_t>(record.status));
  if (record.dropped_parameters != nullptr) dropped(*record.dropped_parameters);
  if (cut_) line_ += ",\"cut\":true";
  line_ += '}';
  return line_;
}

std::string_view AuditLine::format(const AuditEnd& end, Time now) {
  begin(now, end.request_id, "end");
  text("listener", end.listener);
  text("operation", end.operation);
  if (end.status != 0) number("status", static_cast<std::uint64_t>(end.status));
  number("bytes_in", end.bytes_in);
  number("bytes_out", end.bytes_out);
  const auto duration = std::max<std::int64_t>(end.duration.count(), 0);
  number("duration_us", static_cast<std::uint64_t>(duration));
  text("end", end.end);
  client_text("error", end.error);
  if (end.decision != nullptr) decision(*end.decision);
  if (cut_) line_ += ",\"cut\":true";
  line_ += '}';
  return line_;
}

}  // namespace sealock::proxy
