// Reads the operands of a test: the words that a value is compared with, typed as the field is.
//
// Threads: pure.

#pragma once

#include "policy/request/value.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/field_lookup.hpp"
#include "policy/rules/name_lists.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace sealock::policy {

// One word as a value of this type; R24 when it is none.
[[nodiscard]] std::optional<Value> typed_value(const Word& word,
                                               ValueType type,
                                               Diagnostics& diagnostics);

// All words of a node, `$lists` included. Nothing when there is an error in it.
[[nodiscard]] std::vector<Value> read_operands(const YamlNode& node,
                                               std::string_view test,
                                               ValueType type,
                                               const NameLists& lists,
                                               Diagnostics& diagnostics);

// The same for `under` and `overlaps`: absolute paths (R25).
[[nodiscard]] std::vector<Value> read_path_operands(const YamlNode& node,
                                                    std::string_view test,
                                                    const NameLists& lists,
                                                    Diagnostics& diagnostics);

// A number for at_least and at_most; sizes may be written 16MiB.
[[nodiscard]] std::optional<Value> read_bound(const YamlNode& node,
                                              std::string_view test,
                                              ValueType type,
                                              Diagnostics& diagnostics);

// A pattern of RE2 (R26), matched against the whole value; `.` matches a line feed too, or a value
// with one in it would slip by a deny rule.
[[nodiscard]] std::shared_ptr<const re2::RE2> read_pattern(const YamlNode& node,
                                                           Diagnostics& diagnostics);

}  // namespace sealock::policy
