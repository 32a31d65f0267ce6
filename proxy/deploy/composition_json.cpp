#include "proxy/deploy/composition_json.hpp"

#include "proxy/deploy/rollout/differences.hpp"

#include <set>

namespace sealock::proxy {
namespace {

using nlohmann::json;

// The labels that rules compare with: its own prefix, and what it was given.
json labels_of(const StoredComposition& stored) {
  json labels = json::array({std::string(prefix_of(stored.composition.name))});
  for (const std::string& label : stored.labels)
    labels.push_back(label);
  return labels;
}

void add_common(const StoredComposition& stored, json& answer) {
  answer["labels"] = labels_of(stored);
  answer["created"] = stored.created;
  answer["created_by"] = stored.created_by;
}

// What differences are looked for in.
json compared(const Component* component) {
  if (component == nullptr) return nullptr;
  json all = component->create;
  all["Image"] = component->image + " " + component->digest;
  all["replicas"] = component->replicas;
  json needs = json::array();
  for (const Dependency& need : component->depends_on)
    needs.push_back(need.component);
  if (!needs.empty()) all["depends_on"] = std::move(needs);
  return all;
}

}  // namespace

json to_summary(const StoredComposition& stored) {
  json components = json::array();
  for (const Component& component : stored.composition.components) {
    components.push_back(
        {{"name", component.name}, {"image", component.image}, {"digest", component.digest}});
  }
  json answer{{"name", stored.composition.name},
              {"project", stored.composition.project},
              {"components", std::move(components)},
              {"content_digest", stored.composition.content_digest},
              {"digest_set", stored.composition.digest_set}};
  add_common(stored, answer);
  return answer;
}

json to_answer(const StoredComposition& stored, Changed changed) {
  json answer = to_json(stored.composition);
  add_common(stored, answer);
  answer["source"] = stored.source;
  if (changed != Changed::unsaid) answer["changed"] = changed == Changed::yes;
  return answer;
}

json to_difference(const Composition& from, const Composition& to) {
  std::set<std::string> names;
  for (const Composition* one : {&from, &to})
    for (const Component& component : one->components)
      names.insert(component.name);
  json components = json::array();
  std::string text = "--- " + from.name + "\n+++ " + to.name + "\n";
  for (const std::string& name : names) {
    const Component* before = from.find(name);
    const Component* after = to.find(name);
    const std::vector<std::string> lines = differences(compared(before), compared(after));
    if (lines.empty()) continue;
    const char* change = before == nullptr ? "added" : after == nullptr ? "removed" : "changed";
    components.push_back({{"component", name}, {"change", change}, {"lines", lines}});
    text += "@@ " + name + " @@\n";
    for (const std::string& line : lines)
      text += line + "\n";
  }
  const bool changed = !components.empty();
  return {{"from", from.name},
          {"to", to.name},
          {"changed", changed},
          {"components", std::move(components)},
          {"diff", changed ? text : ""}};
}

}  // namespace sealock::proxy
