#include "proxy/cli/diagnostics_output.hpp"

namespace sealock::proxy {
namespace {

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view red = "\x1b[1;31m";
constexpr std::string_view yellow = "\x1b[1;33m";
constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view cyan = "\x1b[36m";
constexpr std::string_view plain = "\x1b[0m";

std::string painted(std::string_view colour, std::string_view text) {
  return std::string(colour) + std::string(text) + std::string(plain);
}

// "place: error[C01]: text": the word in its colour, the place bold.
std::string paint_heading(std::string_view line, std::string_view word, std::string_view colour) {
  const std::size_t at = line.find(": " + std::string(word) + '[') + 2;
  return painted(bold, line.substr(0, at)) + painted(colour, word) +
         std::string(line.substr(at + word.size()));
}

// Lines are told apart by what Diagnostics::to_text() begins them with. The text of files in them
// holds no escape sequence of its own.
std::string paint(std::string_view line) {
  constexpr std::string_view hint = "      = ";
  constexpr std::string_view caret = "      | ";
  if (line.starts_with(hint)) return painted(cyan, line);
  if (line.starts_with(caret)) return painted(green, line);
  const bool is_source = line.starts_with(' ') || line.find(" | ") < 8;
  if (is_source) return std::string(line);
  if (line.find(": error[") != std::string_view::npos) return paint_heading(line, "error", red);
  if (line.find(": warning[") != std::string_view::npos) {
    return paint_heading(line, "warning", yellow);
  }
  return std::string(line);
}

}  // namespace

std::string counted(std::size_t count, std::string_view noun, std::string_view plural) {
  std::string text = std::to_string(count) + ' ';
  if (count == 1) return text.append(noun);
  return plural.empty() ? text.append(noun) + 's' : text.append(plural);
}

std::string painted_problems(std::string_view text, Colour colour) {
  if (colour == Colour::off) return std::string(text);
  std::string output;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    output += paint(text.substr(start, end - start)) + '\n';
    start = end + 1;
  }
  return output;
}

std::string problems_text(const policy::Diagnostics& diagnostics, Colour colour) {
  if (diagnostics.all().empty()) return {};
  std::string output = painted_problems(diagnostics.to_text(), colour);
  const std::size_t errors = diagnostics.count(policy::Level::error);
  const std::size_t warnings = diagnostics.count(policy::Level::warning);
  if (errors > 0) output += counted(errors, "error");
  if (errors > 0 && warnings > 0) output += ", ";
  if (warnings > 0) output += counted(warnings, "warning");
  return output + '\n';
}

void print_problems(const policy::Diagnostics& diagnostics, std::FILE* stream, Colour colour) {
  const std::string text = problems_text(diagnostics, colour);
  std::fwrite(text.data(), 1, text.size(), stream);
}

}  // namespace sealock::proxy
