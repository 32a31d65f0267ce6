// One entry of HostConfig.SecurityOpt, taken apart as dockerd does it.
//
// Lifetime: the value points into the text.
// Threads:  pure.

#pragma once

#include <string_view>

namespace sealock::policy::effective {

struct SecurityOption {
  enum class Kind { unknown, label, apparmor, seccomp, no_new_privileges, writable_cgroups };
  Kind kind = Kind::unknown;
  std::string_view value;  // "true" for the bare words that mean it
};

// Bare `disable` is label=disable, bare `no-new-privileges` and `writable-cgroups` are true.
[[nodiscard]] SecurityOption parse_security_option(std::string_view text);

// Go's strconv.ParseBool; what is neither is an error for dockerd.
[[nodiscard]] bool is_true(std::string_view text);
[[nodiscard]] bool is_false(std::string_view text);

}  // namespace sealock::policy::effective
