// Tells a client about rules in `warn` mode: a header on every answer, and for ContainerCreate an entry
// in the answer's own Warnings, which `docker run` prints.
//
// Errors: an answer that is not Docker's shape is left as it is; a warning is never worth losing it.
// Source: rules.md 4.5.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {
struct Hit;
}

namespace sealock::proxy {

// "policy ci/latest-tag would deny this: deploy a version"
[[nodiscard]] std::string warning_text(const policy::Hit& hit);

// The body of a ContainerCreate answer with the warnings added.
[[nodiscard]] std::string add_warnings(std::string_view body, const std::vector<policy::Hit>& hits);

}  // namespace sealock::proxy
