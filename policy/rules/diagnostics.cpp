#include "policy/rules/diagnostics.hpp"

#include "policy/rules/characters.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

namespace sealock::policy {
namespace {

// A line of a file as it is shown, one cell a character, so that the caret stands below the right
// one.
struct ShownLine {
  std::string text;
  std::size_t caret = 0;  // cells before the caret
  std::size_t width = 1;  // cells to underline
};

constexpr std::size_t most_kept = 1'000;
constexpr std::size_t longest_line_shown = 140;
constexpr std::size_t context_before_caret = 60;

// One character at the start of `text` as it may be shown; `taken` gets its length in bytes.
std::string_view shown_character(std::string_view text, std::size_t& taken) {
  static constexpr std::string_view replacement = "\xEF\xBF\xBD";
  taken = sequence_length(text);
  if (taken == 0) {
    taken = 1;
    return replacement;
  }
  const std::string_view sequence = text.substr(0, taken);
  if (sequence == "\t") return " ";
  return hidden_kind(code_point(sequence)).empty() ? sequence : replacement;
}

std::string shown_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t taken = 0;
    out += shown_character(text, taken);
    text.remove_prefix(taken);
  }
  return out;
}

std::string_view line_of(std::string_view source, std::size_t line) {
  for (std::size_t i = 1; i < line; ++i) {
    const std::size_t end = source.find('\n');
    if (end == std::string_view::npos) return {};
    source.remove_prefix(end + 1);
  }
  std::string_view text = source.substr(0, source.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

ShownLine shown_line(std::string_view line, const Place& place) {
  const std::size_t start = place.column - 1;
  const std::size_t end = start + std::max<std::size_t>(place.length, 1);
  std::vector<std::string_view> cells;
  ShownLine shown;
  std::size_t underlined = 0;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t taken = 0;
    if (at < start)
      ++shown.caret;
    else if (at < end)
      ++underlined;
    cells.push_back(shown_character(line.substr(at), taken));
    at += taken;
  }
  shown.width = std::max<std::size_t>(underlined, 1);
  std::size_t from = 0;
  if (cells.size() > longest_line_shown && shown.caret > context_before_caret) {
    from = shown.caret - context_before_caret;
    shown.caret = context_before_caret + 3;
    shown.text = "...";
  }
  const std::size_t to = std::min(cells.size(), from + longest_line_shown);
  for (std::size_t i = from; i < to; ++i)
    shown.text += cells[i];
  if (to < cells.size()) shown.text += "...";
  shown.width = std::min(shown.width, longest_line_shown);
  return shown;
}

std::string_view name_of(Level level) {
  return level == Level::error ? "error" : "warning";
}

void write_place(const Place& place, std::string& out) {
  out += shown_text(place.file);
  if (place.line == 0) return;
  out += ":" + std::to_string(place.line);
  if (place.column != 0) out += ":" + std::to_string(place.column);
}

void write_hint(std::string_view hint, std::string& out) {
  std::string_view mark = "      = ";
  while (!hint.empty()) {
    const std::size_t end = hint.find('\n');
    out.append(mark).append(shown_text(hint.substr(0, end))) += '\n';
    mark = "        ";
    if (end == std::string_view::npos) break;
    hint.remove_prefix(end + 1);
  }
}

void write_source_line(std::string_view source, const Place& place, std::string& out) {
  const std::string_view line = line_of(source, place.line);
  if (line.empty() || place.column == 0) return;
  const ShownLine shown = shown_line(line, place);
  std::string number = std::to_string(place.line);
  if (number.size() < 5) number.insert(0, 5 - number.size(), ' ');
  out += number + " | " + shown.text + "\n";
  out += std::string(number.size(), ' ') + " | " + std::string(shown.caret, ' ') +
         std::string(shown.width, '^') + "\n";
}

std::vector<Diagnostic> sorted(std::vector<Diagnostic> all) {
  const auto key = [](const Diagnostic& d) {
    return std::tie(d.place.file, d.place.line, d.place.column, d.level, d.code, d.text);
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
  return all;
}

}  // namespace

void Diagnostics::add(Diagnostic diagnostic) {
  // An error that comes late is kept where there was none: a file with it must not pass.
  const bool passes = diagnostic.level == Level::error && !has_errors();
  if (all_.size() >= most_kept && !passes) return;
  if (std::find(all_.begin(), all_.end(), diagnostic) != all_.end()) return;
  all_.push_back(std::move(diagnostic));
}

void Diagnostics::error(std::string code, Place place, std::string text, std::string hint) {
  add(Diagnostic{Level::error, std::move(code), std::move(place), std::move(text),
                 std::move(hint)});
}

void Diagnostics::warning(std::string code, Place place, std::string text, std::string hint) {
  add(Diagnostic{Level::warning, std::move(code), std::move(place), std::move(text),
                 std::move(hint)});
}

bool Diagnostics::has_errors() const {
  return count(Level::error) != 0;
}

std::size_t Diagnostics::count(Level level) const {
  return static_cast<std::size_t>(std::count_if(
      all_.begin(), all_.end(), [&](const Diagnostic& d) { return d.level == level; }));
}

std::string Diagnostics::to_text() const {
  std::string out;
  for (const Diagnostic& diagnostic : sorted(all_)) {
    write_place(diagnostic.place, out);
    out.append(": ").append(name_of(diagnostic.level));
    out += "[" + diagnostic.code + "]: " + shown_text(diagnostic.text) + "\n";
    const auto source = sources_.find(diagnostic.place.file);
    if (source != sources_.end() && diagnostic.place.line != 0) {
      write_source_line(source->second, diagnostic.place, out);
    }
    write_hint(diagnostic.hint, out);
  }
  return out;
}

std::string Diagnostics::to_json() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Diagnostic& diagnostic : sorted(all_)) {
    nlohmann::ordered_json one = {{"file", diagnostic.place.file},
                                  {"line", diagnostic.place.line},
                                  {"column", diagnostic.place.column},
                                  {"length", diagnostic.place.length},
                                  {"level", name_of(diagnostic.level)},
                                  {"code", diagnostic.code},
                                  {"text", diagnostic.text}};
    if (!diagnostic.hint.empty()) one["hint"] = diagnostic.hint;
    list.push_back(std::move(one));
  }
  return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace sealock::policy
