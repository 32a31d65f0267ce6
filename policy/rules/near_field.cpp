#include "policy/rules/near_field.hpp"

#include "policy/rules/field_type.hpp"

namespace sealock::policy {
namespace {

std::string_view last_name(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

}  // namespace

NearField::NearField(std::string_view path)
    : key_(split_key(path).key),
      by_path_(split_key(path).name),
      by_name_(last_name(split_key(path).name)) {}

void NearField::offer(std::string_view field) {
  by_path_.offer(field);
  const std::string_view name = last_name(field);
  const std::string before = by_name_.best();
  by_name_.offer(name);
  const bool nearer = by_name_.best() != before;
  // Of several fields with the name the one that is said in fewer words.
  const bool shorter = name == by_name_.best() && field.size() < of_that_name_.size();
  if (nearer || shorter) of_that_name_ = field;
}

std::string NearField::best() const {
  const std::string& near = by_path_.found() ? by_path_.best() : of_that_name_;
  return near.empty() ? near : near + key_;
}

std::string NearField::hint(std::string_view prefix) const {
  const std::string near = best();
  return near.empty() ? near : "did you mean '" + std::string(prefix) + near + "'?";
}

}  // namespace sealock::policy
