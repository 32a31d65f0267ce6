// Builds the tree of a YAML file from the events of yaml-cpp's parser, and refuses what two readers could
// read differently (the profile of yaml_reader.hpp).
//
// Used by yaml_reader.cpp alone.
//
// Errors:  to Diagnostics; StopParsing, out of a callback, where going on would mean nothing.
// Threads: one file reader; not shared.

#pragma once

#include "policy/rules/yaml_anchors.hpp"
#include "policy/rules/yaml_reader.hpp"
#include "policy/rules/yaml_text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

// Never leaves read_yaml().
struct StopParsing {};

class TreeBuilder final : public YAML::EventHandler {
public:
  // All outlive this.
  TreeBuilder(std::string_view text,
              const TextPlaces& places,
              Diagnostics& diagnostics,
              YamlProfile profile)
      : text_(text), places_(places), diagnostics_(diagnostics), profile_(profile) {}

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override;
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

  [[nodiscard]] std::optional<YamlNode> take_root();

private:
  // A collection that is being read. In a map, keys and values come in turn.
  struct Open {
    YamlNode node;
    bool flow = false;
    YAML::anchor_t anchor = 0;
    std::optional<YamlNode> key;
    YamlMerges merges;
  };

  [[nodiscard]] bool takes_anchors() const { return profile_ == YamlProfile::compose; }
  [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const;
  [[nodiscard]] std::size_t behind_anchor(std::size_t at) const;
  void error(std::string code, std::size_t at, std::string text, std::string hint = {});
  [[nodiscard]] YamlNode node_at(std::size_t at, YamlNode::Kind kind, std::size_t length) const;
  [[nodiscard]] std::string_view word_at(std::size_t at) const;
  bool refuse_anchor(std::size_t at, YAML::anchor_t anchor);
  bool refuse_tag(std::size_t at, const std::string& tag);
  void refuse_ambiguous(std::size_t at, std::string_view word);
  [[nodiscard]] bool is_empty_value() const;
  [[nodiscard]] bool is_key() const;
  void refuse_empty(std::size_t at);
  bool check_quoted(std::size_t at, YamlNode& node);
  bool check_plain(std::size_t at, const YamlNode& node);
  void open(const YAML::Mark& mark,
            const std::string& tag,
            YAML::anchor_t anchor,
            YAML::EmitterStyle::value style,
            YamlNode::Kind kind);
  void close();
  void add_anchored(YamlNode node, YAML::anchor_t anchor);
  void add(YamlNode node);
  void take_key(Open& map, YamlNode key);
  void add_entry(Open& map, const YamlNode& key, YamlNode value);
  [[noreturn]] void stop_too_many(const Place& place);
  [[noreturn]] void stop_too_deep(std::size_t at);

  std::string_view text_;
  const TextPlaces& places_;
  Diagnostics& diagnostics_;
  YamlProfile profile_;
  int documents_ = 0;
  std::vector<Open> stack_;
  std::optional<YamlNode> root_;
  YamlAnchors anchors_;
  // Held back until the end: where the text breaks off, yaml-cpp invents empty values.
  std::vector<Diagnostic> empty_values_;
};

}  // namespace sealock::policy
