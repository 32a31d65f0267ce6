// Which characters HTTP/1.1 allows where, and words compared as HTTP compares them.
//
// Source: RFC 9110 section 5.6.2 (tokens), 5.5 (field values).

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sealock::proxy {

// Not empty, and every character one of a token: field names, methods.
// How many bytes at the start belong to a token.
[[nodiscard]] std::size_t token_size(std::string_view text);
// No control characters besides the tab, so that nothing in it can end a line.
[[nodiscard]] bool is_field_text(std::string_view text);
// ASCII letters in either case are equal; nothing else is.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

// The line before a chunk of this many bytes.
[[nodiscard]] std::string chunk_line(std::size_t size);

}  // namespace sealock::proxy
