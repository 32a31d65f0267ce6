#include "policy/effective/effective.hpp"
#include "policy/effective/spelling_checks.hpp"
#include "policy/request/names.hpp"

#include <string>

namespace sealock::policy::effective {

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
  // Most reads say nothing that could be misspelt.
  if (request.operation->body_kind == BodyKind::none && request.query.empty() &&
      request.target.empty()) {
    return {};
  }
  return effective::check_all(request, effective::check_names, effective::check_images,
                              effective::check_mounts, effective::check_networking,
                              effective::check_process, effective::check_host_settings);
}

}  // namespace sealock::policy
