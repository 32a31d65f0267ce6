#include "policy/scrub/value_scrubber.hpp"

#include "policy/answer/mask.hpp"

namespace sealock::policy {

ValueScrubber::ValueScrubber(std::shared_ptr<const LiteralMatcher> values)
    : values_(std::move(values)) {}

void ValueScrubber::feed(std::string_view text, std::string& out) {
  for (const char byte : text)
    take(byte, out);
}

void ValueScrubber::take(char byte, std::string& out) {
  if (!masking_) return look(byte, out);
  if (go_on_masking(byte)) return;
  // No longer value after all: what came behind the shorter one is text like any other.
  masking_ = false;
  state_ = LiteralMatcher::start;
  std::string again;
  again.swap(behind_);
  again.push_back(byte);
  feed(again, out);
}

// A longer value, or one that begins with the end of what is masked.
bool ValueScrubber::go_on_masking(char byte) {
  LiteralMatcher::State state = state_;
  auto next = values_->follow(state, byte);
  while (!next) {
    state = values_->fallback(state);
    if (values_->depth(state) <= behind_.size()) return false;
    next = values_->follow(state, byte);
  }
  state_ = *next;
  behind_.push_back(byte);
  if (values_->ended(state_)) behind_.clear();
  return true;
}

void ValueScrubber::look(char byte, std::string& out) {
  auto next = values_->follow(state_, byte);
  while (!next && state_ != LiteralMatcher::start) {
    const LiteralMatcher::State shorter = values_->fallback(state_);
    const std::size_t freed = values_->depth(state_) - values_->depth(shorter);
    out.append(held_, 0, freed);
    held_.erase(0, freed);
    state_ = shorter;
    next = values_->follow(state_, byte);
  }
  if (!next) {
    out.push_back(byte);
    return;
  }
  state_ = *next;
  held_.push_back(byte);
  if (!values_->ended(state_)) return;
  // A value that ends inside the beginning of a longer one is masked with that beginning.
  out.append(mask_text);
  held_.clear();
  masking_ = true;
}

void ValueScrubber::finish(std::string& out) {
  out.append(held_).append(behind_);
  held_.clear();
  behind_.clear();
  masking_ = false;
  state_ = LiteralMatcher::start;
}

}  // namespace sealock::policy
