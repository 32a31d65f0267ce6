#include "policy/request/target.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {
namespace {

using namespace std::string_view_literals;

TEST_CASE("target: the forms that real clients send") {
  struct Row {
    std::string_view raw, version;
    std::vector<std::string> segments;
    std::string_view query;
  };
  const std::vector<Row> rows = {
      {"/_ping", "", {"_ping"}, ""},
      {"/", "", {}, ""},
      {"/?x", "", {}, "x"},
      {"/v1.41/containers/json", "1.41", {"containers", "json"}, ""},
      {"/v1.41", "1.41", {}, ""},
      {"/v1.12/version", "1.12", {"version"}, ""},
      {"/v1.99/version", "1.99", {"version"}, ""},
      {"/v1.00/version", "1.00", {"version"}, ""},
      {"/version", "", {"version"}, ""},
      {"/volumes/v1.41", "", {"volumes", "v1.41"}, ""},
      {"/containers/1.41/json", "", {"containers", "1.41", "json"}, ""},
      {"/containers/json?all=1", "", {"containers", "json"}, "all=1"},
      {"/containers/json?", "", {"containers", "json"}, ""},
      {"/containers/json?a=?/b//../%zz", "", {"containers", "json"}, "a=?/b//../%zz"},
      {"/containers/json?filters={\"a\":[\"b\"]}",
       "",
       {"containers", "json"},
       "filters={\"a\":[\"b\"]}"},
      // Absolute form: PCP pmdadocker; one slash: systeminformation.
      {"http://localhost/containers/x/json", "", {"containers", "x", "json"}, ""},
      {"http://localhost:2375/v1.41/info?a=b", "1.41", {"info"}, "a=b"},
      {"http://other/containers/json", "", {"containers", "json"}, ""},
      {"http://%2Fvar%2Frun%2Fdocker.sock/info", "", {"info"}, ""},
      {"http://[::1]:80/info", "", {"info"}, ""},
      {"http://h/", "", {}, ""},
      {"http:/containers/json", "", {"containers", "json"}, ""},
      {"http:/images/sha256:abc/json", "", {"images", "sha256:abc", "json"}, ""},
      {"http:/containers/*/top", "", {"containers", "*", "top"}, ""},
      // A colon and an at sign are legal in a path, as they are and encoded.
      {"/images/a:b/json", "", {"images", "a:b", "json"}, ""},
      {"/images/a%3Ab/json", "", {"images", "a:b", "json"}, ""},
      {"/images/a%3ab/json", "", {"images", "a:b", "json"}, ""},
      {"/images/a@sha256:0/json", "", {"images", "a@sha256:0", "json"}, ""},
      {"/images/a%40sha256%3A0/json", "", {"images", "a@sha256:0", "json"}, ""},
      {"/images/127.0.0.1:5000/cli/bb/push",
       "",
       {"images", "127.0.0.1:5000", "cli", "bb", "push"},
       ""},
      // What must be encoded is decoded, once.
      {"/networks/a%20b", "", {"networks", "a b"}, ""},
      {"/networks/a%22%3c%3E%5B%5d%5E%60%7b%7C%7D", "", {"networks", "a\"<>[]^`{|}"}, ""},
      {"/networks/a%21%24%26%27%28%29%2A%2b%2C%3B%3D", "", {"networks", "a!$&'()*+,;="}, ""},
      {"/networks/a!$&'()*+,;=:@", "", {"networks", "a!$&'()*+,;=:@"}, ""},
      {"/networks/...", "", {"networks", "..."}, ""},
      {"/networks/.a", "", {"networks", ".a"}, ""},
      {"/networks/~-._", "", {"networks", "~-._"}, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.raw);
    const auto target = parse_target(row.raw);
    REQUIRE_MESSAGE(target.has_value(), target.error().text);
    CHECK(target->version == row.version);
    CHECK(target->segments == row.segments);
    CHECK(target->query == row.query);
  }
}

TEST_CASE("target: attack: spellings that two readers read differently") {
  constexpr auto bad_byte = "holds a byte that must be percent-encoded"sv;
  constexpr auto form = "must be a path that starts with one slash, or an http:// URL of one"sv;
  constexpr auto empty_segment = "has an empty path segment (// or a slash at the end)"sv;
  constexpr auto dots = "has a dot segment"sv;
  constexpr auto encoded = "encodes a character that must not be, or need not be, encoded"sv;
  constexpr auto broken = "has a broken percent-encoding"sv;
  constexpr auto raw_character = "holds a character that must be percent-encoded"sv;
  constexpr auto version = "has an odd API version; write /v1.NN with two digits, or none"sv;
  struct Row {
    std::string_view raw, why;
  };
  const Row rows[] = {
      // percent-encoding (A1, A3)
      {"/v1%2e41/containers/x/export", encoded},
      {"/v1.4%31/containers/x/export", encoded},
      {"/%76ersion", encoded},
      {"/v1.41%2fcontainers%2fx%2fexport", encoded},
      {"/v1.41/%63ontainers/x/export", encoded},
      {"/containers/x/%65%78%70%6f%72%74", encoded},
      {"/containers/atk%2dvictim/export", encoded},
      {"/containers/a%5Fb/json", encoded},
      {"/containers/a%7Eb/json", encoded},
      {"/containers/a%30/json", encoded},
      {"/containers/json%2f..%2fx%2fexport", encoded},
      {"/containers/json%2F..", encoded},
      {"/containers/json/%2e%2e/x/export", encoded},
      {"/containers/.%2e/json", encoded},
      {"/containers/%2e/json", encoded},
      {"/containers/%252e%252e/export", encoded},
      {"/containers/x/export%2500", encoded},
      {"/containers/x%00/export", encoded},
      {"/containers/x/export%3fx=1", encoded},
      {"/containers/x/export%23", encoded},
      {"/containers/%5cx/export", encoded},
      {"/containers/x%0d%0aHost:%20y/json", encoded},
      {"/containers/x%09/json", encoded},
      {"/containers/x%7f/json", encoded},
      {"/containers/%c5%bfx/export", encoded},
      {"/%c0%ae%c0%ae/containers/x/export", encoded},
      {"/containers/%u0061x/export", broken},
      {"/containers/x%/json", broken},
      {"/containers/x%2/json", broken},
      {"/containers/x%2", broken},
      {"/containers/x%gg/json", broken},
      {"/containers/x%+1/json", broken},
      {"/containers/x% 1/json", bad_byte},
      // path cleaning (A2, A4)
      {"//containers/x/export", empty_segment},
      {"//docker/containers/x/export", empty_segment},
      {"/containers//x/export", empty_segment},
      {"/containers/x/export/", empty_segment},
      {"/networks/", empty_segment},
      {"/v1.41/", empty_segment},
      {"/v1.41//info", empty_segment},
      {"//", empty_segment},
      {"/containers/./x/export", dots},
      {"/./containers/x/export", dots},
      {"/_ping/../containers/x/export", dots},
      {"/containers/x/stats/../export", dots},
      {"/containers/x/export/.", dots},
      {"/containers/json/..", dots},
      {"/..", dots},
      {"/.", dots},
      {"/x/../../containers/x/export", dots},
      // versions (A5, A6)
      {"/v1.41./containers/json", version},
      {"/v1.41../containers/json", version},
      {"/v01.41/containers/json", version},
      {"/v1.041/containers/json", version},
      {"/v001.00041/containers/json", version},
      {"/v1.41.0/containers/json", version},
      {"/v1.40.999/containers/json", version},
      {"/v4.3.1/libpod/containers/json", version},
      {"/v.1.41/containers/json", version},
      {"/v1..41/containers/json", version},
      {"/v.../containers/json", version},
      {"/v./containers/json", version},
      {"/v/containers/json", version},
      {"/v1/containers/json", version},
      {"/v2/containers/json", version},
      {"/v1.4/containers/json", version},
      {"/v1.410/containers/json", version},
      {"/v2.41/containers/json", version},
      {"/v1.41a/containers/json", version},
      {"/V1.41/containers/json", version},
      {"/1.41/containers/json", version},
      {"/.41/containers/json", version},
      {"/v1.-1/containers/json", version},
      {"/v1.4:/containers/json", version},
      {"/v1.18446744073709551616/containers/json", version},
      {"/v1.41/v1.41/containers/json", version},
      {"/v1.41/v1.40/containers/json", version},
      {"/v1.41/1/containers/json", version},
      // forms (A8)
      {"", "is empty"},
      {"https://docker/containers/json", form},
      {"foo:/containers/json", form},
      {"unix:///containers/json", form},
      {"HTTP://h/containers/json", form},
      {"HTTP:/containers/json", form},
      {"http://user:pass@h/containers/json", form},
      {"http://h\"/containers/json", form},
      {"http:///containers/json", form},
      {"http:containers/json", form},
      {"http:", form},
      {"http:/", ""},
      {"http://", form},
      {"http://h", form},
      {"http://h?x=/_ping", form},
      {"http://h//containers/json", empty_segment},
      {"http://h/auth/../containers/json", dots},
      {"http:/http:/containers/json", ""},
      {"*", form},
      {"?x=/_ping", form},
      {"docker:80", form},
      {"containers/json", form},
      // bytes
      {"/containers/\xc5\xbf/json", bad_byte},
      {"/containers/x\0/json"sv, bad_byte},
      {"/containers/x /json", bad_byte},
      {"/containers/x\t/json", bad_byte},
      {"/containers/x\r\n/json", bad_byte},
      {"/containers/x\x7f/json", bad_byte},
      {"/containers/json?a=\xff", bad_byte},
      {"/containers/json?a= b", bad_byte},
      {"/containers/json#x", "holds a fragment; encode # as %23, or leave it out"},
      {"/containers/json?a=b#x", "holds a fragment; encode # as %23, or leave it out"},
      {"/containers\\x\\json", "holds a backslash"},
      {"/containers/json?a=\\", "holds a backslash"},
      {"/containers/x\"/json", raw_character},
      {"/containers/<x>/json", raw_character},
      {"/containers/{id}/json", raw_character},
      {"/containers/[x]/json", raw_character},
      {"/containers/x^|`/json", raw_character},
  };
  for (const auto& row : rows) {
    CAPTURE(row.raw);
    const auto target = parse_target(row.raw);
    if (row.why.empty()) {
      CHECK(target.has_value());
      continue;
    }
    REQUIRE_FALSE(target.has_value());
    CHECK(target.error().kind == ErrorKind::bad_request);
    CHECK(target.error().text.starts_with("request target \""));
    CHECK(target.error().text.ends_with("\": " + std::string(row.why)));
  }
}

TEST_CASE("target: an error text shows the target escaped and cut") {
  CHECK(parse_target("/a\x1b[31m").error().text ==
        "request target \"/a\\x1b[31m\": holds a byte that must be percent-encoded");
  CHECK(parse_target("/" + std::string(5000, 'a') + "/").error().text ==
        "request target \"/" + std::string(127, 'a') +
            "...\": has an empty path segment (// or a slash at the end)");
}

TEST_CASE("target: random bytes do no harm, and what is accepted is in canonical parts") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const std::string_view pieces[] = {
      "/", "/v1.41", "/containers", "%3A", "%2f",   "%",  "..",   ".",    "a", "?",   "=", "&",
      "#", "\\",     "@",           ":",   "http:", "//", "\xff", "\0"sv, " ", "%20", "v", "1.41"};
  for (int round = 0; round < 100'000; ++round) {
    std::string raw = random() % 4 == 0 ? "" : "/";
    for (auto count = random() % 10; count > 0; --count)
      raw += pieces[random() % std::size(pieces)];
    const auto target = parse_target(raw);
    if (!target) continue;
    for (const auto& segment : target->segments) {
      if (segment.empty() || segment == "." || segment == ".." ||
          segment.find_first_of("/\\%") != std::string::npos) {
        FAIL("accepted: " << raw);
      }
    }
  }
}

}  // namespace
}  // namespace sealock::policy
