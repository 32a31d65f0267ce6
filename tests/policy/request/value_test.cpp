#include "policy/request/value.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace sealock::policy {
namespace {

Value number(std::string_view digits) {
  return Value(Value::Number{std::string(digits)});
}

TEST_CASE("value: json is compact, keeps the order of keys and the digits of numbers") {
  Value value;
  value.set("b", number("18446744073709551615"));
  value.set("a", Value(Value::List{Value(), Value(true), Value(false), number("1.50e-7")}));
  value.set("", Value(Value::Object{}));
  value.set("l", Value(Value::List{}));
  CHECK(to_json(value) ==
        R"({"b":18446744073709551615,"a":[null,true,false,1.50e-7],"":{},"l":[]})");
}

TEST_CASE("value: only what must be escaped is escaped") {
  struct Row {
    std::string_view text, json;
  };
  using namespace std::string_view_literals;
  const Row rows[] = {
      {"", R"("")"},
      {"plain / <b> & 'x'", R"("plain / <b> & 'x'")"},
      {"\"\\", R"("\"\\")"},
      {"a\nb\rc\td\be\ff", R"("a\nb\rc\td\be\ff")"},
      {"\0x\x01y\x1f"sv, R"("\u0000x\u0001y\u001f")"},
      {"\x7f", "\"\x7f\""},
      {"\u2028\u2029\u00e9\U0001f512", "\"\u2028\u2029\u00e9\U0001f512\""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.json);
    CHECK(to_json(Value(row.text)) == row.json);
  }
}

TEST_CASE("value: write_json appends") {
  std::string out = "x";
  write_json(Value(std::int64_t{-5}), out);
  CHECK(out == "x-5");
}

TEST_CASE("value: members are found, set and replaced in place") {
  Value value;
  CHECK(value.find("a") == nullptr);
  value.set("a", Value(std::int64_t{1}));
  value.set("b", Value("t"));
  value.set("a", Value(true));
  CHECK(to_json(value) == R"({"a":true,"b":"t"})");
  CHECK(value.flag("a"));
  CHECK_FALSE(value.flag("b"));
  CHECK_FALSE(value.flag("c"));
  CHECK(value.text("b") == "t");
  CHECK(value.text("a").empty());
  value.set("o", Value(Value::Object{{"i", Value("deep")}}));
  REQUIRE(value.find({"o", "i"}) != nullptr);
  CHECK(*value.find({"o", "i"})->string() == "deep");
  CHECK(value.find({"o", "x", "i"}) == nullptr);
  CHECK(value.find({"b", "i"}) == nullptr);
}

TEST_CASE("value: integers are exact int64 digits and nothing else") {
  CHECK(number("9223372036854775807").integer() == INT64_MAX);
  CHECK(number("-9223372036854775808").integer() == INT64_MIN);
  CHECK(number("-0").integer() == 0);
  for (const auto* digits : {"9223372036854775808", "1.0", "1e3", "", "1x"}) {
    CAPTURE(digits);
    CHECK_FALSE(number(digits).integer().has_value());
  }
  CHECK_FALSE(Value("1").integer().has_value());
}

TEST_CASE("value: zero is what go cannot tell from absent") {
  for (const auto* digits : {"0", "-0", "0.0", "0e9", "-0.00E+17"})
    CHECK(number(digits).is_zero());
  for (const auto* digits : {"1", "-1", "0.01", "1e0", "10"})
    CHECK_FALSE(number(digits).is_zero());
  CHECK(Value().is_zero());
  CHECK(Value(false).is_zero());
  CHECK(Value("").is_zero());
  CHECK(Value(Value::List{}).is_zero());
  CHECK(Value(Value::Object{}).is_zero());
  CHECK_FALSE(Value(true).is_zero());
  CHECK_FALSE(Value("0").is_zero());
  CHECK_FALSE(Value(Value::List{Value()}).is_zero());
  CHECK_FALSE(Value(Value::Object{{"", Value()}}).is_zero());
}

}  // namespace
}  // namespace sealock::policy
