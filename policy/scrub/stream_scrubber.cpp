#include "policy/scrub/stream_scrubber.hpp"

#include "policy/scrub/token_scrubber.hpp"
#include "policy/scrub/value_scrubber.hpp"

#include <algorithm>

namespace sealock::policy {
namespace {

constexpr std::size_t longest_frame = 64 * 1024;

// Values first, then tokens in what is left.
class Both : public TextScrubber {
public:
  explicit Both(std::shared_ptr<const LiteralMatcher> values) : values_(std::move(values)) {}

  void feed(std::string_view text, std::string& out) override {
    between_.clear();
    values_.feed(text, between_);
    tokens_.feed(between_, out);
  }
  void finish(std::string& out) override {
    between_.clear();
    values_.finish(between_);
    tokens_.feed(between_, out);
    tokens_.finish(out);
  }

private:
  ValueScrubber values_;
  TokenScrubber tokens_;
  std::string between_;
};

std::unique_ptr<TextScrubber> make_scrubber(ScrubWays ways,
                                            const std::shared_ptr<const LiteralMatcher>& values) {
  if (ways.environment && ways.tokens) return std::make_unique<Both>(values);
  if (ways.environment) return std::make_unique<ValueScrubber>(values);
  return std::make_unique<TokenScrubber>();
}

}  // namespace

StreamScrubber::StreamScrubber(Form form, ScrubWays ways, const std::vector<std::string>& values)
    : form_(form),
      ways_(ways),
      values_(ways.environment ? std::make_shared<const LiteralMatcher>(values) : nullptr) {}

StreamScrubber::~StreamScrubber() = default;

TextScrubber& StreamScrubber::channel(std::size_t number) {
  if (channels_[number] == nullptr) channels_[number] = make_scrubber(ways_, values_);
  return *channels_[number];
}

Result<void> StreamScrubber::feed(std::string_view input, std::string& out) {
  if (form_ == Form::raw) {
    channel(0).feed(input, out);
    return {};
  }
  while (!input.empty()) {
    if (left_ > 0) {
      const std::string_view payload = input.substr(0, left_);
      take_payload(payload, out);
      input.remove_prefix(payload.size());
      continue;
    }
    const std::size_t missing = head_bytes - head_.size();
    head_.append(input.substr(0, missing));
    input.remove_prefix(std::min(missing, input.size()));
    if (head_.size() < head_bytes) return {};
    const auto byte = [this](std::size_t at) { return static_cast<unsigned char>(head_[at]); };
    if (byte(0) >= channel_count || byte(1) != 0 || byte(2) != 0 || byte(3) != 0) {
      return fail(ErrorKind::engine_garbage, "its output is no multiplexed stream");
    }
    for (std::size_t at = 4; at < head_bytes; ++at)
      left_ = left_ << 8U | byte(at);
    if (left_ > 0) continue;
    out.append(head_);
    head_.clear();
  }
  return {};
}

void StreamScrubber::take_payload(std::string_view payload, std::string& out) {
  const auto number = static_cast<unsigned char>(head_[0]);
  left_ -= static_cast<std::uint32_t>(payload.size());
  channel(number).feed(payload, text_);
  if (left_ == 0 || text_.size() >= longest_frame) send_frame(number, out);
  if (left_ == 0) head_.clear();
}

void StreamScrubber::send_frame(std::size_t channel, std::string& out) {
  if (text_.empty()) return;
  const auto size = static_cast<std::uint32_t>(text_.size());
  out.push_back(static_cast<char>(channel));
  out.append(3, '\0');
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    out.push_back(static_cast<char>(size >> shift & 0xffU));
  out.append(text_);
  text_.clear();
}

Result<void> StreamScrubber::finish(std::string& out) {
  if (form_ == Form::raw) {
    channel(0).finish(out);
    return {};
  }
  if (!head_.empty()) return fail(ErrorKind::engine_garbage, "its output ends within a frame");
  for (std::size_t number = 0; number < channel_count; ++number) {
    if (channels_[number] == nullptr) continue;
    channels_[number]->finish(text_);
    send_frame(number, out);
  }
  return {};
}

}  // namespace sealock::policy
