// Small conversions on JSON text whose grammar has been checked already.
//
// Errors:  none.
// Threads: pure.
// Source:  RFC 8259 section 7; Go encoding/json for half surrogate pairs.

#pragma once

#include "policy/request/value.hpp"

#include <string>
#include <string_view>

namespace sealock::policy {

// Appends the text of a JSON string (given without its quotes) to `text`. Half of a surrogate pair
// becomes U+FFFD, as in Go.
void unescape_json(std::string_view raw, std::string& text);

// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string_view text, std::string& json);

// The value of a whole document. Unlike request/json_reader.hpp it judges nothing: repeated keys
// stay, the first one is found; any number of values is read, nested at most as deep as the machine
// lets through.
[[nodiscard]] Value read_checked_json(std::string_view json);

}  // namespace sealock::policy
