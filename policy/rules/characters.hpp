// Characters of UTF-8 text that a reader cannot see, or that reorder what he sees.
//
// A rule file is reviewed by people: text that hides in a line, or makes it read backwards, has no
// place in it (CVE-2021-42574, "Trojan Source") nor in what we print about it.
//
// Threads: pure.
// Sources: Unicode 15 general categories Cc, Cf, Zl, Zp; UAX #9 (bidi controls); RFC 3629.

#pragma once

#include <cstddef>
#include <string_view>

namespace sealock::policy {

// The length of the well-formed UTF-8 sequence at the start of `text`, which is not empty; 0 when
// there is none (overlong forms, surrogates, above U+10FFFF).
[[nodiscard]] std::size_t sequence_length(std::string_view text);

// The code point of a well-formed sequence.
[[nodiscard]] char32_t code_point(std::string_view sequence);

// What is wrong with the character: "a control character", "a zero-width character" ...; empty when
// a reader sees it for what it is. Line feed and tab are not judged here.
[[nodiscard]] std::string_view hidden_kind(char32_t character);

}  // namespace sealock::policy
