// Which keys a map of a rule file may have and must have, and what every file begins with.

#pragma once

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sealock::policy {

struct MapKeys {
  std::span<const std::string_view> known;       // all that are possible
  std::span<const std::string_view> required;    // of them
  std::span<const std::string_view> later = {};  // the format has them, this version does not
};

// Reports unknown (R01), later (R03) and missing keys (R04, at `place`).
void check_keys(const YamlNode& map,
                const MapKeys& keys,
                const Place& place,
                Diagnostics& diagnostics);

// Checks that the file is a map of version 1 with the right keys, whose `name_key` ("policy",
// "library") says the name of the file, and gives this name. Nothing when the rest is not worth
// reading.
[[nodiscard]] std::optional<std::string> read_file_keys(const YamlNode& root,
                                                        std::string_view name_key,
                                                        const MapKeys& keys,
                                                        Diagnostics& diagnostics);

// "one of: a, b, c"
[[nodiscard]] std::string one_of(std::span<const std::string_view> words);

}  // namespace sealock::policy
