// Finds what `target.X` names in the documents in which the engine describes the objects of a rule's
// actions: the inspect document of the path's object, or the objects of a list or stream.
//
// Threads: pure.
// Source:  target_fields.hpp (names that mean the same in all documents).

#pragma once

#include "policy/rules/diagnostics.hpp"
#include "policy/rules/field_lookup.hpp"

#include <optional>
#include <string_view>

namespace sealock::policy {

// `text` is the field as written, `path` what follows "target.". Reports R03, R13, R14.
[[nodiscard]] std::optional<FoundField> find_target_field(std::string_view text,
                                                          std::string_view path,
                                                          const Place& place,
                                                          const Actions& actions,
                                                          Diagnostics& diagnostics);

}  // namespace sealock::policy
