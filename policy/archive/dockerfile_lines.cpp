#include "policy/archive/dockerfile_lines.hpp"

#include <algorithm>
#include <cctype>

namespace sealock::policy::archive {
namespace {

constexpr std::string_view blanks = " \t\v\f\r";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::size_t longest_line = 65'535;

std::string_view without_leading_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(blanks), text.size()));
}

std::string_view trimmed(std::string_view text) {
  text = without_leading_blanks(text);
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::string lower(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return low;
}

// "# name = value" as name and value; an empty name when it is no directive.
struct Directive {
  std::string name;
  std::string value;
};

Directive directive_of(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with('#')) return {};
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return {};
  return {lower(trimmed(line.substr(1, equals - 1))),
          std::string(trimmed(line.substr(equals + 1)))};
}

class Splitter {
public:
  explicit Splitter(std::string_view text) : text_(text) {
    if (!text_.starts_with(byte_order_mark)) return;
    text_.remove_prefix(byte_order_mark.size());
    marked_ = true;
  }

  DockerfileLines split() && {
    std::string_view line;
    bool begun = false;
    while (next(line)) {
      line = without_leading_blanks(line);
      if (line.empty()) continue;
      if (line.starts_with('#')) {
        if (!begun) read_directive(line);
        continue;
      }
      begun = true;
      const std::size_t number = number_;
      std::string whole;
      bool open = take(line, whole);
      while (open && next(line)) {
        const std::string_view inner = without_leading_blanks(line);
        if (inner.empty() || inner.starts_with('#')) continue;
        open = take(line, whole);
      }
      made_.lines.push_back({number, std::string(trimmed(whole))});
    }
    return std::move(made_);
  }

private:
  void complain(std::string_view why) {
    if (made_.problem.empty()) made_.problem = why;
  }

  bool next(std::string_view& line) {
    if (text_.empty()) return false;
    ++number_;
    const std::size_t end = std::min(text_.find('\n'), text_.size());
    line = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() >= longest_line) complain("the Dockerfile has a line that is too long");
    if (line.ends_with('\r')) complain("the Dockerfile has a line with two ends");
    const std::string_view content = without_leading_blanks(line);
    if (!content.empty() && static_cast<unsigned char>(content[0]) >= 0x80) {
      complain("the Dockerfile has a line that begins with a character beyond ASCII");
    }
    return true;
  }

  // Appends a line without its escape at the end. Does the instruction go on?
  bool take(std::string_view line, std::string& whole) {
    const std::size_t last = line.find_last_not_of(" \t");
    const bool open = last != std::string_view::npos && line[last] == made_.escape;
    if (open && last > 0 && line[last - 1] == made_.escape) {
      complain("the Dockerfile has a line that ends with two escape characters");
    }
    whole.append(open ? line.substr(0, last) : line);
    return open;
  }

  void read_directive(std::string_view line) {
    const Directive directive = directive_of(line);
    if (directive.name == "syntax" && made_.syntax.empty()) {
      made_.syntax = directive.value.substr(0, directive.value.find_first_of(blanks));
      made_.syntax_line = number_;
    }
    if (directive.name != "escape") return;
    const bool plain = directive.value == "`" || directive.value == "\\";
    if (number_ != 1 || marked_ || !plain) {
      complain("the Dockerfile has an escape directive that builders read differently");
      return;
    }
    made_.escape = directive.value[0];
  }

  std::string_view text_;
  bool marked_ = false;
  std::size_t number_ = 0;
  DockerfileLines made_;
};

}  // namespace

DockerfileLines split_dockerfile(std::string_view text) {
  return Splitter(text).split();
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  text = trimmed(text);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(blanks), text.size());
    words.emplace_back(text.substr(0, end));
    text = without_leading_blanks(text.substr(end));
  }
  return words;
}

}  // namespace sealock::policy::archive
