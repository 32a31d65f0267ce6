#include "policy/rules/yaml_reader.hpp"

#include "policy/rules/yaml_syntax_error.hpp"
#include "policy/rules/yaml_text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::size_t most_bytes = 256 * 1024;
constexpr std::size_t most_levels = 12;

constexpr std::array codes{
    CodeMeaning{"Y01", "the file cannot be read, or is no YAML"},
    CodeMeaning{"Y02", "the file holds more than one document"},
    CodeMeaning{"Y03", "a key stands twice in one map"},
    CodeMeaning{"Y04", "anchors, aliases and merge keys are not allowed"},
    CodeMeaning{"Y05", "tags and directives are not allowed"},
    CodeMeaning{"Y06", "a plain word that two readers read differently"},
    CodeMeaning{"Y07", "a character that is not allowed, or cannot be seen"},
    CodeMeaning{"Y08", "the file is too large or too deep"},
    CodeMeaning{"Y09", "text that does not end on its line"},
};

// Ends the parse from inside yaml-cpp's callbacks; never leaves read_yaml().
struct StopParsing {};

// Builds the tree from yaml-cpp's events.
class TreeBuilder final : public YAML::EventHandler {
public:
  TreeBuilder(std::string_view text,
              const TextPlaces& places,
              Diagnostics& diagnostics,
              EmptyValues empty)
      : text_(text), places_(places), diagnostics_(diagnostics), empty_(empty) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    error("Y02", offset(mark), "a second document begins here", "keep one document in one file");
    throw StopParsing{};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const std::size_t at = offset(mark);
    refuse_anchor(at, anchor);
    YamlNode node = node_at(at, YamlNode::Kind::null, word_at(at).size());
    const std::string_view word = word_at(at);
    const bool may_be_empty = empty_ == EmptyValues::are_null && is_empty_value();
    if (word == "null" || (may_be_empty && anchor == 0 && ambiguous_word(word).empty())) {
      return add(std::move(node));
    }
    node.kind = YamlNode::Kind::broken;
    if (!ambiguous_word(word).empty()) {
      refuse_ambiguous(at, word);
    } else if (anchor == 0) {
      refuse_empty(at);
    }
    add(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    error("Y04", offset(mark), "aliases are not allowed", "write the value again, or use a list");
    add(node_at(offset(mark), YamlNode::Kind::broken, 1));
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override {
    const std::size_t at = offset(mark);
    if (refuse_anchor(at, anchor) || refuse_tag(at, tag)) {
      return add(node_at(at, YamlNode::Kind::broken, 1));
    }
    YamlNode node = node_at(at, YamlNode::Kind::scalar, std::max<std::size_t>(value.size(), 1));
    node.text = value;
    node.quoted = tag == "!";
    const bool ends_here = node.quoted ? check_quoted(at, node) : check_plain(at, node);
    if (!ends_here) node.kind = YamlNode::Kind::broken;
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, YamlNode::Kind::list);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, YamlNode::Kind::map);
  }
  void OnMapEnd() override { close(); }

  [[nodiscard]] std::optional<YamlNode> take_root() {
    for (Diagnostic& diagnostic : empty_values_)
      diagnostics_.add(std::move(diagnostic));
    empty_values_.clear();
    return std::move(root_);
  }

private:
  // A collection that is being read. In a map, keys and values come in turn.
  struct Open {
    YamlNode node;
    bool flow = false;
    std::optional<YamlNode> key;
  };

  [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const {
    return mark.pos < 0 ? 0 : std::min(static_cast<std::size_t>(mark.pos), text_.size());
  }

  void error(std::string code, std::size_t at, std::string text, std::string hint = {}) {
    diagnostics_.error(std::move(code), places_.at(at), std::move(text), std::move(hint));
  }

  [[nodiscard]] YamlNode node_at(std::size_t at, YamlNode::Kind kind, std::size_t length) const {
    YamlNode node;
    node.kind = kind;
    node.place = places_.at(at, length);
    return node;
  }

  // The plain word at an offset, up to where YAML could end it.
  [[nodiscard]] std::string_view word_at(std::size_t at) const {
    const std::string_view rest = text_.substr(at);
    return rest.substr(0, rest.find_first_of(" \r\n,]}"));
  }

  bool refuse_anchor(std::size_t at, YAML::anchor_t anchor) {
    if (anchor == 0) return false;
    error("Y04", at, "anchors are not allowed", "write the value where it is used");
    return true;
  }

  bool refuse_tag(std::size_t at, const std::string& tag) {
    if (tag == "?" || (tag == "!" && !text_.substr(at).starts_with('!'))) return false;
    error("Y05", at, "tags are not allowed", "the type of a value follows from its field");
    return true;
  }

  void refuse_ambiguous(std::size_t at, std::string_view word) {
    const std::string_view meaning = ambiguous_word(word);
    std::string hint = "quote it: \"" + std::string(word) + "\"";
    if (meaning.ends_with("truth value")) hint = "write true/false, or " + hint;
    if (meaning.ends_with("notation")) hint = "write a plain decimal number, or " + hint;
    diagnostics_.error("Y06", places_.at(at, word.size()),
                       "'" + std::string(word) + "' could mean " + std::string(meaning),
                       std::move(hint));
  }

  // The value of a key; an empty item of a list is a mistake in every file.
  [[nodiscard]] bool is_empty_value() const {
    return !stack_.empty() && stack_.back().key && !stack_.back().key->is_broken();
  }

  // An empty value is reported at what it belongs to: its mark is often on the next line.
  void refuse_empty(std::size_t at) {
    if (!stack_.empty() && stack_.back().key && !stack_.back().key->is_broken()) {
      const YamlNode& key = *stack_.back().key;
      empty_values_.push_back({Level::error, "Y01", key.place, "'" + key.text + "' has no value",
                               "write the value, [] for an empty list or {} for an empty map"});
      return;
    }
    const std::size_t before = at == 0 ? at : text_.find_last_not_of(" \r\n", at - 1);
    const Place place = places_.at(before == std::string_view::npos ? 0 : before);
    empty_values_.push_back({Level::error, "Y01", place, "a value is missing here", {}});
  }

  bool check_quoted(std::size_t at, YamlNode& node) {
    if (text_[at] != '"' && text_[at] != '\'') return true;  // a block
    const std::optional<std::size_t> length = quoted_length(text_, at);
    if (length) {
      node.place.length = *length;
      return true;
    }
    error("Y09", at, "this quote is not closed on its line", "close it, or write | and a block");
    return false;
  }

  bool check_plain(std::size_t at, const YamlNode& node) {
    if (node.text == "<<") {
      error("Y04", at, "merge keys are not allowed", "write the members here");
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

  void open(const YAML::Mark& mark,
            const std::string& tag,
            YAML::anchor_t anchor,
            YAML::EmitterStyle::value style,
            YamlNode::Kind kind) {
    const std::size_t at = offset(mark);
    refuse_anchor(at, anchor);
    refuse_tag(at, tag);
    if (stack_.size() == most_levels) {
      error("Y08", at, "more than 12 levels of maps and lists");
      throw StopParsing{};
    }
    Open collection;
    collection.node = node_at(at, kind, 1);
    collection.flow = style == YAML::EmitterStyle::Flow;
    stack_.push_back(std::move(collection));
  }

  void close() {
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    add(std::move(node));
  }

  void add(YamlNode node) {
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
      add_entry(parent.node, *parent.key, std::move(node));
      parent.key.reset();
    }
  }

  void take_key(Open& map, YamlNode key) {
    if (!key.is_scalar() && !key.is_broken()) {
      diagnostics_.error("Y01", key.place, "a key must be text");
      key.kind = YamlNode::Kind::broken;
    }
    map.key = std::move(key);
  }

  void add_entry(YamlNode& map, const YamlNode& key, YamlNode value) {
    if (key.is_broken()) return;
    if (const YamlEntry* first = map.find(key.text)) {
      diagnostics_.error("Y03", key.place, "'" + key.text + "' stands twice in one map",
                         "the first one is in line " + std::to_string(first->key_place.line));
      return;
    }
    map.entries.push_back(YamlEntry{key.text, key.place, std::move(value)});
  }

  std::string_view text_;
  const TextPlaces& places_;
  Diagnostics& diagnostics_;
  EmptyValues empty_;
  int documents_ = 0;
  std::vector<Open> stack_;
  std::optional<YamlNode> root_;
  // Held back until the end: where the text breaks off, yaml-cpp invents empty values.
  std::vector<Diagnostic> empty_values_;
};

// %YAML and %TAG: the parser swallows them.
void refuse_directive(std::string_view text, const TextPlaces& places, Diagnostics& diagnostics) {
  std::size_t line = 0;
  while (line < text.size()) {
    if (text[line] == '%') {
      diagnostics.error("Y05", places.at(line), "directives are not allowed", "remove the line");
      return;
    }
    const bool blank_or_comment = text[line] == '#' || text[line] == '\n' || text[line] == '\r';
    if (!blank_or_comment) return;
    const std::size_t end = text.find('\n', line);
    if (end == std::string_view::npos) return;
    line = end + 1;
  }
}

}  // namespace

std::span<const CodeMeaning> yaml_codes() {
  return codes;
}

const YamlEntry* YamlNode::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::string_view YamlNode::kind_name() const {
  switch (kind) {
  case Kind::broken:
    return "an error";
  case Kind::null:
    return "null";
  case Kind::scalar:
    return "text";
  case Kind::list:
    return "a list";
  case Kind::map:
    return "a map";
  }
  return "";
}

std::optional<YamlNode> read_yaml(const std::string& file,
                                  std::string text,
                                  Diagnostics& diagnostics,
                                  EmptyValues empty) {
  diagnostics.add_source(file, text.size() <= most_bytes ? text : std::string());
  const TextPlaces places(file, text);
  if (text.size() > most_bytes) {
    diagnostics.error("Y08", Place{file, 1, 1, 1}, "the file is larger than 256 KiB");
    return std::nullopt;
  }
  if (!check_characters(text, places, diagnostics)) return std::nullopt;
  refuse_directive(text, places, diagnostics);

  std::istringstream stream(text);
  TreeBuilder builder(text, places, diagnostics, empty);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const StopParsing&) {
    return std::nullopt;
  } catch (const YAML::Exception& exception) {
    const std::size_t at =
        exception.mark.pos < 0 ? 0 : static_cast<std::size_t>(exception.mark.pos);
    report_syntax_error(exception.msg, at, text, places, diagnostics);
    return std::nullopt;
  }
  std::optional<YamlNode> root = builder.take_root();
  if (!root) diagnostics.error("Y01", Place{file, 1, 1, 1}, "the file is empty");
  return root;
}

std::optional<std::string> read_text_file(const std::filesystem::path& path,
                                          Diagnostics& diagnostics) {
  std::error_code ignored;
  std::ifstream stream(path, std::ios::binary);
  std::string text(most_bytes + 1, '\0');
  const bool readable = stream && !std::filesystem::is_directory(path, ignored);
  if (readable) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!readable || stream.bad()) {
    diagnostics.error("Y01", Place{path.string(), 0, 0, 1}, "the file cannot be read");
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

std::optional<YamlNode> read_yaml_file(const std::filesystem::path& path,
                                       Diagnostics& diagnostics) {
  std::optional<std::string> text = read_text_file(path, diagnostics);
  if (!text) return std::nullopt;
  return read_yaml(path.string(), std::move(*text), diagnostics);
}

}  // namespace sealock::policy
