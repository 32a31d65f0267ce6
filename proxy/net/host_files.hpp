// Where paths of the engine's host lead, symbolic links followed: dockerd follows them when it mounts a
// bind source, so rules must judge what is behind them.
//
// Only where sealock sees the host's files: `host_root` in sealock.yaml. The answer holds for now: who may
// write in an allowed folder can put a link there later (engine-facts.md F2; SECURITY.md).
//
// Errors:  a path that cannot be followed (no permission, a loop, a link to nothing) leads nowhere that
//          could be judged; rules on host paths then deny.
// Threads: any; one system call or a few, on whatever file system the path lies.
// Source:  openat2(2), RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS.

#pragma once

#include "proxy/config/descriptor.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy {
class Facts;
struct Request;
}  // namespace sealock::policy

namespace sealock::proxy {

class HostFiles {
public:
  // Empty: the host's files are not seen, and follow() must not be called.
  explicit HostFiles(const std::filesystem::path& root);

  [[nodiscard]] bool visible() const { return !root_.empty(); }
  // Of an absolute path, as the host names it. What does not exist yet leads where its folder does.
  [[nodiscard]] std::optional<std::string> follow(std::string_view path) const;
  // Every path that the request mounts, into the facts about it. Does nothing when nothing is seen.
  void follow(const policy::Request& request, policy::Facts& facts) const;

private:
  std::filesystem::path root_;
  Descriptor folder_;
};

}  // namespace sealock::proxy
