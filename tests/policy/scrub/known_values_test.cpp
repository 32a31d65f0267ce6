#include "policy/scrub/known_values.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace sealock::policy {
namespace {

using Values = std::vector<std::string>;

bool has(const Values& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

TEST_CASE("known values: long ones, and all of variables named like a secret") {
  const Values values =
      known_values({"MODE=fast", "NAME=long-enough", "PASSWORD=tiny", "PIN_TOKEN=1234",
                    "API_KEY=abc", "COUNT=1234567890", "broken", "EMPTY="});
  CHECK(values == Values{"1234", "long-enough", "tiny"});
}

TEST_CASE("known values: not what every log is full of") {
  CHECK(known_values({"PATH=/usr/local/sbin:/usr/bin", "HOME=/home/somebody", "LC_ALL=en_GB.UTF-8",
                      "NODE_ENV=production", "HOST=127.0.0.1"})
            .empty());
  CHECK(has(known_values({"DB_PASSWORD=production"}), "production"));
}

TEST_CASE("known values: every line of a value, and the password in a URL") {
  const Values values = known_values(
      {"KEY=-----BEGIN KEY-----\nMIIEowIBAAK\r\nshort\n", "DB=postgres://shop:hunt@db/x"});
  CHECK(has(values, "MIIEowIBAAK"));
  CHECK(has(values, "-----BEGIN KEY-----"));
  CHECK(has(values, "hunt"));
  CHECK(has(values, "postgres://shop:hunt@db/x"));
}

TEST_CASE("known values: as they stand in JSON and in a URL") {
  const Values values = known_values({"PASSWORD=a\"b c"});
  CHECK(has(values, "a\"b c"));
  CHECK(has(values, "a\\\"b c"));
  CHECK(has(values, "a%22b%20c"));
}

TEST_CASE("known values: a long one in pieces that are secrets by themselves") {
  const std::string value(1000, 'x');
  for (const std::string& piece : known_values({"V=" + value})) {
    CHECK(piece.size() >= 8);
    CHECK(piece.size() <= 264);
  }
}

}  // namespace
}  // namespace sealock::policy
