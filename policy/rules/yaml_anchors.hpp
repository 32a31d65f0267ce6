// Anchors, aliases and merge keys of a YAML file, written out: what `*name` and `<<: *name` stand for is
// copied to where they stand, each value with the place where its text is.
//
// Nine lines of aliases to aliases make a thousand million values ("billion laughs"), so what anchors and
// aliases add to a file is counted, before it is copied.
//
// Used by yaml_tree.cpp alone.
//
// Limits:  Room below; levels are the caller's.
// Threads: one file reader; not shared.
// Sources: YAML 1.2 section 7.1 (aliases); yaml.org/type/merge.html: a key that is there wins over a
//          merged one, an earlier map of a list over a later one.

#pragma once

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace sealock::policy {

// What a value comes to when it is copied.
struct YamlWeight {
  std::size_t values = 0;  // keys count as well
  std::size_t bytes = 0;   // of their texts
  std::size_t levels = 0;  // of maps and lists
};
[[nodiscard]] YamlWeight weigh(const YamlNode& node);

// What anchors and aliases may add to one file. The largest Compose files in use stay below a tenth.
constexpr YamlWeight most_by_anchors{.values = 50'000, .bytes = 1024 * 1024, .levels = 0};

class YamlAnchors {
public:
  struct Anchored {
    YamlNode node;
    YamlWeight weight;
  };
  // False when there is no more room.
  [[nodiscard]] bool keep(std::size_t anchor, const YamlNode& node);
  // Null for an anchor whose value is still being read: an alias to it would have no end.
  [[nodiscard]] const Anchored* find(std::size_t anchor) const;
  // To be asked before a copy is made.
  [[nodiscard]] bool has_room(const YamlWeight& weight);

private:
  std::map<std::size_t, Anchored> anchored_;
  YamlWeight used_;
};

// The keys of one map while it is read, and what it merges.
class YamlMerges {
public:
  // The index of the entry called `key`; the size of `map` when there was none, and is one now.
  std::size_t add_key(const std::string& key, const YamlNode& map);
  // The value of a key `<<`; reports one that cannot be merged.
  void add(const YamlNode& key, YamlNode value, Diagnostics& diagnostics);
  // Adds the merged entries that `map` does not have itself.
  void apply(YamlNode& map);

private:
  std::unordered_map<std::string, std::size_t> keys_;
  std::vector<YamlNode> maps_;
  std::size_t merge_line_ = 0;  // 0: none yet
};

}  // namespace sealock::policy
