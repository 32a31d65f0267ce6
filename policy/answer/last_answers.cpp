#include "policy/answer/last_answers.hpp"

#include "policy/answer/json_bytes.hpp"
#include "policy/answer/mask.hpp"

#include <algorithm>
#include <cstring>

namespace sealock::policy {
namespace {

// Behind an escape as the machine's grammar takes it; null where it would not.
const char* skip_escape(const char* p, const char* end) {
  constexpr std::ptrdiff_t hex_digits = 4;
  if (end - p < 2) return nullptr;
  if (is_escaped_letter(p[1])) return p + 2;
  if (p[1] != 'u' || end - p < 2 + hex_digits) return nullptr;
  return std::all_of(p + 2, p + 2 + hex_digits, is_hex) ? p + 2 + hex_digits : nullptr;
}

// At the quote that ends the string; null where none does.
const char* skip_text(const char* p, const char* end) {
  for (;;) {
    p = skip_plain(p, end);
    if (p == end) return nullptr;
    if (*p == '"') return p;
    if (*p != '\\') return nullptr;
    p = skip_escape(p, end);
    if (p == nullptr) return nullptr;
  }
}

}  // namespace

// A longer string would be masked unseen.
static_assert(LastAnswers::answer_bytes < seen_string_bytes);

std::size_t LastAnswers::index(const Key& key) {
  return (key.object ^ key.plan) % places;
}

bool LastAnswers::shows_the_same(const Place& place, std::string_view answer) {
  const char* p = answer.data();
  const char* const end = p + answer.size();
  const char* const redacted = place.redacted.data();
  std::size_t at = 0;
  for (const HiddenText& hidden : place.hidden) {
    const std::size_t size = hidden.at - at;
    if (static_cast<std::size_t>(end - p) < size || std::memcmp(p, redacted + at, size) != 0) {
      return false;
    }
    p = skip_text(p + size, end);
    if (p == nullptr) return false;
    at = hidden.at + hidden.size;
  }
  const std::string_view rest = std::string_view(place.redacted).substr(at);
  return rest == std::string_view(p, static_cast<std::size_t>(end - p));
}

const std::string* LastAnswers::find(const Key& key, std::string_view answer) {
  if (places_.empty() || answer.size() > answer_bytes) return nullptr;
  Place& place = places_[index(key)];
  if (place.key != key) return nullptr;
  if (place.redacted.empty() || !shows_the_same(place, answer)) {
    ++place.misses;
    return nullptr;
  }
  place.misses = 0;
  return &place.redacted;
}

bool LastAnswers::wants(const Key& key, std::string_view answer) const {
  if (answer.empty() || answer.size() > answer_bytes) return false;
  if (answer.front() != '{' && answer.front() != '[') return false;
  if (places_.empty()) return true;
  const Place& place = places_[index(key)];
  constexpr std::uint32_t at_least_each = 64;
  const std::uint32_t misses = place.misses;
  return place.key != key || (misses & (misses - 1)) == 0 || misses % at_least_each == 0;
}

void LastAnswers::remember(const Key& key,
                           std::string_view answer,
                           std::string_view redacted,
                           const std::vector<HiddenText>& hidden) {
  if (places_.empty()) places_.resize(places);
  Place& place = places_[index(key)];
  if (place.key != key) place.misses = 0;
  place.key = key;
  place.redacted.assign(redacted);
  place.hidden = hidden;
  if (!shows_the_same(place, answer)) place.redacted.clear();
}

}  // namespace sealock::policy
