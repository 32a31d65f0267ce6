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

bool has_known_form(std::string_view text) {
  constexpr std::size_t shortest = 6;  // "-p x", "a:b@c" and the like are no secrets worth a look
  return text.size() >= shortest &&
         RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_forms().any);
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return made;
}

// Carry a password by documentation.
bool is_credential_label(std::string_view name) {
  constexpr std::array<std::string_view, 10> globs = {
      "com.datadoghq.ad.*",        "com.datadoghq.ad.checks",
      "traefik.*.basicauth.users", "traefik.*.digestauth.users",
      "traefik.*.headers.custom*", "caddy*basic*auth*",
      "homepage.widget.*",         "ofelia.*.command",
      "docker-volume-backup.*",    "*.basic_auth*"};
  return std::any_of(globs.begin(), globs.end(),
                     [name](std::string_view glob) { return matches_glob(glob, name); });
}

// Names chosen by people stand inside these, and tools need the values.
bool is_routing_label(std::string_view name) {
  constexpr std::array<std::string_view, 6> prefixes = {
      "traefik.http.routers.", "traefik.http.services.", "traefik.tcp.routers.",
      "traefik.tcp.services.", "traefik.udp.",           "com.docker.compose."};
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [name](std::string_view prefix) { return starts_with(name, prefix); });
}

bool has_secret_word(std::string_view name) {
  constexpr std::array<std::string_view, 10> words = {
      "pass",       "pwd",     "secret", "token",      "key",
      "credential", "private", "dsn",    "connection", "auth"};
  constexpr std::array<std::string_view, 3> innocent = {"author", "authors", "keyboard"};
  std::string rest(name);
  for (const std::string_view word : innocent) {
    for (std::size_t at = rest.find(word); at != std::string::npos; at = rest.find(word)) {
      rest.erase(at, word.size());
    }
  }
  return std::any_of(words.begin(), words.end(), [&rest](std::string_view word) {
    return rest.find(word) != std::string::npos;
  });
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
  constexpr std::array<std::string_view, 22> harmless = {
      "uid",    "gid",   "file_mode", "dir_mode", "vers",    "nfsvers", "rw",   "ro",
      "soft",   "hard",  "nolock",    "size",     "bind",    "rbind",   "mode", "noexec",
      "nosuid", "nodev", "noatime",   "timeo",    "retrans", "tcp"};
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
  const std::string folded = lower(name);
  if (is_credential_label(folded)) return true;
  if (!is_routing_label(folded) && has_secret_word(folded)) return true;
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
      if (!shown.empty()) shown.push_back(',');
      append_mount_option(part, shown);
    }
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
