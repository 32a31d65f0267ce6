// One entry of HostConfig.Binds ("/srv/a:/data:ro,rshared") and of VolumesFrom ("db:ro"), taken apart
// as dockerd does it.
//
// A source that begins with a slash is a host path, anything else the name of a volume, and an entry
// without a colon an anonymous volume. There is no escape for a colon.
//
// Errors:  bad_request, without the field's path; the caller knows it.
// Lifetime: views point into the text.
// Threads: pure.
// Sources: moby volume/mounts/linux_parser.go ParseMountRaw, ParseVolumesFrom (v20.10.24 and 2026-08).

#pragma once

#include "policy/result.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace sealock::policy::effective {

enum class Access { read_write, read_only };

struct BindSpec {
  std::string_view source;  // empty: an anonymous volume
  std::string_view target;
  Access access = Access::read_write;
  std::string_view propagation;  // "rshared"; empty when it is not said
  bool relabels = false;         // z, Z: the SELinux label of the source is changed

  [[nodiscard]] bool is_host_path() const { return source.starts_with('/'); }
};

[[nodiscard]] Result<BindSpec> parse_bind(std::string_view text);

struct VolumesFromSpec {
  std::string_view container;  // as written, perhaps with a leading slash
  Access access = Access::read_write;
};

[[nodiscard]] Result<VolumesFromSpec> parse_volumes_from(std::string_view text);

[[nodiscard]] bool is_propagation(std::string_view text);
// Propagation that lets mounts pass between the container and the host: (r)shared, (r)slave.
[[nodiscard]] bool is_open_propagation(std::string_view text);

}  // namespace sealock::policy::effective
