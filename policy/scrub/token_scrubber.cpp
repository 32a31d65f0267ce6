#include "policy/scrub/token_scrubber.hpp"

#include "policy/answer/mask.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace sealock::policy {

enum class Letters { base64, word, capitals, not_blank, authority };

struct TokenForm {
  std::string_view beginning;
  Letters letters = Letters::base64;
  std::size_t least = 8;  // bytes behind the beginning that make it a token
  bool any_case = false;
};

namespace {

constexpr std::string_view url_beginning = "://";
constexpr std::string_view key_beginning = "PRIVATE KEY-----";

constexpr std::array forms{
    TokenForm{"ghp_", Letters::word},
    TokenForm{"gho_", Letters::word},
    TokenForm{"ghu_", Letters::word},
    TokenForm{"ghs_", Letters::word},
    TokenForm{"ghr_", Letters::word},
    TokenForm{"github_pat_", Letters::word},
    TokenForm{"glpat-"},
    TokenForm{"dckr_pat_"},
    TokenForm{"xoxa-"},
    TokenForm{"xoxb-"},
    TokenForm{"xoxe-"},
    TokenForm{"xoxp-"},
    TokenForm{"xoxr-"},
    TokenForm{"xoxs-"},
    TokenForm{"sk_live_", Letters::word},
    TokenForm{"rk_live_", Letters::word},
    TokenForm{"npm_", Letters::word, 20},
    TokenForm{"hvs."},
    TokenForm{"SG.", Letters::base64, 16},
    TokenForm{"AIza", Letters::base64, 20},
    TokenForm{"AKIA", Letters::capitals, 16},
    TokenForm{"ASIA", Letters::capitals, 16},
    TokenForm{"eyJ", Letters::base64, 20},
    TokenForm{"SWMTKN-1-"},
    TokenForm{"SWMKEY-1-"},
    TokenForm{"$2a$", Letters::not_blank},
    TokenForm{"$2b$", Letters::not_blank},
    TokenForm{"$2y$", Letters::not_blank},
    TokenForm{"$apr1$", Letters::not_blank},
    TokenForm{"{SHA}"},
    TokenForm{"bearer ", Letters::not_blank, 8, true},
    TokenForm{url_beginning, Letters::authority, 0},
    TokenForm{key_beginning, Letters::base64, 0},
};

// What names of secrets end with, or hold before something that is no letter: "password",
// "DB_PASSWORD_FILE", "token2", but no "passed" and no "tokens".
constexpr std::array<std::string_view, 22> secret_words{
    "pass",       "password",    "passwd",  "passphrase",   "passcode", "passkey",
    "pwd",        "secret",      "secrets", "secretkey",    "token",    "authtoken",
    "credential", "credentials", "apikey",  "api_key",      "api-key",  "accesskey",
    "access_key", "private_key", "auth",    "authorization"};

// In the value of Authorization they stand before the secret.
constexpr std::array<std::string_view, 5> schemes{"bearer", "basic", "token", "digest",
                                                  "negotiate"};
constexpr std::size_t longest_scheme = 9;

constexpr std::size_t recent_bytes = 64;
constexpr std::size_t longest_user_information = 512;
// A key of 16,384 bits has 13 KiB, and log drivers put a time before each line of it.
constexpr std::size_t longest_private_key = 32 * 1024;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_space(char c) {
  return is_blank(c) || c == '\n' || c == '\r' || c == '\0';
}
bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

std::string lowered(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(), lower);
  return made;
}

const LiteralMatcher& beginnings() {
  static const LiteralMatcher matcher = [] {
    std::vector<std::string> literals;
    for (const TokenForm& form : forms)
      literals.push_back(lowered(form.beginning));
    return LiteralMatcher(literals);
  }();
  return matcher;
}

bool is_letter_of(Letters letters, char c) {
  switch (letters) {
  case Letters::base64:
    return is_alphanumeric(c) || std::string_view("+/=_.-").find(c) != std::string_view::npos;
  case Letters::word:
    return is_alphanumeric(c) || c == '_';
  case Letters::capitals:
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  case Letters::not_blank:
    return !is_space(c) && !is_quote(c) && c != ',';
  case Letters::authority:
    return !is_space(c) && !is_quote(c) &&
           std::string_view("/<>").find(c) == std::string_view::npos;
  }
  return false;
}

bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

bool holds_word(std::string_view name, std::string_view word) {
  for (std::size_t at = name.find(word); at != std::string_view::npos;
       at = name.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if (end == name.size() || !is_letter(name[end])) return true;
  }
  return false;
}

bool is_secret_name(std::string_view name) {
  const std::string folded = lowered(name);
  return std::any_of(secret_words.begin(), secret_words.end(),
                     [&](std::string_view word) { return holds_word(folded, word); });
}

bool is_name_letter(char c) {
  return is_alphanumeric(c) || c == '_' || c == '-' || c == '.';
}

}  // namespace

void TokenScrubber::feed(std::string_view text, std::string& out) {
  for (const char byte : text)
    take(byte, out);
}

void TokenScrubber::take(char byte, std::string& out) {
  switch (place_) {
  case Place::text:
    return look(byte, out);
  case Place::value_start:
    return read_value_start(byte, out);
  case Place::value:
    return read_value(byte, out);
  case Place::token:
    return read_token(byte, out);
  case Place::masked:
    return read_masked(byte, out);
  case Place::private_key:
    return read_private_key(byte);
  }
}

void TokenScrubber::show(char byte, std::string& out) {
  out.push_back(byte);
  if (recent_.size() == 2 * recent_bytes) recent_.erase(0, recent_bytes);
  recent_.push_back(byte);
}

// The form whose beginning this byte completes.
const TokenForm* TokenScrubber::find_form(char byte) {
  auto next = beginnings().follow(state_, lower(byte));
  while (!next && state_ != LiteralMatcher::start) {
    state_ = beginnings().fallback(state_);
    next = beginnings().follow(state_, lower(byte));
  }
  state_ = next.value_or(LiteralMatcher::start);
  const auto ended = beginnings().ended(state_);
  return ended ? &forms[*ended] : nullptr;
}

void TokenScrubber::look(char byte, std::string& out) {
  const bool names = names_secret(byte);
  show(byte, out);
  const TokenForm* form = find_form(byte);
  if (form != nullptr && (form->any_case || recent_.ends_with(form->beginning))) {
    begin(*form, out);
  } else if (names) {
    quote_ = 0;
    place_ = Place::value_start;
  }
}

// Does this byte stand between the name of a secret and its value? "password=", "Password : ",
// {"password":, and the blank in "--password x".
bool TokenScrubber::names_secret(char separator) const {
  if (separator != '=' && separator != ':' && !is_blank(separator)) return false;
  std::string_view before = recent_;
  if (is_blank(separator)) {
    const std::size_t start = before.find_last_of(" \t\r\n\"'[,=");
    if (start != std::string_view::npos) before.remove_prefix(start + 1);
    return before.starts_with("--") && is_secret_name(before);
  }
  while (!before.empty() && (is_blank(before.back()) || is_quote(before.back())))
    before.remove_suffix(1);
  std::size_t size = 0;
  while (size < before.size() && is_name_letter(before[before.size() - size - 1]))
    ++size;
  return is_secret_name(before.substr(before.size() - size));
}

void TokenScrubber::begin(const TokenForm& form, std::string& out) {
  form_ = &form;
  state_ = LiteralMatcher::start;
  if (form.beginning != key_beginning) {
    place_ = Place::token;
    return;
  }
  // Behind a key's last line nothing is to be hidden; without the line's beginning all is.
  const std::size_t line = recent_.rfind("-----", recent_.size() - 6);
  if (line != std::string::npos && recent_.compare(line, 9, "-----END ") == 0) return;
  mask(out);
  key_bytes_ = 0;
  place_ = Place::private_key;
}

void TokenScrubber::read_value_start(char byte, std::string& out) {
  if (byte == '\n' || byte == '\r') {
    place_ = Place::text;
    return look(byte, out);
  }
  if (is_quote(byte)) quote_ = byte;
  if (is_quote(byte) || is_blank(byte) || byte == '=' || byte == ':' || byte == '>') {
    return show(byte, out);
  }
  escaped_ = false;
  place_ = Place::value;
  read_value(byte, out);
}

bool TokenScrubber::ends_value(char byte) {
  const bool escaped = escaped_;
  escaped_ = byte == '\\' && !escaped;
  if (quote_ == 0) return is_space(byte);
  return byte == '\n' || (byte == quote_ && !escaped);
}

// "Bearer", and then the secret.
void TokenScrubber::read_value(char byte, std::string& out) {
  const std::string word = lowered(held_);
  if (is_blank(byte) && std::find(schemes.begin(), schemes.end(), word) != schemes.end()) {
    for (const char letter : std::string(std::move(held_)))
      show(letter, out);
    held_.clear();
    place_ = Place::value_start;
    return show(byte, out);
  }
  const bool ends = ends_value(byte);
  held_.push_back(byte);
  if (!ends && held_.size() <= longest_scheme) return;
  mask(out);
  form_ = nullptr;
  place_ = Place::masked;
  if (ends) end_mask(byte, out);
}

void TokenScrubber::read_token(char byte, std::string& out) {
  const bool address = form_->letters == Letters::authority;
  if (!is_letter_of(form_->letters, byte)) {
    end_token(out);
    return take(byte, out);
  }
  held_.push_back(byte);
  if (held_.size() < (address ? longest_user_information : form_->least)) return;
  mask(out);
  place_ = Place::masked;
}

// Not long enough for a token, or the whole authority of a URL: up to its last @ stand a user and a
// password, and the rest is text like any other.
void TokenScrubber::end_token(std::string& out) {
  std::string text;
  text.swap(held_);
  place_ = Place::text;
  const std::size_t at = form_->letters == Letters::authority ? text.rfind('@') : std::string::npos;
  if (at != std::string::npos) {
    mask(out);
    text.erase(0, at);
  }
  feed(text, out);
}

void TokenScrubber::read_masked(char byte, std::string& out) {
  const bool ends = form_ != nullptr ? !is_letter_of(form_->letters, byte) : ends_value(byte);
  if (ends) end_mask(byte, out);
}

void TokenScrubber::end_mask(char byte, std::string& out) {
  place_ = Place::text;
  look(byte, out);
}

void TokenScrubber::read_private_key(char byte) {
  const TokenForm* form = find_form(byte);
  const bool ends = form != nullptr && form->beginning == key_beginning;
  if (!ends && ++key_bytes_ < longest_private_key) return;
  state_ = LiteralMatcher::start;
  recent_.clear();
  place_ = Place::text;
}

void TokenScrubber::mask(std::string& out) {
  held_.clear();
  for (const char byte : mask_text)
    show(byte, out);
}

void TokenScrubber::finish(std::string& out) {
  // What is fed again may look like another token, a shorter one.
  while (place_ == Place::token)
    end_token(out);
  // The first bytes of a value are a secret all the same.
  if (place_ == Place::value) mask(out);
  recent_.clear();
  state_ = LiteralMatcher::start;
  place_ = Place::text;
}

}  // namespace sealock::policy
