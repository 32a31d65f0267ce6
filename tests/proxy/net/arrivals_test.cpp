// Sockets and the rounds in which their waits end, on socket pairs: nothing that comes is missed, whatever
// comes together with it, and nothing is asked for that cannot be there.

#include "proxy/net/arrivals.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

struct Pair {
  explicit Pair(Arrivals& arrivals) : ours(arrivals) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0);
    ours.open(ends[0]);
    theirs = ends[1];
  }
  ~Pair() { hang_up(); }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  void say(std::string_view text) const {
    REQUIRE(::send(theirs, text.data(), text.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(text.size()));
  }
  void end() const { ::shutdown(theirs, SHUT_WR); }
  void hang_up() {
    if (theirs >= 0) ::close(theirs);
    theirs = -1;
  }

  Socket ours;
  int theirs = -1;
};

struct Loop {
  void run() {
    context.restart();
    context.run();
  }

  boost::asio::io_context context{1};
  Arrivals arrivals{context};
};

// What read_now() gives: the text, or "nothing", "end", "error".
std::string take(Socket& socket, std::size_t room = 100) {
  std::string text(room, '\0');
  const ReadResult read = read_now(socket, boost::asio::buffer(text));
  if (read.error == boost::asio::error::would_block) return "nothing";
  if (read.error == boost::asio::error::eof) return "end";
  if (read.error) return "error";
  text.resize(read.size);
  return text;
}

Task<void> read_all(Socket& socket, std::vector<std::string>& texts, std::size_t room = 100) {
  for (;;) {
    std::string text(room, '\0');
    const ReadResult read = co_await read_some(socket, boost::asio::buffer(text));
    if (read.error) {
      texts.push_back(read.error == boost::asio::error::eof ? "end" : "aborted");
      co_return;
    }
    texts.push_back(text.substr(0, read.size));
  }
}

using Texts = std::vector<std::string>;

TEST_CASE("arrivals: what comes before the wait, and after it") {
  Loop loop;
  Pair pair(loop.arrivals);
  Texts texts;
  pair.say("before");
  boost::asio::co_spawn(loop.context, read_all(pair.ours, texts), boost::asio::detached);
  loop.context.poll();
  CHECK(texts == Texts{"before"});
  pair.say("after");
  loop.context.poll();
  CHECK(texts == Texts{"before", "after"});
  pair.end();
  loop.run();
  CHECK(texts == Texts{"before", "after", "end"});
}

TEST_CASE("arrivals: the last bytes and the end in one event are both read") {
  Loop loop;
  Pair pair(loop.arrivals);
  Texts texts;
  boost::asio::co_spawn(loop.context, read_all(pair.ours, texts), boost::asio::detached);
  loop.context.poll();
  pair.say("last");
  SUBCASE("half-closed") {
    pair.end();
  }
  SUBCASE("closed") {
    pair.hang_up();
  }
  loop.run();
  CHECK(texts == Texts{"last", "end"});
}

TEST_CASE("arrivals: the last bytes and the end before anybody has waited") {
  Loop loop;
  Pair pair(loop.arrivals);
  pair.say("last");
  pair.end();
  CHECK(take(pair.ours) == "last");
  CHECK_FALSE(pair.ours.may_be_readable());
  Texts texts;
  boost::asio::co_spawn(loop.context, read_all(pair.ours, texts), boost::asio::detached);
  loop.run();
  CHECK(texts == Texts{"end"});
}

TEST_CASE("arrivals: what comes between an event and its read is not missed") {
  Loop loop;
  Pair pair(loop.arrivals);
  Texts texts;
  boost::asio::co_spawn(loop.context, read_all(pair.ours, texts), boost::asio::detached);
  loop.context.poll();
  for (int round = 0; round < 100; ++round) {
    pair.say("a");
    boost::asio::post(loop.context, [&] { pair.say("b"); });
    loop.context.poll();
  }
  pair.end();
  loop.run();
  std::string all;
  for (const std::string& text : texts)
    all += text;
  CHECK(all.size() == 200 + std::string_view("end").size());
}

TEST_CASE("arrivals: a read that fills its room leaves something to be asked for") {
  Loop loop;
  Pair pair(loop.arrivals);
  pair.say("12345678");
  CHECK(take(pair.ours, 4) == "1234");
  CHECK(pair.ours.may_be_readable());
  CHECK(take(pair.ours, 4) == "5678");
  CHECK(take(pair.ours, 4) == "nothing");
  CHECK_FALSE(pair.ours.may_be_readable());
  Texts texts;
  boost::asio::co_spawn(loop.context, read_all(pair.ours, texts, 4), boost::asio::detached);
  pair.say("123456789");
  pair.end();
  loop.run();
  CHECK(texts == Texts{"1234", "5678", "9", "end"});
}

TEST_CASE("attack: bytes behind a descriptor that was sent along are found at the next tick") {
  Loop loop;
  Pair pair(loop.arrivals);
  std::string first = "first";
  iovec part{first.data(), first.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &pair.theirs, sizeof(int));
  Texts texts;
  boost::asio::co_spawn(loop.context, read_all(pair.ours, texts), boost::asio::detached);
  loop.context.poll();
  REQUIRE(::sendmsg(pair.theirs, &message, MSG_NOSIGNAL) == 5);
  pair.say("second");
  loop.context.poll();
  CHECK(texts == Texts{"first"});
  pair.ours.look_again();
  loop.context.poll();
  CHECK(texts == Texts{"first", "second"});
  pair.ours.look_again();
  pair.ours.look_again();
  loop.context.poll();
  pair.ours.close();
  loop.run();
  CHECK(texts == Texts{"first", "second", "aborted"});
}

TEST_CASE("arrivals: byte by byte") {
  Loop loop;
  Pair pair(loop.arrivals);
  Texts texts;
  boost::asio::co_spawn(loop.context, read_all(pair.ours, texts), boost::asio::detached);
  for (int at = 0; at < 1000; ++at) {
    pair.say("x");
    loop.context.poll();
  }
  CHECK(texts.size() == 1000);
}

TEST_CASE("arrivals: cancelled, closed and destroyed while somebody waits") {
  Loop loop;
  auto pair = std::make_unique<Pair>(loop.arrivals);
  Texts texts;
  boost::asio::co_spawn(loop.context, read_all(pair->ours, texts), boost::asio::detached);
  loop.context.poll();
  SUBCASE("cancelled") {
    pair->ours.cancel();
  }
  SUBCASE("closed") {
    pair->ours.close();
  }
  SUBCASE("cancelled, with something there") {
    pair->say("late");
    pair->ours.cancel();
  }
  CHECK(texts.empty());  // never from inside the call
  loop.run();
  CHECK(texts == Texts{"aborted"});
}

TEST_CASE("arrivals: a wait on a closed socket is over") {
  Loop loop;
  Pair pair(loop.arrivals);
  pair.ours.close();
  bool arrived = true;
  const auto wait = [&]() -> Task<void> { arrived = co_await pair.ours.arrival(); };
  boost::asio::co_spawn(loop.context, wait(), boost::asio::detached);
  loop.run();
  CHECK_FALSE(arrived);
}

TEST_CASE("arrivals: one wait's end closes another socket of the same round") {
  Loop loop;
  auto first = std::make_unique<Pair>(loop.arrivals);
  auto second = std::make_unique<Pair>(loop.arrivals);
  int ended = 0;
  CHECK(take(first->ours) == "nothing");
  CHECK(take(second->ours) == "nothing");
  // Whichever is first closes the other, of which an event has been noted already.
  const auto wait = [&](std::unique_ptr<Pair>& own, std::unique_ptr<Pair>& other) -> Task<void> {
    const bool arrived = co_await own->ours.arrival();
    ++ended;
    if (arrived && other) other->ours.close();
  };
  boost::asio::co_spawn(loop.context, wait(first, second), boost::asio::detached);
  boost::asio::co_spawn(loop.context, wait(second, first), boost::asio::detached);
  loop.context.poll();
  first->say("x");
  second->say("y");
  loop.run();
  CHECK(ended == 2);
}

TEST_CASE("arrivals: a descriptor that comes again is another socket") {
  Loop loop;
  for (int round = 0; round < 50; ++round) {
    Pair pair(loop.arrivals);
    Texts texts;
    boost::asio::co_spawn(loop.context, read_all(pair.ours, texts), boost::asio::detached);
    loop.context.poll();
    pair.say("x");
    if (round % 2 == 0) loop.context.poll();
    pair.ours.close();
    loop.run();
    CHECK(texts.back() == "aborted");
  }
}

TEST_CASE("arrivals: who always has something to say does not keep others from being heard") {
  Loop loop;
  Pair busy(loop.arrivals);
  Pair quiet(loop.arrivals);
  busy.say(std::string(1000, 'x'));
  int rounds = 0;
  int heard_after = -1;
  const auto talk = [&]() -> Task<void> {
    for (; rounds < 1000; ++rounds) {
      const bool arrived = co_await busy.ours.arrival();
      REQUIRE(arrived);
      CHECK(take(busy.ours, 1) == "x");
    }
  };
  const auto listen = [&]() -> Task<void> {
    const bool arrived = co_await quiet.ours.arrival();
    if (arrived) heard_after = rounds;
  };
  boost::asio::co_spawn(loop.context, talk(), boost::asio::detached);
  boost::asio::co_spawn(loop.context, listen(), boost::asio::detached);
  quiet.say("x");
  loop.run();
  CHECK(rounds == 1000);
  CHECK(heard_after >= 0);
  CHECK(heard_after < 10);
}

TEST_CASE("arrivals: a full socket is sent to when there is room, whole and in order") {
  Loop loop;
  Pair pair(loop.arrivals);
  std::string text(4'000'000, '\0');
  for (std::size_t at = 0; at < text.size(); ++at)
    text[at] = static_cast<char>('a' + at % 23);
  bool sent = false;
  const auto send = [&]() -> Task<void> {
    const ErrorCode error = co_await send_all(pair.ours, text);
    CHECK_FALSE(error);
    sent = true;
  };
  boost::asio::co_spawn(loop.context, send(), boost::asio::detached);
  std::string got;
  std::vector<char> buffer(100'000);
  while (got.size() < text.size()) {
    loop.context.poll();
    const ssize_t size = ::recv(pair.theirs, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size > 0) got.append(buffer.data(), static_cast<std::size_t>(size));
  }
  loop.run();
  CHECK(sent);
  CHECK(got == text);
}

TEST_CASE("arrivals: a peer that goes while it is sent to ends the sending") {
  Loop loop;
  Pair pair(loop.arrivals);
  const std::string text(4'000'000, 'x');
  ErrorCode error;
  const auto send = [&]() -> Task<void> { error = co_await send_all(pair.ours, text); };
  boost::asio::co_spawn(loop.context, send(), boost::asio::detached);
  loop.context.poll();
  SUBCASE("peer") {
    pair.hang_up();
  }
  SUBCASE("we") {
    pair.ours.close();
  }
  loop.run();
  CHECK(error);
}

TEST_CASE("arrivals: a hang-up is told once, a half-close is none") {
  Loop loop;
  Pair pair(loop.arrivals);
  int calls = 0;
  pair.ours.on_hang_up([&calls] { ++calls; });
  pair.say("x");
  pair.end();
  loop.context.poll();
  CHECK(calls == 0);
  pair.hang_up();
  loop.run();
  CHECK(calls == 1);
}

TEST_CASE("arrivals: a hang-up before anybody asked for it is told as well") {
  Loop loop;
  Pair pair(loop.arrivals);
  pair.hang_up();
  int calls = 0;
  pair.ours.on_hang_up([&calls] { ++calls; });
  loop.run();
  CHECK(calls == 1);
}

TEST_CASE("arrivals: the loop ends when nobody waits any more") {
  Loop loop;
  Pair pair(loop.arrivals);
  pair.ours.on_hang_up([] {});
  Texts texts;
  boost::asio::co_spawn(loop.context, read_all(pair.ours, texts), boost::asio::detached);
  loop.context.poll();
  pair.ours.close();
  loop.run();  // or the test hangs
  CHECK(texts == Texts{"aborted"});
}

TEST_CASE("arrivals: waits that nobody ends go with them") {
  const auto witness = std::make_shared<int>(0);
  {
    Loop loop;
    auto pair = std::make_shared<Pair>(loop.arrivals);
    CHECK(take(pair->ours) == "nothing");
    // As a session: its coroutine holds what it waits for.
    const auto wait = [](std::shared_ptr<Pair> held, std::shared_ptr<int> seen) -> Task<void> {
      const bool arrived = co_await held->ours.arrival();
      if (arrived) ++*seen;
    };
    boost::asio::co_spawn(loop.context, wait(pair, witness), boost::asio::detached);
    pair.reset();
    loop.context.poll();
  }
  CHECK(witness.use_count() == 1);
  CHECK(*witness == 0);
}

}  // namespace
}  // namespace sealock::proxy
