#include "policy/request/json_scalar.hpp"

#include "policy/request/base64.hpp"
#include "policy/request/printable.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

namespace sealock::policy {

namespace {

std::string_view description(SchemaKind kind) {
  switch (kind) {
  case SchemaKind::object:
  case SchemaKind::map:
    return "an object";
  case SchemaKind::list:
    return "a list";
  case SchemaKind::string:
    return "a string";
  case SchemaKind::integer:
    return "an integer";
  case SchemaKind::number:
    return "a number";
  case SchemaKind::boolean:
    return "true or false";
  case SchemaKind::base64:
    return "a string of base64";
  case SchemaKind::empty:
    return "{}";
  }
  return "something else";
}

template <typename Integer>
bool is_within(std::string_view digits, Integer minimum, Integer maximum) {
  Integer number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, ec] = std::from_chars(digits.data(), end, number);
  return ec == std::errc() && stop == end && number >= minimum && number <= maximum;
}

// Go takes neither 1.0 nor 1e3 for an integer; -0 it takes for some, and no client sends it.
std::string check_integer(std::string_view digits, const Schema& schema) {
  std::string range;
  bool fits = false;
  if (schema.maximum_unsigned != 0) {
    fits = is_within<std::uint64_t>(digits, 0, schema.maximum_unsigned);
    if (!fits) range = "0 to " + std::to_string(schema.maximum_unsigned);
  } else {
    fits = digits != "-0" && is_within<std::int64_t>(digits, schema.minimum, schema.maximum);
    if (!fits) range = std::to_string(schema.minimum) + " to " + std::to_string(schema.maximum);
  }
  if (fits) return {};
  return "must be an integer from " + range + " in plain digits, not " + printable(digits);
}

// A number above what a double holds would be infinite for one reader and an error for Go.
std::string check_finite(std::string_view digits) {
  double number = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (result.ec == std::errc() && std::isfinite(number)) return {};
  return "the number " + printable(digits) + " is out of range";
}

}  // namespace

std::string check_string(std::string_view text, const Schema* schema) {
  if (schema == nullptr) return {};
  // C code behind dockerd (system calls, libraries) would see the text up to the NUL only.
  if (text.find('\0') != std::string_view::npos) return "holds a NUL character";
  if (schema->kind == SchemaKind::string) return {};
  if (schema->kind != SchemaKind::base64) return wrong_type(*schema, "a string");
  if (is_base64(text)) return {};
  return "is no base64 (standard alphabet, padded, without line breaks)";
}

std::string check_number(std::string_view digits, const Schema* schema) {
  if (schema == nullptr || schema->kind == SchemaKind::number) return check_finite(digits);
  if (schema->kind == SchemaKind::integer) return check_integer(digits, *schema);
  return wrong_type(*schema, "a number");
}

std::string check_boolean(const Schema* schema) {
  if (schema == nullptr || schema->kind == SchemaKind::boolean) return {};
  return wrong_type(*schema, "a boolean");
}

std::string wrong_type(const Schema& schema, std::string_view found) {
  return "must be " + std::string(description(schema.kind)) + ", not " + std::string(found);
}

}  // namespace sealock::policy
