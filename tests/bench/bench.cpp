// The two peers of the benchmark: a stub engine that costs almost nothing, and a load generator that
// reads the CPU clock of the process under test.
//
//   bench stub SOCKET
//   bench load SOCKET PID MODE PATH CONNECTIONS SECONDS
//     MODE ka    keep-alive, closed loop           cpr   one connection a request
//          down  reads one answer a connection     up    sends 1 GiB to PATH
//          streams  opens CONNECTIONS event streams, waits for the first event of each, prints RSS
//
// One thread, epoll, no library: its own cost must not hide the proxy's. Prints one JSON line.

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

namespace {

constexpr std::size_t gibibyte = std::size_t(1) << 30;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

sockaddr_un address_of(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
  return address;
}

std::string filler(std::size_t size) {
  std::string text = R"({"Id":"4f2a","Pad":")";
  while (text.size() < size - 3)
    text += static_cast<char>('a' + text.size() % 26);
  return text + "\"}\n";
}

std::string file_text(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.empty()) die(path);
  return text;
}

std::string list(std::size_t size) {
  std::string text = "[";
  while (text.size() < size) {
    text +=
        R"({"Id":"8dfafdbc3a40","Names":["/web"],"Image":"busybox:latest","Command":"sh -c x",)"
        R"("Created":1367854155,"Ports":[],"Labels":{"com.example.a":"1","b":"2"},"State":)"
        R"("running","Status":"Up 3 days","HostConfig":{"NetworkMode":"default"},"Mounts":[]},)";
  }
  text.back() = ']';
  return text + "\n";
}

constexpr const char* head =
    "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\n"
    "Docker-Experimental: false\r\nOstype: linux\r\nServer: Docker/20.10.24 (linux)\r\n"
    "Date: Wed, 25 Nov 2026 00:00:00 GMT\r\n";

std::string with_length(const std::string& body) {
  return head + ("Content-Length: " + std::to_string(body.size()) + "\r\n\r\n") + body;
}

std::string one_chunk(const std::string& body) {
  char size[32];
  std::snprintf(size, sizeof(size), "%zx\r\n", body.size());
  return std::string(head) + "Transfer-Encoding: chunked\r\n\r\n" + size + body + "\r\n0\r\n\r\n";
}

// ------------------------------------------------------------------ stub engine

struct Peer {
  std::string in;
  std::string out;  // not yet sent
  std::size_t sent = 0;
  std::size_t to_read = 0;  // of an upload
  std::size_t bulk = 0;     // still to be sent of a download
  bool waits = false;       // for room to send
};

class Stub {
  static constexpr std::uint32_t reading = EPOLLIN | EPOLLET | EPOLLRDHUP;

public:
  Stub(const char* path, const char* inspect_file) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const sockaddr_un address = address_of(path);
    ::unlink(path);
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      die("bind");
    }
    ::listen(listener_, 4096);
    epoll_ = ::epoll_create1(0);
    watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
    small_ = with_length(std::string(filler(353)));
    inspect_ = one_chunk(file_text(inspect_file));
    list_ = one_chunk(list(400412));
    piece_.assign(1 << 18, 'x');
  }

  [[noreturn]] void run() {
    std::vector<epoll_event> events(512);
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), 512, -1);
      for (int index = 0; index < count; ++index) {
        const int fd = events[static_cast<std::size_t>(index)].data.fd;
        if (fd == listener_) {
          accept_all();
        } else if (!serve(fd, (events[static_cast<std::size_t>(index)].events & EPOLLRDHUP) != 0)) {
          ::close(fd);
          peers_.erase(fd);
        }
      }
    }
  }

private:
  void watch(int fd, std::uint32_t what, int how) const {
    epoll_event event{};
    event.events = what;
    event.data.fd = fd;
    ::epoll_ctl(epoll_, how, fd, &event);
  }

  void accept_all() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (fd < 0) return;
      peers_[fd] = Peer();
      watch(fd, reading, EPOLL_CTL_ADD);
    }
  }

  // Asks for no event and reads no more than it must: a stub that is busy with itself lets the proxy
  // fall asleep after each request, and measures that.
  bool serve(int fd, bool ended) {
    Peer& peer = peers_[fd];
    static char buffer[1 << 18];
    bool open = true;
    for (ssize_t got = sizeof(buffer); ended || got == ssize_t{sizeof(buffer)};) {
      got = ::recv(fd, buffer, sizeof(buffer), 0);
      if (got == 0) open = false;
      if (got <= 0) break;
      std::size_t size = static_cast<std::size_t>(got);
      const std::size_t body = std::min(size, peer.to_read);
      peer.to_read -= body;
      if (body > 0 && peer.to_read == 0) peer.out += with_length("{}\n");
      peer.in.append(buffer + body, size - body);
      answer(peer);
    }
    if (!flush(fd, peer)) return false;
    const bool waits = peer.sent < peer.out.size() || peer.bulk > 0;
    if (waits != peer.waits) watch(fd, waits ? reading | EPOLLOUT : reading, EPOLL_CTL_MOD);
    peer.waits = waits;
    return open;
  }

  void answer(Peer& peer) {
    for (;;) {
      const std::size_t end = peer.in.find("\r\n\r\n");
      if (end == std::string::npos) return;
      const std::string_view request = std::string_view(peer.in).substr(0, end);
      if (request.find("/version") != std::string_view::npos) {
        peer.out += small_;
      } else if (request.find("/containers/json") != std::string_view::npos) {
        peer.out += list_;
      } else if (request.find("/json") != std::string_view::npos) {
        // Another process id, as of a container that starts again and again; another label.
        if (request.find("/restless/") != std::string_view::npos) change("\"Pid\":", ',');
        if (request.find("/relabelled/") != std::string_view::npos)
          change("com.example.owner\":\"", '"');
        peer.out += inspect_;
      } else if (request.find("/events") != std::string_view::npos) {
        peer.out +=
            std::string(head) +
            "Transfer-Encoding: chunked\r\n\r\n1d\r\n{\"Type\":\"container\",\"a\":\"b\"}\n\r\n";
      } else if (request.find("/get") != std::string_view::npos) {
        peer.out += head + ("Content-Length: " + std::to_string(gibibyte) + "\r\n\r\n");
        peer.bulk = gibibyte;
      } else if (request.find("/load") != std::string_view::npos) {
        peer.to_read = gibibyte;
      } else {
        peer.out += with_length("{}\n");
      }
      peer.in.erase(0, end + 4);
      const std::size_t body = std::min(peer.in.size(), peer.to_read);
      peer.to_read -= body;
      peer.in.erase(0, body);
    }
  }

  // A value of the inspect, of four bytes or more, that follows `field` up to `end`.
  void change(std::string_view field, char end) {
    const std::size_t at = inspect_.find(field) + field.size();
    const std::size_t size = inspect_.find(end, at) - at;
    std::string number = std::to_string(++changes_ % 10000);
    number.insert(0, size - number.size(), '1');
    inspect_.replace(at, size, number);
  }

  bool flush(int fd, Peer& peer) const {
    for (;;) {
      const bool bulk = peer.sent == peer.out.size();
      if (bulk && peer.bulk == 0) break;
      const char* data = bulk ? piece_.data() : peer.out.data() + peer.sent;
      const std::size_t size =
          bulk ? std::min(peer.bulk, piece_.size()) : peer.out.size() - peer.sent;
      const ssize_t sent = ::send(fd, data, size, MSG_NOSIGNAL);
      if (sent < 0) return errno == EAGAIN;
      if (bulk) {
        peer.bulk -= static_cast<std::size_t>(sent);
      } else {
        peer.sent += static_cast<std::size_t>(sent);
      }
    }
    peer.out.clear();
    peer.sent = 0;
    return true;
  }

  int listener_ = -1;
  int epoll_ = -1;
  std::map<int, Peer> peers_;
  std::string small_, inspect_, list_, piece_;
  unsigned changes_ = 0;
};

// ------------------------------------------------------------------ load generator

double now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double cpu_of(pid_t pid) {
  clockid_t clock = 0;
  if (pid == 0 || ::clock_getcpuclockid(pid, &clock) != 0) return 0;
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

long rss_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::atol(line.c_str() + 6);
  }
  return 0;
}

int connect_to(const sockaddr_un& address) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    die("connect");
  }
  return fd;
}

// How much of `text` one whole answer takes; 0 while it is incomplete.
std::size_t answer_size(std::string_view text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::string_view fields = text.substr(0, end + 2);
  std::size_t length = fields.find("Content-Length: ");
  if (length == std::string_view::npos) length = fields.find("content-length: ");  // HAProxy
  if (length != std::string_view::npos) {
    const std::size_t size = static_cast<std::size_t>(std::atol(fields.data() + length + 16));
    return text.size() >= end + 4 + size ? end + 4 + size : 0;
  }
  // Chunked: our own answers end with the last chunk, and hold no such bytes inside.
  if (text.size() < end + 9 || !text.ends_with("\r\n0\r\n\r\n")) return 0;
  return text.size();
}

struct Slot {
  int fd = -1;
  double start = 0;
  std::string in;
};

struct Load {
  sockaddr_un address{};
  std::string request;
  bool per_request = false;
  int epoll = -1;
  std::vector<Slot> slots;
  std::vector<double> latencies;
  long errors = 0;

  void begin(std::size_t index) {
    Slot& slot = slots[index];
    slot.start = now();
    if (slot.fd < 0) {
      slot.fd = connect_to(address);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = index;
      ::epoll_ctl(epoll, EPOLL_CTL_ADD, slot.fd, &event);
    }
    slot.in.clear();
    if (::send(slot.fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) ++errors;
  }

  void end(std::size_t index, bool fine) {
    Slot& slot = slots[index];
    if (fine && slot.in.compare(9, 3, "200") == 0) {
      latencies.push_back(now() - slot.start);
    } else {
      ++errors;
    }
    if (per_request || !fine) {
      ::close(slot.fd);
      slot.fd = -1;
    }
  }

  void run(double seconds) {
    static char buffer[1 << 18];
    std::vector<epoll_event> events(256);
    const double until = now() + seconds;
    for (std::size_t index = 0; index < slots.size(); ++index)
      begin(index);
    while (now() < until) {
      const int count = ::epoll_wait(epoll, events.data(), 256, 100);
      for (int number = 0; number < count; ++number) {
        const std::size_t index = events[static_cast<std::size_t>(number)].data.u64;
        Slot& slot = slots[index];
        const ssize_t got = ::recv(slot.fd, buffer, sizeof(buffer), 0);
        if (got > 0) slot.in.append(buffer, static_cast<std::size_t>(got));
        const bool whole = got > 0 && answer_size(slot.in) > 0;
        if (got > 0 && !whole) continue;
        end(index, whole);
        begin(index);
      }
    }
    for (Slot& slot : slots) {  // answers under way belong to nobody
      ::close(slot.fd);
      slot.fd = -1;
    }
  }
};

void print(Load& load, double seconds, double cpu, pid_t pid) {
  std::sort(load.latencies.begin(), load.latencies.end());
  const std::size_t count = load.latencies.size();
  const auto at = [&](double share) {
    return count == 0
               ? 0.0
               : load.latencies[static_cast<std::size_t>(share * static_cast<double>(count - 1))];
  };
  std::printf(
      "{\"requests\":%zu,\"errors\":%ld,\"seconds\":%.3f,\"cpu_us\":%.3f,\"rps\":%.0f,"
      "\"p50_us\":%.1f,\"p99_us\":%.1f,\"rss_kib\":%ld}\n",
      count, load.errors, seconds, count == 0 ? 0 : cpu * 1e6 / static_cast<double>(count),
      static_cast<double>(count) / seconds, at(0.5) * 1e6, at(0.99) * 1e6, rss_kib(pid));
}

void run_bulk(const Load& load, bool up, pid_t pid) {
  std::vector<char> buffer(1 << 18, 'x');
  const double cpu = cpu_of(pid), start = now();
  const int fd = connect_to(load.address);
  ::send(fd, load.request.data(), load.request.size(), MSG_NOSIGNAL);
  std::size_t left = up ? gibibyte : 0;
  while (left > 0) {
    const ssize_t sent = ::send(fd, buffer.data(), std::min(left, buffer.size()), MSG_NOSIGNAL);
    if (sent <= 0) die("send");
    left -= static_cast<std::size_t>(sent);
  }
  std::size_t got = 0;
  std::string first;
  for (;;) {
    const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (size <= 0) break;
    if (first.size() < 12) first.append(buffer.data(), static_cast<std::size_t>(size));
    got += static_cast<std::size_t>(size);
    if (up && got > 0) break;
    if (!up && got >= gibibyte) break;
  }
  ::close(fd);
  const double seconds = now() - start;
  const bool fine = first.compare(9, 3, "200") == 0 && (up || got >= gibibyte);
  std::printf(
      "{\"requests\":1,\"errors\":%d,\"seconds\":%.3f,\"cpu_us\":%.0f,\"mb_s\":%.0f,"
      "\"rss_kib\":%ld}\n",
      fine ? 0 : 1, seconds, (cpu_of(pid) - cpu) * 1e6,
      static_cast<double>(gibibyte) / 1e6 / seconds, rss_kib(pid));
}

void run_streams(Load& load, pid_t pid) {
  const long before = rss_kib(pid);
  char buffer[4096];
  long events = 0;
  for (Slot& slot : load.slots) {
    slot.fd = connect_to(load.address);
    ::send(slot.fd, load.request.data(), load.request.size(), MSG_NOSIGNAL);
  }
  const double until = now() + 10;
  for (Slot& slot : load.slots) {
    if (now() > until) break;
    timeval limit{2, 0};
    ::setsockopt(slot.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    while (slot.in.find("container") == std::string::npos) {
      const ssize_t got = ::recv(slot.fd, buffer, sizeof(buffer), 0);
      if (got <= 0) break;
      slot.in.append(buffer, static_cast<std::size_t>(got));
    }
    if (slot.in.find("container") != std::string::npos) ++events;
  }
  ::usleep(1500 * 1000);
  const long after = rss_kib(pid);
  std::printf(
      "{\"requests\":%zu,\"errors\":%ld,\"idle_kib\":%ld,\"rss_kib\":%ld,"
      "\"kib_a_stream\":%.2f}\n",
      load.slots.size(), static_cast<long>(load.slots.size()) - events, before, after,
      static_cast<double>(after - before) / static_cast<double>(load.slots.size()));
  for (const Slot& slot : load.slots)
    ::close(slot.fd);
}

int usage() {
  std::fputs("usage: bench stub SOCKET | bench load SOCKET PID MODE PATH CONNECTIONS SECONDS\n",
             stderr);
  return 2;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 4 && std::string_view(arguments[1]) == "stub")
    Stub(arguments[2], arguments[3]).run();
  if (count != 8 || std::string_view(arguments[1]) != "load") return usage();
  const std::string_view mode = arguments[4];
  Load load;
  load.address = address_of(arguments[2]);
  const pid_t pid = std::atoi(arguments[3]);
  load.per_request = mode == "cpr";
  load.slots.resize(static_cast<std::size_t>(std::atoi(arguments[6])));
  load.epoll = ::epoll_create1(0);
  load.request = std::string(mode == "up" ? "POST " : "GET ") + arguments[5] +
                 " HTTP/1.1\r\nHost: docker\r\nUser-Agent: Docker-Client/20.10.24 (linux)\r\n" +
                 (mode == "up" ? "Content-Type: application/x-tar\r\nContent-Length: " +
                                     std::to_string(gibibyte) + "\r\n"
                               : std::string()) +
                 (mode == "cpr" ? "Connection: close\r\n\r\n" : "\r\n");
  if (mode == "streams") {
    run_streams(load, pid);
  } else if (mode == "up" || mode == "down") {
    run_bulk(load, mode == "up", pid);
  } else {
    load.run(0.2);  // warm
    load.latencies.clear();
    const double seconds = std::atof(arguments[7]);
    const double cpu = cpu_of(pid), start = now();
    load.run(seconds);
    print(load, now() - start, cpu_of(pid) - cpu, pid);
  }
  return 0;
}
