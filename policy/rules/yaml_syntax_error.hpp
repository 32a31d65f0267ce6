// Says in our words where a text stops being YAML, and what the person probably did.
//
// Used by yaml_reader.cpp alone.

#pragma once

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/yaml_reader.hpp"
#include "policy/rules/yaml_text.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sealock::policy {

// `message` is yaml-cpp's (0.7.0), `offset` where it gave up.
void report_syntax_error(const std::string& message,
                         std::size_t offset,
                         std::string_view text,
                         const TextPlaces& places,
                         YamlProfile profile,
                         Diagnostics& diagnostics);

}  // namespace sealock::policy
