// Limits of memory, processes and processors as one number each, whichever fields say it. Unset is
// no limit. A negative number, by which a client asks for none, is an error: an allow that wants a
// limit misses, a deny hits.

#include "policy/effective/body_places.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

#include <limits>
#include <optional>

namespace sealock::policy::effective {
namespace {

const Value* service_limits(const Request& request) {
  return member(member(task_template(request), "Resources"), "Limits");
}

Result<Value> limit(const Value* holder, std::string_view field) {
  const Value* value = member(holder, field);
  if (value == nullptr || value->number() == nullptr) return Value();
  const auto number = value->integer();
  if (!number) return bad_request(std::string(field) + ": no such number");
  if (*number < 0) return bad_request(std::string(field) + ": asks for no limit");
  return *number == 0 ? Value() : Value(*number);
}

std::int64_t number_in(const Value* holder, std::string_view field) {
  const Value* value = member(holder, field);
  return value != nullptr ? value->integer().value_or(0) : 0;
}

}  // namespace

Result<Value> memory(const Request& request, const Facts& /*facts*/) {
  if (is_service(request)) return limit(service_limits(request), "MemoryBytes");
  return limit(resources(request), "Memory");
}

Result<Value> pids(const Request& request, const Facts& /*facts*/) {
  if (is_service(request)) return limit(service_limits(request), "Pids");
  return limit(resources(request), "PidsLimit");
}

// NanoCpus, or CpuQuota out of CpuPeriod (100 ms unless it is said); dockerd refuses both together.
Result<Value> nano_cpus(const Request& request, const Facts& /*facts*/) {
  if (is_service(request)) return limit(service_limits(request), "NanoCPUs");
  const Value* holder = resources(request);
  const std::int64_t quota = number_in(holder, "CpuQuota");
  if (quota == 0) return limit(holder, "NanoCpus");
  if (quota < 0) return bad_request("CpuQuota: asks for no limit");
  constexpr std::int64_t default_period_microseconds = 100'000;
  constexpr std::int64_t nanos = 1'000'000'000;
  const std::int64_t said = number_in(holder, "CpuPeriod");
  const std::int64_t period = said > 0 ? said : default_period_microseconds;
  if (quota > std::numeric_limits<std::int64_t>::max() / nanos)
    return bad_request("CpuQuota: no such number");
  return Value(quota * nanos / period);
}

}  // namespace sealock::policy::effective
