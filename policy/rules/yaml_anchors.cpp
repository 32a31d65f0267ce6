#include "policy/rules/yaml_anchors.hpp"

#include <algorithm>
#include <utility>

namespace sealock::policy {

YamlWeight weigh(const YamlNode& node) {
  YamlWeight weight{.values = 1, .bytes = node.text.size(), .levels = 0};
  const auto add = [&](const YamlNode& inner) {
    const YamlWeight more = weigh(inner);
    weight.values += more.values;
    weight.bytes += more.bytes;
    weight.levels = std::max(weight.levels, more.levels);
  };
  for (const YamlNode& item : node.items)
    add(item);
  for (const YamlEntry& entry : node.entries) {
    add(entry.value);
    ++weight.values;
    weight.bytes += entry.key.size();
  }
  if (node.is_list() || node.is_map()) ++weight.levels;
  return weight;
}

bool YamlAnchors::keep(std::size_t anchor, const YamlNode& node) {
  const YamlWeight weight = weigh(node);
  if (!has_room(weight)) return false;
  anchored_.insert_or_assign(anchor, Anchored{node, weight});
  return true;
}

const YamlAnchors::Anchored* YamlAnchors::find(std::size_t anchor) const {
  const auto found = anchored_.find(anchor);
  return found == anchored_.end() ? nullptr : &found->second;
}

bool YamlAnchors::has_room(const YamlWeight& weight) {
  used_.values += weight.values;
  used_.bytes += weight.bytes;
  return used_.values <= most_by_anchors.values && used_.bytes <= most_by_anchors.bytes;
}

std::size_t YamlMerges::add_key(const std::string& key, const YamlNode& map) {
  return keys_.emplace(key, map.entries.size()).first->second;
}

void YamlMerges::add(const YamlNode& key, YamlNode value, Diagnostics& diagnostics) {
  if (merge_line_ != 0) {
    diagnostics.error("Y03", key.place, "'<<' stands twice in one map",
                      "the first one is in line " + std::to_string(merge_line_) +
                          "; write one, with a list: '<<: [*one, *other]'");
    return;
  }
  merge_line_ = key.place.line;
  const auto take = [&](YamlNode one) {
    if (one.is_broken()) return;
    if (one.is_map()) {
      maps_.push_back(std::move(one));
      return;
    }
    diagnostics.error("Y04", key.place, "'<<' takes maps, not " + std::string(one.kind_name()),
                      "write '<<: *name', where '&name' stands before a map");
  };
  if (!value.is_list()) return take(std::move(value));
  for (YamlNode& item : value.items)
    take(std::move(item));
}

void YamlMerges::apply(YamlNode& map) {
  for (YamlNode& merged : maps_) {
    for (YamlEntry& entry : merged.entries) {
      if (add_key(entry.key, map) == map.entries.size()) map.entries.push_back(std::move(entry));
    }
  }
  maps_.clear();
}

}  // namespace sealock::policy
