// The instructions of a Dockerfile as text, one logical line each: comments and continuations taken out.
//
// Builders of different age read some spellings differently: two escape characters at the end of a
// line, an escape directive that is not the first line, long lines, lines that begin with characters
// beyond ASCII (some of them are blanks to Go). Such a file has a `problem`; what can be read of it is
// read all the same.
//
// Threads: pure.
// Sources: moby/buildkit frontend/dockerfile/parser/parser.go, of 20.10 (2020) and 2026.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy::archive {

struct DockerfileLine {
  std::size_t number = 0;  // of its first line, from 1
  std::string text;        // without blanks at its ends
};

struct DockerfileLines {
  std::vector<DockerfileLine> lines;
  std::string syntax;  // of "# syntax=IMAGE"
  std::size_t syntax_line = 0;
  char escape = '\\';
  std::string problem;  // why it can be read in two ways; empty when it cannot
};

[[nodiscard]] DockerfileLines split_dockerfile(std::string_view text);

// Words between blanks, as the parser splits them.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);

}  // namespace sealock::policy::archive
