#include "policy/effective/security_option.hpp"

#include "policy/effective/text.hpp"

#include <algorithm>
#include <array>

namespace sealock::policy::effective {
namespace {

using Kind = SecurityOption::Kind;

Kind kind_of(std::string_view key) {
  if (key == "label") return Kind::label;
  if (key == "apparmor") return Kind::apparmor;
  if (key == "seccomp") return Kind::seccomp;
  if (key == "no-new-privileges") return Kind::no_new_privileges;
  if (key == "writable-cgroups") return Kind::writable_cgroups;
  return Kind::unknown;
}

}  // namespace

SecurityOption parse_security_option(std::string_view text) {
  if (text == "disable") return {Kind::label, text};
  if (text == "no-new-privileges") return {Kind::no_new_privileges, "true"};
  if (text == "writable-cgroups") return {Kind::writable_cgroups, "true"};
  const bool has_equals = text.find('=') != std::string_view::npos;
  if (!has_equals && text.find(':') == std::string_view::npos) return {};
  const auto [key, value] = cut(text, has_equals ? '=' : ':');
  return {kind_of(key), value};
}

bool is_true(std::string_view text) {
  constexpr auto words = std::to_array<std::string_view>({"1", "t", "T", "true", "TRUE", "True"});
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_false(std::string_view text) {
  constexpr auto words =
      std::to_array<std::string_view>({"0", "f", "F", "false", "FALSE", "False"});
  return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace sealock::policy::effective
