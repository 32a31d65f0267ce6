#include "policy/rules/file_keys.hpp"

#include "policy/rules/spelling.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace sealock::policy {
namespace {

constexpr std::int64_t format_version = 1;

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool check_version(const YamlNode& root, Diagnostics& diagnostics) {
  const YamlEntry* entry = root.find("version");
  if (entry == nullptr) return true;  // reported as missing
  const auto version = read_integer(entry->value, "version", "R02", diagnostics);
  if (!version || *version == format_version) return true;
  diagnostics.error("R05", entry->value.place,
                    "this sealock reads version 1 of the format, not " + entry->value.text,
                    "a newer file needs a newer sealock");
  return false;
}

}  // namespace

void check_keys(const YamlNode& map,
                const MapKeys& keys,
                const Place& place,
                Diagnostics& diagnostics) {
  YamlNode unknown;
  unknown.kind = YamlNode::Kind::map;
  for (const YamlEntry& entry : map.entries) {
    if (contains(keys.later, entry.key)) {
      diagnostics.error("R03", entry.key_place,
                        "'" + entry.key + "' is not in this version of sealock",
                        "remove it; what it would restrict must be said in another way");
    } else if (!contains(keys.known, entry.key)) {
      unknown.entries.push_back({entry.key, entry.key_place, {}});
    }
  }
  refuse_unknown_keys(unknown, keys.known, "R01", diagnostics);
  for (const std::string_view key : keys.required) {
    if (map.find(key) != nullptr) continue;
    // Said once: a mistyped key is not missing as well.
    const bool mistyped =
        std::any_of(unknown.entries.begin(), unknown.entries.end(),
                    [&](const YamlEntry& entry) { return is_near(entry.key, key); });
    if (!mistyped) diagnostics.error("R04", place, "'" + std::string(key) + "' is missing");
  }
}

std::optional<std::string> read_file_keys(const YamlNode& root,
                                          std::string_view name_key,
                                          const MapKeys& keys,
                                          Diagnostics& diagnostics) {
  if (root.is_broken()) return std::nullopt;
  if (!root.is_map()) {
    diagnostics.error("R02", root.place,
                      "the file must be a map, not " + std::string(root.kind_name()));
    return std::nullopt;
  }
  // A file of another version may have other keys.
  if (!check_version(root, diagnostics)) return std::nullopt;
  check_keys(root, keys, root.place, diagnostics);

  const YamlEntry* entry = root.find(name_key);
  if (entry == nullptr) return std::string();
  std::optional<std::string> name = read_text(entry->value, name_key, "R02", diagnostics);
  if (!name) return std::string();
  const std::string file_name = std::filesystem::path(root.place.file).stem().string();
  if (*name != file_name) {
    diagnostics.error("R06", entry->value.place,
                      "the file is called '" + file_name + "', but its " + std::string(name_key) +
                          " is '" + *name + "'",
                      "give both the same name");
  }
  return name;
}

std::string one_of(std::span<const std::string_view> words) {
  std::string text = "one of: ";
  std::string_view separator;
  for (const std::string_view word : words) {
    text.append(separator).append(word);
    separator = ", ";
  }
  return text;
}

}  // namespace sealock::policy
