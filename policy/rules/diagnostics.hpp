// Collects what is wrong in files that people wrote, all problems at once, with place, caret and a
// hint (rules.md 7.1).
//
// Limits:  1,000 problems; who has read so many begins at the top anyway.
// Units:   line and column are 1-based; columns count bytes.
// Threads: one file reader; not shared.

#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

struct Place {
  std::string file;      // as the user wrote it
  std::size_t line = 0;  // 0: the file as a whole
  std::size_t column = 0;
  std::size_t length = 1;  // bytes to underline
  bool operator==(const Place&) const = default;
};

enum class Level { error, warning };

struct Diagnostic {
  Level level = Level::error;
  std::string code;  // "R08", "Y06"
  Place place;
  std::string text;
  std::string hint;  // what to do; may be empty
  bool operator==(const Diagnostic&) const = default;
};

class Diagnostics {
public:
  // What is found twice (in a list that two policies use) is kept once.
  void add(Diagnostic diagnostic);
  void error(std::string code, Place place, std::string text, std::string hint = {});
  void warning(std::string code, Place place, std::string text, std::string hint = {});
  // The text of a file, so that the line with the caret can be shown.
  void add_source(std::string file, std::string text) {
    sources_[std::move(file)] = std::move(text);
  }

  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] std::size_t count(Level level) const;
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }
  // Sorted by file and line: "file:line:column: error[R01]: text", the line, a caret, "= hint".
  // What would deceive a reader (control, zero-width and bidi characters) is shown as U+FFFD.
  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] std::string to_json() const;

private:
  std::vector<Diagnostic> all_;
  std::map<std::string, std::string> sources_;
};

}  // namespace sealock::policy
