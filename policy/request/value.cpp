#include "policy/request/value.hpp"

#include <charconv>

namespace sealock::policy {

std::optional<std::int64_t> Value::integer() const {
  const auto* digits = number();
  if (digits == nullptr) return std::nullopt;
  const char* end = digits->text.data() + digits->text.size();
  std::int64_t result = 0;
  const auto [stop, ec] = std::from_chars(digits->text.data(), end, result);
  if (ec != std::errc() || stop != end) return std::nullopt;
  return result;
}

const Value* Value::find_member(std::string_view key) const {
  const auto* members = object();
  if (members == nullptr) return nullptr;
  for (const auto& [name, value] : *members) {
    if (name == key) return &value;
  }
  return nullptr;
}

const Value* Value::find(std::initializer_list<std::string_view> keys) const {
  const Value* value = this;
  for (const auto key : keys) {
    value = value->find_member(key);
    if (value == nullptr) return nullptr;
  }
  return value;
}

std::string_view Value::text(std::string_view key) const {
  const Value* member = find(key);
  const std::string* text = member == nullptr ? nullptr : member->string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

bool Value::flag(std::string_view key) const {
  const Value* member = find(key);
  const bool* flag = member == nullptr ? nullptr : member->boolean();
  return flag != nullptr && *flag;
}

void Value::set(std::string_view key, Value value) {
  if (Value* member = find(key)) {
    *member = std::move(value);
    return;
  }
  if (!is_object()) data_ = Object();
  object()->emplace_back(std::string(key), std::move(value));
}

bool Value::is_zero() const {
  if (is_null()) return true;
  if (const bool* flag = boolean()) return !*flag;
  if (const auto* digits = number()) {
    // -0, 0.0 and 0e5 too; the digits of the exponent do not count.
    const auto mantissa = digits->text.substr(0, digits->text.find_first_of("eE"));
    return mantissa.find_first_of("123456789") == std::string::npos;
  }
  if (const std::string* text = string()) return text->empty();
  if (const List* elements = list()) return elements->empty();
  return object()->empty();
}

namespace {

void write_string(std::string_view text, std::string& out) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, written, i - written);
    written = i + 1;
    out += '\\';
    switch (byte) {
    case '"':
      out += '"';
      break;
    case '\\':
      out += '\\';
      break;
    case '\b':
      out += 'b';
      break;
    case '\f':
      out += 'f';
      break;
    case '\n':
      out += 'n';
      break;
    case '\r':
      out += 'r';
      break;
    case '\t':
      out += 't';
      break;
    default:
      out += "u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  out.append(text, written, text.size() - written);
  out += '"';
}

}  // namespace

// Recursion is bounded: every reader that makes a Value has a depth limit of 32.
void write_json(const Value& value, std::string& out) {
  if (const std::string* text = value.string()) {
    write_string(*text, out);
  } else if (const bool* flag = value.boolean()) {
    out += *flag ? "true" : "false";
  } else if (const auto* digits = value.number()) {
    out += digits->text;
  } else if (const auto* elements = value.list()) {
    out += '[';
    for (const auto& element : *elements) {
      if (&element != &elements->front()) out += ',';
      write_json(element, out);
    }
    out += ']';
  } else if (const auto* members = value.object()) {
    out += '{';
    for (const auto& member : *members) {
      if (&member != &members->front()) out += ',';
      write_string(member.first, out);
      out += ':';
      write_json(member.second, out);
    }
    out += '}';
  } else {
    out += "null";
  }
}

std::string to_json(const Value& value) {
  std::string out;
  write_json(value, out);
  return out;
}

}  // namespace sealock::policy
