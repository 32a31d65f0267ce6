#include "policy/archive/dockerfile_words.hpp"

#include <algorithm>
#include <cctype>

namespace sealock::policy::archive {
namespace {

constexpr std::string_view special = "'\"\\`";

bool is_name_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t name_size(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_name_byte);
  const bool digit = !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) != 0;
  return digit ? 0 : static_cast<std::size_t>(end - text.begin());
}

std::optional<std::string> value_of(std::string_view name, const Variables& variables) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::nullopt : found->second;
}

// What stands in the braces: NAME, NAME:-word, NAME:+word.
std::optional<std::string> expand_braces(std::string_view inner, const Variables& variables) {
  const std::size_t size = name_size(inner);
  if (size == 0) return std::nullopt;
  auto value = value_of(inner.substr(0, size), variables);
  if (!value || size == inner.size()) return value;
  const std::string_view how = inner.substr(size, 2);
  const std::string_view word = inner.substr(std::min(size + 2, inner.size()));
  if (word.find_first_of("${}") != std::string_view::npos) return std::nullopt;
  if (how == ":-") return value->empty() ? std::string(word) : *value;
  if (how == ":+") return value->empty() ? std::string() : std::string(word);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> expand(std::string_view word, const Variables& variables) {
  if (word.find_first_of(special) != std::string_view::npos) return std::nullopt;
  std::string made;
  while (!word.empty()) {
    const std::size_t dollar = std::min(word.find('$'), word.size());
    made += word.substr(0, dollar);
    word.remove_prefix(dollar);
    if (word.empty()) break;
    word.remove_prefix(1);
    std::optional<std::string> value;
    if (word.starts_with('{')) {
      const std::size_t end = word.find('}');
      if (end == std::string_view::npos) return std::nullopt;
      value = expand_braces(word.substr(1, end - 1), variables);
      word.remove_prefix(end + 1);
    } else {
      const std::size_t size = name_size(word);
      if (size == 0) return std::nullopt;
      value = value_of(word.substr(0, size), variables);
      word.remove_prefix(size);
    }
    if (!value) return std::nullopt;
    made += *value;
  }
  return made;
}

std::optional<std::string> expand_value(std::string_view value, const Variables& variables) {
  const bool quoted = value.size() >= 2 && value.front() == value.back();
  if (quoted && value.front() == '"') return expand(value.substr(1, value.size() - 2), variables);
  if (quoted && value.front() == '\'') {
    value = value.substr(1, value.size() - 2);
    if (value.find_first_of(special) != std::string_view::npos) return std::nullopt;
    return std::string(value);
  }
  return expand(value, variables);
}

}  // namespace sealock::policy::archive
