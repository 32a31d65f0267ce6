#include "policy/answer/plan_node.hpp"

#include <algorithm>
#include <cstring>

namespace sealock::policy {
namespace {

std::size_t hash_of(std::string_view key) {
  if (key.empty()) return 0;
  const auto byte = [&key](std::size_t at) -> std::size_t {
    return static_cast<unsigned char>(key[at]);
  };
  return key.size() + byte(0) * 7U + byte(key.size() / 2) * 31U + byte(key.size() - 1) * 131U;
}

}  // namespace

void RedactionPlan::Node::index_fields() {
  std::size_t size = 4;
  while (size < fields.size() * 2)
    size *= 2;
  slots.assign(size, 0);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::size_t slot = hash_of(fields[i].name) & (size - 1);
    while (slots[slot] != 0)
      slot = (slot + 1) & (size - 1);
    slots[slot] = static_cast<std::uint16_t>(i + 1);
  }
}

void RedactionPlan::Node::finish() {
  passes = treatment == Treatment::keep && selectors.empty() && !hides_scalars && !filtered;
  ordered = needs_key && !free_keys;
  if (!ordered) return;
  for (const Field& known : fields) {
    const std::string text = known.name + "\":";
    Expected& added = expected.emplace_back();
    added.node = known.node;
    added.text = static_cast<std::uint32_t>(texts.size());
    added.size = static_cast<std::uint16_t>(text.size());
    const std::size_t count = std::min(text.size(), sizeof(added.head));
    std::memcpy(&added.head, text.data(), count);
    std::memset(&added.head_mask, 0xff, count);
    texts += text;
  }
}

const RedactionPlan::Node& RedactionPlan::Node::find(std::string_view key,
                                                     std::uint16_t& guess) const {
  if (guess < fields.size() && fields[guess].name == key) return *fields[guess++].node;
  if (fields.empty()) return *other;
  const std::size_t mask = slots.size() - 1;
  for (std::size_t slot = hash_of(key) & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
    const std::size_t index = slots[slot] - 1U;
    if (fields[index].name != key) continue;
    guess = static_cast<std::uint16_t>(index + 1);
    return *fields[index].node;
  }
  if (other->visit != Visit::copy) return *other;
  // Where unknown fields pass, a known one in another case still gets what its rules say.
  for (const Field& known : fields) {
    if (equal_folded(known.name, key)) return *known.node;
  }
  return *other;
}

void Selected::strengthen(Treatment other, HiddenAs other_as) {
  if (other > treatment) {
    treatment = other;
    hidden_as = other_as;
  } else if (other == treatment) {
    hidden_as = std::max(hidden_as, other_as);
  }
}

Selected selected_treatment(const std::vector<MaskSelector>& selectors, std::string_view name) {
  const auto any = [name](const std::vector<std::string>& globs) {
    return std::any_of(globs.begin(), globs.end(),
                       [name](const std::string& glob) { return matches_glob(glob, name); });
  };
  Selected selected;
  for (const MaskSelector& selector : selectors) {
    if (!selector.names.empty() && !any(selector.names)) continue;
    if (any(selector.except)) continue;
    selected.strengthen(selector.treatment, selector.hidden_as);
  }
  return selected;
}

}  // namespace sealock::policy
