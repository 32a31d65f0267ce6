#include "policy/request/json_keys.hpp"

#include <algorithm>
#include <vector>

namespace sealock::policy {

namespace {

// Field names are ASCII, and of all of Unicode only U+017F and U+212A fold into ASCII letters.
std::string folded(std::string_view key) {
  constexpr std::string_view long_s = "\u017f";
  constexpr std::string_view kelvin_sign = "\u212a";
  std::string out;
  while (!key.empty()) {
    if (key.starts_with(long_s)) {
      out += 's';
      key.remove_prefix(long_s.size());
    } else if (key.starts_with(kelvin_sign)) {
      out += 'k';
      key.remove_prefix(kelvin_sign.size());
    } else {
      const char c = key.front();
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      key.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace

const Field* find_field_from(const Schema& object, std::size_t first, std::string_view name) {
  const auto& fields = object.fields;
  if (first < fields.size() && fields[first].name == name) return &fields[first];
  for (const auto& field : fields) {
    if (field.name == name || (!field.alias.empty() && field.alias == name)) return &field;
  }
  return nullptr;
}

const Field* find_folded_field(const Schema& object, std::string_view key) {
  const std::string wanted = folded(key);
  for (const auto& field : object.fields) {
    if (folded(field.name) == wanted) return &field;
  }
  return nullptr;
}

// Sorting keeps a body of 10^4 labels from costing 10^8 comparisons.
const std::string* find_repeated_key(const Value::Object& members) {
  constexpr std::size_t few = 16;
  if (members.size() <= few) {
    for (auto i = members.begin(); i != members.end(); ++i) {
      for (auto j = members.begin(); j != i; ++j) {
        if (i->first == j->first) return &i->first;
      }
    }
    return nullptr;
  }
  std::vector<const std::string*> keys;
  keys.reserve(members.size());
  for (const auto& member : members)
    keys.push_back(&member.first);
  std::sort(keys.begin(), keys.end(), [](const auto* a, const auto* b) { return *a < *b; });
  const auto found = std::adjacent_find(keys.begin(), keys.end(),
                                        [](const auto* a, const auto* b) { return *a == *b; });
  return found == keys.end() ? nullptr : *found;
}

}  // namespace sealock::policy
