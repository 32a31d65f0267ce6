#include "policy/scrub/known_values.hpp"

#include "policy/answer/json_text.hpp"
#include "policy/answer/secret_forms.hpp"
#include "policy/request/percent.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace sealock::policy {
namespace {

constexpr std::size_t shortest = 8;
constexpr std::size_t shortest_secret = 4;
// Longer ones are looked for in pieces, so that what is held back stays short.
constexpr std::size_t longest = 256;

// What every image sets, and what is in half of all logs.
constexpr std::array<std::string_view, 14> usual_names{
    "PATH", "HOME", "HOSTNAME", "LANG",  "LANGUAGE", "TERM",    "SHELL",
    "PWD",  "TZ",   "USER",     "SHLVL", "OLDPWD",   "LOGNAME", "GPG_KEY"};
constexpr std::array<std::string_view, 8> usual_values{
    "production", "development",    "localhost", "127.0.0.1",
    "0.0.0.0",    "noninteractive", "postgres",  "disabled"};

bool is_number(std::string_view text) {
  return text.find_first_not_of("0123456789.,:-+eE") == std::string_view::npos;
}

template <typename Names>
bool holds(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Collector {
public:
  void add_variable(std::string_view name, std::string_view value) {
    const bool secret = is_secret_label(name, "");
    if (!secret && (holds(usual_names, name) || name.starts_with("LC_"))) return;
    while (!value.empty()) {
      const std::size_t end = value.find_first_of("\r\n");
      add_line(value.substr(0, end), secret);
      if (end == std::string_view::npos) break;
      value.remove_prefix(end + 1);
    }
  }

  [[nodiscard]] std::vector<std::string> take() { return {values_.begin(), values_.end()}; }

private:
  void add_line(std::string_view line, bool secret) {
    add_password_of_url(line);
    if (line.size() < (secret ? shortest_secret : shortest)) return;
    if (!secret && (is_number(line) || holds(usual_values, line))) return;
    add_spellings(line);
  }

  void add_password_of_url(std::string_view text) {
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) return;
    std::string_view rest = text.substr(scheme + 3);
    rest = rest.substr(0, rest.find('/'));
    const std::size_t at = rest.rfind('@');
    const std::size_t colon = rest.find(':');
    if (at == std::string_view::npos || colon == std::string_view::npos || colon > at) return;
    const std::string_view password = rest.substr(colon + 1, at - colon - 1);
    if (password.size() >= shortest_secret) add_spellings(password);
  }

  void add_spellings(std::string_view text) {
    add_pieces(text);
    std::string json;
    append_json_string(text, json);
    add_pieces(std::string_view(json).substr(1, json.size() - 2));
    std::string url;
    append_encoded(text, "", url);
    add_pieces(url);
  }

  // Of a long one each piece by itself is a secret.
  void add_pieces(std::string_view text) {
    for (; text.size() > longest + shortest; text.remove_prefix(longest))
      values_.emplace(text.substr(0, longest));
    values_.emplace(text);
  }

  std::set<std::string, std::less<>> values_;
};

}  // namespace

std::vector<std::string> known_values(const std::vector<std::string_view>& environment) {
  Collector collector;
  for (const std::string_view variable : environment) {
    const std::size_t equal = variable.find('=');
    if (equal == std::string_view::npos) continue;
    collector.add_variable(variable.substr(0, equal), variable.substr(equal + 1));
  }
  return collector.take();
}

}  // namespace sealock::policy
