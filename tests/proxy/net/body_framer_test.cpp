#include "proxy/net/body_framer.hpp"

#include <doctest/doctest.h>

#include <string>

namespace sealock::proxy {
namespace {

struct Read {
  bool fine = true;
  bool done = false;
  std::size_t used = 0;
  std::string payload;
};

// Feeds `input` in pieces of `step` bytes.
Read read(BodyFramer framer, std::string_view input, std::size_t step) {
  Read result;
  std::size_t available = 0;
  while (available < input.size() && !framer.done()) {
    available = std::min(input.size(), available + step);
    while (result.used < available && !framer.done()) {
      const auto piece = framer.next(input.substr(result.used, available - result.used));
      if (!piece) {
        result.fine = false;
        return result;
      }
      result.used += piece->consumed;
      result.payload.append(piece->payload);
    }
  }
  result.done = framer.done();
  return result;
}

TEST_CASE("framer: chunks of every cut") {
  const std::string body = "5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n";
  for (std::size_t step = 1; step <= body.size() + 4; ++step) {
    CAPTURE(step);
    const Read result = read(BodyFramer(Framing::chunked, 0), body + "GET ", step);
    CHECK(result.fine);
    CHECK(result.done);
    CHECK(result.used == body.size());
    CHECK(result.payload == "hello0123456789");
  }
}

TEST_CASE("framer: a length, and what stands behind it") {
  const Read result = read(BodyFramer(Framing::length, 5), "helloGET /", 3);
  CHECK(result.done);
  CHECK(result.used == 5);
  CHECK(result.payload == "hello");
}

TEST_CASE("framer: no body is done at once") {
  CHECK(BodyFramer(Framing::none, 0).done());
  CHECK(BodyFramer(Framing::length, 0).done());
  CHECK_FALSE(BodyFramer(Framing::chunked, 0).done());
}

TEST_CASE("framer: refuses chunks that two readers could read differently") {
  struct Row {
    const char* name;
    const char* body;
  };
  const Row rows[] = {
      {"extension", "5;a=b\r\nhello\r\n0\r\n\r\n"},
      {"extension with a bare line feed", "5;a\nhello\r\n0\r\n\r\n"},
      {"line feed only", "5\nhello\n0\n\n"},
      {"plus", "+5\r\nhello\r\n0\r\n\r\n"},
      {"minus", "-5\r\nhello\r\n0\r\n\r\n"},
      {"0x", "0x5\r\nhello\r\n0\r\n\r\n"},
      {"leading space", " 5\r\nhello\r\n0\r\n\r\n"},
      {"trailing space", "5 \r\nhello\r\n0\r\n\r\n"},
      {"trailing tab", "5\t\r\nhello\r\n0\r\n\r\n"},
      {"empty size", "\r\nhello\r\n0\r\n\r\n"},
      {"16 digits", "0000000000000005\r\nhello\r\n0\r\n\r\n"},
      {"overflow", "FFFFFFFFFFFFFFFF5\r\nhello\r\n0\r\n\r\n"},
      {"2^64-1", "FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"},
      {"data too long", "4\r\nhello\r\n0\r\n\r\n"},
      {"no line end after the data", "5\r\nhello0\r\n\r\n"},
      {"trailer", "5\r\nhello\r\n0\r\nHost: y\r\n\r\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    for (std::size_t step : {std::size_t(1), std::size_t(7), std::size_t(1000)}) {
      CHECK_FALSE(read(BodyFramer(Framing::chunked, 0), row.body, step).fine);
    }
  }
}

TEST_CASE("framer: an end before the length is an error") {
  BodyFramer length(Framing::length, 5);
  CHECK(length.scan("hell").value() == 4);
  CHECK_FALSE(length.finish().has_value());
  BodyFramer close(Framing::until_close, 0);
  CHECK(close.scan("anything").value() == 8);
  CHECK(close.finish().has_value());
  CHECK(close.done());
}

}  // namespace
}  // namespace sealock::proxy
