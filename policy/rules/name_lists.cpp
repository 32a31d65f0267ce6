#include "policy/rules/name_lists.hpp"

#include "policy/rules/file_keys.hpp"
#include "policy/rules/spelling.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::size_t longest_name = 64;
// `$secrets` in `mask` is the catalogue's own list of known secrets.
constexpr std::string_view reserved_list = "secrets";

bool is_name(std::string_view name, char joint) {
  if (name.empty() || name.size() > longest_name || name[0] < 'a' || name[0] > 'z') return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == joint;
  });
}

bool is_list_reference(const YamlNode& node) {
  return node.is_scalar() && !node.quoted && node.text.starts_with('$');
}

// Reports words that a list names twice.
void refuse_repeated(const std::vector<Word>& words, Diagnostics& diagnostics) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto end = words.begin() + static_cast<std::ptrdiff_t>(i);
    const auto same = [&](const Word& word) { return word.text == words[i].text; };
    if (!words[i].list.empty() || std::find_if(words.begin(), end, same) == end) continue;
    const Word& first = *std::find_if(words.begin(), end, same);
    const std::string hint = first.list.empty() ? "" : "$" + first.list + " holds it already";
    diagnostics.error("R20", words[i].place, "'" + words[i].text + "' is named twice", hint);
  }
}

}  // namespace

bool is_list_name(std::string_view name) {
  return is_name(name, '_');
}

bool is_rule_name(std::string_view name) {
  return is_name(name, '-');
}

const NameList* NameLists::find(std::string_view name) const {
  const auto found = std::find_if(all_.begin(), all_.end(),
                                  [&](const NameList& list) { return list.name == name; });
  return found == all_.end() ? nullptr : &*found;
}

void NameLists::read(const YamlNode& map, const std::string& library, Diagnostics& diagnostics) {
  if (map.is_broken()) return;
  if (!map.is_map()) {
    diagnostics.error(
        "R02", map.place,
        "'lists' must be a map of names and lists, not " + std::string(map.kind_name()));
    return;
  }
  for (const YamlEntry& entry : map.entries)
    add(entry, library, diagnostics);
}

void NameLists::add(const YamlEntry& entry, const std::string& library, Diagnostics& diagnostics) {
  if (!is_list_name(entry.key) || entry.key == reserved_list) {
    diagnostics.error("R06", entry.key_place, "'" + entry.key + "' cannot be the name of a list",
                      entry.key == reserved_list
                          ? "$secrets is what `mask` calls the known secrets of an answer"
                          : "small letters, digits and _, a letter first");
    return;
  }
  if (const NameList* other = find(entry.key)) {
    diagnostics.error("R10", entry.key_place,
                      "the list '" + entry.key + "' is defined in " + other->place.file + ":" +
                          std::to_string(other->place.line) + " already",
                      "shared names mean the same everywhere; choose another name");
    return;
  }
  NameList list{entry.key, library, {}, entry.key_place};
  if (entry.value.is_broken()) return;
  if (!entry.value.is_list() || entry.value.items.empty()) {
    const bool empty = entry.value.is_list();
    diagnostics.error(empty ? "R20" : "R02", entry.value.place,
                      "'" + entry.key + "' must be a list of words, not " +
                          std::string(empty ? "empty" : entry.value.kind_name()));
    return;
  }
  for (const YamlNode& item : entry.value.items) {
    if (is_list_reference(item)) {
      diagnostics.error("R11", item.place, "a list cannot hold another list", "name its words");
    } else if (item.is_scalar()) {
      list.words.push_back({item.text, item.quoted, item.place, {}});
    } else if (!item.is_broken()) {
      diagnostics.error("R02", item.place,
                        "a list holds words, not " + std::string(item.kind_name()));
    }
  }
  refuse_repeated(list.words, diagnostics);
  all_.push_back(std::move(list));
}

std::vector<Word> NameLists::expand(const YamlNode& node,
                                    std::string_view what,
                                    Diagnostics& diagnostics,
                                    std::string_view literal) const {
  std::vector<Word> words;
  if (node.is_scalar()) {
    expand_one(node, literal, words, diagnostics);
  } else if (node.is_list()) {
    for (const YamlNode& item : node.items)
      expand_one(item, literal, words, diagnostics);
    if (node.items.empty()) {
      diagnostics.error("R20", node.place, "'" + std::string(what) + "' names nothing");
    }
  } else if (!node.is_broken()) {
    diagnostics.error(
        "R02", node.place,
        "'" + std::string(what) + "' must be a list, not " + std::string(node.kind_name()));
  }
  refuse_repeated(words, diagnostics);
  return words;
}

void NameLists::expand_one(const YamlNode& node,
                           std::string_view literal,
                           std::vector<Word>& words,
                           Diagnostics& diagnostics) const {
  if (node.is_broken()) return;
  if (!node.is_scalar()) {
    diagnostics.error("R02", node.place,
                      "a word is wanted here, not " + std::string(node.kind_name()));
    return;
  }
  if (!is_list_reference(node) || node.text == literal) {
    words.push_back({node.text, node.quoted, node.place, {}});
    return;
  }
  const std::string name = node.text.substr(1);
  if (const NameList* list = find(name)) {
    for (const Word& word : list->words) {
      // Two lists may share words; a word that stands there already says nothing new.
      const auto known = [&](const Word& other) { return other.text == word.text; };
      if (std::any_of(words.begin(), words.end(), known)) continue;
      words.push_back({word.text, word.quoted, node.place, name});
    }
    return;
  }
  Suggestion suggestion(name);
  for (const NameList& list : all_)
    suggestion.offer(list.name);
  diagnostics.error("R11", node.place, "there is no list '$" + name + "'",
                    suggestion.hint("define it under lists:, or name its file under use:", "$"));
}

void read_list_library(const YamlNode& root, NameLists& lists, Diagnostics& diagnostics) {
  static constexpr std::array<std::string_view, 4> keys{"version", "library", "description",
                                                        "lists"};
  const std::optional<std::string> library = read_file_keys(root, "library", MapKeys{keys, keys}, diagnostics);
  const YamlEntry* map = root.find("lists");
  if (library && map != nullptr) lists.read(map->value, *library, diagnostics);
}

}  // namespace sealock::policy
