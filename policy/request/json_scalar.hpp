// What a string or a number of a JSON body must be like, by its schema: the part of the strict
// reader that looks at one value only.
//
// Errors:  the text of the complaint, without the place; empty when there is none.
// Sources: engine-facts.md B6, B8; go encoding/json decode.go (literalStore).

#pragma once

#include "policy/engine_api/schema.hpp"

#include <string>
#include <string_view>

namespace sealock::policy {

// `schema` is null where anything goes.
[[nodiscard]] std::string check_string(std::string_view text, const Schema* schema);
[[nodiscard]] std::string check_number(std::string_view digits, const Schema* schema);
[[nodiscard]] std::string check_boolean(const Schema* schema);

// "must be a list, not a string".
[[nodiscard]] std::string wrong_type(const Schema& schema, std::string_view found);

}  // namespace sealock::policy
