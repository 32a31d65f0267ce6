// Reads the `tests` of a rule file.
#include "policy/engine_api/operation.hpp"
#include "policy/rules/file_keys.hpp"
#include "policy/rules/self_test.hpp"
#include "policy/rules/spelling.hpp"
#include "policy/rules/test_engine.hpp"
#include "policy/rules/test_upload.hpp"
#include "policy/rules/yaml_json.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::array<std::string_view, 12> test_keys{"it",          "request", "body",   "archive",
                                                     "compression", "headers", "reason", "target",
                                                     "objects",     "owns",    "answer", "expect"};
constexpr std::array<std::string_view, 3> required_test_keys{"it", "request", "expect"};
constexpr std::array<std::string_view, 1> later_test_keys{"at"};
constexpr std::array<std::string_view, 6> expect_keys{"allow",  "deny",        "warns",
                                                      "audits", "redacted_by", "client_sees"};

// Reads one test; one object a test, so that its members need no passing on.
class TestReader {
public:
  TestReader(const YamlNode& node, Diagnostics& diagnostics)
      : node_(node), diagnostics_(diagnostics) {}

  std::optional<SelfTest> read() {
    if (node_.is_broken()) return std::nullopt;
    if (!node_.is_map()) {
      error("R02", node_.place, "a test must be a map, not " + std::string(node_.kind_name()));
      return std::nullopt;
    }
    check_keys(node_, {test_keys, required_test_keys, later_test_keys}, node_.place, diagnostics_);
    const std::size_t errors = diagnostics_.count(Level::error);
    test_.place = node_.place;
    if (const YamlEntry* entry = node_.find("it")) {
      test_.it = read_text(entry->value, "it", "R02", diagnostics_).value_or("");
      test_.place = entry->value.place;
    }
    if (const YamlEntry* entry = node_.find("reason")) {
      test_.reason = read_text(entry->value, "reason", "R02", diagnostics_).value_or("");
    }
    if (const YamlEntry* entry = node_.find("request")) read_request(entry->value);
    if (const YamlEntry* entry = node_.find("body")) test_.body = entry->value;
    if (const YamlEntry* entry = node_.find("archive")) {
      test_.upload = read_test_upload(entry->value, node_.find("compression"), diagnostics_);
    } else if (const YamlEntry* packed = node_.find("compression")) {
      error("R31", packed->key_place, "'compression' needs an 'archive' that is packed");
    }
    if (const YamlEntry* entry = node_.find("headers")) read_headers(entry->value);
    if (const YamlEntry* entry = node_.find("target")) read_target(entry->value);
    if (const YamlEntry* entry = node_.find("objects")) read_objects(entry->value);
    test_.owns = read_names(node_.find("owns"), "names").value_or(std::vector<std::string>());
    if (const YamlEntry* entry = node_.find("answer")) {
      test_.answer = json_of(entry->value, nullptr);
    }
    if (const YamlEntry* entry = node_.find("expect")) read_expectation(entry->value);
    const bool complete = !test_.it.empty() && !test_.method.empty() && !test_.by.empty();
    if (!complete || diagnostics_.count(Level::error) != errors) return std::nullopt;
    return std::move(test_);
  }

private:
  void error(std::string code, const Place& place, std::string text, std::string hint = {}) {
    diagnostics_.error(std::move(code), place, std::move(text), std::move(hint));
  }

  // False, and an error, when `node` is another thing than a map.
  bool is_map(const YamlNode& node, std::string_view name) {
    if (node.is_map()) return true;
    if (node.is_broken()) return false;
    error("R02", node.place,
          "'" + std::string(name) + "' must be a map, not " + std::string(node.kind_name()));
    return false;
  }

  void read_request(const YamlNode& node) {
    const auto text = read_text(node, "request", "R02", diagnostics_);
    if (!text) return;
    test_.request_place = node.place;
    const std::size_t space = text->find(' ');
    if (space == 0 || space == std::string::npos || !text->substr(space + 1).starts_with('/')) {
      error("R31", node.place, "'" + *text + "' is no request", "write METHOD /path?query");
      return;
    }
    test_.method = text->substr(0, space);
    test_.target = text->substr(space + 1);
    if (parse_method(test_.method)) return;
    error("R31", node.place, "'" + test_.method + "' is no method of the Docker API");
  }

  void read_headers(const YamlNode& node) {
    if (!is_map(node, "headers")) return;
    for (const YamlEntry& entry : node.entries) {
      const auto value = read_text(entry.value, entry.key, "R02", diagnostics_);
      std::string name = entry.key;
      for (char& c : name)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (value) test_.headers.emplace_back(std::move(name), *value);
    }
  }

  void read_target(const YamlNode& node) {
    if (!is_map(node, "target")) return;
    test_.engine_target = json_of(node, nullptr);
  }

  void read_objects(const YamlNode& node) {
    if (!is_map(node, "objects")) return;
    for (const YamlEntry& kind : node.entries) {
      const std::optional<ObjectKind> known = find_object_kind(kind.key);
      if (!known) {
        Suggestion suggestion(kind.key);
        const std::vector<std::string_view> names = object_kind_names();
        for (const std::string_view name : names)
          suggestion.offer(name);
        error("R31", kind.key_place, "'" + kind.key + "' is no kind of object",
              suggestion.hint(one_of(names)));
        continue;
      }
      if (!is_map(kind.value, kind.key)) continue;
      for (const YamlEntry& object : kind.value.entries)
        read_object(*known, object);
    }
  }

  void read_object(ObjectKind kind, const YamlEntry& entry) {
    TestObject object{kind, entry.key, true, {}};
    if (entry.value.kind == YamlNode::Kind::null) {
      object.exists = false;
    } else {
      if (!is_map(entry.value, entry.key)) return;
      object.inspect = json_of(entry.value, nullptr);
    }
    test_.objects.push_back(std::move(object));
  }

  void read_expectation(const YamlNode& node) {
    if (!is_map(node, "expect")) return;
    check_keys(node, {expect_keys, {}}, node.place, diagnostics_);
    const YamlEntry* allow = node.find("allow");
    const YamlEntry* deny = node.find("deny");
    if ((allow == nullptr) == (deny == nullptr)) {
      error("R31", node.place,
            allow == nullptr ? "the test does not say which rule decides"
                             : "a request is either allowed or denied",
            "write {allow: RULE} or {deny: RULE}; {deny: default} when no rule allows it");
      return;
    }
    const YamlEntry& decision = allow != nullptr ? *allow : *deny;
    test_.allow = allow != nullptr;
    test_.by = read_text(decision.value, decision.key, "R02", diagnostics_).value_or("");
    test_.by_place = decision.value.place;
    test_.warns = read_names(node.find("warns"), "rules");
    test_.audits = read_names(node.find("audits"), "rules");
    test_.redacted_by = read_names(node.find("redacted_by"), "rules");
    if (const YamlEntry* entry = node.find("client_sees")) {
      test_.client_sees = json_of(entry->value, nullptr);
      if (!test_.answer) {
        error("R31", entry->key_place, "'client_sees' needs an 'answer' of the engine",
              "write what the engine answers: answer: {...}");
      }
    }
  }

  std::optional<std::vector<std::string>> read_names(const YamlEntry* entry, std::string_view of) {
    if (entry == nullptr || entry->value.is_broken()) return std::nullopt;
    if (!entry->value.is_list()) {
      error("R02", entry->value.place, "'" + entry->key + "' must be a list of " + std::string(of));
      return std::nullopt;
    }
    std::vector<std::string> names;
    for (const YamlNode& item : entry->value.items) {
      const auto name = read_text(item, entry->key, "R02", diagnostics_);
      if (name) names.push_back(*name);
    }
    return names;
  }

  const YamlNode& node_;
  Diagnostics& diagnostics_;
  SelfTest test_;
};

void refuse_same_name(const std::vector<SelfTest>& tests,
                      const SelfTest& test,
                      Diagnostics& diagnostics) {
  const auto same = std::find_if(tests.begin(), tests.end(),
                                 [&](const SelfTest& other) { return other.it == test.it; });
  if (same == tests.end()) return;
  diagnostics.error("R07", test.place, "there is a test '" + test.it + "' already",
                    "the first one is in line " + std::to_string(same->place.line));
}

}  // namespace

std::vector<SelfTest> read_self_tests(const YamlNode& node, Diagnostics& diagnostics) {
  if (node.is_broken()) return {};
  if (!node.is_list() || node.items.empty()) {
    diagnostics.error("R30", node.place, "'tests' must be a list of at least one test",
                      "tests: is required; they run when the file loads");
    return {};
  }
  std::vector<SelfTest> tests;
  for (const YamlNode& item : node.items) {
    std::optional<SelfTest> test = TestReader(item, diagnostics).read();
    if (!test) continue;
    refuse_same_name(tests, *test, diagnostics);
    tests.push_back(std::move(*test));
  }
  return tests;
}

}  // namespace sealock::policy
