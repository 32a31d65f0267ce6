#include "policy/effective/effective.hpp"
#include "policy/effective/spelling_checks.hpp"
#include "policy/request/names.hpp"

#include <string>
#include <vector>

namespace sealock::policy::effective {
namespace {

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

}  // namespace

// A NUL ends a text for the kernel and for C, not for Go nor for JSON.
Result<void> check_nothing_hidden(const Request& request) {
  std::vector<const Value*> left{&request.body};
  for (const QueryParameter& parameter : request.query)
    left.push_back(&parameter.value);
  while (!left.empty()) {
    const Value* value = left.back();
    left.pop_back();
    if (value->string() != nullptr && has_nul(*value->string()))
      return bad_request("the request has a NUL character in a text");
    if (value->list() != nullptr)
      for (const Value& element : *value->list())
        left.push_back(&element);
    if (value->object() == nullptr) continue;
    for (const auto& [key, element] : *value->object()) {
      if (has_nul(key)) return bad_request("the request has a NUL character in a name");
      left.push_back(&element);
    }
  }
  return {};
}

tl::unexpected<Error> wrong(std::string_view path, std::string_view what) {
  return bad_request(std::string(path) + ": " + std::string(what));
}

bool is_container_reference(std::string_view text) {
  if (text.starts_with('/')) text.remove_prefix(1);
  return is_object_name(text);
}

bool is_container_mode(std::string_view text) {
  constexpr std::string_view prefix = "container:";
  return text.starts_with(prefix) && is_container_reference(text.substr(prefix.size()));
}

}  // namespace sealock::policy::effective

namespace sealock::policy {

Result<void> check_spellings(const Request& request) {
  if (request.operation == nullptr) return fail(ErrorKind::internal, "a request without operation");
  return effective::check_all(request, effective::check_nothing_hidden, effective::check_names,
                              effective::check_images, effective::check_mounts,
                              effective::check_networking, effective::check_process,
                              effective::check_host_settings);
}

}  // namespace sealock::policy
