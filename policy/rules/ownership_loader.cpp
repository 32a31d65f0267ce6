#include "policy/rules/ownership_loader.hpp"

#include "policy/rules/file_keys.hpp"
#include "policy/rules/policy_set.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace sealock::policy {
namespace {

constexpr std::array<std::string_view, 2> ownership_keys{"label", "value"};
constexpr std::array<std::string_view, 3> placeholders{"{client.name}", "{client.uid}",
                                                       "{client.gid}"};
constexpr std::size_t longest_label = 128;
constexpr std::size_t longest_value = 128;

// Both stand in filters ("label=value") and in a LABEL instruction between quotes.
bool is_plain(std::string_view text, std::string_view punctuation) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return word || punctuation.find(c) != std::string_view::npos;
  });
}

void replace_all(std::string& text, std::string_view placeholder, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(placeholder, at)) != std::string::npos; at += by.size())
    text.replace(at, placeholder.size(), by);
}

std::string without_placeholders(std::string text) {
  for (const std::string_view placeholder : placeholders)
    replace_all(text, placeholder, "x");
  return text;
}

bool asks_for_owner(const std::vector<ValueTest>& tests) {
  return std::any_of(tests.begin(), tests.end(), [](const ValueTest& test) {
    return test.kind == TestKind::owned || asks_for_owner(test.inner);
  });
}

}  // namespace

std::optional<OwnershipRule> read_ownership(const YamlNode& node, Diagnostics& diagnostics) {
  if (node.is_broken()) return std::nullopt;
  if (!node.is_map()) {
    diagnostics.error("R02", node.place, "'ownership' must be a map of label and value",
                      "write {label: com.example.owner, value: \"ci/{client.name}\"}");
    return std::nullopt;
  }
  check_keys(node, {ownership_keys, ownership_keys}, node.place, diagnostics);
  OwnershipRule rule;
  const YamlEntry* label = node.find("label");
  const YamlEntry* value = node.find("value");
  if (label == nullptr || value == nullptr) return std::nullopt;
  rule.label = read_text(label->value, "label", "R02", diagnostics).value_or("");
  rule.value = read_text(value->value, "value", "R02", diagnostics).value_or("");
  if (!is_plain(rule.label, "._-/") || rule.label.size() > longest_label) {
    diagnostics.error("R34", label->value.place, "'" + rule.label + "' cannot be the label",
                      "letters, digits and . _ - /, at most 128: com.example.owner");
    return std::nullopt;
  }
  if (!is_plain(without_placeholders(rule.value), "._-/:@+") || rule.value.size() > longest_value) {
    diagnostics.error("R34", value->value.place, "'" + rule.value + "' cannot be the value",
                      "letters, digits and . _ - / : @ +, with {client.name}, {client.uid} or "
                      "{client.gid}, at most 128");
    return std::nullopt;
  }
  return rule;
}

void check_owner_is_known(const CompiledPolicy& policy, Diagnostics& diagnostics) {
  if (policy.ownership) return;
  for (const CompiledRule& rule : policy.rules) {
    for (const Condition& condition : rule.when) {
      if (!is_owned_field(condition.field) && !asks_for_owner(condition.tests)) continue;
      diagnostics.error("R34", condition.place,
                        "this policy does not say what belongs to its client",
                        "add ownership: {label: com.example.owner, value: " + policy.name + "}");
    }
  }
}

std::optional<Owner> owner_of(const OwnershipRule& rule, const Client& client) {
  Owner owner{rule.label, rule.value};
  replace_all(owner.value, "{client.name}", client.listener);
  const auto put = [&](std::string_view placeholder, const std::optional<unsigned>& id) {
    if (owner.value.find(placeholder) == std::string::npos) return true;
    if (!id) return false;
    replace_all(owner.value, placeholder, std::to_string(*id));
    return true;
  };
  if (!put("{client.uid}", client.uid) || !put("{client.gid}", client.gid)) return std::nullopt;
  return owner;
}

}  // namespace sealock::policy
