#include "proxy/net/request_head.hpp"

#include <doctest/doctest.h>

#include <string>

namespace sealock::proxy {
namespace {

struct Row {
  const char* name;
  std::string head;
};

std::string get(const std::string& fields) {
  return "GET /_ping HTTP/1.1\r\n" + fields + "\r\n";
}
std::string post(const std::string& fields) {
  return "POST /containers/web/stop HTTP/1.1\r\nHost: docker\r\n" + fields + "\r\n";
}

TEST_CASE("head: refuses what two readers could frame differently") {
  const Row rows[] = {
      {"te and length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")},
      {"length and te", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")},
      {"te tab, length", post("Transfer-Encoding: \tchunked\r\nContent-Length: 5\r\n")},
      {"te gzip, length", post("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n")},
      {"te identity", post("Transfer-Encoding: identity\r\n")},
      {"te empty", post("Transfer-Encoding: \r\n")},
      {"te xchunked", post("Transfer-Encoding: xchunked\r\n")},
      {"te identity, chunked", post("Transfer-Encoding: identity, chunked\r\n")},
      {"te chunked, identity", post("Transfer-Encoding: chunked, identity\r\n")},
      {"te chunked, chunked", post("Transfer-Encoding: chunked, chunked\r\n")},
      {"te chunked,", post("Transfer-Encoding: chunked,\r\n")},
      {"te chunked;q=1", post("Transfer-Encoding: chunked;q=1\r\n")},
      {"te quoted", post("Transfer-Encoding: \"chunked\"\r\n")},
      {"te twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
      {"te twice, other", post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n")},
      {"te folded", post("Transfer-Encoding:\r\n chunked\r\n")},
      {"te with space before colon", post("Transfer-Encoding : chunked\r\n")},
      {"te in HTTP/1.0", "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"te underscore", post("Transfer_Encoding: chunked\r\nContent-Length: 5\r\n")},
      {"length twice, same", post("Content-Length: 5\r\nContent-Length: 5\r\n")},
      {"length twice, other", post("Content-Length: 5\r\nContent-Length: 6\r\n")},
      {"length list", post("Content-Length: 5,5\r\n")},
      {"length +5", post("Content-Length: +5\r\n")},
      {"length -5", post("Content-Length: -5\r\n")},
      {"length 0x5", post("Content-Length: 0x5\r\n")},
      {"length 05", post("Content-Length: 05\r\n")},
      {"length 5.0", post("Content-Length: 5.0\r\n")},
      {"length 1e0", post("Content-Length: 1e0\r\n")},
      {"length empty", post("Content-Length: \r\n")},
      {"length 5 5", post("Content-Length: 5 5\r\n")},
      {"length quoted", post("Content-Length: \"5\"\r\n")},
      {"length fullwidth", post("Content-Length: \xef\xbc\x95\r\n")},
      {"length 2^63", post("Content-Length: 9223372036854775808\r\n")},
      {"length 2^64", post("Content-Length: 18446744073709551616\r\n")},
      {"fold in any field", get("Host: docker\r\nX: a\r\n b\r\n")},
      {"fold in the first field", get(" X: y\r\nHost: docker\r\n")},
      {"connection names content-length", post("Connection: Content-Length\r\n")},
      {"connection names content-type", post("Connection: close, Content-Type\r\n")},
      {"two upgrades", post("Upgrade: tcp\r\nUpgrade: h2c\r\n")},
      {"two hosts", get("Host: a\r\nHost: b\r\n")},
      {"host with a slash", get("Host: a b/../x\r\n")},
      {"expect something", get("Expect: 200-ok\r\n")},
      {"content type twice", post("Content-Type: a/b\r\nContent-Type: application/json\r\n")},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto head = parse_request_head(row.head, 100);
    REQUIRE_FALSE(head.has_value());
    CHECK(head.error().kind == ErrorKind::bad_request);
  }
}

TEST_CASE("head: refuses bytes that are not HTTP/1.1") {
  const Row rows[] = {
      {"nul in a value", get(std::string("X: a\0b\r\n", 8))},
      {"control character", get("X: \x01\x7f\r\n")},
      {"bare CR", get("X: a\rContent-Length: 5\r\n")},
      {"space in a name", get("X Y: z\r\n")},
      {"no colon", get("XY\r\n")},
      {"empty name", get(": z\r\n")},
      {"space after method twice", "GET  /_ping HTTP/1.1\r\n\r\n"},
      {"HTTP/1.2", "GET /_ping HTTP/1.2\r\n\r\n"},
      {"HTTP/0.9", "GET /_ping\r\n\r\n"},
      {"lower case method", "get /_ping HTTP/1.1\r\n\r\n"},
      {"OPTIONS", "OPTIONS * HTTP/1.1\r\n\r\n"},
      {"TRACE", "TRACE /_ping HTTP/1.1\r\n\r\n"},
      {"CONNECT", "CONNECT a:1 HTTP/1.1\r\n\r\n"},
      {"HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n\r\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK_FALSE(parse_request_head(row.head, 100).has_value());
  }
}

TEST_CASE("head: takes what real clients send") {
  SUBCASE("HTTP/1.0 without any field") {
    const std::string text = "GET http:/containers/json HTTP/1.0\r\n\r\n";
    const auto head = parse_request_head(text, 100);
    REQUIRE(head.has_value());
    CHECK(head->minor == 0);
    CHECK_FALSE(head->keep_alive);
    CHECK(head->target == "http:/containers/json");
  }
  SUBCASE("an empty Host") {
    CHECK(parse_request_head(get("Host:\r\n"), 100).has_value());
  }
  SUBCASE("no Host") {
    CHECK(parse_request_head(get(""), 100).has_value());
  }
  SUBCASE("a Host that is an address in hex") {
    CHECK(parse_request_head(get("Host: 2f7661722f72756e\r\n"), 100).has_value());
  }
  SUBCASE("a chunked GET") {
    const std::string text = get("Host: x\r\nTransfer-Encoding: CHUNKED\r\n");
    const auto head = parse_request_head(text, 100);
    REQUIRE(head.has_value());
    CHECK(head->framing == Framing::chunked);
  }
  SUBCASE("odd case and spaces") {
    const std::string text = get("hOST:   docker   \r\nconnection:  Close\r\n");
    const auto head = parse_request_head(text, 100);
    REQUIRE(head.has_value());
    CHECK_FALSE(head->keep_alive);
  }
  SUBCASE("an upgrade") {
    const std::string text = post("Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 28\r\n");
    const auto head = parse_request_head(text, 100);
    REQUIRE(head.has_value());
    CHECK(head->upgrade == Upgrade::tcp);
    CHECK(head->framing == Framing::length);
    CHECK(head->content_length == 28);
  }
  SUBCASE("Java's offer of HTTP/2") {
    CHECK(parse_request_head(get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"), 100)
              .has_value());
  }
}

TEST_CASE("head: counts fields") {
  std::string fields;
  for (int number = 0; number < 101; ++number)
    fields += "X: 1\r\n";
  const auto head = parse_request_head(get(fields), 100);
  REQUIRE_FALSE(head.has_value());
  CHECK(head.error().kind == ErrorKind::head_too_large);
}

TEST_CASE("head: its end is found byte by byte") {
  const std::string text = get("Host: docker\r\n") + "rest";
  std::size_t looked = 0;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::size_t end = find_head_end(std::string_view(text).substr(0, size), looked);
    CAPTURE(size);
    if (size < text.size() - 4) {
      CHECK(end == std::string::npos);
      looked = size;
    } else {
      CHECK(end == text.size() - 4);
    }
  }
}

}  // namespace
}  // namespace sealock::proxy
