// Who gets a place: whoever comes first, but for what is kept for each listener.

#include "proxy/net/places.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace sealock::proxy {
namespace {

// As many as this listener can get.
std::vector<Place> take_all(Places& places, std::size_t listener) {
  std::vector<Place> taken;
  for (;;) {
    std::optional<Place> place = places.take(listener);
    if (!place) return taken;
    taken.push_back(std::move(*place));
  }
}

TEST_CASE("places: one listener alone has all of them") {
  for (const std::size_t limit : {1U, 2U, 7U, 16U}) {
    Places places(limit, 1);
    CHECK(take_all(places, 0).size() == limit);
    CHECK_FALSE(places.is_full(0));
  }
}

TEST_CASE("attack: a listener that takes all it can get leaves each other one its part") {
  for (const auto& [limit, listeners, kept] : {std::array<std::size_t, 3>{10'000, 10, 500},
                                               {16, 12, 1},
                                               {16, 2, 4},
                                               {3, 2, 1},
                                               {2, 2, 1}}) {
    CAPTURE(limit);
    CAPTURE(listeners);
    Places places(limit, listeners);
    const std::vector<Place> greedy = take_all(places, 0);
    CHECK(greedy.size() == limit - kept * (listeners - 1));
    CHECK(places.is_full(0));
    std::vector<std::vector<Place>> others;
    for (std::size_t other = 1; other < listeners; ++other) {
      CHECK_FALSE(places.is_full(other));
      others.push_back(take_all(places, other));
      CHECK(others.back().size() == kept);
      CHECK(places.is_full(other));
    }
  }
}

TEST_CASE("places: fewer than listeners are for whoever comes first") {
  Places places(2, 5);
  const std::optional<Place> one = places.take(3);
  const std::optional<Place> other = places.take(3);
  CHECK((one && other));
  CHECK(places.is_full(0));
  CHECK_FALSE(places.take(0));
}

TEST_CASE("places: each is free again once, wherever it has been moved to") {
  Places places(2, 1);
  for (int round = 0; round < 5; ++round) {
    std::optional<Place> taken = places.take(0);
    REQUIRE(taken);
    const Place moved(std::move(*taken));
    taken.reset();
    CHECK(take_all(places, 0).size() == 1);
  }
  CHECK(take_all(places, 0).size() == 2);
}

TEST_CASE("places: threads that take and free at once lose none and get none too many") {
  constexpr int limit = 3;  // fewer than threads
  Places places(limit, 2);
  std::atomic<int> held{0};
  std::atomic<bool> too_many{false};
  {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (int round = 0; round < 5000; ++round) {
          const std::optional<Place> place = places.take(thread % 2);
          if (!place) continue;
          if (++held > limit) too_many = true;
          --held;
        }
      });
    }
  }
  CHECK_FALSE(too_many);
  CHECK(take_all(places, 0).size() == 2);
  CHECK(take_all(places, 1).size() == 2);
}

}  // namespace
}  // namespace sealock::proxy
