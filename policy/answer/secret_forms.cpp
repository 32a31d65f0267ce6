#include "policy/answer/secret_forms.hpp"

#include "policy/answer/json_text.hpp"
#include "policy/answer/mask.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include <re2/re2.h>

namespace sealock::policy {
namespace {

// Bytes, not code points: a stray byte must not end a match early.
const RE2::Options& byte_options() {
  static const RE2::Options options = [] {
    RE2::Options made(RE2::Latin1);
    made.set_log_errors(false);
    return made;
  }();
  return options;
}

struct Form {
  const char* pattern;
  const char* rewrite;
};

// secrets.md 6.4, first the ones whose surroundings stay readable.
constexpr std::array<Form, 6> forms = {{
    {R"(([A-Za-z][A-Za-z0-9+.-]*://)[^/\s"'<>]*@)", R"(\1**masked**@)"},
    {R"((?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z))",
     R"(**masked**)"},
    {R"((?i)((?:pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|api[-_]?key|auth)["']?[ =:]+)[^\s]+)",
     R"(\1**masked**)"},
    {R"((^|\s)(-p[ =]?|-u[ =]?)[^\s]+)", R"(\1\2**masked**)"},
    {R"(eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*|(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]+|github_pat_[A-Za-z0-9_]+|glpat-[A-Za-z0-9_.-]+|dckr_pat_[A-Za-z0-9_-]+|xox[abeprs]-[A-Za-z0-9-]+|[sr]k_live_[A-Za-z0-9]+|AIza[A-Za-z0-9_-]{20,}|SG\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+|npm_[A-Za-z0-9]{20,}|hvs\.[A-Za-z0-9_.-]+)",
     R"(**masked**)"},
    {R"(SWMTKN-1-[A-Za-z0-9-]+|SWMKEY-1-[A-Za-z0-9+/=_-]+|\$2[aby]\$[0-9]+\$[A-Za-z0-9./]+|\$apr1\$[^\s,]+|\{SHA\}[A-Za-z0-9+/=]+)",
     R"(**masked**)"},
}};

struct CompiledForms {
  std::unique_ptr<const RE2> any;  // one look says that there is none
  std::vector<std::unique_ptr<const RE2>> each;
};

const CompiledForms& compiled_forms() {
  static const CompiledForms compiled = [] {
    CompiledForms made;
    std::string any;
    for (const Form& form : forms) {
      made.each.push_back(std::make_unique<const RE2>(form.pattern, byte_options()));
      any.append(any.empty() ? "(?:" : "|(?:").append(form.pattern).push_back(')');
    }
    made.any = std::make_unique<const RE2>(any, byte_options());
    return made;
  }();
  return compiled;
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// Every form holds one of these, in lower case: a look that costs less than the patterns, and says
// no for nearly every value.
bool begins_trigger(std::string_view text) {
  const auto begins = [text](std::string_view trigger) {
    if (text.size() < trigger.size()) return false;
    for (std::size_t i = 0; i < trigger.size(); ++i) {
      const char c = text[i];
      if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != trigger[i]) return false;
    }
    return true;
  };
  switch (text.front()) {
  case ':':
    return begins("://");
  case '-':
    return begins("-----begin") || begins("-p") || begins("-u");
  case 'p':
  case 'P':
    return begins("pass") || begins("pwd");
  case 's':
  case 'S':
    return begins("secret") || begins("sg.") || begins("swmtkn") || begins("swmkey");
  case 't':
  case 'T':
    return begins("token");
  case 'c':
  case 'C':
    return begins("credential");
  case 'a':
  case 'A':
    return begins("api") || begins("auth") || begins("akia") || begins("asia") || begins("aiza");
  case 'e':
  case 'E':
    return begins("eyj");
  case 'g':
  case 'G':
    return begins("glpat-") || begins("github_pat_") ||
           (begins("gh") && text.size() > 3 && text[3] == '_');
  case 'd':
  case 'D':
    return begins("dckr_pat_");
  case 'x':
  case 'X':
    return begins("xox");
  case '_':
    return begins("_live_");
  case 'n':
  case 'N':
    return begins("npm_");
  case 'h':
  case 'H':
    return begins("hvs.");
  case '$':
    return begins("$2") || begins("$apr1$");
  case '{':
    return begins("{sha}");
  default:
    return false;
  }
}

// The bytes that a trigger or a secret word can begin with.
constexpr std::array<bool, 256> first_bytes(std::string_view bytes) {
  std::array<bool, 256> table{};
  for (const char c : bytes)
    table[static_cast<unsigned char>(c)] = true;
  return table;
}

template <typename Begins>
bool has_beginning(std::string_view text, const std::array<bool, 256>& first, Begins begins) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (first[static_cast<unsigned char>(text[at])] && begins(text.substr(at))) return true;
  }
  return false;
}

bool has_trigger(std::string_view text) {
  static constexpr auto first = first_bytes(":-pPsStTcCaAeEgGdDxX_nNhH${");
  return has_beginning(text, first, begins_trigger);
}

bool has_known_form(std::string_view text) {
  constexpr std::size_t shortest = 4;  // "-p x"
  return text.size() >= shortest && has_trigger(text) &&
         RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_forms().any);
}

// A label's name in lower case, without a heap: names that decide are at most a key long.
class FoldedName {
public:
  explicit FoldedName(std::string_view name) : size_(std::min(name.size(), text_.size())) {
    for (std::size_t i = 0; i < size_; ++i) {
      const char c = name[i];
      text_[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
  }
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

private:
  std::array<char, 256> text_;  // NOLINT: filled up to size_
  std::size_t size_;
};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// Carry a credential by documentation, though their names have no word of a secret in them.
bool is_credential_label(std::string_view name) {
  if (starts_with(name, "traefik.")) {
    return name.find(".headers.custom") != std::string_view::npos;
  }
  return starts_with(name, "com.datadoghq.ad.") || starts_with(name, "homepage.widget.") ||
         starts_with(name, "docker-volume-backup.") ||
         (starts_with(name, "ofelia.") && ends_with(name, ".command"));
}

// Names chosen by people stand inside these, and tools need the values.
bool is_routing_label(std::string_view name) {
  if (starts_with(name, "com.docker.compose.")) return true;
  if (!starts_with(name, "traefik.")) return false;
  name.remove_prefix(std::string_view("traefik.").size());
  return starts_with(name, "http.routers.") || starts_with(name, "http.services.") ||
         starts_with(name, "tcp.routers.") || starts_with(name, "tcp.services.") ||
         starts_with(name, "udp.");
}

bool begins_secret_word(std::string_view text) {
  const auto begins = [text](std::string_view word) { return starts_with(text, word); };
  switch (text.front()) {
  case 'p':
    return begins("pass") || begins("pwd") || begins("private");
  case 's':
    return begins("secret");
  case 't':
    return begins("token");
  case 'k':
    return begins("key");
  case 'c':
    return begins("credential") || begins("connection");
  case 'd':
    return begins("dsn");
  case 'a':
    return begins("auth") && (!begins("author") || begins("authori"));
  default:
    return false;
  }
}

bool has_secret_word(std::string_view name) {
  static constexpr auto first = first_bytes("pstkcda");
  return has_beginning(name, first, begins_secret_word);
}

// Options that say how, never with what.
bool is_harmless_option(std::string_view name) {
  constexpr std::array<std::string_view, 15> names = {
      "type",           "size",           "count",           "max-size",
      "max-file",       "mode",           "labels",          "env",
      "env-regex",      "labels-regex",   "max-buffer-size", "compress",
      "cache-disabled", "cache-max-file", "cache-max-size"};
  return std::find(names.begin(), names.end(), name) != names.end() || name == "cache-compress" ||
         starts_with(name, "com.docker.network.");
}

// One part of `o=`: "uid=1000" stays, "password=x" becomes "password=**masked**".
void append_mount_option(std::string_view part, std::string& text) {
  constexpr std::array<std::string_view, 23> harmless = {
      "addr",   "uid",    "gid",   "file_mode", "dir_mode", "vers",    "nfsvers", "rw",
      "ro",     "soft",   "hard",  "nolock",    "size",     "bind",    "rbind",   "mode",
      "noexec", "nosuid", "nodev", "noatime",   "timeo",    "retrans", "tcp"};
  if (part.empty()) return;
  const std::size_t equal = part.find('=');
  const std::string_view name = part.substr(0, equal);
  if (std::find(harmless.begin(), harmless.end(), name) != harmless.end() &&
      !has_known_form(part)) {
    text.append(part);
  } else if (equal == std::string_view::npos) {
    text.append(mask_text);
  } else {
    text.append(name).append("=").append(mask_text);
  }
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::string_view scheme_of(std::string_view url) {
  const std::size_t end = url.find("://");
  return end == std::string_view::npos ? std::string_view() : url.substr(0, end + 3);
}

// "user:begin-of-a-password": a colon that begins neither a port nor an IPv6 address.
bool could_begin_user_information(std::string_view part) {
  const std::string_view rest = part.substr(scheme_of(part).size());
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view after = rest.substr(colon + 1, rest.find('/') - colon - 1);
  return after.find_first_not_of("0123456789") != std::string_view::npos &&
         rest.find_first_not_of("0123456789abcdefABCDEF:[]./") != std::string_view::npos;
}

}  // namespace

bool is_secret_label(std::string_view name, std::string_view value) {
  const FoldedName folded(name);
  if (is_credential_label(folded.view())) return true;
  if (!is_routing_label(folded.view()) && has_secret_word(folded.view())) return true;
  return has_known_form(value);
}

bool is_secret_attribute(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 13> reserved = {
      "image", "name",   "execID",      "exitCode",    "signal",     "oldName", "container",
      "type",  "driver", "destination", "propagation", "read/write", "scope"};
  constexpr std::array<std::string_view, 4> written_by_people = {"comment", "labels",
                                                                 "cluster-store-opts", "runtimes"};
  const auto is_in = [name](const auto& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (is_in(reserved)) return has_known_form(value);
  if (is_in(written_by_people)) return true;
  return is_secret_label(name, value);
}

bool hide_option(std::string_view name, std::string_view value, std::string& json) {
  if (name == "o") {
    std::string shown;
    for (const std::string_view part : split_at_commas(value)) {
      append_mount_option(part, shown);
      shown.push_back(',');
    }
    shown.pop_back();
    if (shown == value) return false;
    append_json_string(shown, json);
    return true;
  }
  if (is_harmless_option(name)) return hide_known_forms(value, json);
  append_json_string(mask_text, json);
  return true;
}

bool hide_known_forms(std::string_view text, std::string& json) {
  if (!has_known_form(text)) return false;
  std::string shown(text);
  for (std::size_t i = 0; i < forms.size(); ++i) {
    RE2::GlobalReplace(&shown, *compiled_forms().each[i], forms[i].rewrite);
  }
  append_json_string(shown, json);
  return true;
}

bool hide_user_information(std::string_view text, std::string& json) {
  if (text.find('@') == std::string_view::npos) return false;
  const std::vector<std::string_view> parts = split_at_commas(text);
  std::string shown;
  std::size_t next = 0;
  while (next < parts.size()) {
    // A password can hold commas itself: from the part that could begin one to the part with the @.
    std::size_t last = next;
    if (could_begin_user_information(parts[next])) {
      while (last < parts.size() && parts[last].find('@') == std::string_view::npos)
        ++last;
      if (last == parts.size()) last = next;
    }
    if (next != 0) shown.push_back(',');
    const std::size_t at = parts[last].rfind('@');
    if (at == std::string_view::npos) {
      shown.append(parts[next]);
    } else {
      shown.append(scheme_of(parts[next])).append(mask_text).append(parts[last].substr(at));
    }
    next = last + 1;
  }
  append_json_string(shown, json);
  return true;
}

bool is_harmless_text(std::string_view text) {
  static const RE2 harmless(
      R"(|task: non-zero exit \(\d+\)|exit status \d+|context canceled|OOMKilled)"
      R"(|No such (?:container|image|network|volume|service|task|node|plugin|secret|config|exec instance): [\w./:@-]+)"
      R"(|network [\w.-]+ not found|(?:service|task|node|secret|config) [\w.-]+ not found|page not found)"
      R"(|new|allocated|pending|assigned|accepted|preparing|ready|starting|started|running|finished|complete|shutdown|rejected)"
      R"(|pending task scheduling|scheduler assigned task to node|prepared|created)"
      R"(|(?:update|rollback) (?:completed|in progress)|(?:update|rollback) paused due to failure or early termination of task \w+)"
      R"(|This node is not a swarm manager\. [\w ".,-]+)",
      byte_options());
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), harmless);
}

}  // namespace sealock::policy
