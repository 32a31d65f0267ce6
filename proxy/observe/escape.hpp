// Writes text that a client chose so that no reader of a log can be misled by it.
//
// The result is the inside of a JSON string in printable ASCII: no line can be forged (CR, LF), no
// terminal be steered (ESC, and the C1 controls that some read as ESC), no text be shown in another
// order than it has (bidi controls), and a reader needs no opinion on broken UTF-8: each byte that
// is not part of a well-formed sequence becomes \ufffd.
//
// Units:   limits count bytes of the text, not of the result.
// Threads: pure functions.
// Sources: RFC 8259 section 7; Unicode 15.0 table 3-7 (well-formed UTF-8); CVE-2021-42574.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sealock::proxy {

// Appends `text` escaped, without quotes.
void append_escaped(std::string& line, std::string_view text);

// The longest start of `text` that is at most `limit` bytes and does not cut a character in two.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t limit);

}  // namespace sealock::proxy
