// The Values that views return: scalars, lists of strings, and lists of objects with attributes.
//
// Threads: pure.

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/request/value.hpp"
#include "policy/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy::effective {

// Strings, each once, in the order they came.
class TextList {
public:
  void add(std::string_view text);
  [[nodiscard]] bool empty() const { return texts_.empty(); }
  [[nodiscard]] Value finish() &&;

private:
  Value::List texts_;
};

[[nodiscard]] Value text_list(const std::vector<std::string>& texts);
// A string, or null when it is empty.
[[nodiscard]] Value scalar(std::string_view text);

// {"name": ..., "owned": ...}, each name once.
class ObjectList {
public:
  explicit ObjectList(const Facts& facts) : facts_(facts) {}

  // The object that the engine knows by `name`, under its own name; `name` itself when it does not
  // exist. An error when nothing is known of it: an id prefix would hide which one is meant.
  [[nodiscard]] Result<void> add(ObjectKind kind, std::string_view name);
  // An object that needs no asking.
  void add_known(std::string_view name, Ownership ownership);
  [[nodiscard]] Value finish() &&;

private:
  const Facts& facts_;
  Value::List objects_;
};

[[nodiscard]] tl::unexpected<Error> nothing_known(std::string_view what, std::string_view name);

}  // namespace sealock::policy::effective
