#include "proxy/net/arrivals.hpp"

#include <boost/asio/post.hpp>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/epoll.h>

namespace sealock::proxy {
namespace {

int make_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::system_category(), "epoll_create1");
  return descriptor;
}

bool control(int epoll, int how, int descriptor, std::uint32_t events, Socket* socket) {
  epoll_event event{};
  event.events = events | EPOLLET;
  event.data.ptr = socket;
  return ::epoll_ctl(epoll, how, descriptor, &event) == 0;
}

}  // namespace

Arrivals::Arrivals(boost::asio::io_context& context)
    : context_(context), epoll_(context, make_epoll()) {}

Arrivals::~Arrivals() {
  // Dropping a wait can destroy its socket, and others.
  while (!watched_.empty()) {
    Socket& socket = watched_.front();
    watched_.pop_front();
    socket.forget_arrivals();
  }
}

bool Arrivals::add(Socket& socket, std::uint32_t events) {
  if (!control(epoll_.native_handle(), EPOLL_CTL_ADD, socket.descriptor(), events, &socket)) {
    return false;
  }
  watched_.push_back(socket);
  return true;
}

bool Arrivals::change(Socket& socket, std::uint32_t events) {
  return control(epoll_.native_handle(), EPOLL_CTL_MOD, socket.descriptor(), events, &socket);
}

void Arrivals::make_due(Socket& socket) {
  if (!socket.due_hook_.is_linked()) due_.push_back(socket);
  if (!in_round_) kick();
}

void Arrivals::wait_begins() {
  ++waits_;
  arm();
}

void Arrivals::wait_ends() {
  --waits_;
  if (!in_round_) disarm();
}

void Arrivals::cancel(Socket::Waiter waiter) {
  wait_ends();
  boost::asio::post(context_, [waiter = std::move(waiter)]() mutable { waiter(false); });
}

void Arrivals::arm() {
  if (armed_ || waits_ == 0) return;
  armed_ = true;
  epoll_.async_wait(decltype(epoll_)::wait_read, [this](const ErrorCode& error) {
    armed_ = false;
    if (error) return arm();
    round();
  });
}

// The loop may end where nobody waits.
void Arrivals::disarm() {
  if (waits_ == 0 && armed_) epoll_.cancel();
}

void Arrivals::kick() {
  if (kicked_) return;
  kicked_ = true;
  boost::asio::post(context_, [this] {
    kicked_ = false;
    round();
  });
}

void Arrivals::round() {
  struct Mark {
    explicit Mark(bool& mark) : set(mark) { set = true; }
    ~Mark() { set = false; }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;
    bool& set;
  };
  {
    const Mark mark(in_round_);
    note_events();
    arm();  // now, so that nothing stands between the last send and the sleep that follows
    // What becomes due meanwhile has the next round: who always has something to say must not keep
    // others from being heard.
    DueSockets now;
    now.swap(due_);
    while (!now.empty()) {
      Socket& socket = now.front();
      now.pop_front();
      socket.end_waits();  // can destroy it, and others
    }
  }
  if (!due_.empty()) kick();
  disarm();
}

void Arrivals::note_events() {
  std::array<epoll_event, 128> events;  // NOLINT(*-member-init): the kernel fills it
  const int count =
      ::epoll_wait(epoll_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
  for (int at = 0; at < count; ++at) {
    const epoll_event& event = events[static_cast<std::size_t>(at)];
    Socket& socket = *static_cast<Socket*>(event.data.ptr);
    socket.note(event.events);
    if (socket.has_over()) make_due(socket);
  }
}

}  // namespace sealock::proxy
