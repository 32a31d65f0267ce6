#include "proxy/cli/progress.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sealock::proxy {
namespace {

using nlohmann::json;

// What is written for these events.
std::string shown(Progress::Style style, const std::vector<json>& events) {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* output = open_memstream(&text, &size);
  REQUIRE(output != nullptr);
  Progress progress(style, output);
  std::size_t done = 0;
  for (const json& event : events)
    progress.show(event, ++done, 4);
  progress.clear();
  std::fclose(output);
  std::string all(text, size);
  std::free(text);  // NOLINT: open_memstream's
  return all;
}

}  // namespace

TEST_CASE("progress: a bar shows how much is done, and fits the line") {
  CHECK(progress_bar(0, 4, "web: pull", 80) == "[>                       ] 0/4 web: pull");
  CHECK(progress_bar(2, 4, "x", 80) == "[============>           ] 2/4 x");
  CHECK(progress_bar(4, 4, "x", 80) == "[========================] 4/4 x");
  CHECK(progress_bar(9, 4, "x", 80) == "[========================] 9/4 x");
  CHECK(progress_bar(0, 0, "begins", 80) == "begins");
  CHECK(progress_bar(2, 4, "a long text", 20).size() == 19);
}

TEST_CASE("progress: lines for a pipe, one an event, with their time") {
  CHECK(
      shown(Progress::Style::lines,
            {{{"time", "12:00"}, {"level", "info"}, {"component", "web"}, {"text", "starts"}},
             {{"time", "12:01"}, {"level", "error"}, {"component", ""}, {"text", "it failed"}}}) ==
      "12:00 web: starts\n12:01 ! it failed\n");
}

TEST_CASE("progress: on a terminal the bar gives way to what matters, and obeys nobody") {
  const std::string text =
      shown(Progress::Style::bar, {{{"level", "info"}, {"component", "web"}, {"text", "a\x1b[2Jb"}},
                                   {{"level", "warning"}, {"component", "web"}, {"text", "slow"}}});
  CHECK(text == "\r\x1b[K[======>                 ] 1/4 web: a [2Jb\r\x1b[K! web: slow\n");
}

}  // namespace sealock::proxy
