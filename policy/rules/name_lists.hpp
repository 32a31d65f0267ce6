// The named lists of one policy: its own, and the shared ones of the files that it uses. Rules say
// $name for all that is in the list.
//
// A shared list means the same in every policy: a policy cannot redefine it (R10). Lists hold words
// only, never other lists, so what a list comes to can be read in one place.
//
// Threads: one file reader; not shared.
// Source:  rules.md 3 and 5 (shared lists).

#pragma once

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

// One word of a list, or one that a rule writes itself. The place is where the rule says it: of the
// word, or of the $name that brought it.
struct Word {
  std::string text;
  bool quoted = false;
  Place place;
  std::string list;  // the list that it came from; empty when the rule wrote it
};

struct NameList {
  std::string name;
  std::string library;  // "docker"; empty for a policy's own list
  std::vector<Word> words;
  Place place;
};

class NameLists {
public:
  [[nodiscard]] const NameList* find(std::string_view name) const;
  [[nodiscard]] const std::vector<NameList>& all() const { return all_; }

  // Reads the `lists` map of a policy (empty library) or of a shared file.
  void read(const YamlNode& map, const std::string& library, Diagnostics& diagnostics);

  // The words of a list node, or of a single scalar; $names replaced by what they hold. Words named
  // in `literal` ("$secrets") are kept as they are. Reports what is wrong with each (R02, R11, R20).
  [[nodiscard]] std::vector<Word> expand(const YamlNode& node,
                                         std::string_view what,
                                         Diagnostics& diagnostics,
                                         std::string_view literal = {}) const;

private:
  void add(const YamlEntry& entry, const std::string& library, Diagnostics& diagnostics);
  void expand_one(const YamlNode& node,
                  std::string_view literal,
                  std::vector<Word>& words,
                  Diagnostics& diagnostics) const;

  std::vector<NameList> all_;
};

// Reads one shared file (version, library, description, lists) into `lists`. `file` is the name for
// messages.
void read_list_library(const YamlNode& root, NameLists& lists, Diagnostics& diagnostics);

// Is it a name of lists ([a-z][a-z0-9_]*), of rules and policies ([a-z][a-z0-9-]*)?
[[nodiscard]] bool is_list_name(std::string_view name);
[[nodiscard]] bool is_rule_name(std::string_view name);

}  // namespace sealock::policy
