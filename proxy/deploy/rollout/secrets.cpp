#include "proxy/deploy/rollout/secrets.hpp"

#include "proxy/config/descriptor.hpp"
#include "proxy/config/key_file.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

constexpr std::size_t secret_bytes = 64U * 1024U;
constexpr std::size_t key_bytes = 32;

bool is_secret_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= 128 && name[0] != '.' &&
         std::all_of(name.begin(), name.end(), plain);
}

std::string problem() {
  return std::generic_category().message(errno);
}

// Nothing when there is no such file.
Result<std::optional<std::string>> read_private_file(const std::filesystem::path& file) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return bad_request("cannot read " + file.string() + ": " + problem());
  }
  struct stat status {};
  if (fstat(descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return bad_request(file.string() + " is no regular file");
  }
  if ((status.st_mode & 077U) != 0 || (status.st_uid != 0 && status.st_uid != geteuid())) {
    return bad_request(file.string() + " is open to others; run: chown root " + file.string() +
                       " && chmod 600 " + file.string());
  }
  std::string text(secret_bytes + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    const ssize_t got = ::read(descriptor.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return bad_request("cannot read " + file.string() + ": " + problem());
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > secret_bytes) return bad_request(file.string() + " is longer than 64 KiB");
  }
  text.resize(size);
  return text;
}

}  // namespace

Result<std::string> read_secret(std::span<const std::filesystem::path> folders,
                                std::string_view name) {
  if (!is_secret_name(name)) {
    return bad_request("'" + std::string(name) +
                       "' is no name of a secret (letters, digits, '_', '-' and '.')");
  }
  std::string looked;
  for (const std::filesystem::path& folder : folders) {
    Result<std::optional<std::string>> text = read_private_file(folder / name);
    if (!text) return tl::unexpected<Error>(text.error());
    if (text->has_value()) {
      std::string value = std::move(**text);
      if (!value.empty() && value.back() == '\n') value.pop_back();
      return value;
    }
    looked += (looked.empty() ? "" : " and ") + folder.string();
  }
  return bad_request("secret '" + std::string(name) + "' is not on this node; looked in " +
                     (looked.empty() ? "no folder at all" : looked) +
                     "; put it into a file of that name with mode 0600");
}

Result<std::string> read_or_make_key(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "secrets.key";
  Result<std::optional<std::string>> text = read_private_file(file);
  if (!text) return fail(ErrorKind::internal, text.error().text);
  if (!text->has_value()) {
    const Result<void> made = make_key_file(file);
    if (!made) {
      return fail(ErrorKind::internal, "cannot make " + file.string() + ": " + made.error().text);
    }
    text = read_private_file(file);
    if (!text) return fail(ErrorKind::internal, text.error().text);
  }
  if (text->has_value() && (*text)->size() == key_bytes) return std::move(**text);
  return fail(ErrorKind::internal,
              file.string() +
                  " is damaged; remove it (every container with a secret is then "
                  "replaced once by its next deployment)");
}

}  // namespace sealock::proxy
