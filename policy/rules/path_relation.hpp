// How two paths of the host lie to each other, by component, as rules speak of it: `/srv/apps/x` is
// under `/srv`, `/srvx` is not, and binding `/` exposes `/etc`.
//
// Purely lexical: symbolic links of the host are not followed here (engine-facts.md F2).
//
// Errors:  a path that is not absolute lies nowhere: nullopt.
// Threads: pure.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy {

// "/srv/./a//b/../c/" is "/srv/a/c"; ".." above the root stays at the root, as for the kernel.
[[nodiscard]] std::optional<std::string> clean_path(std::string_view path);

// `path` is `directory` or inside it. Both are cleaned first.
[[nodiscard]] std::optional<bool> is_under(std::string_view path, std::string_view directory);
// One of the two is the other or inside it.
[[nodiscard]] std::optional<bool> paths_overlap(std::string_view a, std::string_view b);

}  // namespace sealock::policy
