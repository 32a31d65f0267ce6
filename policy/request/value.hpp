// A JSON value as it was read: the order of keys, the digits of numbers and the difference between
// null and absent are kept, so that a rebuilt body says exactly what was judged.
//
// Numbers are their text: nothing is lost above 2^53, and nothing is gained by another reader.
// Bodies (from the strict JSON reader), tests in rule files (from YAML) and the engine's answers to
// our own questions all become Values.
//
// Ownership: plain values; copies are deep.

#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sealock::policy {

class Value {
public:
  struct Number {
    std::string text;
    bool operator==(const Number&) const = default;
  };
  using List = std::vector<Value>;
  using Member = std::pair<std::string, Value>;
  using Object = std::vector<Member>;

  Value() = default;        // null
  Value(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): null is a value like others
  explicit Value(bool boolean) : data_(boolean) {}
  explicit Value(std::int64_t number) : data_(Number{std::to_string(number)}) {}
  explicit Value(Number number) : data_(std::move(number)) {}
  explicit Value(std::string text) : data_(std::move(text)) {}
  explicit Value(std::string_view text) : data_(std::string(text)) {}
  explicit Value(const char* text) : data_(std::string(text)) {}
  explicit Value(List list) : data_(std::move(list)) {}
  explicit Value(Object object) : data_(std::move(object)) {}

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(data_); }
  [[nodiscard]] bool is_list() const { return std::holds_alternative<List>(data_); }
  [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(data_); }

  // Null when the value is of another type. The pointer lives as long as the value is unchanged.
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&data_); }
  [[nodiscard]] const Number* number() const { return std::get_if<Number>(&data_); }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&data_); }
  [[nodiscard]] const List* list() const { return std::get_if<List>(&data_); }
  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&data_); }
  [[nodiscard]] bool* boolean() { return std::get_if<bool>(&data_); }
  [[nodiscard]] std::string* string() { return std::get_if<std::string>(&data_); }
  [[nodiscard]] List* list() { return std::get_if<List>(&data_); }
  [[nodiscard]] Object* object() { return std::get_if<Object>(&data_); }

  // The number as an int64, when it is one.
  [[nodiscard]] std::optional<std::int64_t> integer() const;

  // The member called `key`; null when this is no object or has no such member. Templates, because
  // a braced pair of literals would otherwise also make a string_view (from two pointers).
  template <std::convertible_to<std::string_view> Key>
  [[nodiscard]] const Value* find(const Key& key) const {
    return find_member(key);
  }
  template <std::convertible_to<std::string_view> Key>
  [[nodiscard]] Value* find(const Key& key) {
    return const_cast<Value*>(find_member(key));
  }
  // Walks members: find({"HostConfig", "Memory"}) is both lookups without the checks.
  [[nodiscard]] const Value* find(std::initializer_list<std::string_view> keys) const;
  // Conveniences for places whose type the schema guarantees; the default when absent or null.
  [[nodiscard]] std::string_view text(std::string_view key) const;  // "" when absent
  [[nodiscard]] bool flag(std::string_view key) const;              // false when absent
  // Sets or replaces a member; turns null into an object.
  void set(std::string_view key, Value value);

  // null, false, 0, "", [] and {}: what Go cannot tell from absent.
  [[nodiscard]] bool is_zero() const;

  bool operator==(const Value&) const = default;

private:
  [[nodiscard]] const Value* find_member(std::string_view key) const;

  std::variant<std::monostate, bool, Number, std::string, List, Object> data_;
};

// Compact JSON, UTF-8 kept, only what must be escaped is escaped. Appends to `out`.
void write_json(const Value& value, std::string& out);
[[nodiscard]] std::string to_json(const Value& value);

}  // namespace sealock::policy
