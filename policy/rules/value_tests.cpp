#include "policy/rules/value_tests.hpp"

#include "policy/rules/path_relation.hpp"

#include <charconv>
#include <compare>
#include <cstdint>

#include <re2/re2.h>

namespace sealock::policy {
namespace {

Truth truth(bool value) {
  return value ? Truth::yes : Truth::no;
}
Truth truth(std::optional<bool> value) {
  return value ? truth(*value) : Truth::unknown;
}

std::optional<std::uint64_t> to_unsigned(std::string_view digits) {
  std::uint64_t result = 0;
  const auto [stop, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
  if (ec != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return result;
}

std::optional<std::int64_t> to_signed(std::string_view digits) {
  std::int64_t result = 0;
  const auto [stop, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
  if (ec != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return result;
}

// Only numbers with a point or an exponent: an integer that does not fit 64 bits would be rounded.
std::optional<double> to_fraction(std::string_view digits) {
  if (digits.find_first_of(".eE") == std::string_view::npos) {
    const auto integer = to_signed(digits);
    if (!integer) return std::nullopt;
    return static_cast<double>(*integer);
  }
  double result = 0;
  const auto [stop, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
  if (ec != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return result;
}

std::optional<std::strong_ordering> compare_numbers(std::string_view a, std::string_view b) {
  if (const auto x = to_signed(a), y = to_signed(b); x && y) return *x <=> *y;
  if (const auto x = to_unsigned(a), y = to_unsigned(b); x && y) return *x <=> *y;
  // One is negative, the other between 2^63 and 2^64.
  if (to_signed(a) && to_unsigned(b)) return std::strong_ordering::less;
  if (to_unsigned(a) && to_signed(b)) return std::strong_ordering::greater;
  const auto x = to_fraction(a);
  const auto y = to_fraction(b);
  if (!x || !y) return std::nullopt;
  if (*x < *y) return std::strong_ordering::less;
  return *x > *y ? std::strong_ordering::greater : std::strong_ordering::equal;
}

// The characters of a string or number; nothing for anything else.
std::optional<std::string_view> text_of(const Value& value) {
  if (const std::string* text = value.string()) return *text;
  if (const auto* number = value.number()) return number->text;
  return std::nullopt;
}

// The value of a list element: objects with attributes are compared by their name.
const Value* compared_part(const Value* element) {
  if (element == nullptr || !element->is_object()) return element;
  const Value* name = element->find("name");
  return name == nullptr ? element : name;
}

Truth equal(const Value* value, const Value& operand, const Neutral* neutral) {
  if (value != nullptr && (value->is_object() || value->is_list())) return Truth::unknown;
  const bool value_says_nothing = value == nullptr || is_neutral_scalar(*value, neutral);
  const bool operand_says_nothing = is_neutral_scalar(operand, neutral);
  if (value_says_nothing || operand_says_nothing) {
    return truth(value_says_nothing && operand_says_nothing);
  }
  if (value->number() != nullptr && operand.number() != nullptr) {
    const auto order = compare_numbers(value->number()->text, operand.number()->text);
    return order ? truth(*order == std::strong_ordering::equal) : Truth::unknown;
  }
  const auto a = text_of(*value);
  const auto b = text_of(operand);
  if (a && b) return truth(*a == *b);
  if (value->boolean() != nullptr && operand.boolean() != nullptr) {
    return truth(*value->boolean() == *operand.boolean());
  }
  return Truth::unknown;  // a word where a truth value is meant, or the reverse
}

Truth equal_to_one(const Value* value, const std::vector<Value>& operands, const Neutral* neutral) {
  Truth result = Truth::no;
  for (const Value& operand : operands) {
    result = either(result, equal(value, operand, neutral));
    if (result == Truth::yes) break;
  }
  return result;
}

template <typename Relation>
Truth any_operand(const Value* value, const std::vector<Value>& operands, Relation relation) {
  if (value == nullptr) return Truth::no;
  const auto text = text_of(*value);
  if (!text) return value->is_null() ? Truth::no : Truth::unknown;
  if (text->empty()) return Truth::no;
  Truth result = Truth::no;
  for (const Value& operand : operands) {
    const auto wanted = text_of(operand);
    result = either(result, wanted ? truth(relation(*text, *wanted)) : Truth::unknown);
    if (result == Truth::yes) break;
  }
  return result;
}

Truth matches(const Value* value, const re2::RE2* pattern) {
  if (pattern == nullptr || !pattern->ok()) return Truth::unknown;
  if (value == nullptr || value->is_null()) return truth(re2::RE2::FullMatch("", *pattern));
  const auto text = text_of(*value);
  if (!text) return Truth::unknown;
  return truth(re2::RE2::FullMatch(re2::StringPiece(text->data(), text->size()), *pattern));
}

Truth within_bound(const ValueTest& test, const Value* value, UnsetNumber unset) {
  std::string_view digits = "0";
  if (value == nullptr || value->is_null() || (value->string() && value->string()->empty())) {
    if (unset == UnsetNumber::unknown) return Truth::unknown;
  } else {
    const auto text = text_of(*value);
    if (!text) return Truth::unknown;
    digits = *text;
  }
  Truth result = Truth::yes;
  for (const Value& operand : test.operands) {
    const auto bound = text_of(operand);
    const auto order = bound ? compare_numbers(digits, *bound) : std::nullopt;
    if (!order) return Truth::unknown;
    const bool inside = test.kind == TestKind::at_least ? *order != std::strong_ordering::less
                                                        : *order != std::strong_ordering::greater;
    result = both(result, truth(inside));
  }
  return result;
}

struct Scalar {
  const Value* value;
  const Neutral* neutral;
  UnsetNumber unset_number;
  bool set;
};

Truth passes_scalar(const ValueTest& test, const Scalar& scalar) {
  switch (test.kind) {
  case TestKind::equals:
  case TestKind::one_of:
    return equal_to_one(scalar.value, test.operands, scalar.neutral);
  case TestKind::not_one_of:
    return opposite(equal_to_one(scalar.value, test.operands, scalar.neutral));
  case TestKind::starts_with:
    return any_operand(scalar.value, test.operands, [](std::string_view a, std::string_view b) {
      return std::optional<bool>(a.starts_with(b));
    });
  case TestKind::under:
    return any_operand(scalar.value, test.operands, is_under);
  case TestKind::overlaps:
    return any_operand(scalar.value, test.operands, paths_overlap);
  case TestKind::matches:
    return matches(scalar.value, test.pattern.get());
  case TestKind::at_least:
  case TestKind::at_most:
    return within_bound(test, scalar.value, scalar.unset_number);
  case TestKind::is_set:
    return truth(scalar.set);
  case TestKind::is_unset:
    return truth(!scalar.set);
  case TestKind::owned:
  case TestKind::every:
  case TestKind::some:
  case TestKind::includes:
  case TestKind::only:
    break;
  }
  return Truth::unknown;
}

// Objects of effective.* say whose they are; anything else cannot be anybody's own.
Truth is_owned(const ValueTest& test, const Value* element) {
  const Value* said = element == nullptr ? nullptr : element->find("owned");
  if (said == nullptr || said->boolean() == nullptr) return Truth::unknown;
  return equal_to_one(said, test.operands, nullptr);
}

Truth passes_inner(const std::vector<ValueTest>& tests, const Value* element) {
  const Value* part = compared_part(element);
  const Scalar scalar{part, nullptr, UnsetNumber::zero, part != nullptr && !part->is_zero()};
  Truth result = Truth::yes;
  for (const ValueTest& test : tests) {
    result = both(result, test.kind == TestKind::owned ? is_owned(test, element)
                                                       : passes_scalar(test, scalar));
  }
  return result;
}

Truth includes_all(const ValueTest& test, const std::vector<const Value*>& elements) {
  Truth result = Truth::yes;
  for (const Value& operand : test.operands) {
    Truth found = Truth::no;
    for (const Value* element : elements) {
      found = either(found, equal(compared_part(element), operand, nullptr));
    }
    result = both(result, found);
  }
  return result;
}

Truth passes_list(const ValueTest& test, const std::vector<const Value*>& elements) {
  Truth result = Truth::yes;
  switch (test.kind) {
  case TestKind::every:
    for (const Value* element : elements)
      result = both(result, passes_inner(test.inner, element));
    return result;
  case TestKind::some:
    result = Truth::no;
    for (const Value* element : elements) {
      result = either(result, passes_inner(test.inner, element));
    }
    return result;
  case TestKind::includes:
    return includes_all(test, elements);
  case TestKind::only:
    if (elements.empty()) return Truth::no;
    for (const Value* element : elements) {
      result = both(result, equal_to_one(compared_part(element), test.operands, nullptr));
    }
    return result;
  case TestKind::equals:
  case TestKind::one_of:
  case TestKind::not_one_of:
  case TestKind::starts_with:
  case TestKind::under:
  case TestKind::overlaps:
  case TestKind::matches:
  case TestKind::at_least:
  case TestKind::at_most:
  case TestKind::owned:
  case TestKind::is_set:
  case TestKind::is_unset:
    break;
  }
  return Truth::unknown;
}

bool is_list_test(TestKind kind) {
  return kind == TestKind::every || kind == TestKind::some || kind == TestKind::includes ||
         kind == TestKind::only;
}

Truth passes_one(const ValueTest& test, const FieldValue& value) {
  if (value.shape == FieldValue::Shape::unknown) return Truth::unknown;
  if (test.kind == TestKind::is_set) return truth(value.set);
  if (test.kind == TestKind::is_unset) return truth(!value.set);
  if (value.shape == FieldValue::Shape::list) {
    // A bare test on a list does not say which elements are meant; the loader refuses it (R23).
    return is_list_test(test.kind) ? passes_list(test, value.elements) : Truth::unknown;
  }
  if (!is_list_test(test.kind)) {
    return passes_scalar(test, {value.scalar, value.neutral, value.unset_number, value.set});
  }
  if (!value.set) return passes_list(test, {});
  if (value.scalar->is_object()) return Truth::unknown;
  return passes_list(test, {value.scalar});
}

}  // namespace

Truth passes(const std::vector<ValueTest>& tests, const FieldValue& value) {
  Truth result = Truth::yes;
  for (const ValueTest& test : tests) {
    result = both(result, passes_one(test, value));
    if (result == Truth::no) break;
  }
  return result;
}

}  // namespace sealock::policy
