// The syntax of field paths: "HostConfig.Mounts[].Type", "Labels[a.b]", "Tmpfs{}".
#include "policy/rules/condition.hpp"

namespace sealock::policy {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

std::string_view take_name(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_name_character(text[length]))
    ++length;
  const std::string_view name = text.substr(0, length);
  text.remove_prefix(length);
  return name;
}

// "[]", "[key]" or "{}" at the start of `text`; false when it is none of them.
bool take_bracket(std::string_view& text, std::vector<PathStep>& steps) {
  if (text.starts_with("{}")) {
    steps.push_back({PathStep::Kind::map_values, {}});
    text.remove_prefix(2);
    return true;
  }
  const std::size_t close = text.find(']');
  if (!text.starts_with('[') || close == std::string_view::npos) return false;
  const std::string_view key = text.substr(1, close - 1);
  if (key.find('[') != std::string_view::npos) return false;
  steps.push_back(key.empty() ? PathStep{PathStep::Kind::elements, {}}
                              : PathStep{PathStep::Kind::map_key, std::string(key)});
  text.remove_prefix(close + 1);
  return true;
}

}  // namespace

std::vector<PathStep> parse_path(std::string_view text) {
  std::vector<PathStep> steps;
  for (;;) {
    const std::string_view name = take_name(text);
    if (name.empty()) return {};
    steps.push_back({PathStep::Kind::member, std::string(name)});
    while (!text.empty() && text.front() != '.') {
      if (!take_bracket(text, steps)) return {};
    }
    if (text.empty()) return steps;
    text.remove_prefix(1);
  }
}

}  // namespace sealock::policy
