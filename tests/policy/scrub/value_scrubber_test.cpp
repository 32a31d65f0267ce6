#include "policy/scrub/value_scrubber.hpp"

#include "tests/policy/scrub/cuts.hpp"

#include <random>

namespace sealock::policy {
namespace {

std::string scrub(const std::vector<std::string>& values, std::string_view text) {
  const auto matcher = std::make_shared<const LiteralMatcher>(values);
  return test::scrub([&] { return std::make_unique<ValueScrubber>(matcher); }, text);
}

TEST_CASE("value scrubber: a value is masked wherever it stands") {
  CHECK(scrub({"hunter22"}, "hunter22") == "**masked**");
  CHECK(scrub({"hunter22"}, "a hunter22, and hunter22!") == "a **masked**, and **masked**!");
  CHECK(scrub({"hunter22"}, "hunter22hunter22") == "**masked****masked**");
  CHECK(scrub({"hunter22"}, "hunter2 hunter") == "hunter2 hunter");
  CHECK(scrub({"aab"}, "aaab") == "a**masked**");
  CHECK(scrub({}, "nothing is known") == "nothing is known");
}

TEST_CASE("value scrubber: of values that begin with one another the longest is masked") {
  const std::vector<std::string> values{"secret", "secret-and-longer"};
  CHECK(scrub(values, "secret") == "**masked**");
  CHECK(scrub(values, "secret-and-longer.") == "**masked**.");
  CHECK(scrub(values, "secret-and-shorter") == "**masked**-and-shorter");
  CHECK(scrub(values, "secret-and-secret!") == "**masked**-and-**masked**!");
}

TEST_CASE("value scrubber: nothing of values that overlap or lie in one another shows") {
  CHECK(scrub({"abcdef", "defghi"}, "abcdefghi") == "**masked**");
  CHECK(scrub({"xxhunteryy", "hunter"}, "xxhunteryy") == "**masked**");
  CHECK(scrub({"xxhunteryy", "hunter"}, "-hunter-") == "-**masked**-");
  // With what stands before it when that begins the longer one.
  CHECK(scrub({"xxhunteryy", "hunter"}, "xxhunterzz") == "**masked**zz");
}

TEST_CASE("value scrubber: what cannot become a value shows at once") {
  ValueScrubber scrubber(
      std::make_shared<const LiteralMatcher>(std::vector<std::string>{"hunter22"}));
  std::string shown;
  scrubber.feed("login: hun", shown);
  CHECK(shown == "login: ");
  scrubber.feed("g", shown);
  CHECK(shown == "login: hung");
}

// Values of few letters overlap in every way there is.
TEST_CASE("value scrubber: no value is left in any text") {
  std::mt19937 random(20261127);
  const auto word = [&](std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i)
      text.push_back("ab"[random() % 2]);
    return text;
  };
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> values;
    for (std::size_t count = 1 + random() % 4; count > 0; --count)
      values.push_back(word(2 + random() % 5));
    const std::string text = word(random() % 40);
    const std::string shown = scrub(values, text);
    CAPTURE(text);
    CAPTURE(shown);
    // The mask has an "a" of its own.
    std::string rest = shown;
    for (std::size_t at = rest.find("**masked**"); at != std::string::npos;
         at = rest.find("**masked**"))
      rest.replace(at, 10, "|");
    for (const std::string& value : values)
      CHECK(rest.find(value) == std::string::npos);
    if (rest == shown) CHECK(shown == text);
  }
}

}  // namespace
}  // namespace sealock::policy
