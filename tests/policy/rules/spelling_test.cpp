#include "policy/rules/spelling.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace sealock::policy {

TEST_CASE("spelling: counts insertions, deletions, replacements and swaps") {
  struct Row {
    std::string_view a;
    std::string_view b;
    std::size_t distance;
  };
  const std::vector<Row> rows{{"when", "when", 0},
                              {"wehn", "when", 1},
                              {"whn", "when", 1},
                              {"whenn", "when", 1},
                              {"wxen", "when", 1},
                              {"", "ab", 2},
                              {"ContainerLst", "ContainerList", 1},
                              {"Priviledged", "Privileged", 1},
                              {"abcdef", "ghijkl", 4},
                              {"a", "abcdefgh", 4}};
  for (const Row& row : rows) {
    CAPTURE(row.a);
    CAPTURE(row.b);
    CHECK(edit_distance(row.a, row.b, 3) == row.distance);
    CHECK(edit_distance(row.b, row.a, 3) == row.distance);
  }
}

TEST_CASE("spelling: suggests the nearest word, and none when none is near") {
  struct Row {
    std::string_view word;
    std::string_view suggestion;
  };
  const std::vector<std::string_view> known{"when",    "actions",       "because",       "use",
                                            "may_set", "ContainerList", "ContainerStats"};
  const std::vector<Row> rows{{"wehn", "when"},
                              {"action", "actions"},
                              {"becuase", "because"},
                              {"WHEN", "when"},
                              {"containerlist", "ContainerList"},
                              {"ContainerLst", "ContainerList"},
                              {"us", "use"},
                              {"xy", ""},
                              {"colour", ""},
                              {"", ""}};
  for (const Row& row : rows) {
    CAPTURE(row.word);
    Suggestion suggestion(row.word);
    for (const std::string_view word : known)
      suggestion.offer(word);
    CHECK(suggestion.best() == row.suggestion);
  }
}

TEST_CASE("spelling: words at the same distance are suggested in alphabetical order") {
  Suggestion one("lost");
  one.offer("last");
  one.offer("cost");
  Suggestion other("lost");
  other.offer("cost");
  other.offer("last");
  CHECK(one.best() == "cost");
  CHECK(other.best() == "cost");
  CHECK(one.hint("", "body.") == "did you mean 'body.cost'?");
}

}  // namespace sealock::policy
