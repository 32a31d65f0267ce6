// A path of the host as text: what it comes to without its dots, and whether it is one at all.
//
// Lexical only. Symbolic links of the host are not followed here: this folder does no I/O, and what a
// link points to may change until the container starts (engine-facts.md F2).
//
// Threads: pure.

#pragma once

#include <string>
#include <string_view>

namespace sealock::policy::effective {

// "//srv/./a/../b/" is "/srv/b". A path that is not absolute is relative to dockerd's own working
// directory, which nobody here knows: it may be anywhere, so it comes to "/", which every list of
// sensitive paths overlaps and no list of granted ones contains.
[[nodiscard]] std::string clean_host_path(std::string_view path);

// Has a ".." component.
[[nodiscard]] bool climbs(std::string_view path);

}  // namespace sealock::policy::effective
