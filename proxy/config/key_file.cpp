#include "proxy/config/key_file.hpp"

#include "proxy/config/descriptor.hpp"

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

tl::unexpected<Error> fault(const std::filesystem::path& file, std::string text) {
  return fail(ErrorKind::internal, "redaction key '" + file.string() + "': " + std::move(text));
}

std::string reason() {
  return std::generic_category().message(errno);
}

// Nothing when there is no such file.
Result<std::optional<Secret>> read_key(const std::filesystem::path& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0) {
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

}  // namespace

Result<void> make_key_file(const std::filesystem::path& file) {
  Secret secret{};
  if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1)
    return fail(ErrorKind::internal, "OpenSSL has no random bytes");
  // Whole or not at all: a key that was cut short by a crash would look like another one.
  const std::string beside = file.string() + "." + std::to_string(getpid());
  const Descriptor fresh(
      open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (fresh.get() < 0) return fail(ErrorKind::internal, reason());
  const bool written =
      write(fresh.get(), secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) &&
      fsync(fresh.get()) == 0;
  // link() fails when somebody else was faster, whose key is then the one.
  const bool linked = written && (link(beside.c_str(), file.c_str()) == 0 || errno == EEXIST);
  const std::string why = reason();
  unlink(beside.c_str());
  if (!linked) return fail(ErrorKind::internal, why);
  return {};
}

Result<Secret> read_redaction_key(const std::filesystem::path& file) {
  auto found = read_key(file);
  if (!found) return tl::unexpected(found.error());
  if (*found) return **found;
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (failed) return fault(file, "its folder cannot be made: " + failed.message());
  if (const auto made = make_key_file(file); !made)
    return fault(file, "it cannot be made: " + made.error().text);
  found = read_key(file);
  if (!found) return tl::unexpected(found.error());
  return *found ? Result<Secret>(**found) : fault(file, "it is gone again");
}

}  // namespace sealock::proxy
