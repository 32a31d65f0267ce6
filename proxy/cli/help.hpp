// What --help says, one text a command. Written by hand, because it is read by people; a test sees
// that each names exactly the options that its command takes.

#pragma once

#include <string_view>

namespace sealock::proxy {

// Of a command ("run"); of sealock itself when empty.
[[nodiscard]] std::string_view help_text(std::string_view command);

}  // namespace sealock::proxy
