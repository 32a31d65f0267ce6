#include "policy/answer/last_answers.hpp"

#include "policy/answer/json_bytes.hpp"
#include "policy/answer/mask.hpp"

#include <algorithm>
#include <cstring>

namespace sealock::policy {
namespace {

constexpr std::size_t shown_limit = 512;  // values of one answer: memory
constexpr int changes_at_once = 32;       // the comparison begins anew for each

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

// Behind an integer as the machine's grammar takes it; null where none begins.
const char* skip_digits(const char* p, const char* end) {
  const char* const first = p;
  while (p != end && is_digit(*p))
    ++p;
  return p == first || (*first == '0' && p - first != 1) ? nullptr : p;
}

std::size_t common_prefix(std::string_view one, std::string_view other) {
  const std::size_t size = std::min(one.size(), other.size());
  if (std::memcmp(one.data(), other.data(), size) == 0) return size;
  return static_cast<std::size_t>(
      std::mismatch(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(size), other.begin())
          .first -
      one.begin());
}

}  // namespace

// A longer string would be masked unseen.
static_assert(LastAnswers::answer_bytes < seen_string_bytes);

std::size_t LastAnswers::index(const Key& key) {
  return (key.object ^ key.plan) % places;
}

// Where in the redacted text the first byte is that the answer should have and has not; `same`:
// nowhere, and changed_ is what the answer shows, unless it is the redacted text itself (then empty).
std::size_t LastAnswers::first_difference(const Place& place, std::string_view answer) {
  const char* p = answer.data();
  const char* const end = p + answer.size();
  const std::string_view redacted = place.redacted;
  std::size_t at = 0;     // how far the redacted text has been looked at
  std::size_t shown = 0;  // and how much of it is in changed_
  changed_.clear();
  for (const AnswerPart& part : place.skipped) {
    const std::string_view before = redacted.substr(at, part.at - at);
    const std::size_t alike = common_prefix(before, {p, end});
    if (alike != before.size()) return at + alike;
    p += alike;
    const char* const behind =
        part.kind == AnswerPart::Kind::digits ? skip_digits(p, end) : skip_text(p, end);
    if (behind == nullptr) return part.at;
    at = part.at + part.size;
    if (part.kind != AnswerPart::Kind::hidden) {
      changed_.append(redacted, shown, part.at - shown).append(p, behind);
      shown = at;
    }
    p = behind;
  }
  const std::string_view rest = redacted.substr(at);
  const std::size_t alike = common_prefix(rest, {p, end});
  if (alike != rest.size() || p + alike != end) return at + alike;
  if (shown != 0) changed_.append(redacted, shown);
  return same;
}

// The value at this place in the redacted text has changed. True if it may: another one there will do.
bool LastAnswers::skip_from_now_on(Place& place, std::size_t at) {
  const auto starts_behind = [](std::size_t where, const AnswerPart& part) {
    return where < part.at;
  };
  auto part = std::upper_bound(place.shown.begin(), place.shown.end(), at, starts_behind);
  if (part == place.shown.begin()) return false;
  --part;
  // Behind its last byte as well, where the other value is longer.
  if (at > part->at + part->size) return false;
  place.skipped.insert(
      std::upper_bound(place.skipped.begin(), place.skipped.end(), part->at, starts_behind), *part);
  place.shown.erase(part);
  return true;
}

const std::string* LastAnswers::find(const Key& key, std::string_view answer) {
  if (places_.empty() || answer.size() > answer_bytes) return nullptr;
  Place& place = places_[index(key)];
  if (place.key != key) return nullptr;
  for (int left = changes_at_once; !place.redacted.empty() && left != 0; --left) {
    const std::size_t at = first_difference(place, answer);
    if (at == same) {
      place.misses = 0;
      return changed_.empty() ? &place.redacted : &changed_;
    }
    if (!skip_from_now_on(place, at)) break;
  }
  ++place.misses;
  return nullptr;
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
                           const std::vector<AnswerPart>& parts) {
  if (places_.empty()) places_.resize(places);
  Place& place = places_[index(key)];
  if (place.key != key) place.misses = 0;
  place.key = key;
  place.redacted.assign(redacted);
  place.skipped.clear();
  place.shown.clear();
  for (const AnswerPart& part : parts) {
    if (part.kind == AnswerPart::Kind::hidden) {
      place.skipped.push_back(part);
    } else if (place.shown.size() < shown_limit) {
      place.shown.push_back(part);
    }
  }
  if (first_difference(place, answer) != same) place.redacted.clear();
}

}  // namespace sealock::policy
