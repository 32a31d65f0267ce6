#include "policy/effective/view_values.hpp"

#include <algorithm>
#include <utility>

namespace sealock::policy::effective {

void TextList::add(std::string_view text) {
  const bool known = std::any_of(texts_.begin(), texts_.end(),
                                 [&](const Value& value) { return *value.string() == text; });
  if (!known) texts_.emplace_back(text);
}

Value TextList::finish() && {
  return Value(std::move(texts_));
}

Value text_list(const std::vector<std::string>& texts) {
  TextList list;
  for (const std::string& text : texts)
    list.add(text);
  return std::move(list).finish();
}

Value scalar(std::string_view text) {
  return text.empty() ? Value() : Value(text);
}

Result<void> ObjectList::add(ObjectKind kind, std::string_view name) {
  const Fact* fact = facts_.find(kind, name);
  if (fact == nullptr || fact->failed) return nothing_known(name_of(kind), name);
  add_known(fact->exists ? name_in(*fact) : name, fact->ownership);
  return {};
}

void ObjectList::add_known(std::string_view name, Ownership ownership) {
  const bool known = std::any_of(objects_.begin(), objects_.end(),
                                 [&](const Value& object) { return object.text("name") == name; });
  if (known) return;
  Value object;
  object.set("name", Value(name));
  object.set("owned", Value(ownership == Ownership::own));
  objects_.push_back(std::move(object));
}

Value ObjectList::finish() && {
  return Value(std::move(objects_));
}

tl::unexpected<Error> nothing_known(std::string_view what, std::string_view name) {
  return fail(ErrorKind::internal,
              "nothing is known of the " + std::string(what) + " '" + std::string(name) + "'");
}

}  // namespace sealock::policy::effective
