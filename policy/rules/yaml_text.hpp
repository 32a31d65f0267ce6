// What the bytes of a YAML file say that its parser does not report: forbidden characters, quotes
// that do not end on their line, plain words that two readers read differently.
//
// Used by yaml_reader.cpp alone.
//
// Source: rules.md 8 and 10; YAML 1.1 types (yaml.org/type: bool, int, float, null, merge, value),
//         which most tools still read, against YAML 1.2's core schema.

#pragma once

#include "policy/rules/diagnostics.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

// Turns offsets in a text into places.
class TextPlaces {
public:
  TextPlaces(std::string file, std::string_view text);
  [[nodiscard]] Place at(std::size_t offset, std::size_t length = 1) const;

private:
  std::string file_;
  std::vector<std::size_t> line_starts_;
};

// Reports what must not be in the text at all (Y07); false when there is any.
[[nodiscard]] bool check_characters(std::string_view text,
                                    const TextPlaces& places,
                                    Diagnostics& diagnostics);

// The length of the quoted text that begins at `offset` with ' or ", quotes included; nothing when
// it does not end on its line.
[[nodiscard]] std::optional<std::size_t> quoted_length(std::string_view text, std::size_t offset);

// The offset of the first quoted text that does not end on its line. Only for a text that the
// parser refused: a quote inside a block or comment may be taken for one.
[[nodiscard]] std::optional<std::size_t> find_open_quote(std::string_view text);

// Could another reader take this plain word for something else than its letters? The text says for
// what: "a word or a truth value". Empty when not. `true`, `false`, `null` and plain decimal
// numbers are what they are.
[[nodiscard]] std::string_view ambiguous_word(std::string_view word);

}  // namespace sealock::policy
