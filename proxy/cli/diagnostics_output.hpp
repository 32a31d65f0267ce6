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

// Text in the form of Diagnostics::to_text(), with colours when they are wanted.
[[nodiscard]] std::string painted_problems(std::string_view text, Colour colour);

// "1 test", "2 tests"; `plural` where it is another.
[[nodiscard]] std::string counted(std::size_t count,
                                  std::string_view noun,
                                  std::string_view plural = {});

}  // namespace sealock::proxy
