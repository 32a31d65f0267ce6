#include "policy/rules/spelling.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace sealock::policy {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t bytes;
};

constexpr std::array units{
    Unit{"KiB", std::int64_t{1} << 10},
    Unit{"MiB", std::int64_t{1} << 20},
    Unit{"GiB", std::int64_t{1} << 30},
    Unit{"TiB", std::int64_t{1} << 40},
};

void wrong_type(const YamlNode& node,
                std::string_view name,
                std::string_view wanted,
                std::string_view code,
                Diagnostics& diagnostics) {
  if (node.is_broken()) return;
  std::string got(node.kind_name());
  if (node.is_scalar()) {
    got = node.quoted ? "the quoted text \"" + node.text + "\"" : "'" + node.text + "'";
  }
  diagnostics.error(std::string(code), node.place,
                    "'" + std::string(name) + "' must be " + std::string(wanted) + ", not " + got);
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data(), end, number);
  if (text.empty() || status != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  for (const Unit& unit : units) {
    if (!text.ends_with(unit.name)) continue;
    text.remove_suffix(unit.name.size());
    const std::optional<std::int64_t> number = parse_integer(text);
    if (!number || *number < 0) return std::nullopt;
    if (*number > std::numeric_limits<std::int64_t>::max() / unit.bytes) return std::nullopt;
    return *number * unit.bytes;
  }
  return parse_integer(text);
}

void refuse_unknown_keys(const YamlNode& map,
                         std::span<const std::string_view> known,
                         std::string_view code,
                         Diagnostics& diagnostics) {
  for (const YamlEntry& entry : map.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    Suggestion suggestion(entry.key);
    std::string list = "one of: ";
    for (const std::string_view key : known) {
      suggestion.offer(key);
      if (list.size() > 8) list += ", ";
      list += key;
    }
    diagnostics.error(std::string(code), entry.key_place, "unknown key '" + entry.key + "'",
                      suggestion.hint(list));
  }
}

std::optional<std::string> read_text(const YamlNode& node,
                                     std::string_view name,
                                     std::string_view code,
                                     Diagnostics& diagnostics) {
  if (node.is_scalar()) return node.text;
  wrong_type(node, name, "text", code, diagnostics);
  return std::nullopt;
}

std::optional<bool> read_boolean(const YamlNode& node,
                                 std::string_view name,
                                 std::string_view code,
                                 Diagnostics& diagnostics) {
  if (node.is_scalar() && !node.quoted && node.text == "true") return true;
  if (node.is_scalar() && !node.quoted && node.text == "false") return false;
  wrong_type(node, name, "true or false", code, diagnostics);
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(const YamlNode& node,
                                         std::string_view name,
                                         std::string_view code,
                                         Diagnostics& diagnostics) {
  std::optional<std::int64_t> number;
  if (node.is_scalar() && !node.quoted) number = parse_integer(node.text);
  if (!number) wrong_type(node, name, "a whole number", code, diagnostics);
  return number;
}

std::optional<std::int64_t> read_size(const YamlNode& node,
                                      std::string_view name,
                                      std::string_view code,
                                      Diagnostics& diagnostics) {
  std::optional<std::int64_t> number;
  if (node.is_scalar() && !node.quoted) number = parse_size(node.text);
  if (!number) wrong_type(node, name, "a number of bytes (16MiB, 4GiB)", code, diagnostics);
  return number;
}

}  // namespace sealock::policy
