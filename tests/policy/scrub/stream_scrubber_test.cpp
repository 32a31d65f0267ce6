#include "policy/scrub/stream_scrubber.hpp"

#include "policy/scrub/literal_matcher.hpp"

#include <doctest/doctest.h>

namespace sealock::policy {
namespace {

using Form = StreamScrubber::Form;
constexpr ScrubWays both{true, true};

std::string frame(char channel, std::string_view text) {
  std::string made{channel, '\0', '\0', '\0'};
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    made.push_back(static_cast<char>(text.size() >> shift & 0xffU));
  return made.append(text);
}

std::string scrub(Form form, std::string_view input) {
  std::string whole;
  for (const std::size_t size :
       {input.size() + 1, std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
    StreamScrubber scrubber(form, both, {"hunter22"});
    std::string out;
    for (std::size_t at = 0; at < input.size(); at += size)
      REQUIRE(scrubber.feed(input.substr(at, size), out));
    REQUIRE(scrubber.finish(out));
    if (size > input.size()) whole = out;
    CAPTURE(size);
    CHECK(out == whole);
  }
  return whole;
}

TEST_CASE("stream scrubber: a terminal's output is one text") {
  CHECK(scrub(Form::raw, "a hunter22 token=x b") == "a **masked** token=**masked** b");
}

TEST_CASE("stream scrubber: frames stay frames, with the length of what is left") {
  CHECK(scrub(Form::multiplexed, frame(1, "a hunter22\n") + frame(2, "fine\n")) ==
        frame(1, "a **masked**\n") + frame(2, "fine\n"));
  CHECK(scrub(Form::multiplexed, frame(1, "")) == frame(1, ""));
}

TEST_CASE("stream scrubber: a value that is cut by frames, with the other channel between") {
  CHECK(scrub(Form::multiplexed,
              frame(1, "a hun") + frame(2, "error\n") + frame(1, "ter22\n") + frame(1, "b\n")) ==
        frame(1, "a ") + frame(2, "error\n") + frame(1, "**masked**\n") + frame(1, "b\n"));
  // Held to the end, and no value.
  CHECK(scrub(Form::multiplexed, frame(1, "hun")) == frame(1, "hun"));
}

TEST_CASE("stream scrubber: a long frame comes out in several, whole") {
  const std::string text = std::string(200'000, 'x') + "hunter22";
  std::string shown;
  std::string_view rest;
  std::string out;
  StreamScrubber scrubber(Form::multiplexed, both, {"hunter22"});
  REQUIRE(scrubber.feed(frame(2, text), out));
  REQUIRE(scrubber.finish(out));
  for (rest = out; !rest.empty();) {
    REQUIRE(rest.size() >= 8);
    CHECK(rest[0] == 2);
    std::size_t size = 0;
    for (std::size_t at = 4; at < 8; ++at)
      size = size << 8U | static_cast<unsigned char>(rest[at]);
    REQUIRE(size <= rest.size() - 8);
    shown.append(rest.substr(8, size));
    rest.remove_prefix(8 + size);
  }
  CHECK(shown == std::string(200'000, 'x') + "**masked**");
}

TEST_CASE("stream scrubber: what is no frame, or ends within one, is an error") {
  for (const std::string_view head : {"\x04\0\0\0\0\0\0\1x", "\1\0\1\0\0\0\0\1x", "plain text"}) {
    StreamScrubber scrubber(Form::multiplexed, both, {});
    std::string out;
    CHECK_FALSE(scrubber.feed(std::string(head.data(), 9), out));
    CHECK(out.empty());
  }
  StreamScrubber scrubber(Form::multiplexed, both, {});
  std::string out;
  REQUIRE(scrubber.feed(frame(1, "text").substr(0, 10), out));
  CHECK_FALSE(scrubber.finish(out));
}

TEST_CASE("stream scrubber: one way alone") {
  const auto with = [](ScrubWays ways) {
    StreamScrubber scrubber(Form::raw, ways, {"hunter22"});
    std::string out;
    REQUIRE(scrubber.feed("hunter22 token=x ", out));
    REQUIRE(scrubber.finish(out));
    return out;
  };
  CHECK(with({true, false}) == "**masked** token=x ");
  CHECK(with({false, true}) == "hunter22 token=**masked** ");
}

}  // namespace
}  // namespace sealock::policy
