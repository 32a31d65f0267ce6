// How one string of an answer is hidden: by what kind of field it is, so that names, counts and
// types stay and no part of the value, nor its length, shows.
//
// Errors:  none; what cannot be understood is masked whole.
// Threads: pure.
// Sources: secrets.md 2 (treatment words), 5 (texts), 6.1 (the mask), 6.3 and 6.4 (labels, options),
//          9 (typed strings).

#pragma once

#include "policy/answer/answer_schema.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy {

// One fixed text for every value: ASCII, without = , : " and blank, so that it survives in every
// format that a value can stand in.
inline constexpr std::string_view mask_text = "**masked**";
// What stands for an error text that may echo secrets.
inline constexpr std::string_view hidden_error_text =
    "request failed (details hidden by the proxy)";

// In order of strength: of two that apply to one value the later one is used. A new way to hide a
// value is one more word here and one more case in conceal(): the machine hands over the whole value
// and its name, and puts what it gets in its place.
enum class Treatment : std::uint8_t {
  keep,
  // See the value and may let it stand.
  label_policy,      // by the label's name and value
  attribute_policy,  // by the event attribute's name and value
  option_policy,     // by the driver option's name
  label_text,        // "name=value": the label policy
  free_text,         // known forms of secrets in it
  proxy_url,         // user and password in it
  status_text,       // harmless ones stay
  security_option,   // what follows "seccomp="
  action,            // what follows "exec_create:"
  instruction,       // what follows the instruction's name
  first_word,        // what follows the first blank
  environment,       // what follows the first "="
  // Do not need the value.
  mask,
  mask_bytes,  // base64 of the mask
  mask_time,   // Go's zero time
  mask_empty,  // ""
};

// What stands for a value that a treatment hides, in order of strength: of two that apply the later
// one is used. A digest or a seal stands for whole values (of a variable, of a map, of a list); where
// a treatment lets part of a text stand (a command line, a URL), the rest is masked.
enum class HiddenAs : std::uint8_t { digest, seal, mask };

// What `mask` means for a field of this kind. `policy`: where the kind has a policy, that one.
enum class MaskReach : std::uint8_t { whole, policy };
[[nodiscard]] Treatment treatment_of(FieldKind kind, MaskReach reach);

// The JSON that replaces any string; empty for treatments that must see the value.
[[nodiscard]] std::string_view fixed_replacement(Treatment treatment);

// Appends the JSON string that stands for `text` (unescaped) to `json`; false: the value may stand
// as it is. `name` is the key of a map value or "".
[[nodiscard]] bool conceal(Treatment treatment,
                           std::string_view name,
                           std::string_view text,
                           std::string& json);

// Longer strings are masked without a look.
inline constexpr std::size_t seen_string_bytes = 65536;

// How many of a hidden text's first bytes decide, with its name, that and how it is hidden: whatever
// else followed them would be replaced by the same. Nothing where the whole text decides, or may.
[[nodiscard]] std::optional<std::size_t> deciding_bytes(Treatment treatment,
                                                        std::string_view name,
                                                        std::string_view text);

// The value that a digest or seal of this text would stand for, when the treatment hides all of it:
// the text, or what follows the "=" of NAME=value (`prefix` is what stands before). Nothing when it
// may stand as it is, or when only a mask can hide it.
struct WholeValue {
  std::string_view prefix;
  std::string_view name;
  std::string_view value;
};
[[nodiscard]] std::optional<WholeValue> whole_value(Treatment treatment,
                                                    std::string_view name,
                                                    std::string_view text);

// Equal without regard to case, with the two letters that Go folds onto ASCII (ſ and K).
[[nodiscard]] bool equal_folded(std::string_view left, std::string_view right);

// `*` stands for any run of characters.
[[nodiscard]] bool matches_glob(std::string_view glob, std::string_view text);

}  // namespace sealock::policy
