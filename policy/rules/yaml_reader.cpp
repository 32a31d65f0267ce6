#include "policy/rules/yaml_reader.hpp"

#include "policy/rules/yaml_syntax_error.hpp"
#include "policy/rules/yaml_text.hpp"
#include "policy/rules/yaml_tree.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::size_t most_bytes = 256 * 1024;

constexpr std::array codes{
    CodeMeaning{"Y01", "the file cannot be read, or is no YAML"},
    CodeMeaning{"Y02", "the file holds more than one document"},
    CodeMeaning{"Y03", "a key stands twice in one map"},
    CodeMeaning{"Y04", "anchors, aliases and merge keys are not allowed"},
    CodeMeaning{"Y05", "tags and directives are not allowed"},
    CodeMeaning{"Y06", "a plain word that two readers read differently"},
    CodeMeaning{"Y07", "a character that is not allowed, or cannot be seen"},
    CodeMeaning{"Y08", "the file is too large or too deep"},
    CodeMeaning{"Y09", "text that does not end on its line"},
};

// %YAML and %TAG: the parser swallows them.
void refuse_directive(std::string_view text, const TextPlaces& places, Diagnostics& diagnostics) {
  std::size_t line = 0;
  while (line < text.size()) {
    if (text[line] == '%') {
      diagnostics.error("Y05", places.at(line), "directives are not allowed", "remove the line");
      return;
    }
    const bool blank_or_comment = text[line] == '#' || text[line] == '\n' || text[line] == '\r';
    if (!blank_or_comment) return;
    const std::size_t end = text.find('\n', line);
    if (end == std::string_view::npos) return;
    line = end + 1;
  }
}

}  // namespace

std::span<const CodeMeaning> yaml_codes() {
  return codes;
}

const YamlEntry* YamlNode::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::string_view YamlNode::kind_name() const {
  switch (kind) {
  case Kind::broken:
    return "an error";
  case Kind::null:
    return "null";
  case Kind::scalar:
    return "text";
  case Kind::list:
    return "a list";
  case Kind::map:
    return "a map";
  }
  return "";
}

std::optional<YamlNode> read_yaml(const std::string& file,
                                  std::string text,
                                  Diagnostics& diagnostics,
                                  YamlProfile profile) {
  diagnostics.add_source(file, text.size() <= most_bytes ? text : std::string());
  const TextPlaces places(file, text);
  if (text.size() > most_bytes) {
    diagnostics.error("Y08", Place{file, 1, 1, 1}, "the file is larger than 256 KiB");
    return std::nullopt;
  }
  if (!check_characters(text, places, diagnostics)) return std::nullopt;
  refuse_directive(text, places, diagnostics);

  std::istringstream stream(text);
  TreeBuilder builder(text, places, diagnostics, profile);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const StopParsing&) {
    return std::nullopt;
  } catch (const YAML::Exception& exception) {
    const std::size_t at =
        exception.mark.pos < 0 ? 0 : static_cast<std::size_t>(exception.mark.pos);
    report_syntax_error(exception.msg, at, text, places, profile, diagnostics);
    return std::nullopt;
  }
  std::optional<YamlNode> root = builder.take_root();
  if (!root) diagnostics.error("Y01", Place{file, 1, 1, 1}, "the file is empty");
  return root;
}

std::optional<std::string> read_text_file(const std::filesystem::path& path,
                                          Diagnostics& diagnostics) {
  std::error_code ignored;
  std::ifstream stream(path, std::ios::binary);
  std::string text(most_bytes + 1, '\0');
  const bool readable = stream && !std::filesystem::is_directory(path, ignored);
  if (readable) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!readable || stream.bad()) {
    diagnostics.error("Y01", Place{path.string(), 0, 0, 1}, "the file cannot be read");
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

std::optional<YamlNode> read_yaml_file(const std::filesystem::path& path,
                                       Diagnostics& diagnostics) {
  std::optional<std::string> text = read_text_file(path, diagnostics);
  if (!text) return std::nullopt;
  return read_yaml(path.string(), std::move(*text), diagnostics);
}

}  // namespace sealock::policy
