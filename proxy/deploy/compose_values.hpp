// Reads the values of a Compose file: durations, sizes, lists that may be maps, words with variables.
//
// Every function reads one node, reports what is wrong with it at its place, and then gives the
// zero value; who calls looks at Diagnostics::has_errors() before using anything.
//
// Variables: ${NAME}, ${secret:NAME} and $$ may stand where Expansion::allowed says so, nowhere else;
//            what is stored is the text as it was written.
// Codes:   D01 unknown key, D02 wrong type, D03 a value that is not possible, D04 something is
//          missing, D05 a variable where none is resolved, D06 a name that nothing has.
// Sources: compose-spec 05-services.md, 11-extension.md, 12-interpolation.md (2024-01), of which this
//          is a part.

#pragma once

#include "policy/rules/yaml_reader.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sealock::proxy {

enum class Expansion { refused, allowed };

// A name without a value: nothing in a label; in an environment, something of the machine of whoever
// reads the file, which no node has.
enum class WithoutValue { is_refused, is_empty };

class ComposeValues {
public:
  explicit ComposeValues(policy::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  // A map with none but these keys and x-...; null and an empty value count as an empty map.
  bool expect_map(const policy::YamlNode& node,
                  std::string_view name,
                  std::span<const std::string_view> keys);
  // The value of `key`; null when it is absent, empty or null.
  [[nodiscard]] static const policy::YamlNode* find(const policy::YamlNode& map,
                                                    std::string_view key);

  std::string text(const policy::YamlNode& node,
                   std::string_view name,
                   Expansion expansion = Expansion::refused);
  // Quoted or not, as numbers: people quote both in Compose files.
  bool flag(const policy::YamlNode& node, std::string_view name);
  std::int64_t number(const policy::YamlNode& node,
                      std::string_view name,
                      std::int64_t minimum,
                      std::int64_t maximum);
  // "1m30s", "500ms".
  std::chrono::nanoseconds duration(const policy::YamlNode& node, std::string_view name);
  // 64k, 512m, 1g, 1gb, 16MiB, or a number of bytes.
  std::int64_t size(const policy::YamlNode& node, std::string_view name);
  // "1777" in quotes: without them some readers take it for a decimal number.
  std::int64_t file_mode(const policy::YamlNode& node, std::string_view name);
  // "0.5" processors, in billionths.
  std::int64_t nano_cpus(const policy::YamlNode& node, std::string_view name);
  // One word of a closed list.
  std::string word(const policy::YamlNode& node,
                   std::string_view name,
                   std::span<const std::string_view> words);

  std::vector<std::string> texts(const policy::YamlNode& node,
                                 std::string_view name,
                                 Expansion expansion = Expansion::refused);
  // A list of words, or one text that is split as a shell would split it, without running one.
  std::vector<std::string> command(const policy::YamlNode& node, std::string_view name);
  // NAME: value, or "NAME=value" in a list; in the order of the file.
  std::vector<std::pair<std::string, std::string>> pairs(
      const policy::YamlNode& node,
      std::string_view name,
      Expansion expansion,
      WithoutValue without = WithoutValue::is_refused);

  void error(const char* code,
             const policy::YamlNode& node,
             std::string text,
             std::string hint = {});
  [[nodiscard]] policy::Diagnostics& diagnostics() { return diagnostics_; }

private:
  void wrong_type(const policy::YamlNode& node, std::string_view name, std::string_view wanted);
  void check_variables(const policy::YamlNode& node,
                       std::string_view name,
                       std::string_view text,
                       Expansion expansion);

  policy::Diagnostics& diagnostics_;
};

[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_compose_duration(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parse_compose_size(std::string_view text);

// What is wrong with the variables in `text`; empty when nothing is.
[[nodiscard]] std::string find_bad_variable(std::string_view text);

}  // namespace sealock::proxy
