// The secrets that a program's environment gives away: what must not stand in its output.
//
// Which:   values of at least 8 bytes that are neither numbers nor in a list of usual words; of
//          variables with a name like PASSWORD from 4 bytes on, whatever they are; the password inside a
//          URL; each line of a value of several lines, since logs come line by line. And how they look
//          in JSON and in a URL.
// Threads: pure.
// Source:  secrets.md 6.4 ("known values").

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

// `environment`: "NAME=value", as inspect shows it. Each value once.
[[nodiscard]] std::vector<std::string> known_values(
    const std::vector<std::string_view>& environment);

}  // namespace sealock::policy
