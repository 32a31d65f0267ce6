#include "policy/request/json_tokenizer.hpp"

#include "policy/request/utf8.hpp"

#include <array>

namespace sealock::policy {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Bytes that a string may hold as they are: printable ASCII but quote and backslash, and DEL.
constexpr std::array<bool, 256> plain_bytes = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte)
    plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();

bool is_plain(char c) {
  return plain_bytes[static_cast<unsigned char>(c)];
}

}  // namespace

JsonTokenizer::Token JsonTokenizer::fail(std::size_t position, std::string_view error) {
  start_ = position;
  position_ = position;
  error_ = error;
  return Token::error;
}

JsonTokenizer::Token JsonTokenizer::next() {
  if (!error_.empty()) return Token::error;
  while (position_ < text_.size() && is_space(text_[position_]))
    ++position_;
  start_ = position_;
  if (position_ == text_.size()) return Token::end;
  switch (text_[position_++]) {
  case '{':
    return Token::begin_object;
  case '}':
    return Token::end_object;
  case '[':
    return Token::begin_list;
  case ']':
    return Token::end_list;
  case ':':
    return Token::colon;
  case ',':
    return Token::comma;
  case '"':
    return read_string();
  case 't':
    return read_word("true", Token::true_word);
  case 'f':
    return read_word("false", Token::false_word);
  case 'n':
    return read_word("null", Token::null_word);
  default:
    --position_;
    return read_number();
  }
}

JsonTokenizer::Token JsonTokenizer::read_word(std::string_view word, Token token) {
  if (text_.substr(start_, word.size()) != word) return fail(start_, "this is no JSON value");
  position_ = start_ + word.size();
  return token;
}

bool JsonTokenizer::skip_digits() {
  const std::size_t first = position_;
  while (is_digit(peek()))
    ++position_;
  return position_ != first;
}

JsonTokenizer::Token JsonTokenizer::read_number() {
  if (peek() == '-') ++position_;
  if (!is_digit(peek())) return fail(start_, "this is no JSON value");
  if (peek() == '0') {
    ++position_;
    if (is_digit(peek())) return fail(start_, "a number must not start with 0");
  } else {
    skip_digits();
  }
  if (peek() == '.') {
    ++position_;
    if (!skip_digits()) return fail(start_, "a number must not end in a point");
  }
  if (peek() == 'e' || peek() == 'E') {
    ++position_;
    if (peek() == '+' || peek() == '-') ++position_;
    if (!skip_digits()) return fail(start_, "a number must not end in its exponent's sign");
  }
  number_ = text_.substr(start_, position_ - start_);
  return Token::number;
}

JsonTokenizer::Token JsonTokenizer::read_string() {
  string_.clear();
  for (;;) {
    const std::size_t first = position_;
    while (position_ < text_.size() && is_plain(text_[position_]))
      ++position_;
    string_.append(text_, first, position_ - first);
    if (position_ == text_.size()) return fail(start_, "a string without its closing quote");
    const char c = text_[position_];
    if (c == '"') {
      ++position_;
      return Token::string;
    }
    if (c == '\\') {
      ++position_;
      if (!read_escape()) return Token::error;
      continue;
    }
    const std::size_t size = utf8_character_size(text_.substr(position_));
    if (size == 0) return fail(position_, "invalid UTF-8");
    if (size == 1) return fail(position_, "a control character in a string must be escaped");
    string_.append(text_, position_, size);
    position_ += size;
  }
}

// The character after a backslash; false after fail().
bool JsonTokenizer::read_escape() {
  const std::size_t backslash = position_ - 1;
  const char c = peek();
  ++position_;
  switch (c) {
  case '"':
  case '\\':
  case '/':
    string_ += c;
    return true;
  case 'b':
    string_ += '\b';
    return true;
  case 'f':
    string_ += '\f';
    return true;
  case 'n':
    string_ += '\n';
    return true;
  case 'r':
    string_ += '\r';
    return true;
  case 't':
    string_ += '\t';
    return true;
  case 'u':
    break;
  default:
    fail(backslash, "an unknown escape in a string");
    return false;
  }
  char32_t unit = 0;
  if (!read_hex4(unit)) {
    fail(backslash, "\\u needs four hexadecimal digits");
    return false;
  }
  if (unit >= 0xd800 && unit < 0xdc00 && text_.substr(position_, 2) == "\\u") {
    position_ += 2;
    char32_t low = 0;
    if (read_hex4(low) && low >= 0xdc00 && low < 0xe000) {
      append_utf8(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), string_);
      return true;
    }
  }
  // A high surrogate that found its low one has returned.
  if (unit >= 0xd800 && unit < 0xe000) {
    fail(backslash, "a surrogate (\\ud800 to \\udfff) without its other half");
    return false;
  }
  append_utf8(unit, string_);
  return true;
}

bool JsonTokenizer::read_hex4(char32_t& unit) {
  unit = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = peek();
    ++position_;
    char32_t digit = 0;
    if (is_digit(c)) {
      digit = static_cast<char32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<char32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<char32_t>(c - 'A' + 10);
    } else {
      return false;
    }
    unit = unit * 16 + digit;
  }
  return true;
}

}  // namespace sealock::policy
