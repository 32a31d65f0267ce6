// The shared lists of secret fields say what the answer schemas say: for rules that mask less, or more,
// than all of $secrets.
#include "policy/answer/answer_schema.hpp"
#include "policy/engine_api/operation.hpp"
#include "policy/rules/diagnostics.hpp"
#include "policy/rules/name_lists.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

namespace sealock::policy {
namespace {

struct SecretList {
  std::string_view list;
  std::string_view operation;
};

constexpr SecretList secret_lists[] = {
    {"secrets_of_inspect", "ContainerInspect"}, {"secrets_of_list", "ContainerList"},
    {"secrets_of_top", "ContainerTop"},         {"secrets_of_exec", "ExecInspect"},
    {"secrets_of_image", "ImageInspect"},       {"secrets_of_history", "ImageHistory"},
    {"secrets_of_network", "NetworkInspect"},   {"secrets_of_volume", "VolumeInspect"},
    {"secrets_of_plugin", "PluginInspect"},     {"secrets_of_info", "SystemInfo"},
    {"secrets_of_events", "SystemEvents"},      {"secrets_of_usage", "SystemDataUsage"},
    {"secrets_of_service", "ServiceInspect"},   {"secrets_of_task", "TaskInspect"},
    {"secrets_of_node", "NodeInspect"},         {"secrets_of_config", "ConfigInspect"},
};

std::string as_yaml(std::string_view name, const std::vector<std::string>& fields) {
  std::string text = "  " + std::string(name) + ":\n";
  for (const std::string& field : fields)
    text += "    - \"" + field + "\"\n";
  return text;
}

TEST_CASE("shared lists: secrets_of_... are the fields that the answer schemas call secrets") {
  Diagnostics diagnostics;
  const auto root = read_yaml_file(
      std::filesystem::path(SEALOCK_SOURCE_DIR) / "rules/lists/secrets.yaml", diagnostics);
  REQUIRE(root.has_value());
  NameLists lists;
  read_list_library(*root, lists, diagnostics);
  CHECK_MESSAGE(diagnostics.all().empty(), diagnostics.to_text());
  for (const SecretList& expected : secret_lists) {
    CAPTURE(expected.list);
    const Operation* operation = find_operation(expected.operation);
    REQUIRE(operation != nullptr);
    std::vector<std::string> fields = secret_fields(*operation);
    std::sort(fields.begin(), fields.end());
    std::vector<std::string> written;
    if (const NameList* list = lists.find(expected.list)) {
      for (const Word& word : list->words)
        written.push_back(word.text);
    }
    std::sort(written.begin(), written.end());
    CHECK_MESSAGE(written == fields, "rules/lists/secrets.yaml should say:\n",
                  as_yaml(expected.list, secret_fields(*operation)));
  }
}

}  // namespace
}  // namespace sealock::policy
