#include "policy/rules/condition_loader.hpp"

#include "policy/effective/effective.hpp"
#include "policy/rules/file_keys.hpp"
#include "policy/rules/operand_reader.hpp"
#include "policy/rules/spelling.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace sealock::policy {
namespace {

// What a test can be asked of.
enum class Fits : std::uint8_t {
  scalars,  // any scalar; inside every and some also elements of lists
  texts,
  numbers,
  lists,
  objects,  // elements of views that know whose they are
  everything,
};

struct TestName {
  std::string_view name;
  TestKind kind;
  Fits fits;
};

constexpr std::array tests{
    TestName{"one_of", TestKind::one_of, Fits::scalars},
    TestName{"not_one_of", TestKind::not_one_of, Fits::scalars},
    TestName{"starts_with", TestKind::starts_with, Fits::texts},
    TestName{"under", TestKind::under, Fits::texts},
    TestName{"overlaps", TestKind::overlaps, Fits::texts},
    TestName{"matches", TestKind::matches, Fits::texts},
    TestName{"at_least", TestKind::at_least, Fits::numbers},
    TestName{"at_most", TestKind::at_most, Fits::numbers},
    TestName{"owned", TestKind::owned, Fits::objects},
    TestName{"is", TestKind::is_set, Fits::everything},
    TestName{"every", TestKind::every, Fits::lists},
    TestName{"some", TestKind::some, Fits::lists},
    TestName{"includes", TestKind::includes, Fits::lists},
    TestName{"only", TestKind::only, Fits::lists},
};

const TestName* find_test(std::string_view name) {
  const auto found = std::find_if(tests.begin(), tests.end(),
                                  [&](const TestName& test) { return test.name == name; });
  return found == tests.end() ? nullptr : &*found;
}

// Reads the tests on one value. One object for one field, so that its members need no passing on.
class TestReader {
public:
  TestReader(std::string_view field,
             FieldType type,
             const NameLists& lists,
             Diagnostics& diagnostics)
      : field_(field), type_(type), lists_(lists), diagnostics_(diagnostics) {}

  [[nodiscard]] std::vector<ValueTest> read(const YamlNode& node) {
    switch (node.kind) {
    case YamlNode::Kind::broken:
      return {};
    case YamlNode::Kind::null:
      error("R24", node.place, "null is no value to compare with", "write {is: unset}");
      return {};
    case YamlNode::Kind::scalar:
      return read_equality(node);
    case YamlNode::Kind::list:
      error(
          "R22", node.place, "a list says not how '" + field_ + "' is compared with it",
          is_list() ? "write {only: [...]} or {every: {one_of: [...]}}" : "write {one_of: [...]}");
      return {};
    case YamlNode::Kind::map:
      break;
    }
    if (node.entries.empty()) {
      error("R22", node.place, "'" + field_ + "' is compared with nothing");
    }
    std::vector<ValueTest> read;
    for (const YamlEntry& entry : node.entries) {
      std::optional<ValueTest> test = read_test(entry);
      if (test) read.push_back(std::move(*test));
    }
    return read;
  }

private:
  void error(std::string code, const Place& place, std::string text, std::string hint = {}) {
    diagnostics_.error(std::move(code), place, std::move(text), std::move(hint));
  }

  [[nodiscard]] bool is_list() const {
    return type_.shape == FieldShape::list || type_.shape == FieldShape::object_list;
  }

  std::vector<ValueTest> read_equality(const YamlNode& node) {
    if (node.text.starts_with('$') && !node.quoted) {
      error("R22", node.place, "a list says not how '" + field_ + "' is compared with it",
            "write {" + std::string(is_list() ? "only" : "one_of") + ": " + node.text + "}");
      return {};
    }
    if (is_list()) {
      const std::string word = node.text.size() > 30 ? "..." : node.text;
      refuse_without_quantifier(node.place,
                                "write {includes: " + word + "} or {only: [" + word + "]}");
      return {};
    }
    if (type_.shape == FieldShape::object) {
      refuse_object(node.place);
      return {};
    }
    std::optional<Value> value =
        typed_value({node.text, node.quoted, node.place, {}}, type_.type, diagnostics_);
    if (!value) return {};
    ValueTest test;
    test.kind = TestKind::equals;
    test.operands.push_back(std::move(*value));
    return {std::move(test)};
  }

  std::optional<ValueTest> read_test(const YamlEntry& entry) {
    const TestName* name = find_test(entry.key);
    if (name == nullptr) {
      Suggestion suggestion(entry.key);
      for (const TestName& test : tests)
        suggestion.offer(test.name);
      error("R21", entry.key_place, "there is no test '" + entry.key + "'",
            suggestion.hint(one_of(value_test_names())));
      return std::nullopt;
    }
    if (!fits(*name, entry.key_place)) return std::nullopt;
    return read_operand(*name, entry.value);
  }

  // Does this test say something of such a field?
  bool fits(const TestName& test, const Place& place) {
    if (test.fits == Fits::objects && !knows_owner()) {
      error("R22", place, "'" + field_ + "' names nothing that somebody owns",
            "effective.named_volumes, networks, containers and images do; of the object in the path "
            "write target.owned");
      return false;
    }
    if (test.fits == Fits::everything || type_.shape == FieldShape::any) return true;
    if (type_.shape == FieldShape::object || type_.shape == FieldShape::object_list) {
      refuse_object(place);
      return false;
    }
    if (test.fits == Fits::lists) {
      if (is_list()) return true;
      error("R22", place,
            "'" + field_ + "' is no list; '" + std::string(test.name) + "' asks its elements",
            "write the test without it");
      return false;
    }
    if (is_list()) {
      const std::string inner = "{" + std::string(test.name) + ": ...}";
      refuse_without_quantifier(place, "write {every: " + inner + "} or {some: " + inner + "}");
      return false;
    }
    return type_fits(test, place);
  }

  [[nodiscard]] bool knows_owner() const {
    constexpr std::string_view prefix = "effective.";
    if (!field_.starts_with(prefix)) return false;
    const View* view = find_view(std::string_view(field_).substr(prefix.size()));
    return view != nullptr && view->content == ViewContent::object;
  }

  bool type_fits(const TestName& test, const Place& place) {
    const bool number = type_.type == ValueType::integer || type_.type == ValueType::number;
    const bool any = type_.type == ValueType::any;
    if (test.fits == Fits::numbers && !number && !any) {
      error("R22", place, "'" + field_ + "' is no number");
      return false;
    }
    if (test.fits == Fits::texts && type_.type != ValueType::text && !any) {
      error("R22", place, "'" + field_ + "' is " + std::string(name_of(type_.type)) + ", not text",
            number ? "use at_least, at_most or one_of" : "");
      return false;
    }
    return true;
  }

  void refuse_without_quantifier(const Place& place, std::string hint) {
    error("R23", place, "'" + field_ + "' is a list; say which elements must pass",
          std::move(hint));
  }

  void refuse_object(const Place& place) {
    const bool list = type_.shape == FieldShape::object_list;
    error("R22", place,
          "'" + field_ + "' is " + (list ? "a list of objects" : "an object") +
              "; it is set or unset, nothing else",
          "write {is: set} or {is: unset}, or name a field in it: " + field_ +
              (list ? "[].NAME" : ".NAME or " + field_ + "[KEY]"));
  }

  std::optional<ValueTest> read_operand(const TestName& name, const YamlNode& node) {
    ValueTest test;
    test.kind = name.kind;
    switch (name.kind) {
    case TestKind::equals:
    case TestKind::one_of:
    case TestKind::not_one_of:
    case TestKind::includes:
    case TestKind::only:
      test.operands = read_operands(node, name.name, type_.type, lists_, diagnostics_);
      break;
    case TestKind::starts_with:
      test.operands = read_operands(node, name.name, ValueType::text, lists_, diagnostics_);
      refuse_empty_prefix(node, test);
      break;
    case TestKind::under:
    case TestKind::overlaps:
      test.operands = read_path_operands(node, name.name, lists_, diagnostics_);
      break;
    case TestKind::at_least:
    case TestKind::at_most: {
      std::optional<Value> bound = read_bound(node, name.name, type_.type, diagnostics_);
      if (bound) test.operands.push_back(std::move(*bound));
      break;
    }
    case TestKind::matches:
      // As a pattern it would begin with the end of the text, and never match.
      if (node.is_scalar() && !node.quoted && node.text.starts_with('$')) {
        error("R26", node.place, "'matches' takes one pattern, not the list '" + node.text + "'",
              "write {one_of: " + node.text + "}, or the pattern itself");
        return std::nullopt;
      }
      test.pattern = read_pattern(node, diagnostics_);
      if (test.pattern == nullptr) return std::nullopt;
      return test;
    case TestKind::owned:
      test.operands = read_operands(node, name.name, ValueType::boolean, lists_, diagnostics_);
      break;
    case TestKind::is_set:
    case TestKind::is_unset:
      return read_is(node);
    case TestKind::every:
    case TestKind::some:
      test.inner = read_inner(node);
      if (test.inner.empty()) return std::nullopt;
      return test;
    }
    if (test.operands.empty()) return std::nullopt;
    return test;
  }

  void refuse_empty_prefix(const YamlNode& node, const ValueTest& test) {
    const bool empty = std::any_of(test.operands.begin(), test.operands.end(),
                                   [](const Value& v) { return v.is_zero(); });
    if (empty) error("R25", node.place, "everything begins with an empty text");
  }

  std::optional<ValueTest> read_is(const YamlNode& node) {
    if (node.is_broken()) return std::nullopt;
    ValueTest test;
    test.kind = node.text == "set" ? TestKind::is_set : TestKind::is_unset;
    if (node.is_scalar() && (node.text == "set" || node.text == "unset")) return test;
    error("R16", node.place, "'is' must be set or unset");
    return std::nullopt;
  }

  // What each element must pass: tests as of a scalar of the same type.
  std::vector<ValueTest> read_inner(const YamlNode& node) {
    const FieldShape shape = type_.shape == FieldShape::any ? FieldShape::any : FieldShape::scalar;
    return TestReader(field_, {shape, type_.type}, lists_, diagnostics_).read(node);
  }

  std::string field_;
  FieldType type_;
  const NameLists& lists_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<std::string_view> value_test_names() {
  std::vector<std::string_view> names;
  names.reserve(tests.size());
  for (const TestName& test : tests)
    names.push_back(test.name);
  return names;
}

std::vector<ValueTest> read_value_tests(const YamlNode& node,
                                        std::string_view name,
                                        FieldType type,
                                        const NameLists& lists,
                                        Diagnostics& diagnostics) {
  return TestReader(name, type, lists, diagnostics).read(node);
}

std::optional<Condition> read_condition(const YamlEntry& entry,
                                        const Actions& actions,
                                        const NameLists& lists,
                                        Diagnostics& diagnostics) {
  std::optional<FoundField> field =
      find_rule_field(entry.key, entry.key_place, actions, diagnostics);
  if (!field) return std::nullopt;
  Condition condition;
  condition.tests = read_value_tests(entry.value, entry.key, field->type, lists, diagnostics);
  condition.field = std::move(field->reference);
  condition.place = entry.key_place;
  if (condition.tests.empty()) return std::nullopt;
  return condition;
}

}  // namespace sealock::policy
