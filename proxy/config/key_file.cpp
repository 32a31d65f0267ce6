#include "proxy/config/key_file.hpp"

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

using Secret = policy::DisguiseKeys::Secret;

class File {
public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

private:
  int descriptor_;
};

tl::unexpected<Error> fault(const std::filesystem::path& file, std::string text) {
  return fail(ErrorKind::internal, "redaction key '" + file.string() + "': " + std::move(text));
}

std::string reason() {
  return std::generic_category().message(errno);
}

// Nothing when there is no such file.
Result<std::optional<Secret>> read_key(const std::filesystem::path& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<Secret>();
    return fault(path, reason());
  }
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return fault(path, reason());
  if (!S_ISREG(status.st_mode)) return fault(path, "it is no file");
  if ((status.st_mode & 0077U) != 0) {
    return fault(path,
                 "others can read it; make a new one after `rm`, or chmod 600 it if nobody has");
  }
  Secret secret{};
  if (status.st_size != static_cast<off_t>(secret.size()) ||
      read(file.get(), secret.data(), secret.size()) != static_cast<ssize_t>(secret.size())) {
    return fault(path,
                 "it does not hold 32 bytes; restore it, or remove it to have a new one made");
  }
  return std::optional<Secret>(secret);
}

Result<void> write_key(const std::filesystem::path& path, const Secret& secret) {
  const std::string beside = path.string() + "." + std::to_string(getpid());
  const File file(open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) return fault(path, "it cannot be made: " + reason());
  const bool written =
      write(file.get(), secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) &&
      fsync(file.get()) == 0;
  // link() fails when somebody else was faster, whose key is then the one.
  const bool linked = written && (link(beside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const std::string why = reason();
  unlink(beside.c_str());
  if (!linked) return fault(path, "it cannot be made: " + why);
  return {};
}

}  // namespace

Result<Secret> read_redaction_key(const std::filesystem::path& file) {
  auto found = read_key(file);
  if (!found) return tl::unexpected(found.error());
  if (*found) return **found;
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (failed) return fault(file, "its folder cannot be made: " + failed.message());
  Secret secret{};
  if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1)
    return fault(file, "there is no randomness to make it of");
  if (const auto written = write_key(file, secret); !written)
    return tl::unexpected(written.error());
  found = read_key(file);
  if (!found) return tl::unexpected(found.error());
  return *found ? Result<Secret>(**found) : fault(file, "it is gone again");
}

}  // namespace sealock::proxy
