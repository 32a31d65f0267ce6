// Variables of a Dockerfile, and what words come to with them.
//
// $NAME, ${NAME}, ${NAME:-word} and ${NAME:+word} with values that the file or the request gives. A
// variable that nobody here gave may have a value all the same (from the base image, from BuildKit's
// own), and quotes, escapes and other forms of ${} have rules of their own: such a word cannot be
// computed.
//
// Threads: pure.
// Source:  moby/buildkit frontend/dockerfile/shell/lex.go.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sealock::policy::archive {

// Null: it has a value that cannot be computed.
using Variables = std::map<std::string, std::optional<std::string>, std::less<>>;

// Nothing when it cannot be computed.
[[nodiscard]] std::optional<std::string> expand(std::string_view word, const Variables& variables);

// The value of NAME=VALUE in ARG or ENV: as expand(), but may stand in quotes as a whole.
[[nodiscard]] std::optional<std::string> expand_value(std::string_view value,
                                                      const Variables& variables);

}  // namespace sealock::policy::archive
