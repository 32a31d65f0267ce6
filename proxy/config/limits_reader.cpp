#include "proxy/config/limits_reader.hpp"

#include <string>
#include <vector>

namespace sealock::proxy {
namespace {

using policy::Diagnostics;
using policy::YamlNode;
using std::chrono::seconds;

constexpr std::int64_t kib = 1024;
constexpr std::int64_t mib = 1024 * kib;
constexpr std::int64_t gib = 1024 * mib;

enum class Unit { bytes, count };

struct NumberLimit {
  std::string_view name;
  std::size_t Limits::*member;
  Unit unit;
  std::int64_t least;
  std::int64_t most;
  std::string_view bounds;  // as a person would write them
};
constexpr NumberLimit numbers[] = {
    // Below 8 KiB the CLI's credential headers no longer fit.
    {"head_bytes", &Limits::head_bytes, Unit::bytes, 8 * kib, mib, "8KiB to 1MiB"},
    {"head_fields", &Limits::head_fields, Unit::count, 16, 1000, "16 to 1000"},
    {"body_bytes", &Limits::body_bytes, Unit::bytes, 16 * kib, 64 * mib, "16KiB to 64MiB"},
    {"spec_bytes", &Limits::spec_bytes, Unit::bytes, 16 * kib, 64 * mib, "16KiB to 64MiB"},
    {"fact_bytes", &Limits::fact_bytes, Unit::bytes, 64 * kib, 64 * mib, "64KiB to 64MiB"},
    {"drain_bytes", &Limits::drain_bytes, Unit::bytes, 0, gib, "0 to 1GiB"},
    {"connections", &Limits::connections, Unit::count, 1, 1'000'000, "1 to 1000000"},
    {"uploads", &Limits::uploads, Unit::count, 1, 1'000'000, "1 to 1000000"},
};

struct TimeLimit {
  std::string_view name;
  seconds Limits::*member;
  std::int64_t least;
  std::int64_t most;
  std::string_view bounds;
};
constexpr TimeLimit times[] = {
    {"head_timeout", &Limits::head_timeout, 1, 600, "1s to 10m"},
    {"idle_timeout", &Limits::idle_timeout, 1, 86'400, "1s to 24h"},
    {"body_timeout", &Limits::body_timeout, 1, 3'600, "1s to 1h"},
    {"upload_timeout", &Limits::upload_timeout, 1, 86'400, "1s to 24h"},
    {"connect_timeout", &Limits::connect_timeout, 1, 600, "1s to 10m"},
    {"fact_timeout", &Limits::fact_timeout, 1, 600, "1s to 10m"},
    {"drain_timeout", &Limits::drain_timeout, 1, 600, "1s to 10m"},
    {"linger_timeout", &Limits::linger_timeout, 1, 600, "1s to 10m"},
    {"shutdown_timeout", &Limits::shutdown_timeout, 1, 3'600, "1s to 1h"},
};

std::vector<std::string_view> known_keys() {
  std::vector<std::string_view> keys;
  for (const NumberLimit& limit : numbers) {
    keys.push_back(limit.name);
  }
  for (const TimeLimit& limit : times) {
    keys.push_back(limit.name);
  }
  return keys;
}

void outside(const YamlNode& node,
             std::string_view name,
             std::string_view bounds,
             Diagnostics& diagnostics) {
  diagnostics.error("C03", node.place,
                    "'" + std::string(name) + "' must be from " + std::string(bounds));
}

void read_number(const YamlNode& node,
                 const NumberLimit& limit,
                 Limits& limits,
                 Diagnostics& diagnostics) {
  const auto value = limit.unit == Unit::bytes
                         ? policy::read_size(node, limit.name, "C02", diagnostics)
                         : policy::read_integer(node, limit.name, "C02", diagnostics);
  if (!value) return;
  if (*value < limit.least || *value > limit.most) {
    outside(node, limit.name, limit.bounds, diagnostics);
    return;
  }
  limits.*limit.member = static_cast<std::size_t>(*value);
}

void read_time(const YamlNode& node,
               const TimeLimit& limit,
               Limits& limits,
               Diagnostics& diagnostics) {
  const auto text = policy::read_text(node, limit.name, "C02", diagnostics);
  if (!text) return;
  const auto duration = parse_duration(*text);
  if (!duration) {
    diagnostics.error("C02", node.place,
                      "'" + std::string(limit.name) + "' must be a duration, not '" + *text + "'",
                      "a whole number with s, m or h right behind it: 10s");
    return;
  }
  if (duration->count() < limit.least || duration->count() > limit.most) {
    outside(node, limit.name, limit.bounds, diagnostics);
    return;
  }
  limits.*limit.member = *duration;
}

}  // namespace

std::optional<seconds> parse_duration(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  std::int64_t unit = 0;
  if (text.back() == 's') unit = 1;
  if (text.back() == 'm') unit = 60;
  if (text.back() == 'h') unit = 3600;
  text.remove_suffix(1);
  constexpr std::int64_t most = 1'000'000'000;
  const auto number = policy::parse_integer(text);
  if (unit == 0 || !number || *number < 0 || *number > most) return std::nullopt;
  return seconds(*number * unit);
}

void read_limits(const YamlNode& node, Limits& limits, Diagnostics& diagnostics) {
  if (node.is_broken()) return;
  if (!node.is_map()) {
    diagnostics.error("C02", node.place,
                      "'limits' must be a map, not " + std::string(node.kind_name()));
    return;
  }
  policy::refuse_unknown_keys(node, known_keys(), "C01", diagnostics);
  for (const NumberLimit& limit : numbers) {
    if (const auto* entry = node.find(limit.name)) {
      read_number(entry->value, limit, limits, diagnostics);
    }
  }
  for (const TimeLimit& limit : times) {
    if (const auto* entry = node.find(limit.name)) {
      read_time(entry->value, limit, limits, diagnostics);
    }
  }
}

}  // namespace sealock::proxy
