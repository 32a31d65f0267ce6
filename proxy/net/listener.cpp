#include "proxy/net/listener.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>

#include <grp.h>
#include <pwd.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

constexpr int backlog = 1024;
constexpr int accepts_at_once = 16;
constexpr std::chrono::milliseconds pause_time{100};

tl::unexpected<Error> cannot(std::string_view what, const std::filesystem::path& path) {
  return fail(ErrorKind::internal,
              "cannot " + std::string(what) + " " + path.string() + ": " + std::strerror(errno));
}

Result<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof(address.sun_path)) {
    return fail(ErrorKind::internal,
                "the socket path " + text + " is longer than 107 bytes; choose a shorter one");
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

std::optional<unsigned> parse_number(const std::string& text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

constexpr unsigned keep_id = static_cast<unsigned>(-1);

Result<unsigned> find_user(const std::string& name) {
  if (name.empty()) return keep_id;
  if (const auto number = parse_number(name)) return *number;
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr) return fail(ErrorKind::internal, "there is no user '" + name + "'");
  return entry->pw_uid;
}

Result<unsigned> find_group(const std::string& name) {
  if (name.empty()) return keep_id;
  if (const auto number = parse_number(name)) return *number;
  const group* entry = ::getgrnam(name.c_str());
  if (entry == nullptr) return fail(ErrorKind::internal, "there is no group '" + name + "'");
  return entry->gr_gid;
}

bool is_served(const sockaddr_un& address) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return true;
  const int result = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  const bool refused = result < 0 && errno == ECONNREFUSED;
  ::close(probe);
  return !refused;
}

Peer peer_of(int descriptor) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  Peer peer;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return peer;
  peer.uid = credentials.uid;
  peer.gid = credentials.gid;
  if (credentials.pid > 0) peer.pid = credentials.pid;
  return peer;
}

}  // namespace

Listener::Listener(boost::asio::io_context& context, ListenerConfig config, std::size_t number)
    : config_(std::move(config)),
      name_{config_.name, config_.policy, number},
      descriptor_(context),
      backoff_(context) {}

Listener::~Listener() {
  close();
}

// Nothing at the path, or a socket that nobody serves.
Result<void> Listener::check_path() const {
  struct stat status {};
  if (::lstat(config_.socket.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return cannot("look at", config_.socket);
  }
  if (!S_ISSOCK(status.st_mode)) {
    return fail(ErrorKind::internal, config_.socket.string() +
                                         " exists and is no socket; remove it, or configure "
                                         "another path");
  }
  const Result<sockaddr_un> address = address_of(config_.socket);
  if (!address) return tl::unexpected<Error>(address.error());
  if (!is_served(*address)) return {};
  return fail(ErrorKind::internal,
              config_.socket.string() +
                  " is served by another process; stop it, or configure another path");
}

Result<void> Listener::bind_to(const std::filesystem::path& path, int descriptor) const {
  const Result<sockaddr_un> address = address_of(path);
  if (!address) return tl::unexpected<Error>(address.error());
  const Result<unsigned> owner = find_user(config_.owner);
  if (!owner) return tl::unexpected<Error>(owner.error());
  const Result<unsigned> group = find_group(config_.group);
  if (!group) return tl::unexpected<Error>(group.error());
  ::unlink(path.c_str());
  const mode_t old_mask = ::umask(0177);
  const int bound =
      ::bind(descriptor, reinterpret_cast<const sockaddr*>(&*address), sizeof(*address));
  ::umask(old_mask);
  if (bound != 0) return cannot("make the socket", path);
  if (*owner != keep_id || *group != keep_id) {
    if (::chown(path.c_str(), *owner, *group) != 0) return cannot("give away the socket", path);
  }
  if (::chmod(path.c_str(), static_cast<mode_t>(config_.mode)) != 0) {
    return cannot("set the mode of", path);
  }
  if (::listen(descriptor, backlog) != 0) return cannot("listen on", path);
  return {};
}

Result<void> Listener::open() {
  const Result<void> free = check_path();
  if (!free) return free;
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return cannot("make a socket for", config_.socket);
  descriptor_.assign(descriptor);
  const std::filesystem::path draft = config_.socket.string() + ".new";
  const Result<void> bound = bind_to(draft, descriptor);
  if (!bound) {
    ::unlink(draft.c_str());
    descriptor_.close();
    return bound;
  }
  if (::rename(draft.c_str(), config_.socket.c_str()) != 0) {
    const auto failure = cannot("name the socket", config_.socket);
    ::unlink(draft.c_str());
    descriptor_.close();
    return failure;
  }
  struct stat status {};
  if (::lstat(config_.socket.c_str(), &status) == 0) {
    device_ = status.st_dev;
    inode_ = status.st_ino;
  }
  return {};
}

void Listener::start(std::function<void(int, Peer)> take, std::function<bool()> full) {
  take_ = std::move(take);
  full_ = std::move(full);
  wait();
}

void Listener::close() {
  if (!descriptor_.is_open()) return;
  boost::system::error_code ignored;
  backoff_.cancel();
  descriptor_.close(ignored);
  struct stat status {};
  const bool ours = ::lstat(config_.socket.c_str(), &status) == 0 && status.st_dev == device_ &&
                    status.st_ino == inode_;
  if (ours) ::unlink(config_.socket.c_str());
}

void Listener::wait() {
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [this](const boost::system::error_code& error) {
                           if (!error) accept_some();
                         });
}

void Listener::accept_some() {
  for (int count = 0; count < accepts_at_once; ++count) {
    if (full_()) return pause();
    const int accepted =
        ::accept4(descriptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
      take_(accepted, peer_of(accepted));
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    if (errno == EINTR || errno == ECONNABORTED) continue;
    spdlog::error("accept_failed listener={} error=\"{}\"", name_.name, std::strerror(errno));
    return pause();
  }
  wait();
}

// Out of descriptors, or full: clients wait in the kernel's queue meanwhile.
void Listener::pause() {
  backoff_.expires_after(pause_time);
  backoff_.async_wait([this](const boost::system::error_code& error) {
    if (!error) accept_some();
  });
}

}  // namespace sealock::proxy
