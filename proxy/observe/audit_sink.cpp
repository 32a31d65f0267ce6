#include "proxy/observe/audit_sink.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spdlog/common.h>
#include <spdlog/details/log_msg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

// A reader that has stopped reading may hold a request up for this long, then the record counts as
// not written and the request is denied.
constexpr std::chrono::milliseconds patience{1000};

std::string reason(int number) {
  return std::generic_category().message(number);
}

std::string_view payload_of(const spdlog::details::log_msg& message) {
  return {message.payload.data(), message.payload.size()};
}

// True when a descriptor that has just refused bytes (EAGAIN) takes more in time.
bool becomes_writable(int descriptor) {
  pollfd entry{descriptor, POLLOUT, 0};
  return poll(&entry, 1, static_cast<int>(patience.count())) == 1;
}

// How many bytes went out; fewer than asked means that errno says why.
std::size_t write_all(int descriptor, std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (count > 0) {
      done += static_cast<std::size_t>(count);
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN && becomes_writable(descriptor)) continue;
    return done;
  }
  return done;
}

Result<Descriptor> open_file(const std::filesystem::path& file) {
  const auto fault = [&file](std::string text) {
    return fail(ErrorKind::internal, "audit file '" + file.string() + "': " + std::move(text));
  };
  // O_NONBLOCK: opening a named pipe must fail, not wait for its reader.
  Descriptor descriptor(
      ::open(file.c_str(),
             O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK, 0640));
  if (descriptor.get() < 0 && errno == ELOOP) {
    return fault("is a symbolic link; name the file it points to");
  }
  if (descriptor.get() < 0) {
    return fault(std::string("cannot be opened for appending: ") + reason(errno));
  }
  struct stat status {};
  if (fstat(descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return fault("is not a regular file; use sink: stderr or sink: syslog instead");
  }
  return descriptor;
}

// A process that was killed, or a full disk, may have left half a line.
DescriptorSink::LastLine last_line_of(int file) {
  struct stat status {};
  char last = '\n';
  if (fstat(file, &status) == 0 && status.st_size > 0 &&
      pread(file, &last, 1, status.st_size - 1) == 1 && last != '\n') {
    return DescriptorSink::LastLine::torn;
  }
  return DescriptorSink::LastLine::whole;
}

Result<Descriptor> connect_syslog(const std::string& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof(address.sun_path)) {
    return fail(ErrorKind::internal, "syslog socket '" + socket + "': the path is too long");
  }
  socket.copy(address.sun_path, socket.size());
  Descriptor connection(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const timeval limit{patience.count() / 1000, (patience.count() % 1000) * 1000};
  setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  // NOLINTNEXTLINE: the socket API wants this cast
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (connect(connection.get(), generic, sizeof address) != 0) {
    return fail(ErrorKind::internal, "syslog socket '" + socket + "': cannot connect: " +
                                         reason(errno) + "; is a syslog daemon running");
  }
  return connection;
}

bool send_whole(int connection, std::string_view datagram) {
  for (;;) {
    const ssize_t count = ::send(connection, datagram.data(), datagram.size(), MSG_NOSIGNAL);
    if (count == static_cast<ssize_t>(datagram.size())) return true;
    if (count < 0 && errno == EINTR) continue;
    return false;
  }
}

}  // namespace

void DescriptorSink::use(int descriptor, LastLine last) {
  descriptor_ = descriptor;
  torn_ = last == LastLine::torn;
}

void DescriptorSink::log(const spdlog::details::log_msg& message) {
  line_.clear();
  if (torn_) line_ += '\n';
  line_ += payload_of(message);
  line_ += '\n';
  const std::size_t done = write_all(descriptor_, line_);
  if (done == line_.size()) {
    torn_ = false;
    return;
  }
  const int number = errno;
  if (done > 0) torn_ = line_[done - 1] != '\n';
  throw spdlog::spdlog_ex("audit line not written", number);
}

FileSink::FileSink(std::filesystem::path file, Descriptor descriptor)
    : DescriptorSink(descriptor.get()), file_(std::move(file)), owned_(std::move(descriptor)) {
  use(owned_.get(), last_line_of(owned_.get()));
}

Result<std::unique_ptr<AuditSink>> FileSink::open(std::filesystem::path file) {
  auto descriptor = open_file(file);
  if (!descriptor) return tl::unexpected(descriptor.error());
  return std::unique_ptr<AuditSink>(new FileSink(std::move(file), std::move(*descriptor)));
}

Result<void> FileSink::reopen() {
  auto descriptor = open_file(file_);
  if (!descriptor) return tl::unexpected(descriptor.error());
  use(descriptor->get(), last_line_of(descriptor->get()));
  owned_ = std::move(*descriptor);
  return {};
}

SyslogSink::SyslogSink(std::string socket, Descriptor connection)
    : socket_(std::move(socket)), connection_(std::move(connection)) {}

Result<std::unique_ptr<AuditSink>> SyslogSink::open(std::string socket) {
  auto connection = connect_syslog(socket);
  if (!connection) return tl::unexpected(connection.error());
  return std::unique_ptr<AuditSink>(new SyslogSink(std::move(socket), std::move(*connection)));
}

// A datagram a line.
void SyslogSink::log(const spdlog::details::log_msg& message) {
  constexpr int authorization_info = (4 << 3) | 6;
  const std::time_t now = std::chrono::system_clock::to_time_t(message.time);
  std::tm local{};
  localtime_r(&now, &local);
  char stamp[32];
  const std::size_t length = std::strftime(stamp, sizeof stamp, "%b %e %H:%M:%S", &local);
  std::string head = '<' + std::to_string(authorization_info) + '>';
  head.append(stamp, length);
  head += " sealock[" + std::to_string(getpid()) + "]: ";
  std::string_view lines = payload_of(message);
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    datagram_.assign(head).append(line);
    send_datagram();
  }
}

void SyslogSink::send_datagram() {
  if (send_whole(connection_.get(), datagram_)) return;
  const int number = errno;
  if (number == ECONNREFUSED || number == ENOTCONN || number == ECONNRESET) {
    auto connection = connect_syslog(socket_);
    if (connection) connection_ = std::move(*connection);
    if (connection && send_whole(connection_.get(), datagram_)) return;
  }
  throw spdlog::spdlog_ex("audit line not sent to syslog", number);
}

}  // namespace sealock::proxy
