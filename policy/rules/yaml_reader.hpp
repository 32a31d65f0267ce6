// Reads the part of YAML that people and machines read the same way, into a tree with places.
//
// yaml-cpp takes duplicate keys, a second document, an unclosed quote and `no` for false without a
// word (rules.md 10). Each of these is an error here (the profile Y01 to Y09 below), so that what a
// reviewer sees in a file is what it says. JSON is YAML: it is read by the same code.
//
// Knows nothing of rules: sealock.yaml is read with it as well.
//
// Limits:  256 KiB, 12 levels.
// Errors:  all of them, to Diagnostics. A tree is returned when the structure could be read even so,
//          so that the caller can report its own findings in the same run; the caller must look at
//          has_errors() before it uses what it made of the tree.
// Threads: pure.
// Source:  rules.md 8 and 10.

#pragma once

#include "policy/rules/diagnostics.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

// The codes of the profile, for documentation.
struct CodeMeaning {
  std::string_view code;
  std::string_view meaning;
};
[[nodiscard]] std::span<const CodeMeaning> yaml_codes();

struct YamlEntry;

struct YamlNode {
  enum class Kind {
    broken,  // an error was reported here; say nothing more about it
    null,    // the word null (an empty value is an error)
    scalar,
    list,
    map,
  };
  Kind kind = Kind::broken;
  Place place;
  std::string text;                // scalar
  bool quoted = false;             // scalar: in quotes, or a block after | or >
  std::vector<YamlNode> items;     // list
  std::vector<YamlEntry> entries;  // map, in the order of the file, no key twice

  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] bool is_map() const { return kind == Kind::map; }
  [[nodiscard]] bool is_broken() const { return kind == Kind::broken; }
  // The entry called `key`; null when there is none, or this is no map.
  [[nodiscard]] const YamlEntry* find(std::string_view key) const;
  // "text", "a list", "a map", "null": for messages.
  [[nodiscard]] std::string_view kind_name() const;
};

struct YamlEntry {
  std::string key;
  Place key_place;
  YamlNode value;
};

// Files of our own say what they mean. A Compose file of others has `data:` for a volume without
// settings (null), and anchors, aliases and merge keys, which are written out (yaml_anchors.hpp).
enum class YamlProfile { strict, compose };

// `file` is the name for messages. The text is given to `diagnostics` as source.
[[nodiscard]] std::optional<YamlNode> read_yaml(const std::string& file,
                                                std::string text,
                                                Diagnostics& diagnostics,
                                                YamlProfile profile = YamlProfile::strict);

// The bytes of a file, no more of them than read_yaml() needs to call it too large; Y01 at the
// file when it cannot be read.
[[nodiscard]] std::optional<std::string> read_text_file(const std::filesystem::path& path,
                                                        Diagnostics& diagnostics);

// Both in one.
[[nodiscard]] std::optional<YamlNode> read_yaml_file(const std::filesystem::path& path,
                                                     Diagnostics& diagnostics);

// --- Reading typed values out of the tree. `code` is the code of the caller's own "wrong type" or
// --- "unknown key" error; nothing is said about broken nodes.

// Reports each key that is not one of `known`, with a suggestion.
void refuse_unknown_keys(const YamlNode& map,
                         std::span<const std::string_view> known,
                         std::string_view code,
                         Diagnostics& diagnostics);

// `name` is what the message calls the value: "'mode' must be text, not a list".
[[nodiscard]] std::optional<std::string> read_text(const YamlNode& node,
                                                   std::string_view name,
                                                   std::string_view code,
                                                   Diagnostics& diagnostics);
// Only the unquoted words true and false.
[[nodiscard]] std::optional<bool> read_boolean(const YamlNode& node,
                                               std::string_view name,
                                               std::string_view code,
                                               Diagnostics& diagnostics);
// Unquoted decimal digits.
[[nodiscard]] std::optional<std::int64_t> read_integer(const YamlNode& node,
                                                       std::string_view name,
                                                       std::string_view code,
                                                       Diagnostics& diagnostics);
// An integer, or one with KiB, MiB, GiB or TiB right behind it: a number of bytes.
[[nodiscard]] std::optional<std::int64_t> read_size(const YamlNode& node,
                                                    std::string_view name,
                                                    std::string_view code,
                                                    Diagnostics& diagnostics);

// The same without a node: nothing when it is not such a number.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parse_size(std::string_view text);

}  // namespace sealock::policy
