#include "policy/rules/action_reader.hpp"

#include "policy/engine_api/operation.hpp"
#include "policy/rules/spelling.hpp"

#include <algorithm>
#include <string>

namespace sealock::policy {
namespace {

constexpr std::string_view everything = "every_operation";

bool is_wildcard(std::string_view word) {
  return word.find_first_of("*?[]") != std::string_view::npos;
}

void report_unknown(const Word& word, Diagnostics& diagnostics) {
  const std::string where = word.list.empty() ? "" : " in $" + word.list;
  if (is_wildcard(word.text)) {
    diagnostics.error(
        "R09", word.place, "'" + word.text + "'" + where + ": actions have no wildcards",
        "a wildcard would also grant operations that future Docker versions add; name "
        "them or use a list");
    return;
  }
  if (word.text.find('/') != std::string::npos) {
    diagnostics.error("R08", word.place,
                      "'" + word.text + "'" + where + ": actions are names, not paths",
                      "`sealock list operations` names them, with their paths");
    return;
  }
  Suggestion suggestion(word.text);
  for (const Operation& operation : all_operations())
    suggestion.offer(operation.name);
  suggestion.offer(everything);
  diagnostics.error("R08", word.place, "unknown operation '" + word.text + "'" + where,
                    suggestion.hint("`sealock list operations` names them"));
}

// Docker's. Sealock's own (a release, a deployment) are a right of their own, to be named.
Actions all_actions() {
  Actions actions;
  for (const Operation& operation : all_operations()) {
    if (operation.answered_by == AnsweredBy::engine) actions.push_back(&operation);
  }
  return actions;
}

}  // namespace

Actions read_actions(const YamlNode& node, const NameLists& lists, Diagnostics& diagnostics) {
  if (node.is_broken()) return {};
  if (!node.is_list()) {
    diagnostics.error("R02", node.place,
                      "'actions' must be a list, not " + std::string(node.kind_name()),
                      node.is_scalar() ? "write [" + node.text + "]" : "");
    return {};
  }
  Actions actions;
  const std::vector<Word> words = lists.expand(node, "actions", diagnostics);
  for (const Word& word : words) {
    if (word.text == everything) {
      if (words.size() == 1) return all_actions();
      diagnostics.error("R28", word.place, "every_operation already names the other actions",
                        "write actions: [every_operation]");
    } else if (const Operation* operation = find_operation(word.text)) {
      actions.push_back(operation);
    } else {
      report_unknown(word, diagnostics);
    }
  }
  return actions;
}

OperationSet operation_set(const Actions& actions) {
  OperationSet set;
  for (const Operation* operation : actions)
    set.set(static_cast<std::size_t>(operation->id));
  return set;
}

}  // namespace sealock::policy
