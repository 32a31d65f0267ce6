// Finds what a person probably meant: the known word within three typing mistakes of an unknown one.
//
// Threads: pure.
// Source:  ninja's SpellcheckString (edit distance at most 3), with a swap of neighbours as one
//          mistake and fewer mistakes allowed in short words.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sealock::policy {

// Insertions, deletions, replacements and swaps of neighbours; `limit` + 1 when there are more.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

// Could `word` be a mistyped `candidate`?
[[nodiscard]] bool is_near(std::string_view word, std::string_view candidate);

// Collects candidates for one unknown word, one at a time, whatever table they come from.
class Suggestion {
public:
  explicit Suggestion(std::string_view word);
  void offer(std::string_view candidate);

  [[nodiscard]] bool found() const { return !best_.empty(); }
  [[nodiscard]] const std::string& best() const { return best_; }
  // "did you mean 'when'?", or `otherwise` when nothing is near. `prefix` is put before the word.
  [[nodiscard]] std::string hint(std::string_view otherwise = {},
                                 std::string_view prefix = {}) const;

private:
  std::string word_;
  std::string best_;
  std::size_t best_distance_;
};

}  // namespace sealock::policy
