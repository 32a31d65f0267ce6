#include "policy/rules/yaml_text.hpp"

#include "policy/rules/characters.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace sealock::policy {
namespace {

// A file full of tabs gets one screen of errors, not thousands.
constexpr std::size_t most_character_errors = 20;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_of(std::string_view text, bool (*test)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), test);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

// YAML 1.1 has y and n as well, but its readers in use (PyYAML, libyaml's, go-yaml) never took them.
bool is_truth_word(std::string_view word) {
  static constexpr std::array<std::string_view, 6> words{"yes", "no", "on", "off", "true", "false"};
  return std::find(words.begin(), words.end(), lower(word)) != words.end();
}

// 0755, 0o755, 0x1F, 0b101, 1_000, +5
bool is_odd_integer(std::string_view word) {
  const std::string_view digits = without_sign(word);
  if (digits.empty()) return false;
  if (word.starts_with('+') && all_of(digits, is_digit)) return true;
  if (digits.size() > 1 && digits[0] == '0' && all_of(digits, is_digit)) return true;
  if (digits.size() > 2 && digits[0] == '0') {
    const std::string_view rest = digits.substr(2);
    const auto hexadecimal = [](char c) {
      return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    if (digits[1] == 'x' && all_of(rest, hexadecimal)) return true;
    const auto binary_or_octal = [](char c) { return (c >= '0' && c <= '7') || c == '_'; };
    if ((digits[1] == 'o' || digits[1] == 'b') && all_of(rest, binary_or_octal)) return true;
  }
  const auto digit_or_bar = [](char c) { return is_digit(c) || c == '_'; };
  return is_digit(digits[0]) && digits.find('_') != std::string_view::npos &&
         all_of(digits, digit_or_bar);
}

// 1:30, 12:30:45, 1:30:00.5: YAML 1.1 reads numbers to the base of 60
bool is_sexagesimal(std::string_view word) {
  std::string_view rest = without_sign(word);
  rest = rest.substr(0, rest.find('.'));
  const std::size_t first = rest.find(':');
  if (first == std::string_view::npos || !all_of(rest.substr(0, first), is_digit)) return false;
  rest.remove_prefix(first);
  while (!rest.empty()) {
    const std::string_view digits = rest.substr(1, rest.find(':', 1) - 1);
    const bool below_60 = digits.size() == 1 || (digits.size() == 2 && digits[0] < '6');
    if (!below_60 || !all_of(digits, is_digit)) return false;
    rest.remove_prefix(1 + digits.size());
  }
  return true;
}

// 1e3, 1.5E-3, .5, .inf, .nan
bool is_odd_float(std::string_view word) {
  const std::string digits = lower(without_sign(word));
  if (digits == ".inf" || digits == ".nan") return true;
  if (digits.size() > 1 && digits[0] == '.' && all_of(digits.substr(1), is_digit)) return true;
  const std::size_t exponent = digits.find('e');
  if (exponent == std::string::npos || exponent == 0) return false;
  const std::string mantissa = digits.substr(0, exponent);
  return is_digit(mantissa[0]) &&
         all_of(mantissa, [](char c) { return is_digit(c) || c == '.'; }) &&
         all_of(without_sign(std::string_view(digits).substr(exponent + 1)), is_digit);
}

// May a quote behind this text open quoted text?
bool ends_a_token(std::string_view before) {
  while (before.ends_with(' '))
    before.remove_suffix(1);
  if (before.empty() || before.ends_with('\n')) return true;
  return std::string_view("[{,:-?").find(before.back()) != std::string_view::npos;
}

}  // namespace

TextPlaces::TextPlaces(std::string file, std::string_view text)
    : file_(std::move(file)), line_starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
}

Place TextPlaces::at(std::size_t offset, std::size_t length) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  Place place;
  place.file = file_;
  place.line = static_cast<std::size_t>(after - line_starts_.begin());
  place.column = offset - *std::prev(after) + 1;
  place.length = length;
  return place;
}

bool check_characters(std::string_view text, const TextPlaces& places, Diagnostics& diagnostics) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text.substr(i));
    std::string what;
    std::string_view hint = "write it as \"\\uXXXX\" in double quotes if it is meant";
    if (length == 0) {
      what = "are bytes that are no UTF-8";
      hint = "save the file as UTF-8";
    } else if (text[i] == '\t') {
      what = "is a tab";
      hint = "indent with spaces";
    } else if (text[i] == '\r' && text.substr(i + 1).starts_with('\n')) {
      // line ends of Windows
    } else if (i == 0 && text.starts_with("\xEF\xBB\xBF")) {
      what = "is a byte order mark";
      hint = "save the file as UTF-8 without a byte order mark";
    } else {
      const std::string_view kind = hidden_kind(code_point(text.substr(i, length)));
      if (!kind.empty()) what = "is " + std::string(kind);
    }
    if (!what.empty()) {
      if (++found > most_character_errors) return false;
      diagnostics.error("Y07", places.at(i), "here " + what, std::string(hint));
      if (length == 0) return false;  // what follows is noise
    }
    i += length;
  }
  return found == 0;
}

std::optional<std::size_t> quoted_length(std::string_view text, std::size_t offset) {
  const char quote = text[offset];
  for (std::size_t i = offset + 1; i < text.size() && text[i] != '\n'; ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
      if (i < text.size() && text[i] == '\n') return std::nullopt;
    } else if (text[i] == quote) {
      const bool doubled = quote == '\'' && text.substr(i + 1).starts_with('\'');
      if (!doubled) return i + 1 - offset;
      ++i;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> find_open_quote(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins_comment =
        text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\n');
    if (begins_comment) {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if ((text[i] != '"' && text[i] != '\'') || !ends_a_token(text.substr(0, i))) continue;
    const std::optional<std::size_t> length = quoted_length(text, i);
    if (!length) return i;
    i += *length - 1;
  }
  return std::nullopt;
}

std::string_view ambiguous_word(std::string_view word) {
  if (word == "true" || word == "false" || word == "null") return {};
  if (is_truth_word(word)) return "a word or a truth value";
  if (word == "~" || lower(word) == "null") return "a word or nothing at all";
  if (is_odd_integer(word)) return "text or a number in another notation";
  if (is_sexagesimal(word)) return "text, a time or a number to the base of 60";
  if (is_odd_float(word)) return "text or a number in another notation";
  if (word == "=") return "text or YAML's default value";
  return {};
}

}  // namespace sealock::policy
