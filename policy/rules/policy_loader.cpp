#include "policy/rules/policy_loader.hpp"

#include "policy/rules/file_keys.hpp"
#include "policy/rules/folder.hpp"
#include "policy/rules/name_lists.hpp"
#include "policy/rules/ownership_loader.hpp"
#include "policy/rules/rule_loader.hpp"
#include "policy/rules/spelling.hpp"
#include "policy/rules/yaml_reader.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::array<std::string_view, 10> keys{"version",    "policy",    "description", "owner",
                                                "applies_to", "ownership", "use",         "lists",
                                                "rules",      "tests"};
constexpr std::array<std::string_view, 6> required_keys{"version", "policy",     "description",
                                                        "owner",   "applies_to", "rules"};
constexpr std::array<std::string_view, 3> later_keys{"exceptions", "expires", "require_reason"};
constexpr std::array<std::string_view, 3> client_keys{"listener", "uid", "gid"};

constexpr std::string_view lists_folder = "lists/";

// Reads one file; one object a file, so that its members need no passing on.
class PolicyReader {
public:
  // `folders`: where `use` finds lists; the first that has the file.
  PolicyReader(std::vector<std::filesystem::path> folders,
               const ReferenceTitles& references,
               Diagnostics& diagnostics)
      : folders_(std::move(folders)), references_(references), diagnostics_(diagnostics) {}

  std::shared_ptr<LoadedPolicy> read(const YamlNode& root, std::string text) {
    auto name = read_file_keys(root, "policy", {keys, required_keys, later_keys}, diagnostics_);
    if (!name) return nullptr;
    policy_.name = std::move(*name);
    policy_.file = root.place.file;
    policy_.content = std::move(text);
    check_name(root);
    if (const YamlEntry* entry = root.find("description")) {
      policy_.description = read_text(entry->value, entry->key, "R02", diagnostics_).value_or("");
    }
    if (const YamlEntry* entry = root.find("owner")) read_owner(entry->value);
    if (const YamlEntry* entry = root.find("applies_to")) read_applies_to(entry->value);
    if (const YamlEntry* entry = root.find("ownership")) {
      policy_.ownership = read_ownership(entry->value, diagnostics_);
    }
    // Shared lists first: a policy's own list of the same name is the one that is wrong.
    if (const YamlEntry* entry = root.find("use")) read_used_lists(entry->value);
    if (const YamlEntry* entry = root.find("lists")) lists_.read(entry->value, {}, diagnostics_);
    if (const YamlEntry* entry = root.find("rules")) read_rules(entry->value);
    if (root.find("ownership") == nullptr) check_owner_is_known(policy_, diagnostics_);

    auto loaded = std::make_shared<LoadedPolicy>();
    read_tests(root, *loaded);
    const YamlEntry* entry = root.find("policy");
    loaded->place = entry == nullptr ? root.place : entry->value.place;
    loaded->policy = std::make_shared<CompiledPolicy>(std::move(policy_));
    return loaded;
  }

private:
  void error(std::string code, const Place& place, std::string text, std::string hint = {}) {
    diagnostics_.error(std::move(code), place, std::move(text), std::move(hint));
  }

  void check_name(const YamlNode& root) {
    const YamlEntry* entry = root.find("policy");
    if (entry == nullptr || policy_.name.empty() || is_rule_name(policy_.name)) return;
    error("R06", entry->value.place, "'" + policy_.name + "' cannot be the name of a policy",
          "small letters, digits and -, a letter first, at most 64");
  }

  void read_owner(const YamlNode& node) {
    const auto owner = read_text(node, "owner", "R02", diagnostics_);
    if (!owner) return;
    policy_.owner = *owner;
    if (!owner->empty() && *owner != "TODO") return;
    error("R04", node.place, "nobody owns this policy",
          "owner: whom a blocked person asks; it is shown in denials");
  }

  void read_applies_to(const YamlNode& node) {
    const bool is_baseline = policy_.name == baseline_name;
    if (node.is_broken()) return;
    if (node.is_scalar() && node.text == "every_client") {
      policy_.every_client = true;
      if (is_baseline) return;
      error("R18", node.place, "only the baseline applies to every client",
            "write which client: [{listener: NAME, uid: N}]");
      return;
    }
    if (is_baseline) {
      error("R18", node.place, "the baseline applies to every client", "write every_client");
      return;
    }
    if (!node.is_list() || node.items.empty()) {
      error("R18", node.place, "'applies_to' must be a list of clients",
            "write which client: [{listener: NAME, uid: N}]");
      return;
    }
    for (const YamlNode& item : node.items)
      read_client(item);
  }

  void read_client(const YamlNode& node) {
    if (node.is_broken()) return;
    if (!node.is_map() || node.entries.empty()) {
      error("R18", node.place, "a client is a map of listener, uid and gid, at least one of them",
            "write {listener: NAME, uid: N}");
      return;
    }
    check_keys(node, {client_keys, {}}, node.place, diagnostics_);
    ClientMatch match;
    if (const YamlEntry* entry = node.find("listener")) {
      match.listener = read_text(entry->value, "listener", "R02", diagnostics_);
    }
    match.uid = read_id(node.find("uid"));
    match.gid = read_id(node.find("gid"));
    policy_.applies_to.push_back(std::move(match));
  }

  std::optional<unsigned> read_id(const YamlEntry* entry) {
    if (entry == nullptr) return std::nullopt;
    const auto number = read_integer(entry->value, entry->key, "R02", diagnostics_);
    if (!number) return std::nullopt;
    // 2^32 - 1 is "no id" to the kernel.
    if (*number < 0 || *number >= std::numeric_limits<unsigned>::max()) {
      error("R02", entry->value.place, "'" + entry->key + "' must be from 0 to 4294967294");
      return std::nullopt;
    }
    return static_cast<unsigned>(*number);
  }

  void read_used_lists(const YamlNode& node) {
    if (node.is_broken()) return;
    if (!node.is_list()) {
      error("R02", node.place,
            "'use' must be a list of files, not " + std::string(node.kind_name()),
            node.is_scalar() ? "write [" + node.text + "]" : "");
      return;
    }
    std::vector<std::string> used;
    for (const YamlNode& item : node.items) {
      const auto name = read_text(item, "use", "R02", diagnostics_);
      if (!name) continue;
      const auto path = find_list_file(*name, item.place);
      if (!path) continue;
      if (std::find(used.begin(), used.end(), *name) != used.end()) {
        error("R20", item.place, "'" + *name + "' is used twice");
        continue;
      }
      used.push_back(*name);
      read_list_file(*name, *path);
    }
  }

  // Where "lists/docker.yaml" is; nothing outside of the folder.
  std::optional<std::filesystem::path> find_list_file(const std::string& name, const Place& place) {
    const bool in_lists = name.starts_with(lists_folder) && name.ends_with(".yaml");
    const bool inside = in_lists && name.find('/', lists_folder.size()) == std::string::npos &&
                        name.size() > lists_folder.size() + 5;
    std::error_code ignored;
    Suggestion suggestion(name);
    for (const std::filesystem::path& folder : folders_) {
      if (inside && std::filesystem::is_regular_file(folder / name, ignored)) return folder / name;
      const auto files = files_in(folder / lists_folder, ".yaml");
      if (!files) continue;
      for (const std::filesystem::path& file : *files)
        suggestion.offer(std::string(lists_folder) + file.filename().string());
    }
    error("R19", place,
          inside ? "there is no file '" + name + "' beside this policy"
                 : "'" + name + "' is no file of lists/",
          suggestion.hint("write lists/NAME.yaml"));
    return std::nullopt;
  }

  void read_list_file(const std::string& name, const std::filesystem::path& path) {
    std::optional<std::string> text = read_text_file(path, diagnostics_);
    if (!text) return;
    // No file has a NUL, so text cannot move from one file to the next unseen by the hash.
    policy_.content.append(1, '\0').append(name).append(1, '\0').append(*text);
    const auto root = read_yaml(path.string(), std::move(*text), diagnostics_);
    if (root) read_list_library(*root, lists_, diagnostics_);
  }

  void read_rules(const YamlNode& node) {
    if (node.is_broken()) return;
    if (!node.is_list()) {
      error("R02", node.place, "'rules' must be a list, not " + std::string(node.kind_name()));
      return;
    }
    if (node.items.empty()) {
      error("R30", node.place, "a policy without rules denies everything; write at least one");
    }
    const RuleSurroundings surroundings{policy_.name, policy_.name == baseline_name, lists_,
                                        references_};
    for (const YamlNode& item : node.items) {
      auto rule = read_rule(item, surroundings, diagnostics_);
      if (!rule) continue;
      if (!rule->id.empty()) refuse_same_id(*rule);
      policy_.rules.push_back(std::move(*rule));
    }
  }

  void refuse_same_id(const CompiledRule& rule) {
    const auto same = std::find_if(policy_.rules.begin(), policy_.rules.end(),
                                   [&](const CompiledRule& other) { return other.id == rule.id; });
    if (same == policy_.rules.end()) return;
    error("R07", rule.place, "there is a rule '" + rule.id + "' already",
          "the first one is in line " + std::to_string(same->place.line));
  }

  void read_tests(const YamlNode& root, LoadedPolicy& loaded) {
    const YamlEntry* entry = root.find("tests");
    if (entry == nullptr) {
      error("R30", root.place, "the policy has no tests",
            "tests: is required; they run when the file loads");
      return;
    }
    loaded.tests = read_self_tests(entry->value, diagnostics_);
  }

  std::vector<std::filesystem::path> folders_;
  const ReferenceTitles& references_;
  Diagnostics& diagnostics_;
  NameLists lists_;
  CompiledPolicy policy_;
};

}  // namespace

std::shared_ptr<LoadedPolicy> read_policy_file(const std::filesystem::path& file,
                                               const std::filesystem::path& folder,
                                               const ReferenceTitles& references,
                                               Diagnostics& diagnostics) {
  std::optional<std::string> text = read_text_file(file, diagnostics);
  if (!text) return nullptr;
  const auto root = read_yaml(file.string(), *text, diagnostics);
  if (!root) return nullptr;
  std::vector<std::filesystem::path> folders{file.parent_path()};
  if (folder != file.parent_path()) folders.push_back(folder);
  return PolicyReader(std::move(folders), references, diagnostics).read(*root, std::move(*text));
}

}  // namespace sealock::policy
