#include "policy/scrub/literal_matcher.hpp"

#include <algorithm>

namespace sealock::policy {

LiteralMatcher::LiteralMatcher(const std::vector<std::string>& literals) : nodes_(1) {
  for (std::size_t number = 0; number < literals.size(); ++number) {
    if (!literals[number].empty()) add(literals[number], static_cast<std::uint32_t>(number));
  }
  for (const auto& [byte, state] : nodes_[start].children)
    first_[static_cast<unsigned char>(byte)] = state;
  link();
}

void LiteralMatcher::add(std::string_view literal, std::uint32_t number) {
  State state = start;
  for (const char byte : literal) {
    auto& children = nodes_[state].children;
    const auto place = std::lower_bound(
        children.begin(), children.end(), byte,
        [](const std::pair<char, State>& child, char wanted) { return child.first < wanted; });
    if (place != children.end() && place->first == byte) {
      state = place->second;
      continue;
    }
    const auto made = static_cast<State>(nodes_.size());
    children.insert(place, {byte, made});
    const std::uint32_t depth = nodes_[state].depth + 1;
    nodes_.emplace_back().depth = depth;
    state = made;
  }
  if (nodes_[state].ended == none) nodes_[state].ended = number;
}

// Level by level, so that the fallback of what stands higher is known.
void LiteralMatcher::link() {
  std::vector<State> queue{start};
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const State parent = queue[next];
    for (const auto& [byte, child] : nodes_[parent].children) {
      queue.push_back(child);
      if (parent == start) continue;
      State shorter = nodes_[parent].fallback;
      std::optional<State> found = follow(shorter, byte);
      while (!found && shorter != start) {
        shorter = nodes_[shorter].fallback;
        found = follow(shorter, byte);
      }
      Node& node = nodes_[child];
      node.fallback = found.value_or(start);
      if (node.ended == none) node.ended = nodes_[node.fallback].ended;
    }
  }
}

std::optional<LiteralMatcher::State> LiteralMatcher::follow(State state, char byte) const {
  if (state == start) {
    const State found = first_[static_cast<unsigned char>(byte)];
    return found == start ? std::nullopt : std::optional(found);
  }
  const auto& children = nodes_[state].children;
  const auto place = std::lower_bound(
      children.begin(), children.end(), byte,
      [](const std::pair<char, State>& child, char wanted) { return child.first < wanted; });
  if (place == children.end() || place->first != byte) return std::nullopt;
  return place->second;
}

std::optional<std::size_t> LiteralMatcher::ended(State state) const {
  const std::uint32_t number = nodes_[state].ended;
  return number == none ? std::nullopt : std::optional<std::size_t>(number);
}

}  // namespace sealock::policy
