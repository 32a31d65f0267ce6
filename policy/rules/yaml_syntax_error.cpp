#include "policy/rules/yaml_syntax_error.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sealock::policy {
namespace {

struct ParserMessage {
  std::string_view theirs;
  std::string_view text;
  std::string_view hint;
};

constexpr std::array parser_messages{
    ParserMessage{"illegal map value", "a ': ' is not possible here",
                  "check the indentation, or quote text that holds ': '"},
    ParserMessage{"end of map not found", "this does not belong to the map before it",
                  "check the indentation and the quotes"},
    ParserMessage{"end of sequence not found", "this does not belong to the list before it",
                  "check the indentation: each element begins with '- '"},
    ParserMessage{"end of map flow not found", "a '}' or ',' is missing",
                  "in braces, text that holds [ ] { } or a comma must be quoted"},
    ParserMessage{"end of sequence flow not found", "a ']' or ',' is missing",
                  "in brackets, text that holds [ ] { } or a comma must be quoted"},
    ParserMessage{"illegal block entry", "a '- ' is not possible here", "check the indentation"},
    ParserMessage{"illegal map key", "a key is not possible here", "check the indentation"},
    ParserMessage{"illegal flow end", "a bracket closes what was not open", ""},
    ParserMessage{"cannot assign multiple anchors to the same node", "a second anchor of one value",
                  "an alias cannot be anchored again; write one '&name'"},
    ParserMessage{"unknown token", "a value cannot begin with this character", "quote it"},
    ParserMessage{"bad file", "more than 12 levels of maps and lists", ""},
};

}  // namespace

void report_syntax_error(const std::string& message,
                         std::size_t offset,
                         std::string_view text,
                         const TextPlaces& places,
                         YamlProfile profile,
                         Diagnostics& diagnostics) {
  const std::size_t last = text.find_last_not_of(" \r\n");
  const std::size_t at = last == std::string_view::npos ? 0 : std::min(offset, last);
  // An open quote swallows what follows; the parser gives up somewhere behind it.
  const std::optional<std::size_t> quote = find_open_quote(text);
  if (quote && *quote <= at) {
    diagnostics.error("Y09", places.at(*quote), "this quote is not closed on its line",
                      "close it, or write | and a block");
    return;
  }
  if (text.substr(at).starts_with('*') && profile == YamlProfile::compose) {
    const std::string_view rest = text.substr(at);
    const std::string alias(rest.substr(0, rest.find_first_of(" \r\n,[]{}")));
    diagnostics.error("Y04", places.at(at, alias.size()), "'" + alias + "' is no alias of anything",
                      "write '&" + alias.substr(1) +
                          "' before the value that it stands for, further up; quote a text that "
                          "begins with '*'");
    return;
  }
  if (text.substr(at).starts_with('*')) {
    diagnostics.error("Y04", places.at(at), "aliases are not allowed",
                      "write the value again, or use a list; quote a text that begins with '*'");
    return;
  }
  const auto known =
      std::find_if(parser_messages.begin(), parser_messages.end(),
                   [&](const ParserMessage& candidate) { return candidate.theirs == message; });
  if (known == parser_messages.end()) {
    diagnostics.error("Y01", places.at(at), "no YAML: " + message);
    return;
  }
  const std::string_view code = known->theirs == "bad file" ? "Y08" : "Y01";
  diagnostics.error(std::string(code), places.at(at), std::string(known->text),
                    std::string(known->hint));
}

}  // namespace sealock::policy
