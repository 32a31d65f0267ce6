#include "proxy/cli/notify.hpp"

#include <cstddef>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace sealock::proxy {

void notify_manager(const std::string& socket, std::string_view state) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const bool is_address = !socket.empty() && (socket.front() == '/' || socket.front() == '@');
  if (!is_address || socket.size() >= sizeof(address.sun_path)) return;
  socket.copy(address.sun_path, socket.size());
  if (socket.front() == '@') address.sun_path[0] = '\0';
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size());
  // NOLINTNEXTLINE: the socket API wants this cast
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  (void)::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT, generic,
                 size);
  ::close(descriptor);
}

}  // namespace sealock::proxy
