#include "policy/rules/yaml_tree.hpp"

#include <algorithm>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::size_t most_levels = 12;
constexpr std::string_view merge_key = "<<";

}  // namespace

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (documents_++ == 0) return;
  error("Y02", offset(mark), "a second document begins here", "keep one document in one file");
  throw StopParsing{};
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const std::size_t start = offset(mark);
  const bool refused = refuse_anchor(start, anchor);
  const std::size_t at = anchor == 0 ? start : behind_anchor(start);
  const std::string_view word = word_at(at);
  YamlNode node = node_at(at, YamlNode::Kind::null, word.size());
  const bool may_be_empty = profile_ == YamlProfile::compose && is_empty_value();
  if (word == "null" || (may_be_empty && !refused && ambiguous_word(word).empty())) {
    return add_anchored(std::move(node), anchor);
  }
  node.kind = YamlNode::Kind::broken;
  if (!ambiguous_word(word).empty()) {
    refuse_ambiguous(at, word);
  } else if (!refused) {
    refuse_empty(at);
  }
  add_anchored(std::move(node), anchor);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const std::size_t at = offset(mark);
  YamlNode broken = node_at(at, YamlNode::Kind::broken, 1);
  if (!takes_anchors()) {
    error("Y04", at, "aliases are not allowed", "write the value again, or use a list");
    return add(std::move(broken));
  }
  const YamlAnchors::Anchored* anchored = anchors_.find(anchor);
  if (anchored == nullptr) {
    error("Y04", at, "this alias stands inside of what it stands for",
          "it would have no end; write the value");
    return add(std::move(broken));
  }
  if (stack_.size() + anchored->weight.levels > most_levels) stop_too_deep(at);
  if (!anchors_.has_room(anchored->weight)) stop_too_many(places_.at(at));
  add(anchored->node);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark,
                           const std::string& tag,
                           YAML::anchor_t anchor,
                           const std::string& value) {
  const std::size_t start = offset(mark);
  const std::size_t at = anchor == 0 ? start : behind_anchor(start);
  const bool tag_first = text_.substr(start).starts_with('!');
  if (refuse_anchor(start, anchor) || refuse_tag(tag_first ? start : at, tag)) {
    return add_anchored(node_at(at, YamlNode::Kind::broken, 1), anchor);
  }
  YamlNode node = node_at(at, YamlNode::Kind::scalar, std::max<std::size_t>(value.size(), 1));
  node.text = value;
  node.quoted = tag == "!";
  const bool ends_here = node.quoted ? check_quoted(at, node) : check_plain(at, node);
  if (!ends_here) node.kind = YamlNode::Kind::broken;
  add_anchored(std::move(node), anchor);
}

std::optional<YamlNode> TreeBuilder::take_root() {
  for (Diagnostic& diagnostic : empty_values_)
    diagnostics_.add(std::move(diagnostic));
  empty_values_.clear();
  return std::move(root_);
}

std::size_t TreeBuilder::offset(const YAML::Mark& mark) const {
  return mark.pos < 0 ? 0 : std::min(static_cast<std::size_t>(mark.pos), text_.size());
}

// The mark of a value with an anchor is that of the anchor: where the value itself begins.
std::size_t TreeBuilder::behind_anchor(std::size_t at) const {
  if (!text_.substr(at).starts_with('&')) return at;
  std::size_t next = std::min(text_.find_first_of(" \r\n,[]{}", at), text_.size());
  for (;;) {
    next = std::min(text_.find_first_not_of(" \r\n", next), text_.size());
    if (!text_.substr(next).starts_with('#')) return next;
    next = std::min(text_.find('\n', next), text_.size());
  }
}

void TreeBuilder::error(std::string code, std::size_t at, std::string text, std::string hint) {
  diagnostics_.error(std::move(code), places_.at(at), std::move(text), std::move(hint));
}

YamlNode TreeBuilder::node_at(std::size_t at, YamlNode::Kind kind, std::size_t length) const {
  YamlNode node;
  node.kind = kind;
  node.place = places_.at(at, length);
  return node;
}

// The plain word at an offset, up to where YAML could end it.
std::string_view TreeBuilder::word_at(std::size_t at) const {
  const std::string_view rest = text_.substr(at);
  return rest.substr(0, rest.find_first_of(" \r\n,]}"));
}

bool TreeBuilder::refuse_anchor(std::size_t at, YAML::anchor_t anchor) {
  if (anchor == 0 || takes_anchors()) return false;
  error("Y04", at, "anchors are not allowed", "write the value where it is used");
  return true;
}

bool TreeBuilder::refuse_tag(std::size_t at, const std::string& tag) {
  if (tag == "?" || (tag == "!" && !text_.substr(at).starts_with('!'))) return false;
  error("Y05", at, "tags are not allowed", "the type of a value follows from its field");
  return true;
}

void TreeBuilder::refuse_ambiguous(std::size_t at, std::string_view word) {
  const std::string_view meaning = ambiguous_word(word);
  std::string hint = "quote it: \"" + std::string(word) + "\"";
  if (meaning.ends_with("truth value")) hint = "write true/false, or " + hint;
  if (meaning.ends_with("notation")) hint = "write a plain decimal number, or " + hint;
  diagnostics_.error("Y06", places_.at(at, word.size()),
                     "'" + std::string(word) + "' could mean " + std::string(meaning),
                     std::move(hint));
}

// The value of a key; an empty item of a list is a mistake in every file.
bool TreeBuilder::is_empty_value() const {
  return !stack_.empty() && stack_.back().key && !stack_.back().key->is_broken();
}

bool TreeBuilder::is_key() const {
  return !stack_.empty() && stack_.back().node.is_map() && !stack_.back().key;
}

// An empty value is reported at what it belongs to: its mark is often on the next line.
void TreeBuilder::refuse_empty(std::size_t at) {
  if (is_empty_value()) {
    const YamlNode& key = *stack_.back().key;
    empty_values_.push_back({Level::error, "Y01", key.place, "'" + key.text + "' has no value",
                             "write the value, [] for an empty list or {} for an empty map"});
    return;
  }
  const std::size_t before = at == 0 ? at : text_.find_last_not_of(" \r\n", at - 1);
  const Place place = places_.at(before == std::string_view::npos ? 0 : before);
  empty_values_.push_back({Level::error, "Y01", place, "a value is missing here", {}});
}

bool TreeBuilder::check_quoted(std::size_t at, YamlNode& node) {
  if (at == text_.size() || (text_[at] != '"' && text_[at] != '\'')) return true;  // a block
  const std::optional<std::size_t> length = quoted_length(text_, at);
  if (length) {
    node.place.length = *length;
    return true;
  }
  error("Y09", at, "this quote is not closed on its line", "close it, or write | and a block");
  return false;
}

bool TreeBuilder::check_plain(std::size_t at, const YamlNode& node) {
  if (node.text == merge_key && takes_anchors() && is_key()) return true;
  if (node.text == merge_key) {
    error("Y04", at, "merge keys are not allowed" + std::string(takes_anchors() ? " here" : ""),
          takes_anchors() ? "quote it: \"<<\"" : "write the members here");
    return false;
  }
  if (!ambiguous_word(node.text).empty()) {
    refuse_ambiguous(at, node.text);
    return false;
  }
  const bool one_line = text_.substr(at).starts_with(node.text);
  if (one_line || stack_.empty() || !stack_.back().flow) return true;
  error("Y09", at, "this text goes on in the next line", "a comma or a bracket is missing");
  return false;
}

void TreeBuilder::open(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style,
                       YamlNode::Kind kind) {
  const std::size_t start = offset(mark);
  const std::size_t at = anchor == 0 ? start : behind_anchor(start);
  refuse_anchor(start, anchor);
  refuse_tag(text_.substr(start).starts_with('!') ? start : at, tag);
  if (stack_.size() == most_levels) stop_too_deep(at);
  Open collection;
  collection.node = node_at(at, kind, 1);
  collection.flow = style == YAML::EmitterStyle::Flow;
  collection.anchor = anchor;
  stack_.push_back(std::move(collection));
}

void TreeBuilder::close() {
  Open collection = std::move(stack_.back());
  stack_.pop_back();
  collection.merges.apply(collection.node);
  add_anchored(std::move(collection.node), collection.anchor);
}

void TreeBuilder::add_anchored(YamlNode node, YAML::anchor_t anchor) {
  if (anchor != 0 && takes_anchors() && !anchors_.keep(anchor, node)) stop_too_many(node.place);
  add(std::move(node));
}

void TreeBuilder::add(YamlNode node) {
  if (stack_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = stack_.back();
  if (parent.node.is_list()) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.key) {
    take_key(parent, std::move(node));
  } else {
    const YamlNode key = std::move(*parent.key);
    parent.key.reset();
    add_entry(parent, key, std::move(node));
  }
}

void TreeBuilder::take_key(Open& map, YamlNode key) {
  if (!key.is_scalar() && !key.is_broken()) {
    diagnostics_.error("Y01", key.place, "a key must be text");
    key.kind = YamlNode::Kind::broken;
  }
  map.key = std::move(key);
}

void TreeBuilder::add_entry(Open& map, const YamlNode& key, YamlNode value) {
  if (key.is_broken()) return;
  if (key.text == merge_key && !key.quoted && takes_anchors()) {
    return map.merges.add(key, std::move(value), diagnostics_);
  }
  std::vector<YamlEntry>& entries = map.node.entries;
  const std::size_t index = map.merges.add_key(key.text, map.node);
  if (index == entries.size()) {
    entries.push_back(YamlEntry{key.text, key.place, std::move(value)});
    return;
  }
  diagnostics_.error("Y03", key.place, "'" + key.text + "' stands twice in one map",
                     "the first one is in line " + std::to_string(entries[index].key_place.line));
}

void TreeBuilder::stop_too_many(const Place& place) {
  diagnostics_.error("Y08", place, "anchors and aliases make this file too large",
                     "together they may add " + std::to_string(most_by_anchors.values) +
                         " values and " + std::to_string(most_by_anchors.bytes / 1024) +
                         " KiB of text; write out less, or in two files");
  throw StopParsing{};
}

void TreeBuilder::stop_too_deep(std::size_t at) {
  error("Y08", at, "more than 12 levels of maps and lists");
  throw StopParsing{};
}

}  // namespace sealock::policy
