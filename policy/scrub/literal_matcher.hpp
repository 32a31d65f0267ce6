// Finds any of many literals in text that comes one byte at a time (Aho and Corasick, 1975): one step a
// byte, whatever the literals and however many.
//
// Memory:  about 50 bytes for each byte of the literals.
// Threads: immutable after construction.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sealock::policy {

class LiteralMatcher {
public:
  using State = std::uint32_t;
  static constexpr State start = 0;

  // Empty literals are left out.
  explicit LiteralMatcher(const std::vector<std::string>& literals);

  // The state behind one more byte of the same literal; nothing when no literal goes on with it.
  [[nodiscard]] std::optional<State> follow(State state, char byte) const;
  // The state for the longest shorter ending of what was seen that begins a literal.
  [[nodiscard]] State fallback(State state) const { return nodes_[state].fallback; }
  // How many of the bytes seen last begin a literal: what must be held back.
  [[nodiscard]] std::size_t depth(State state) const { return nodes_[state].depth; }
  // The number of the longest literal that ends here.
  [[nodiscard]] std::optional<std::size_t> ended(State state) const;

private:
  struct Node {
    std::vector<std::pair<char, State>> children;  // sorted
    State fallback = start;
    std::uint32_t depth = 0;
    std::uint32_t ended = none;
  };
  static constexpr std::uint32_t none = 0xffffffff;

  void add(std::string_view literal, std::uint32_t number);
  void link();

  std::vector<Node> nodes_;
  std::array<State, 256> first_{};  // of the start, where most bytes of a text are looked up
};

}  // namespace sealock::policy
