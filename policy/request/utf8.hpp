// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
//
// Go replaces what is invalid by U+FFFD and goes on, so two readers of the same bytes could see
// different names; whoever finds invalid UTF-8 in a request refuses it (engine-facts.md B7).

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sealock::policy {

// The length in bytes of the character that `text` starts with; 0 when it is not valid UTF-8.
// `text` must not be empty.
[[nodiscard]] std::size_t utf8_character_size(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

// `code_point` must be one that UTF-8 can say: not a surrogate, not above U+10FFFF.
void append_utf8(char32_t code_point, std::string& out);

}  // namespace sealock::policy
