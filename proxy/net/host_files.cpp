#include "proxy/net/host_files.hpp"

#include "policy/effective/facts.hpp"

#include <cerrno>
#include <climits>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

// The C library has no wrapper.
int open_in(int folder, const std::string& path, std::uint64_t extra_flags) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC | extra_flags;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof(how)));
}

// The name that the kernel knows an open file by.
std::optional<std::string> name_of(const Descriptor& file) {
  std::string name(PATH_MAX, '\0');
  const std::string link = "/proc/self/fd/" + std::to_string(file.get());
  const ssize_t size = ::readlink(link.c_str(), name.data(), name.size());
  if (size <= 0 || static_cast<std::size_t>(size) == name.size()) return std::nullopt;
  name.resize(static_cast<std::size_t>(size));
  return name;
}

}  // namespace

HostFiles::HostFiles(const std::filesystem::path& root) {
  if (root.empty()) return;
  std::error_code ignored;
  root_ = std::filesystem::canonical(root, ignored);
  if (root_.empty()) root_ = root;  // every path then leads nowhere
  folder_ = Descriptor(::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

std::optional<std::string> HostFiles::follow(std::string_view path) const {
  std::filesystem::path existing(path);
  std::filesystem::path missing;
  for (;;) {
    const Descriptor file(open_in(folder_.get(), existing.string(), 0));
    if (file.get() >= 0) {
      const auto name = name_of(file);
      if (!name) return std::nullopt;
      // As the host names it: without the folder through which we see it.
      const std::string root = root_ == "/" ? std::string() : root_.string();
      if (!name->starts_with(root)) return std::nullopt;
      std::filesystem::path real = "/" + name->substr(root.size());
      if (!missing.empty()) real /= missing;
      return real.lexically_normal().string();
    }
    if (errno != ENOENT && errno != ENOTDIR) return std::nullopt;
    if (!existing.has_relative_path()) return std::nullopt;
    // There, and leading nowhere: what it will lead to cannot be known.
    const Descriptor itself(open_in(folder_.get(), existing.string(), O_NOFOLLOW));
    if (itself.get() >= 0) return std::nullopt;
    missing = missing.empty() ? existing.filename() : existing.filename() / missing;
    existing = existing.parent_path();
  }
}

void HostFiles::follow(const policy::Request& request, policy::Facts& facts) const {
  if (!visible()) return;
  for (std::string& path : policy::places_to_follow(request, facts)) {
    std::optional<std::string> real = follow(path);
    facts.add_place({std::move(path), std::move(real)});
  }
}

}  // namespace sealock::proxy
