#include "proxy/deploy/compose_values.hpp"

#include "policy/rules/spelling.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <set>

namespace sealock::proxy {
namespace {

using policy::YamlEntry;
using policy::YamlNode;

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
// Longer names before those that they end with.
constexpr std::array duration_units{Unit{"ns", 1},
                                    Unit{"us", 1'000},
                                    Unit{"\u00B5s", 1'000},  // the micro sign
                                    Unit{"\u03BCs", 1'000},  // the Greek letter
                                    Unit{"ms", 1'000'000},
                                    Unit{"h", 3'600'000'000'000},
                                    Unit{"m", 60'000'000'000},
                                    Unit{"s", 1'000'000'000}};
constexpr std::array size_units{Unit{"kib", 1 << 10}, Unit{"mib", 1 << 20}, Unit{"gib", 1 << 30},
                                Unit{"kb", 1 << 10},  Unit{"mb", 1 << 20},  Unit{"gb", 1 << 30},
                                Unit{"k", 1 << 10},   Unit{"m", 1 << 20},   Unit{"g", 1 << 30},
                                Unit{"b", 1}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && is_name_start(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_name_start(c) || is_digit(c); });
}

// The name of a file in a folder, and no path.
bool is_secret_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.size() <= 128 &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return is_name_start(c) || is_digit(c) || c == '.' || c == '-';
         });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// "0.50" of something that has `scale` parts; what is smaller than a part is left out.
std::optional<std::int64_t> parse_fraction(std::string_view text, std::int64_t scale) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const bool below_one = dot == 0 && text.size() > 1;  // ".5"
  const auto whole = policy::parse_integer(below_one ? "0" : text.substr(0, dot));
  if (!whole || *whole < 0 || *whole > most / scale / 2) return std::nullopt;
  if (dot == text.size()) return *whole * scale;
  const std::string_view digits = text.substr(dot + 1);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  const auto part = policy::parse_integer(digits);
  if (!part || digits.size() > 9 || *part > most / scale) return std::nullopt;
  std::int64_t divisor = 1;
  for (std::size_t i = 0; i < digits.size(); ++i)
    divisor *= 10;
  return *whole * scale + *part * scale / divisor;
}

std::string list_of(std::span<const std::string_view> words) {
  std::string list = "one of: ";
  for (const std::string_view word : words)
    list += (list.size() > 8 ? ", " : "") + std::string(word);
  return list;
}

// Words between blanks; quotes keep blanks together, a backslash keeps the next character. Nothing
// when a quote is not closed.
std::optional<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool begun = false;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool escapes = c == '\\' && quote != '\'' && at + 1 < text.size();
    if (escapes) {
      word += text[++at];
      begun = true;
    } else if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      begun = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (begun) words.push_back(std::move(word));
      word.clear();
      begun = false;
    } else {
      word += c;
      begun = true;
    }
  }
  if (quote != 0) return std::nullopt;
  if (begun) words.push_back(std::move(word));
  return words;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_compose_duration(std::string_view text) {
  std::int64_t total = 0;
  if (text.empty()) return std::nullopt;
  if (text == "0") return std::chrono::nanoseconds(0);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto* const unit =
        std::find_if(duration_units.begin(), duration_units.end(),
                     [&](const Unit& one) { return text.substr(end).starts_with(one.name); });
    if (end == 0 || unit == duration_units.end()) return std::nullopt;
    const auto part = parse_fraction(text.substr(0, end), unit->factor);
    if (!part || *part > most / 2 - total) return std::nullopt;
    total += *part;
    text.remove_prefix(end + unit->name.size());
  }
  return std::chrono::nanoseconds(total);
}

std::optional<std::int64_t> parse_compose_size(std::string_view text) {
  const std::string said = lower(text);
  for (const Unit& unit : size_units) {
    if (!said.ends_with(unit.name)) continue;
    return parse_fraction(std::string_view(said).substr(0, said.size() - unit.name.size()),
                          unit.factor);
  }
  const auto number = policy::parse_integer(said);
  return number && *number >= 0 ? number : std::nullopt;
}

std::string find_bad_variable(std::string_view text) {
  constexpr std::string_view secret = "secret:";
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at)) {
    const std::string_view rest = text.substr(at + 1);
    if (rest.starts_with('$')) {
      at += 2;
      continue;
    }
    const std::size_t end = rest.find('}');
    if (!rest.starts_with('{') || end == std::string_view::npos) {
      return "a '$' that begins no variable";
    }
    const std::string_view name = rest.substr(1, end - 1);
    const bool good = name.starts_with(secret) ? is_secret_name(name.substr(secret.size()))
                                               : is_variable_name(name);
    if (!good) return "'${" + std::string(name) + "}' is no variable";
    at += end + 2;
  }
  return {};
}

bool ComposeValues::expect_map(const YamlNode& node,
                               std::string_view name,
                               std::span<const std::string_view> keys) {
  if (node.kind == YamlNode::Kind::null) return true;
  if (!node.is_map()) {
    wrong_type(node, name, "a map");
    return false;
  }
  for (const YamlEntry& entry : node.entries) {
    if (entry.key.starts_with("x-")) continue;
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    policy::Suggestion suggestion(entry.key);
    for (const std::string_view key : keys)
      suggestion.offer(key);
    diagnostics_.error("D01", entry.key_place,
                       "'" + entry.key + "' is not supported in " + std::string(name),
                       suggestion.hint(list_of(keys)));
  }
  return true;
}

const YamlNode* ComposeValues::find(const YamlNode& map, std::string_view key) {
  const YamlEntry* entry = map.find(key);
  if (entry == nullptr || entry->value.kind == YamlNode::Kind::null) return nullptr;
  return &entry->value;
}

std::string ComposeValues::text(const YamlNode& node, std::string_view name, Expansion expansion) {
  if (!node.is_scalar()) {
    wrong_type(node, name, "text");
    return {};
  }
  if (node.text.find('\0') != std::string::npos) {
    error("D03", node,
          "'" + std::string(name) + "' holds a zero byte, at which programs stop reading");
    return {};
  }
  check_variables(node, name, node.text, expansion);
  return node.text;
}

bool ComposeValues::flag(const YamlNode& node, std::string_view name) {
  if (node.is_scalar() && (node.text == "true" || node.text == "false")) return node.text == "true";
  wrong_type(node, name, "true or false");
  return false;
}

std::int64_t ComposeValues::number(const YamlNode& node,
                                   std::string_view name,
                                   std::int64_t minimum,
                                   std::int64_t maximum) {
  const auto number = node.is_scalar() ? policy::parse_integer(node.text) : std::nullopt;
  if (!number) {
    wrong_type(node, name, "a whole number");
    return minimum;
  }
  if (*number >= minimum && *number <= maximum) return *number;
  error("D03", node,
        "'" + std::string(name) + "' must be from " + std::to_string(minimum) + " to " +
            std::to_string(maximum));
  return minimum;
}

std::chrono::nanoseconds ComposeValues::duration(const YamlNode& node, std::string_view name) {
  const auto duration = node.is_scalar() ? parse_compose_duration(node.text) : std::nullopt;
  if (!duration) wrong_type(node, name, "a duration (10s, 1m30s)");
  return duration.value_or(std::chrono::nanoseconds(0));
}

std::int64_t ComposeValues::size(const YamlNode& node, std::string_view name) {
  const auto size = node.is_scalar() ? parse_compose_size(node.text) : std::nullopt;
  if (!size) wrong_type(node, name, "a number of bytes (64k, 512m, 1g)");
  return size.value_or(0);
}

std::int64_t ComposeValues::file_mode(const YamlNode& node, std::string_view name) {
  const std::string_view digits = node.text;
  const bool octal = node.is_scalar() && !digits.empty() && digits.size() <= 5 &&
                     digits.find_first_not_of("01234567") == std::string_view::npos;
  if (!octal || !node.quoted) {
    wrong_type(node, name, "octal digits in quotes (\"1777\")");
    return 0;
  }
  std::int64_t mode = 0;
  for (const char digit : digits)
    mode = mode * 8 + (digit - '0');
  if (mode > 07777) error("D03", node, "'" + std::string(name) + "' must be from 0 to 7777");
  return mode;
}

std::int64_t ComposeValues::nano_cpus(const YamlNode& node, std::string_view name) {
  const auto cpus = node.is_scalar() ? parse_fraction(node.text, 1'000'000'000) : std::nullopt;
  if (!cpus) wrong_type(node, name, "a number of processors (\"0.5\")");
  return cpus.value_or(0);
}

std::string ComposeValues::word(const YamlNode& node,
                                std::string_view name,
                                std::span<const std::string_view> words) {
  const std::string said = text(node, name);
  if (!node.is_scalar() || std::find(words.begin(), words.end(), said) != words.end()) return said;
  policy::Suggestion suggestion(said);
  for (const std::string_view word : words)
    suggestion.offer(word);
  error("D03", node, "'" + std::string(name) + "' cannot be '" + said + "'",
        suggestion.hint(list_of(words)));
  return said;
}

std::vector<std::string> ComposeValues::texts(const YamlNode& node,
                                              std::string_view name,
                                              Expansion expansion) {
  std::vector<std::string> all;
  if (!node.is_list()) {
    wrong_type(node, name, "a list");
    return all;
  }
  for (const YamlNode& item : node.items)
    all.push_back(text(item, name, expansion));
  return all;
}

std::vector<std::string> ComposeValues::command(const YamlNode& node, std::string_view name) {
  if (node.is_list()) return texts(node, name, Expansion::allowed);
  const std::string said = text(node, name, Expansion::allowed);
  auto words = split_words(said);
  if (!words) error("D03", node, "a quote in '" + std::string(name) + "' is not closed");
  return words.value_or(std::vector<std::string>{});
}

std::vector<std::pair<std::string, std::string>> ComposeValues::pairs(const YamlNode& node,
                                                                      std::string_view name,
                                                                      Expansion expansion,
                                                                      WithoutValue without) {
  std::vector<std::pair<std::string, std::string>> all;
  std::set<std::string> known;
  const auto add = [&](const YamlNode& at, std::string key, std::string value) {
    const bool twice = !known.insert(key).second;
    if (key.empty() || key.find('$') != std::string::npos || key.find('=') != std::string::npos) {
      error("D03", at, "'" + key + "' is no name in '" + std::string(name) + "'");
    } else if (twice) {
      error("D03", at, "'" + key + "' stands twice in '" + std::string(name) + "'");
    }
    all.emplace_back(std::move(key), std::move(value));
  };
  if (node.is_map()) {
    for (const YamlEntry& entry : node.entries) {
      if (entry.value.kind == YamlNode::Kind::null && without == WithoutValue::is_empty) {
        add(entry.value, entry.key, "");
      } else if (entry.value.kind == YamlNode::Kind::null) {
        error("D04", entry.value, "'" + entry.key + "' has no value",
              "write \"\", or ${" + entry.key + "} to be given it when it is deployed");
      } else {
        add(entry.value, entry.key, text(entry.value, entry.key, expansion));
      }
    }
  } else if (node.is_list()) {
    for (const YamlNode& item : node.items) {
      const std::string said = text(item, name, expansion);
      const std::size_t equals = said.find('=');
      if (item.is_scalar() && equals == std::string::npos && without == WithoutValue::is_empty) {
        add(item, said, "");
      } else if (item.is_scalar() && equals == std::string::npos) {
        error("D04", item, "'" + said + "' has no value", "write '" + said + "=...'");
      } else if (item.is_scalar()) {
        add(item, said.substr(0, equals), said.substr(equals + 1));
      }
    }
  } else {
    wrong_type(node, name, "a map, or a list of NAME=value");
  }
  return all;
}

void ComposeValues::error(const char* code,
                          const YamlNode& node,
                          std::string text,
                          std::string hint) {
  if (!node.is_broken()) diagnostics_.error(code, node.place, std::move(text), std::move(hint));
}

void ComposeValues::wrong_type(const YamlNode& node,
                               std::string_view name,
                               std::string_view wanted) {
  const std::string got = node.is_scalar() ? "'" + node.text + "'" : std::string(node.kind_name());
  const bool variable = node.is_scalar() && node.text.find('$') != std::string::npos;
  error("D02", node, "'" + std::string(name) + "' must be " + std::string(wanted) + ", not " + got,
        variable ? "variables are resolved in environment, command, entrypoint, labels and "
                   "healthcheck.test only"
                 : "");
}

void ComposeValues::check_variables(const YamlNode& node,
                                    std::string_view name,
                                    std::string_view text,
                                    Expansion expansion) {
  if (text.find('$') == std::string_view::npos) return;
  if (expansion == Expansion::refused) {
    error("D05", node, "'" + std::string(name) + "' cannot hold a variable",
          "variables are resolved in environment, command, entrypoint, labels and "
          "healthcheck.test only");
    return;
  }
  const std::string bad = find_bad_variable(text);
  if (!bad.empty()) {
    error("D05", node, bad + " in '" + std::string(name) + "'",
          "write ${NAME}, ${secret:NAME}, or $$ for a dollar sign");
  }
}

}  // namespace sealock::proxy
