#include "policy/answer/mask.hpp"

#include "policy/answer/json_text.hpp"
#include "policy/answer/secret_forms.hpp"

#include <algorithm>
#include <array>

namespace sealock::policy {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t word_end(std::string_view text, std::size_t from = 0) {
  while (from < text.size() && !is_blank(text[from]))
    ++from;
  return from;
}

std::size_t skip_blanks(std::string_view text, std::size_t from) {
  while (from < text.size() && is_blank(text[from]))
    ++from;
  return from;
}

// `kept` stays, the mask follows.
void append_masked(std::string_view kept, std::string_view between, std::string& json) {
  std::string text(kept);
  text.append(between).append(mask_text);
  append_json_string(text, json);
}

bool conceal_environment(std::string_view text, std::string& json) {
  const std::size_t equal = text.find('=');
  if (equal == std::string_view::npos) return false;  // a name without a value
  append_masked(text.substr(0, equal), "=", json);
  return true;
}

bool conceal_after_word(std::string_view text, std::size_t end, std::string& json) {
  if (skip_blanks(text, end) == text.size()) return false;
  append_masked(text.substr(0, end), " ", json);
  return true;
}

bool is_instruction(std::string_view word) {
  constexpr std::array<std::string_view, 18> instructions = {
      "ADD",    "ARG",   "CMD",         "COPY",  "ENTRYPOINT", "ENV",
      "EXPOSE", "FROM",  "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
      "RUN",    "SHELL", "STOPSIGNAL",  "USER",  "VOLUME",     "WORKDIR"};
  return std::find(instructions.begin(), instructions.end(), word) != instructions.end();
}

// "ENV A=b", "/bin/sh -c #(nop)  ENV A=b", "/bin/sh -c make", "|1 A=b /bin/sh -c make",
// "[stage-1 2/3] RUN make" (build cache).
bool conceal_instruction(std::string_view text, std::string& json) {
  constexpr std::string_view no_operation = "/bin/sh -c #(nop) ";
  std::size_t end = word_end(text);
  if (text.substr(0, no_operation.size()) == no_operation) {
    const std::size_t first = skip_blanks(text, no_operation.size());
    const std::size_t last = word_end(text, first);
    if (is_instruction(text.substr(first, last - first))) end = last;
  } else if (!text.empty() && text.front() == '[') {
    const std::size_t bracket = text.find(']');
    if (bracket != std::string_view::npos) {
      end = bracket + 1;
      const std::size_t first = skip_blanks(text, end);
      const std::size_t last = word_end(text, first);
      if (is_instruction(text.substr(first, last - first))) end = last;
    }
  }
  return conceal_after_word(text, end, json);
}

// "exec_create: sh -c ..." shows a command, "health_status: healthy" does not.
bool conceal_action(std::string_view text, std::string& json) {
  constexpr std::array<std::string_view, 4> harmless = {
      "health_status: healthy", "health_status: unhealthy", "health_status: starting",
      "health_status: none"};
  if (std::find(harmless.begin(), harmless.end(), text) != harmless.end()) return false;
  const std::size_t end = text.find_first_of(": \t\n");
  if (end == std::string_view::npos) return false;
  append_masked(text.substr(0, end), ": ", json);
  return true;
}

bool conceal_security_option(std::string_view text, std::string& json) {
  const std::size_t end = text.find_first_of("=:");
  if (end == std::string_view::npos) return false;
  if (!equal_folded(text.substr(0, end), "seccomp")) return hide_known_forms(text, json);
  const std::string_view profile = text.substr(end + 1);
  if (profile == "unconfined" || profile == "builtin") return false;
  append_masked(text.substr(0, end + 1), "", json);
  return true;
}

bool conceal_label_text(std::string_view text, std::string& json) {
  const std::size_t equal = text.find('=');
  if (equal == std::string_view::npos) return hide_known_forms(text, json);
  if (!is_secret_label(text.substr(0, equal), text.substr(equal + 1))) return false;
  append_masked(text.substr(0, equal), "=", json);
  return true;
}

char folded(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// Takes one folded character off the front.
char take_folded(std::string_view& text) {
  constexpr std::string_view long_s = "\xc5\xbf";      // U+017F
  constexpr std::string_view kelvin = "\xe2\x84\xaa";  // U+212A
  if (text.substr(0, long_s.size()) == long_s) {
    text.remove_prefix(long_s.size());
    return 's';
  }
  if (text.substr(0, kelvin.size()) == kelvin) {
    text.remove_prefix(kelvin.size());
    return 'k';
  }
  const char c = folded(text.front());
  text.remove_prefix(1);
  return c;
}

}  // namespace

bool is_sensitive(FieldKind kind) {
  return kind >= FieldKind::environment;
}

Treatment treatment_of(FieldKind kind, MaskReach reach) {
  switch (kind) {
  case FieldKind::plain:
  case FieldKind::reference:
  case FieldKind::anything:
  case FieldKind::argument_vector:
  case FieldKind::secret:
  case FieldKind::secret_tree:
    return Treatment::mask;
  case FieldKind::address:
    return Treatment::mask_empty;
  case FieldKind::time:
    return Treatment::mask_time;
  case FieldKind::encoded:
  case FieldKind::secret_bytes:
    return Treatment::mask_bytes;
  case FieldKind::environment:
    return Treatment::environment;
  case FieldKind::command_line:
    return Treatment::first_word;
  case FieldKind::instruction:
    return Treatment::instruction;
  case FieldKind::label:
    return reach == MaskReach::whole ? Treatment::mask : Treatment::label_policy;
  case FieldKind::label_text:
    return reach == MaskReach::whole ? Treatment::environment : Treatment::label_text;
  case FieldKind::attribute:
    return reach == MaskReach::whole ? Treatment::mask : Treatment::attribute_policy;
  case FieldKind::option:
    return reach == MaskReach::whole ? Treatment::mask : Treatment::option_policy;
  case FieldKind::action:
    return Treatment::action;
  case FieldKind::proxy_url:
    return reach == MaskReach::whole ? Treatment::mask : Treatment::proxy_url;
  case FieldKind::security_option:
    return reach == MaskReach::whole ? Treatment::mask : Treatment::security_option;
  case FieldKind::status_text:
    return Treatment::status_text;
  case FieldKind::free_text:
    return reach == MaskReach::whole ? Treatment::mask : Treatment::free_text;
  }
  return Treatment::mask;
}

std::string_view fixed_replacement(Treatment treatment) {
  switch (treatment) {
  case Treatment::mask:
    return "\"**masked**\"";
  case Treatment::mask_bytes:
    return "\"KiptYXNrZWQqKg==\"";
  case Treatment::mask_time:
    return "\"0001-01-01T00:00:00Z\"";
  case Treatment::mask_empty:
    return "\"\"";
  case Treatment::keep:
  case Treatment::label_policy:
  case Treatment::attribute_policy:
  case Treatment::option_policy:
  case Treatment::label_text:
  case Treatment::free_text:
  case Treatment::proxy_url:
  case Treatment::status_text:
  case Treatment::security_option:
  case Treatment::action:
  case Treatment::instruction:
  case Treatment::first_word:
  case Treatment::environment:
    break;
  }
  return {};
}

bool conceal(Treatment treatment, std::string_view name, std::string_view text, std::string& json) {
  switch (treatment) {
  case Treatment::keep:
    return false;
  case Treatment::label_policy:
    if (!is_secret_label(name, text)) return false;
    break;
  case Treatment::attribute_policy:
    if (!is_secret_attribute(name, text)) return false;
    break;
  case Treatment::option_policy:
    return hide_option(name, text, json);
  case Treatment::label_text:
    return conceal_label_text(text, json);
  case Treatment::free_text:
    return hide_known_forms(text, json);
  case Treatment::proxy_url:
    return hide_user_information(text, json);
  case Treatment::status_text:
    if (is_harmless_text(text)) return false;
    append_json_string(hidden_error_text, json);
    return true;
  case Treatment::security_option:
    return conceal_security_option(text, json);
  case Treatment::action:
    return conceal_action(text, json);
  case Treatment::instruction:
    return conceal_instruction(text, json);
  case Treatment::first_word:
    return conceal_after_word(text, word_end(text), json);
  case Treatment::environment:
    return conceal_environment(text, json);
  case Treatment::mask:
  case Treatment::mask_bytes:
  case Treatment::mask_time:
  case Treatment::mask_empty:
    json.append(fixed_replacement(treatment));
    return true;
  }
  json.append(fixed_replacement(Treatment::mask));
  return true;
}

std::optional<std::size_t> deciding_bytes(Treatment treatment,
                                          std::string_view name,
                                          std::string_view text) {
  if (!fixed_replacement(treatment).empty()) return 0;
  const std::size_t equal = text.find('=');
  switch (treatment) {
  case Treatment::environment:
    if (equal == std::string_view::npos) return std::nullopt;
    return equal + 1;
  case Treatment::label_policy:
    if (!is_secret_label(name, {})) return std::nullopt;
    return 0;
  case Treatment::option_policy: {
    std::string ignored;
    if (!hide_option(name, {}, ignored)) return std::nullopt;
    return 0;
  }
  case Treatment::label_text:
    if (equal == std::string_view::npos || !is_secret_label(text.substr(0, equal), {})) {
      return std::nullopt;
    }
    return equal + 1;
  default:
    return std::nullopt;
  }
}

std::optional<WholeValue> whole_value(Treatment treatment,
                                      std::string_view name,
                                      std::string_view text) {
  std::string ignored;
  switch (treatment) {
  case Treatment::mask:
    return WholeValue{{}, name, text};
  case Treatment::label_policy:
  case Treatment::attribute_policy:
  case Treatment::option_policy:
    if (!conceal(treatment, name, text, ignored)) return std::nullopt;
    return WholeValue{{}, name, text};
  case Treatment::environment:
  case Treatment::label_text: {
    const std::size_t equal = text.find('=');
    if (equal == std::string_view::npos || !conceal(treatment, name, text, ignored))
      return std::nullopt;
    return WholeValue{text.substr(0, equal + 1), text.substr(0, equal), text.substr(equal + 1)};
  }
  case Treatment::keep:
  case Treatment::free_text:
  case Treatment::proxy_url:
  case Treatment::status_text:
  case Treatment::security_option:
  case Treatment::action:
  case Treatment::instruction:
  case Treatment::first_word:
  case Treatment::mask_bytes:
  case Treatment::mask_time:
  case Treatment::mask_empty:
    break;
  }
  return std::nullopt;
}

bool equal_folded(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty()) {
    if (take_folded(left) != take_folded(right)) return false;
  }
  return left.empty() && right.empty();
}

bool matches_glob(std::string_view glob, std::string_view text) {
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  std::size_t at = 0;
  std::size_t read = 0;
  while (read < text.size()) {
    if (at < glob.size() && glob[at] == '*') {
      star = at++;
      star_text = read;
    } else if (at < glob.size() && glob[at] == text[read]) {
      ++at;
      ++read;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      read = ++star_text;
    } else {
      return false;
    }
  }
  while (at < glob.size() && glob[at] == '*')
    ++at;
  return at == glob.size();
}

}  // namespace sealock::policy
