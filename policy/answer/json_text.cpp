#include "policy/answer/json_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::uint32_t replacement_character = 0xfffd;

std::uint32_t hex_value(std::string_view four) {
  std::uint32_t value = 0;
  for (const char c : four) {
    value <<= 4U;
    if (c >= '0' && c <= '9') {
      value |= static_cast<std::uint32_t>(c - '0');
    } else {
      value |= static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
    }
  }
  return value;
}

void append_utf8(std::uint32_t point, std::string& text) {
  const auto byte = [&text](std::uint32_t bits) { text.push_back(static_cast<char>(bits)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xc0U | (point >> 6U));
    byte(0x80U | (point & 0x3fU));
  } else if (point < 0x10000) {
    byte(0xe0U | (point >> 12U));
    byte(0x80U | ((point >> 6U) & 0x3fU));
    byte(0x80U | (point & 0x3fU));
  } else {
    byte(0xf0U | (point >> 18U));
    byte(0x80U | ((point >> 12U) & 0x3fU));
    byte(0x80U | ((point >> 6U) & 0x3fU));
    byte(0x80U | (point & 0x3fU));
  }
}

bool is_high(std::uint32_t unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}
bool is_low(std::uint32_t unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

// Reads \uXXXX at `at` (the backslash), and the second half of a pair where one follows.
std::size_t append_code_unit(std::string_view raw, std::size_t at, std::string& text) {
  const std::uint32_t unit = hex_value(raw.substr(at + 2, 4));
  at += 6;
  if (is_high(unit) && raw.size() >= at + 6 && raw[at] == '\\' && raw[at + 1] == 'u') {
    const std::uint32_t second = hex_value(raw.substr(at + 2, 4));
    if (is_low(second)) {
      append_utf8(0x10000 + ((unit - 0xd800) << 10U) + (second - 0xdc00), text);
      return at + 6;
    }
  }
  append_utf8(is_high(unit) || is_low(unit) ? replacement_character : unit, text);
  return at;
}

bool needs_escape(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

char simple_escape(char c) {
  switch (c) {
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  case 'n':
    return '\n';
  case 'r':
    return '\r';
  case 't':
    return '\t';
  default:
    return c;
  }
}

class Reader {
public:
  explicit Reader(std::string_view json) : json_(json) {}

  Value read() {
    skip_white();
    switch (json_[at_]) {
    case '{':
      return read_object();
    case '[':
      return read_list();
    case '"':
      return Value(read_string());
    case 't':
      at_ += 4;
      return Value(true);
    case 'f':
      at_ += 5;
      return Value(false);
    case 'n':
      at_ += 4;
      return Value();
    default:
      return read_number();
    }
  }

private:
  void skip_white() { at_ = json_.find_first_not_of(" \n\r\t", at_); }

  // Past the comma; false past the closing bracket.
  bool next(char closing) {
    skip_white();
    return json_[at_++] != closing;
  }

  Value read_object() {
    Value::Object members;
    ++at_;
    skip_white();
    if (json_[at_] == '}') {
      ++at_;
      return Value(std::move(members));
    }
    do {
      skip_white();
      std::string key = read_string();
      skip_white();
      ++at_;  // the colon
      members.emplace_back(std::move(key), read());
    } while (next('}'));
    return Value(std::move(members));
  }

  Value read_list() {
    Value::List elements;
    ++at_;
    skip_white();
    if (json_[at_] == ']') {
      ++at_;
      return Value(std::move(elements));
    }
    do {
      elements.push_back(read());
    } while (next(']'));
    return Value(std::move(elements));
  }

  std::string read_string() {
    const std::size_t first = ++at_;
    while (json_[at_] != '"')
      at_ += json_[at_] == '\\' ? 2 : 1;
    std::string text;
    unescape_json(json_.substr(first, at_ - first), text);
    ++at_;
    return text;
  }

  Value read_number() {
    const std::size_t first = at_;
    at_ = json_.find_first_of(" \n\r\t,]}", at_);
    if (at_ == std::string_view::npos) at_ = json_.size();
    return Value(Value::Number{std::string(json_.substr(first, at_ - first))});
  }

  std::string_view json_;
  std::size_t at_ = 0;
};

}  // namespace

void unescape_json(std::string_view raw, std::string& text) {
  std::size_t at = 0;
  while (at < raw.size()) {
    const std::size_t backslash = raw.find('\\', at);
    text.append(raw.substr(at, backslash - at));
    if (backslash == std::string_view::npos) return;
    if (raw[backslash + 1] == 'u') {
      at = append_code_unit(raw, backslash, text);
    } else {
      text.push_back(simple_escape(raw[backslash + 1]));
      at = backslash + 2;
    }
  }
}

void append_json_string(std::string_view text, std::string& json) {
  constexpr std::string_view digits = "0123456789abcdef";
  json.push_back('"');
  while (!text.empty()) {
    const auto escaped = std::find_if(text.begin(), text.end(), needs_escape);
    const auto plain = static_cast<std::size_t>(escaped - text.begin());
    json.append(text.substr(0, plain));
    if (plain == text.size()) break;
    const auto byte = static_cast<unsigned char>(text[plain]);
    if (byte < 0x20) {
      json.append("\\u00");
      json.push_back(digits[byte >> 4U]);
      json.push_back(digits[byte & 0x0fU]);
    } else {
      json.push_back('\\');
      json.push_back(text[plain]);
    }
    text.remove_prefix(plain + 1);
  }
  json.push_back('"');
}

Value read_checked_json(std::string_view json) {
  return Reader(json).read();
}

}  // namespace sealock::policy
