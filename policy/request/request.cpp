#include "policy/request/request.hpp"

#include "policy/request/names.hpp"
#include "policy/request/percent.hpp"
#include "policy/request/query_value.hpp"

namespace sealock::policy {

namespace {

void append_parameter(const Parameter& parameter, const Value& value, std::string& out) {
  out += out.empty() ? '?' : '&';
  append_encoded(parameter.name, "", out);
  out += '=';
  append_encoded(write_query_value(parameter, value), "", out);
}

// The query with its question mark; empty when there is none.
std::string engine_query(const Request& request) {
  std::string out;
  for (const auto& [parameter, value] : request.query) {
    const auto* values = parameter->repeated ? value.list() : nullptr;
    if (values == nullptr) {
      append_parameter(*parameter, value, out);
      continue;
    }
    for (const Value& element : *values)
      append_parameter(*parameter, element, out);
  }
  return out;
}

}  // namespace

const Value* Request::find_query(std::string_view name) const {
  for (const auto& [parameter, value] : query) {
    if (parameter->name == name) return &value;
  }
  return nullptr;
}

std::string engine_target(const Request& request) {
  std::string out;
  out.reserve(request.operation->path.size() + request.target.size() + 16);
  if (!request.version.empty()) out = "/v" + request.version;
  std::string_view path = request.operation->path;
  const std::string* parameter = &request.target;
  while (!path.empty()) {
    const std::size_t brace = path.find('{');
    out += path.substr(0, brace);
    if (brace == std::string_view::npos) break;
    // The slashes of a reference separate segments; any other name has none.
    const bool is_reference =
        parameter == &request.target && is_named_by_reference(request.operation->target);
    append_encoded(*parameter, is_reference ? ":@/" : ":@", out);
    parameter = &request.second;
    path.remove_prefix(path.find('}', brace) + 1);
  }
  return out + engine_query(request);
}

std::string engine_body(const Request& request) {
  return request.body.is_null() ? std::string() : to_json(request.body);
}

}  // namespace sealock::policy
