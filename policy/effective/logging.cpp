// Where dockerd, as root and from the host's network, sends what a container prints.
//
// log_destination lists every option of the driver that is not known to be harmless, as KEY=VALUE:
// addresses (syslog-address=unix:///run/any.sock writes into any socket of the host), certificates
// (whose error messages tell of host files), and what a driver may learn later.
//
// Sources: engine-facts.md 3.1 (LogConfig); Docker's documentation of the json-file, local and
//          journald drivers.

#include "policy/effective/body_places.hpp"
#include "policy/effective/view_values.hpp"
#include "policy/effective/views.hpp"

#include <algorithm>
#include <array>

namespace sealock::policy::effective {
namespace {

constexpr auto harmless_options = std::to_array<std::string_view>(
    {"max-size", "max-file", "compress", "labels", "labels-regex", "env", "env-regex", "tag",
     "mode", "max-buffer-size", "cache-disabled", "cache-max-size", "cache-max-file",
     "cache-compress"});

bool is_harmless(std::string_view option) {
  return std::find(harmless_options.begin(), harmless_options.end(), option) !=
         harmless_options.end();
}

const Value* service_logging(const Request& request) {
  return member(task_template(request), "LogDriver");
}

}  // namespace

Result<Value> log_driver(const Request& request, const Facts& /*facts*/) {
  if (is_service(request)) return scalar(text_of(service_logging(request), "Name"));
  return scalar(text_of(member(host_config(request), "LogConfig"), "Type"));
}

Result<Value> log_destination(const Request& request, const Facts& /*facts*/) {
  TextList list;
  const auto add = [&](const std::string& name, const Value& value) {
    if (is_harmless(name)) return;
    list.add(name + "=" + (value.string() != nullptr ? *value.string() : ""));
  };
  for_each_member(member(host_config(request), "LogConfig"), "Config", add);
  for_each_member(service_logging(request), "Options", add);
  return std::move(list).finish();
}

}  // namespace sealock::policy::effective
