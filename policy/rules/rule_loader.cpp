#include "policy/rules/rule_loader.hpp"

#include "policy/answer/answer_schema.hpp"
#include "policy/rules/action_reader.hpp"
#include "policy/rules/condition_loader.hpp"
#include "policy/rules/file_keys.hpp"
#include "policy/rules/near_field.hpp"
#include "policy/rules/spelling.hpp"
#include "policy/rules/upload_fields.hpp"
#include "policy/scrub/printed_output.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sealock::policy {
namespace {

constexpr std::size_t shortest_reason = 10;
constexpr std::string_view known_secrets = "$secrets";

constexpr std::array<std::string_view, 3> effects{"allow", "deny", "redact"};
constexpr std::array<std::string_view, 4> severities{"low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 3> modes{"enforce", "warn", "audit"};

constexpr std::array<std::string_view, 9> allow_keys{
    "allow", "actions", "when", "may_set", "because", "severity", "mode", "since", "references"};
constexpr std::array<std::string_view, 8> deny_keys{"deny",     "actions", "when",  "because",
                                                    "severity", "mode",    "since", "references"};
constexpr std::array<std::string_view, 13> redact_keys{
    "redact", "actions", "when",  "keep",    "remove",   "mask",      "digest",
    "seal",   "reveal",  "scrub", "because", "severity", "references"};
constexpr std::array<std::string_view, 1> required_keys{"actions"};

std::span<const std::string_view> keys_of(RuleKind kind) {
  switch (kind) {
  case RuleKind::allow:
    return allow_keys;
  case RuleKind::deny:
    return deny_keys;
  case RuleKind::redact:
    return redact_keys;
  }
  return {};
}

std::string_view name_of(RuleKind kind) {
  switch (kind) {
  case RuleKind::allow:
    return "allow";
  case RuleKind::deny:
    return "deny";
  case RuleKind::redact:
    return "redact";
  }
  return {};
}

// The keys that rules of another kind have.
bool is_rule_key(std::string_view key) {
  const auto holds = [&](std::span<const std::string_view> keys) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  return holds(allow_keys) || holds(deny_keys) || holds(redact_keys);
}

std::string reason_against(RuleKind kind, std::string_view key) {
  if (kind == RuleKind::deny && key == "may_set") return "only an allow rule grants anything";
  if (kind == RuleKind::redact && key == "mode") return "a redaction is always in force";
  if (kind == RuleKind::redact) return "it holds for every answer of its actions";
  return "redact rules have it";
}

// Reads one rule; one object a rule, so that its members need no passing on.
class RuleReader {
public:
  RuleReader(const YamlNode& node, const RuleSurroundings& surroundings, Diagnostics& diagnostics)
      : node_(node), surroundings_(surroundings), diagnostics_(diagnostics) {}

  std::optional<CompiledRule> read() {
    if (!read_effect()) return std::nullopt;
    check_rule_keys();
    read_explanation();
    if (const YamlEntry* entry = node_.find("actions")) {
      actions_ = read_actions(entry->value, surroundings_.lists, diagnostics_);
      rule_.operations = operation_set(actions_);
    }
    if (actions_.empty()) return std::move(rule_);
    read_conditions();
    if (rule_.kind == RuleKind::redact) read_redaction();
    if (rule_.kind == RuleKind::allow) read_may_set();
    return std::move(rule_);
  }

private:
  void error(std::string code, const Place& place, std::string text, std::string hint = {}) {
    diagnostics_.error(std::move(code), place, std::move(text), std::move(hint));
  }

  // The key that says what the rule does, and its name.
  bool read_effect() {
    if (node_.is_broken()) return false;
    const YamlEntry* effect = nullptr;
    for (const YamlEntry& entry : node_.entries) {
      if (std::find(effects.begin(), effects.end(), entry.key) == effects.end()) continue;
      if (effect != nullptr) {
        error("R29", entry.key_place,
              "a rule is either '" + effect->key + "' or '" + entry.key + "'", "write two rules");
        return false;
      }
      effect = &entry;
    }
    if (effect == nullptr) {
      report_no_effect();
      return false;
    }
    rule_.kind = effect->key == "allow"  ? RuleKind::allow
                 : effect->key == "deny" ? RuleKind::deny
                                         : RuleKind::redact;
    if (surroundings_.every_client && rule_.kind != RuleKind::deny) {
      error("R15", effect->key_place, "the baseline has deny rules only",
            "what it allowed or redacted would hold for every client");
    }
    read_id(effect->value, effect->key);
    return true;
  }

  void report_no_effect() {
    if (!node_.is_map()) {
      error("R02", node_.place, "a rule must be a map, not " + std::string(node_.kind_name()));
      return;
    }
    for (const YamlEntry& entry : node_.entries) {
      Suggestion suggestion(entry.key);
      for (const std::string_view effect : effects)
        suggestion.offer(effect);
      if (!suggestion.found() || is_rule_key(entry.key)) continue;
      error("R01", entry.key_place, "unknown key '" + entry.key + "'", suggestion.hint());
      return;
    }
    error("R29", node_.place, "a rule begins with allow, deny or redact and its name");
  }

  void read_id(const YamlNode& node, std::string_view effect) {
    rule_.place = node.place;
    const auto id = read_text(node, effect, "R02", diagnostics_);
    if (!id) return;
    rule_.id = *id;
    rule_.name = surroundings_.policy + "/" + *id;
    if (!is_rule_name(*id)) {
      error("R06", node.place, "'" + *id + "' cannot be the name of a rule",
            "small letters, digits and -, a letter first, at most 64");
    } else if (is_reserved_rule_name(*id)) {
      error("R06", node.place, "'" + *id + "' is what sealock calls its own decisions",
            "choose another name");
    }
  }

  void check_rule_keys() {
    YamlNode rest;
    rest.kind = YamlNode::Kind::map;
    const std::span<const std::string_view> own = keys_of(rule_.kind);
    for (const YamlEntry& entry : node_.entries) {
      const bool is_own = std::find(own.begin(), own.end(), entry.key) != own.end();
      if (is_own || !is_rule_key(entry.key)) {
        rest.entries.push_back({entry.key, entry.key_place, {}});
        continue;
      }
      error("R15", entry.key_place,
            (rule_.kind == RuleKind::allow ? "an " : "a ") + std::string(name_of(rule_.kind)) +
                " rule has no '" + entry.key + "'",
            reason_against(rule_.kind, entry.key));
    }
    check_keys(rest, {own, required_keys}, rule_.place, diagnostics_);
  }

  [[nodiscard]] std::string name_for_messages() const {
    return std::string(name_of(rule_.kind)) + " rule '" + rule_.id + "'";
  }

  void read_explanation() {
    if (const YamlEntry* entry = node_.find("because")) {
      const auto because = read_text(entry->value, "because", "R02", diagnostics_);
      if (because) rule_.because = *because;
      if (because && because->size() < shortest_reason && rule_.kind == RuleKind::deny) {
        error("R12", entry->value.place,
              "'" + *because + "' is no reason that helps the blocked person",
              "at least 10 characters");
      }
    } else if (rule_.kind == RuleKind::deny) {
      error("R12", rule_.place, name_for_messages() + " gives no reason",
            "because: is what the blocked person reads");
    }
    if (const auto severity = read_word("severity", severities)) {
      rule_.severity = static_cast<Severity>(*severity);
    }
    if (rule_.kind != RuleKind::redact) {
      if (const auto mode = read_word("mode", modes)) rule_.mode = static_cast<Mode>(*mode);
      read_since();
    }
    read_references();
  }

  // The number of the word under `key` among `words`.
  std::optional<std::size_t> read_word(std::string_view key,
                                       std::span<const std::string_view> words) {
    const YamlEntry* entry = node_.find(key);
    if (entry == nullptr) return std::nullopt;
    const auto text = read_text(entry->value, key, "R02", diagnostics_);
    if (!text) return std::nullopt;
    const auto found = std::find(words.begin(), words.end(), *text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    Suggestion suggestion(*text);
    for (const std::string_view word : words)
      suggestion.offer(word);
    error("R16", entry->value.place, "there is no " + std::string(key) + " '" + *text + "'",
          suggestion.hint(one_of(words)));
    return std::nullopt;
  }

  void read_since() {
    const YamlEntry* entry = node_.find("since");
    if (entry == nullptr) return;
    const auto text = read_text(entry->value, "since", "R02", diagnostics_);
    if (!text) return;
    rule_.since = *text;
    if (is_date(*text)) return;
    error("R16", entry->value.place, "'" + *text + "' is no date", "write it as 2026-09-01");
  }

  [[nodiscard]] static bool is_date(std::string_view text) {
    static constexpr std::string_view form = "dddd-dd-dd";
    if (text.size() != form.size()) return false;
    for (std::size_t i = 0; i < form.size(); ++i) {
      const bool digit = text[i] >= '0' && text[i] <= '9';
      if (form[i] == 'd' ? !digit : text[i] != '-') return false;
    }
    const auto month = parse_integer(text.substr(5, 2));
    const auto day = parse_integer(text.substr(8, 2));
    // "08" is no octal here: from_chars reads decimal digits.
    return month && day && *month >= 1 && *month <= 12 && *day >= 1 && *day <= 31;
  }

  void read_references() {
    const YamlEntry* entry = node_.find("references");
    if (entry == nullptr) return;
    for (const Word& word : list_words(*entry)) {
      surroundings_.references.check(word.text, word.place, diagnostics_);
      rule_.references.push_back(word.text);
    }
  }

  // The words of a key that must be a list, $lists replaced.
  std::vector<Word> list_words(const YamlEntry& entry, std::string_view literal = {}) {
    if (entry.value.is_scalar()) {
      error("R02", entry.value.place, "'" + entry.key + "' must be a list, not text",
            "write [" + entry.value.text + "]");
      return {};
    }
    return surroundings_.lists.expand(entry.value, entry.key, diagnostics_, literal);
  }

  void read_conditions() {
    const YamlEntry* entry = node_.find("when");
    if (entry == nullptr || entry->value.is_broken()) return;
    if (!entry->value.is_map() || entry->value.entries.empty()) {
      error("R02", entry->value.place, "'when' must be a map of fields and tests",
            entry->value.is_map() ? "remove it: without 'when' the rule always holds" : "");
      return;
    }
    for (const YamlEntry& field : entry->value.entries) {
      auto condition = read_condition(field, actions_, surroundings_.lists, diagnostics_);
      if (condition) rule_.when.push_back(std::move(*condition));
    }
    const bool deny = rule_.kind == RuleKind::deny;
    if (!deny || item_kinds(rule_.when).size() < 2) return;
    error("R22", entry->key_place,
          name_for_messages() + " asks about different things of an upload at once",
          "it hits when one entry, instruction or image fits: write one rule for each");
  }

  void read_may_set() {
    const YamlEntry* entry = node_.find("may_set");
    if (entry == nullptr || entry->value.is_broken()) return;
    if (entry->value.is_scalar() && entry->value.text == "every_field") {
      rule_.every_field = true;
      return;
    }
    for (const Word& word : list_words(*entry)) {
      if (word.text == "every_field") {
        error("R28", word.place, "every_field stands alone", "write may_set: every_field");
        continue;
      }
      check_settable(word.text, word.place, actions_, diagnostics_);
      rule_.may_set.push_back(word.text);
    }
  }

  void read_redaction() {
    rule_.redact.rule = rule_.name;
    if (const YamlEntry* entry = node_.find("scrub")) return read_scrub(*entry);
    read_paths("keep", &RedactRule::keep);
    read_paths("remove", &RedactRule::remove);
    read_paths("mask", &RedactRule::mask);
    read_paths("digest", &RedactRule::digest);
    read_paths("seal", &RedactRule::seal);
    read_paths("reveal", &RedactRule::reveal);
    const RedactRule& redact = rule_.redact;
    if (!redact.keep.empty() || !redact.remove.empty() || !redact.mask.empty() ||
        !redact.digest.empty() || !redact.seal.empty()) {
      check_whole_redaction();
      return;
    }
    static constexpr std::array<std::string_view, 5> ways{"keep", "remove", "mask", "digest",
                                                          "seal"};
    const bool tried = std::any_of(ways.begin(), ways.end(), [this](std::string_view way) {
      return node_.find(way) != nullptr;
    });
    if (tried) return;  // reported there
    error("R04", rule_.place, name_for_messages() + " says not what is redacted",
          "keep:, remove:, mask:, digest: or seal: and a list of fields");
  }

  // What programs print has no fields.
  void read_scrub(const YamlEntry& entry) {
    for (const std::string_view way : {"keep", "remove", "mask", "digest", "seal", "reveal"}) {
      const YamlEntry* other = node_.find(way);
      if (other == nullptr) continue;
      error("R27", other->key_place, "a rule with scrub has no " + std::string(way),
            "write two rules: one for what programs print, one for documents");
    }
    for (const Operation* operation : actions_) {
      if (is_printed_output(operation->id)) continue;
      error("R27", entry.key_place,
            std::string(operation->name) + " does not answer with what a program prints",
            "scrub is for ContainerLogs, ContainerAttach, ExecStart, ServiceLogs and TaskLogs");
    }
    for (const Word& word : list_words(entry)) {
      if (word.text == "environment") {
        rule_.scrub.environment = true;
      } else if (word.text == "tokens") {
        rule_.scrub.tokens = true;
      } else {
        error("R27", word.place, "unknown word '" + word.text + "' in scrub",
              "environment: the values of the program's variables; tokens: known forms of tokens");
      }
    }
    if (list_words(entry).empty()) {
      error("R04", entry.key_place, name_for_messages() + " says not what is scrubbed",
            "scrub: [environment, tokens]");
    }
  }

  void read_paths(std::string_view key, std::vector<std::string> RedactRule::*paths) {
    const YamlEntry* entry = node_.find(key);
    if (entry == nullptr) return;
    const bool masks = key == "mask" || key == "digest" || key == "seal";
    const std::string_view literal = masks ? known_secrets : std::string_view();
    for (const Word& word : list_words(*entry, literal)) {
      (rule_.redact.*paths).push_back(word.text);
      if (word.text != literal) check_path(word, paths);
    }
  }

  // One path of the rule alone, so that what is wrong is reported where it stands.
  void check_path(const Word& word, std::vector<std::string> RedactRule::*paths) {
    RedactRule alone;
    alone.rule = rule_.name;
    (alone.*paths).push_back(word.text);
    if (paths == &RedactRule::reveal) alone.mask.emplace_back(known_secrets);
    const auto possible = check_redact_rule(alone, actions_);
    if (possible) return;
    has_impossible_path_ = true;
    NearField near(word.text);
    for (const Operation* operation : actions_) {
      for (const std::string& field : answer_fields(*operation))
        near.offer(field);
    }
    error("R27", word.place, without_name(possible.error().text), near.hint({}));
  }

  // The text of redaction errors begins with the rule, which the place says already.
  [[nodiscard]] std::string without_name(const std::string& text) const {
    const std::string name = rule_.name + ": ";
    return text.starts_with(name) ? text.substr(name.size()) : text;
  }

  void check_whole_redaction() {
    if (has_impossible_path_) return;
    const auto possible = check_redact_rule(rule_.redact, actions_);
    if (!possible) {
      error("R27", rule_.place, without_name(possible.error().text));
      return;
    }
    for (const Operation* operation : actions_) {
      const auto plan = RedactionPlan::compile(*operation, {rule_.redact});
      if (!plan) error("R27", rule_.place, without_name(plan.error().text));
    }
  }

  const YamlNode& node_;
  const RuleSurroundings& surroundings_;
  Diagnostics& diagnostics_;
  CompiledRule rule_;
  Actions actions_;
  bool has_impossible_path_ = false;
};

}  // namespace

bool is_reserved_rule_name(std::string_view name) {
  static constexpr std::array<std::string_view, 9> reserved{
      "default", "unknown-operation", "ambiguous-body", "ambiguous-request", "body-too-large",
      "expired", "reason-missing",    "ownership",      "masked-value"};
  return std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

std::optional<CompiledRule> read_rule(const YamlNode& node,
                                      const RuleSurroundings& surroundings,
                                      Diagnostics& diagnostics) {
  return RuleReader(node, surroundings, diagnostics).read();
}

}  // namespace sealock::policy
