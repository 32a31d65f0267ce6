// Paths inside an archive, as text.
//
// Threads: pure.

#pragma once

#include "policy/result.hpp"

#include <string>
#include <string_view>

namespace sealock::policy::archive {

// "./a//b/" is "a/b", and so is "/a/b": the engine unpacks it below the same folder. A ".." in it is
// an error: where it leads depends on links, and the engine refuses what leads out.
[[nodiscard]] Result<std::string> clean_entry_path(std::string_view path);

// Where a link in the entry `path` points to is outside of the archive, or absolute. A hard link's
// target is a path of the archive; a symbolic link's begins where the link is.
[[nodiscard]] bool leaves_archive(std::string_view path, std::string_view symlink_target);

}  // namespace sealock::policy::archive
