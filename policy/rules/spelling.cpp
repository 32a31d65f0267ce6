#include "policy/rules/spelling.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace sealock::policy {
namespace {

// Longer words are not what people mistype, and comparing them costs length squared.
constexpr std::size_t longest_word = 100;

std::size_t mistakes_allowed(std::size_t length) {
  if (length <= 3) return 1;
  return length <= 5 ? 2 : 3;
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit) return limit + 1;

  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return std::min(last[b.size()], limit + 1);
}

bool is_near(std::string_view word, std::string_view candidate) {
  Suggestion suggestion(word);
  suggestion.offer(candidate);
  return suggestion.found();
}

Suggestion::Suggestion(std::string_view word)
    : word_(word), best_distance_(mistakes_allowed(word.size()) + 1) {}

void Suggestion::offer(std::string_view candidate) {
  if (word_.empty() || word_.size() > longest_word || candidate.size() > longest_word) return;
  std::size_t distance = edit_distance(word_, candidate, mistakes_allowed(word_.size()));
  if (equal_but_for_case(word_, candidate)) distance = 0;
  // As many mistakes as letters is another word, not a mistyped one.
  if (distance >= std::max(word_.size(), candidate.size())) return;
  const bool nearer = distance < best_distance_;
  const bool as_near_and_first = distance == best_distance_ && found() && candidate < best_;
  if (!nearer && !as_near_and_first) return;
  best_ = candidate;
  best_distance_ = distance;
}

std::string Suggestion::hint(std::string_view otherwise, std::string_view prefix) const {
  if (!found()) return std::string(otherwise);
  return "did you mean '" + std::string(prefix) + best_ + "'?";
}

}  // namespace sealock::policy
