// Makes a client's bytes fit for an error text or a log line: printable ASCII, in quotes, short.
//
// Error texts end up on terminals and in log files; a name from a request must not bring escape
// sequences, line breaks or a megabyte with it.

#pragma once

#include <string>
#include <string_view>

namespace sealock::policy {

// `text` with everything but printable ASCII written as \xNN, cut after 128 bytes ("...").
[[nodiscard]] std::string printable(std::string_view text);

// The same in double quotes; a quote and a backslash inside are escaped.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace sealock::policy
