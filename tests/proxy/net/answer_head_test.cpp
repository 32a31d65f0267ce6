#include "proxy/net/answer_head.hpp"

#include <doctest/doctest.h>

#include <string>

namespace sealock::proxy {
namespace {

TEST_CASE("answer head: how the body is framed") {
  struct Row {
    const char* head;
    AnswerTo to;
    Framing framing;
  };
  const Row rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", AnswerTo::other, Framing::length},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", AnswerTo::other, Framing::chunked},
      {"HTTP/1.1 200 OK\r\n\r\n", AnswerTo::other, Framing::until_close},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", AnswerTo::head_request, Framing::none},
      {"HTTP/1.1 204 No Content\r\n\r\n", AnswerTo::other, Framing::none},
      {"HTTP/1.1 304 Not Modified\r\n\r\n", AnswerTo::other, Framing::none},
      {"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n", AnswerTo::other,
       Framing::none},
      {"HTTP/1.1 100 Continue\r\n\r\n", AnswerTo::other, Framing::none},
  };
  for (const Row& row : rows) {
    CAPTURE(row.head);
    const auto head = parse_answer_head(row.head, row.to);
    REQUIRE(head.has_value());
    CHECK(head->framing == row.framing);
  }
}

TEST_CASE("answer head: garbage of an engine is refused") {
  const char* heads[] = {
      "HTTP/2 200 OK\r\n\r\n",
      "200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n",
  };
  for (const char* head : heads) {
    CAPTURE(head);
    CHECK_FALSE(parse_answer_head(head, AnswerTo::other).has_value());
  }
}

}  // namespace
}  // namespace sealock::proxy
