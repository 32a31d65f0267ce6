#include "proxy/observe/audit_log.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <set>
#include <thread>

using sealock::proxy::make_request_id;

TEST_CASE("request id: 26 characters of Crockford's base 32, never the same") {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::set<std::string> seen;
  for (int round = 0; round < 20000; ++round) {
    const std::string id = make_request_id();
    REQUIRE(id.size() == 26);
    REQUIRE(id.find_first_not_of(alphabet) == std::string::npos);
    REQUIRE(seen.insert(id).second);
  }
}

TEST_CASE("request id: begins with the time, so that ids sort by it") {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
  const std::string id = make_request_id();
  std::int64_t time = 0;
  for (const char letter : id.substr(0, 10)) {
    constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    time = time * 32 + static_cast<std::int64_t>(alphabet.find(letter));
  }
  CHECK(time >= now);
  CHECK(time < now + 60'000);
}

TEST_CASE("request id: every random character takes every value") {
  std::set<std::pair<std::size_t, char>> seen;
  for (int round = 0; round < 4000; ++round) {
    const std::string id = make_request_id();
    for (std::size_t position = 10; position < id.size(); ++position) {
      seen.emplace(position, id[position]);
    }
  }
  CHECK(seen.size() == 16 * 32);
}
