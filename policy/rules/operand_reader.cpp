#include "policy/rules/operand_reader.hpp"

#include <algorithm>
#include <string>

#include <re2/re2.h>

namespace sealock::policy {
namespace {

constexpr std::int64_t pattern_memory_bytes = 1 << 20;

bool is_decimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto digits = [](std::string_view part) {
    return !part.empty() &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return digits(text.substr(0, point)) && (point == text.size() || digits(text.substr(point + 1)));
}

std::optional<Value> typed_word(const Word& word, ValueType type) {
  const bool plain = !word.quoted;
  const bool truth = plain && (word.text == "true" || word.text == "false");
  switch (type) {
  case ValueType::text:
    if (truth) return std::nullopt;
    return Value(word.text);
  case ValueType::boolean:
    if (!truth) return std::nullopt;
    return Value(word.text == "true");
  case ValueType::integer: {
    const auto size = plain ? parse_size(word.text) : std::nullopt;
    if (!size) return std::nullopt;
    return Value(*size);
  }
  case ValueType::number:
    if (!plain || !is_decimal(word.text)) return std::nullopt;
    return Value(Value::Number{word.text});
  case ValueType::any:
    if (truth) return Value(word.text == "true");
    if (plain && is_decimal(word.text)) return Value(Value::Number{word.text});
    return Value(word.text);
  }
  return std::nullopt;
}

std::string as_written(const Word& word) {
  const std::string text = word.quoted ? "\"" + word.text + "\"" : "'" + word.text + "'";
  return word.list.empty() ? text : text + " (of $" + word.list + ")";
}

}  // namespace

std::optional<Value> typed_value(const Word& word, ValueType type, Diagnostics& diagnostics) {
  std::optional<Value> value = typed_word(word, type);
  if (value) return value;
  std::string hint;
  if (type == ValueType::text) hint = "quote it: \"" + word.text + "\"";
  if (type == ValueType::integer) hint = "a whole number, or a size such as 16MiB";
  if (type == ValueType::boolean && word.quoted) hint = "write it without quotes";
  diagnostics.error("R24", word.place, as_written(word) + " is not " + std::string(name_of(type)),
                    std::move(hint));
  return std::nullopt;
}

std::vector<Value> read_operands(const YamlNode& node,
                                 std::string_view test,
                                 ValueType type,
                                 const NameLists& lists,
                                 Diagnostics& diagnostics) {
  std::vector<Value> values;
  bool complete = true;
  for (const Word& word : lists.expand(node, test, diagnostics)) {
    std::optional<Value> value = typed_value(word, type, diagnostics);
    complete = complete && value.has_value();
    if (value) values.push_back(std::move(*value));
  }
  if (!complete) values.clear();
  return values;
}

std::vector<Value> read_path_operands(const YamlNode& node,
                                      std::string_view test,
                                      const NameLists& lists,
                                      Diagnostics& diagnostics) {
  std::vector<Value> values;
  bool complete = true;
  for (const Word& word : lists.expand(node, test, diagnostics)) {
    if (word.text.starts_with('/')) {
      values.emplace_back(word.text);
      continue;
    }
    complete = false;
    diagnostics.error("R25", word.place, as_written(word) + " is no absolute path",
                      "paths of the host begin with '/'");
  }
  if (!complete) values.clear();
  return values;
}

std::optional<Value> read_bound(const YamlNode& node,
                                std::string_view test,
                                ValueType type,
                                Diagnostics& diagnostics) {
  if (node.is_broken()) return std::nullopt;
  if (!node.is_scalar()) {
    diagnostics.error(
        "R24", node.place,
        "'" + std::string(test) + "' must be a number, not " + std::string(node.kind_name()));
    return std::nullopt;
  }
  const Word word{node.text, node.quoted, node.place, {}};
  const bool fraction = type == ValueType::number ||
                        (type == ValueType::any && node.text.find('.') != std::string::npos);
  return typed_value(word, fraction ? ValueType::number : ValueType::integer, diagnostics);
}

std::shared_ptr<const re2::RE2> read_pattern(const YamlNode& node, Diagnostics& diagnostics) {
  const auto text = read_text(node, "matches", "R24", diagnostics);
  if (!text) return nullptr;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  options.set_never_capture(true);
  options.set_max_mem(pattern_memory_bytes);
  auto pattern = std::make_shared<const re2::RE2>(*text, options);
  if (!pattern->ok()) {
    diagnostics.error(
        "R26", node.place, "RE2 cannot read this pattern: " + pattern->error(),
        "no look-around and no back references; the pattern must match the whole value");
    return nullptr;
  }
  if (re2::RE2::FullMatch("", *pattern) && re2::RE2::FullMatch("\n any text \x7F", *pattern)) {
    diagnostics.error("R25", node.place, "this pattern matches everything");
    return nullptr;
  }
  return pattern;
}

}  // namespace sealock::policy
