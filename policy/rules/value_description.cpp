// The words in which explain says what a value was and what it should have been.
#include "policy/rules/value_tests.hpp"

#include <re2/re2.h>

namespace sealock::policy {
namespace {

constexpr std::size_t longest_value = 80;

std::string shortened(std::string text) {
  if (text.size() <= longest_value) return text;
  std::size_t end = longest_value;
  // Not in the middle of a UTF-8 character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
    --end;
  text.resize(end);
  return text + "...";
}

std::string plain(const Value& value) {
  if (const std::string* text = value.string()) return *text;
  return to_json(value);
}

std::string joined(const std::vector<Value>& operands) {
  std::string text = "[";
  for (const Value& operand : operands) {
    if (text.size() > 1) text += ", ";
    text += plain(operand);
  }
  return text + "]";
}

std::string operands_of(const ValueTest& test) {
  return test.operands.size() == 1 ? plain(test.operands.front()) : joined(test.operands);
}

std::string describe_one(const ValueTest& test) {
  switch (test.kind) {
  case TestKind::equals:
    return operands_of(test);
  case TestKind::one_of:
    return "one of " + joined(test.operands);
  case TestKind::not_one_of:
    return "none of " + joined(test.operands);
  case TestKind::starts_with:
    return "a start of " + operands_of(test);
  case TestKind::under:
    return "under " + operands_of(test);
  case TestKind::overlaps:
    return "overlapping " + operands_of(test);
  case TestKind::matches:
    return "matching " + (test.pattern == nullptr ? std::string("?") : test.pattern->pattern());
  case TestKind::at_least:
    return "at least " + operands_of(test);
  case TestKind::at_most:
    return "at most " + operands_of(test);
  case TestKind::is_set:
    return "set";
  case TestKind::is_unset:
    return "unset";
  case TestKind::every:
    return "every element " + describe(test.inner);
  case TestKind::some:
    return "some element " + describe(test.inner);
  case TestKind::owned:
    return "owned: " + operands_of(test);
  case TestKind::includes:
    return "a list with " + joined(test.operands);
  case TestKind::only:
    return "only " + joined(test.operands);
  }
  return {};
}

}  // namespace

std::string describe(const std::vector<ValueTest>& tests) {
  std::string text;
  for (const ValueTest& test : tests) {
    if (!text.empty()) text += " and ";
    text += describe_one(test);
  }
  return shortened(std::move(text));
}

std::string describe(const FieldValue& value) {
  switch (value.shape) {
  case FieldValue::Shape::unknown:
    return "not computable (" + value.problem + ")";
  case FieldValue::Shape::scalar:
    return value.scalar == nullptr ? "unset" : shortened(plain(*value.scalar));
  case FieldValue::Shape::list:
    break;
  }
  Value::List list;
  for (const Value* element : value.elements) {
    list.push_back(element == nullptr ? Value() : *element);
  }
  return shortened(joined(list));
}

}  // namespace sealock::policy
