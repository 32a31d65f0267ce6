// Prints problems of files, in colour on a terminal, with a line that counts them.
//
// Errors:  none.
// Threads: none.

#pragma once

#include "policy/rules/diagnostics.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace sealock::proxy {

enum class Colour { off, on };

// Nothing when there is no problem. Ends with "2 errors, 1 warning".
void print_problems(const policy::Diagnostics& diagnostics, std::FILE* stream, Colour colour);

// The same as text.
[[nodiscard]] std::string problems_text(const policy::Diagnostics& diagnostics, Colour colour);

// "1 test", "2 tests".
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

}  // namespace sealock::proxy
