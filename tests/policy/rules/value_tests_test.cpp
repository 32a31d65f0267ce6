#include "policy/rules/value_tests.hpp"

#include <doctest/doctest.h>

#include <re2/re2.h>

namespace sealock::policy {
namespace {

using List = Value::List;

Value number(std::string digits) {
  return Value(Value::Number{std::move(digits)});
}
Value word(std::string_view text) {
  return Value(text);
}

FieldValue scalar(const Value& value, const Neutral* neutral = nullptr) {
  FieldValue field;
  field.neutral = neutral;
  field.set = !is_unset(value, nullptr, neutral);
  if (!value.is_null()) field.scalar = &value;
  return field;
}

FieldValue list(const List& values) {
  FieldValue field;
  field.shape = FieldValue::Shape::list;
  field.set = !values.empty();
  for (const Value& value : values)
    field.elements.push_back(&value);
  return field;
}

ValueTest test(TestKind kind, List operands = {}) {
  ValueTest made;
  made.kind = kind;
  made.operands = std::move(operands);
  return made;
}

ValueTest pattern(std::string_view text) {
  ValueTest made;
  made.kind = TestKind::matches;
  made.pattern =
      std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), re2::RE2::Quiet);
  return made;
}

ValueTest quantified(TestKind kind, std::vector<ValueTest> inner) {
  ValueTest made;
  made.kind = kind;
  made.inner = std::move(inner);
  return made;
}

Truth on(const ValueTest& made, const FieldValue& value) {
  return passes({made}, value);
}

TEST_CASE("tests: what is unset equals every neutral word") {
  constexpr std::string_view neutral_words[] = {"default"};
  const Neutral neutral{.strings = neutral_words};
  const Value null;
  const Value zero = number("0");
  const Value none = Value(false);
  const Value empty = word("");
  const Value standard = word("default");
  const Value host = word("host");
  for (const Value* value : {&null, &zero, &none, &empty, &standard}) {
    const FieldValue field = scalar(*value, &neutral);
    CHECK(on(test(TestKind::is_unset), field) == Truth::yes);
    CHECK(on(test(TestKind::equals, {Value(false)}), field) == Truth::yes);
    CHECK(on(test(TestKind::equals, {number("0")}), field) == Truth::yes);
    CHECK(on(test(TestKind::equals, {word("")}), field) == Truth::yes);
    CHECK(on(test(TestKind::one_of, {word("bridge"), word("default")}), field) == Truth::yes);
    CHECK(on(test(TestKind::not_one_of, {word("default")}), field) == Truth::no);
    CHECK(on(test(TestKind::not_one_of, {word("host")}), field) == Truth::yes);
    CHECK(on(test(TestKind::equals, {word("host")}), field) == Truth::no);
  }
  CHECK(on(test(TestKind::is_set), scalar(host, &neutral)) == Truth::yes);
  CHECK(on(test(TestKind::equals, {word("default")}), scalar(host, &neutral)) == Truth::no);
  CHECK(on(test(TestKind::equals, {word("host")}), scalar(host, &neutral)) == Truth::yes);
}

TEST_CASE("tests: where Go has a pointer, zero says something") {
  const Neutral neutral{.zero_is_set = true};
  const Value zero = number("0");
  const Value null;
  CHECK(on(test(TestKind::is_set), scalar(zero, &neutral)) == Truth::yes);
  CHECK(on(test(TestKind::is_set), scalar(null, &neutral)) == Truth::no);
  CHECK(on(test(TestKind::equals, {number("0")}), scalar(zero, &neutral)) == Truth::yes);
  CHECK(on(test(TestKind::equals, {number("0")}), scalar(null, &neutral)) == Truth::no);
}

TEST_CASE("tests: equality of words, numbers and truth values") {
  const struct {
    Value value;
    Value operand;
    Truth expected;
  } rows[] = {
      {word("a"), word("a"), Truth::yes},
      {word("a"), word("A"), Truth::no},
      {number("1"), number("1.0"), Truth::yes},
      {number("9223372036854775807"), number("9223372036854775806"), Truth::no},
      {number("18446744073709551615"), number("18446744073709551615"), Truth::yes},
      {number("99999999999999999999"), number("1"), Truth::unknown},
      {word("10"), number("10"), Truth::yes},  // a query parameter that the catalogue types as text
      {Value(true), Value(true), Truth::yes},
      {Value(true), word("true"), Truth::unknown},
      {Value(true), Value(false), Truth::no},
      {Value(List{word("a")}), word("a"), Truth::unknown},
      {Value(Value::Object{{"a", word("b")}}), word("b"), Truth::unknown},
  };
  for (const auto& row : rows) {
    CAPTURE(to_json(row.value));
    CAPTURE(to_json(row.operand));
    CHECK(on(test(TestKind::equals, {row.operand}), scalar(row.value)) == row.expected);
    CHECK(on(test(TestKind::not_one_of, {row.operand}), scalar(row.value)) ==
          opposite(row.expected));
  }
}

TEST_CASE("tests: bounds") {
  const struct {
    Value value;
    std::string bound;
    Truth at_least;
    Truth at_most;
  } rows[] = {
      {number("5"), "5", Truth::yes, Truth::yes},
      {number("4"), "5", Truth::no, Truth::yes},
      {number("6"), "5", Truth::yes, Truth::no},
      {number("-1"), "0", Truth::no, Truth::yes},
      {number("0.5"), "1", Truth::no, Truth::yes},
      {number("1e3"), "999", Truth::yes, Truth::no},
      {Value(), "1", Truth::no, Truth::yes},  // unset is 0 for dockerd
      {number("18446744073709551615"), "5", Truth::yes, Truth::no},
      {number("18446744073709551615"), "-5", Truth::yes, Truth::no},
      {number("99999999999999999999"), "5", Truth::unknown, Truth::unknown},
      {word("all"), "5", Truth::unknown, Truth::unknown},
      {word("7"), "5", Truth::yes, Truth::no},
      {Value(List{}), "5", Truth::unknown, Truth::unknown},
  };
  for (const auto& row : rows) {
    CAPTURE(to_json(row.value));
    CAPTURE(row.bound);
    CHECK(on(test(TestKind::at_least, {number(row.bound)}), scalar(row.value)) == row.at_least);
    CHECK(on(test(TestKind::at_most, {number(row.bound)}), scalar(row.value)) == row.at_most);
  }
  const Value null;
  FieldValue absent = scalar(null);
  absent.unset_number = UnsetNumber::unknown;
  CHECK(on(test(TestKind::at_most, {number("5")}), absent) == Truth::unknown);
}

TEST_CASE("tests: starts, paths and patterns") {
  const Value image = word("registry.example.com/shop");
  CHECK(on(test(TestKind::starts_with, {word("x"), word("registry.")}), scalar(image)) ==
        Truth::yes);
  CHECK(on(test(TestKind::starts_with, {word("Registry.")}), scalar(image)) == Truth::no);
  CHECK(on(pattern("registry\\.example\\.com"), scalar(image)) == Truth::no);  // the whole value
  CHECK(on(pattern("registry\\.example\\.com/.*"), scalar(image)) == Truth::yes);
  const Value null;
  CHECK(on(pattern("a*"), scalar(null)) == Truth::yes);
  CHECK(on(pattern("a+"), scalar(null)) == Truth::no);
  CHECK(on(pattern("a("), scalar(image)) == Truth::unknown);  // never loads; never decides

  const Value path = word("/srv/apps/../secrets");
  CHECK(on(test(TestKind::under, {word("/srv/apps")}), scalar(path)) == Truth::no);
  CHECK(on(test(TestKind::under, {word("/srv")}), scalar(path)) == Truth::yes);
  CHECK(on(test(TestKind::overlaps, {word("/srv/secrets/x")}), scalar(path)) == Truth::yes);
  const Value relative = word("etc");
  CHECK(on(test(TestKind::under, {word("/etc")}), scalar(relative)) == Truth::unknown);
  CHECK(on(test(TestKind::overlaps, {word("/etc")}), scalar(relative)) == Truth::unknown);
}

TEST_CASE("tests: an empty list passes every and fails some, includes and only") {
  const FieldValue empty = list({});
  const auto is_a = std::vector{test(TestKind::equals, {word("a")})};
  CHECK(on(quantified(TestKind::every, is_a), empty) == Truth::yes);
  CHECK(on(quantified(TestKind::some, is_a), empty) == Truth::no);
  CHECK(on(test(TestKind::includes, {word("a")}), empty) == Truth::no);
  CHECK(on(test(TestKind::only, {word("a")}), empty) == Truth::no);
  CHECK(on(test(TestKind::is_unset), empty) == Truth::yes);
}

TEST_CASE("tests: quantifiers") {
  const List both_words{word("a"), word("b")};
  const FieldValue field = list(both_words);
  const auto one_of = [](List operands) {
    return std::vector{test(TestKind::one_of, std::move(operands))};
  };
  CHECK(on(quantified(TestKind::every, one_of({word("a"), word("b")})), field) == Truth::yes);
  CHECK(on(quantified(TestKind::every, one_of({word("a")})), field) == Truth::no);
  CHECK(on(quantified(TestKind::some, one_of({word("b")})), field) == Truth::yes);
  CHECK(on(quantified(TestKind::some, one_of({word("c")})), field) == Truth::no);
  CHECK(on(test(TestKind::includes, {word("a"), word("b")}), field) == Truth::yes);
  CHECK(on(test(TestKind::includes, {word("a"), word("c")}), field) == Truth::no);
  CHECK(on(test(TestKind::only, {word("a"), word("b"), word("c")}), field) == Truth::yes);
  CHECK(on(test(TestKind::only, {word("a")}), field) == Truth::no);
  // Every inner test must hold on one and the same element.
  const std::vector inner{test(TestKind::starts_with, {word("a")}),
                          test(TestKind::not_one_of, {word("a")})};
  CHECK(on(quantified(TestKind::some, inner), field) == Truth::no);
}

TEST_CASE("tests: an element with attributes is compared by its name") {
  const List elements{Value(Value::Object{{"name", word("cache")}, {"owned", Value(true)}})};
  const FieldValue field = list(elements);
  CHECK(on(test(TestKind::only, {word("cache")}), field) == Truth::yes);
  CHECK(on(quantified(TestKind::some, {test(TestKind::equals, {word("vault")})}), field) ==
        Truth::no);
  const List nameless{Value(Value::Object{{"owned", Value(true)}})};
  CHECK(on(test(TestKind::only, {word("cache")}), list(nameless)) == Truth::unknown);
}

TEST_CASE("tests: what cannot be computed passes nothing and fails nothing") {
  const FieldValue unknown = FieldValue::unknown("the engine did not answer");
  for (const TestKind kind : {TestKind::equals, TestKind::one_of, TestKind::not_one_of,
                              TestKind::is_set, TestKind::is_unset, TestKind::only}) {
    CHECK(on(test(kind, {word("a")}), unknown) == Truth::unknown);
  }
  // A bare test on a list says nothing about which elements are meant.
  const List words{word("a")};
  CHECK(on(test(TestKind::equals, {word("a")}), list(words)) == Truth::unknown);
  // Unknown elements: a certain one decides, else nothing does.
  const List mixed{word("a"), Value(List{})};
  const auto is_a = std::vector{test(TestKind::equals, {word("a")})};
  CHECK(on(quantified(TestKind::some, is_a), list(mixed)) == Truth::yes);
  CHECK(on(quantified(TestKind::every, is_a), list(mixed)) == Truth::unknown);
}

TEST_CASE("tests: the words of explain") {
  CHECK(describe({test(TestKind::one_of, {word("a"), number("2")})}) == "one of [a, 2]");
  CHECK(describe({quantified(TestKind::every, {test(TestKind::under, {word("/srv")})})}) ==
        "every element under /srv");
  CHECK(describe({test(TestKind::at_least, {number("1")}),
                  test(TestKind::at_most, {number("9")})}) == "at least 1 and at most 9");
  const Value null;
  CHECK(describe(scalar(null)) == "unset");
  CHECK(describe(list({})) == "[]");
  CHECK(describe(FieldValue::unknown("gone")) == "not computable (gone)");
  const Value longer = word(std::string(79, 'x') + "\xc3\xa9" + std::string(50, 'x'));
  CHECK(describe(scalar(longer)) == std::string(79, 'x') + "...");
}

}  // namespace
}  // namespace sealock::policy
