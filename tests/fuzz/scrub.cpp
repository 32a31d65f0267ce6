// libFuzzer target: what a program prints. Scrubbed in pieces it is as scrubbed at once; no known value is
// left in it; what holds no secret comes out as it was.

#include "policy/scrub/stream_scrubber.hpp"
#include "tests/fuzz/property.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sealock::policy;
using sealock::fuzz::require;
using Form = StreamScrubber::Form;

constexpr std::string_view mask = "**masked**";

struct Outcome {
  std::string shown;
  bool good = false;
};

Outcome scrub(Form form,
              ScrubWays ways,
              const std::vector<std::string>& values,
              std::string_view input,
              std::size_t piece) {
  StreamScrubber scrubber(form, ways, values);
  Outcome outcome;
  outcome.good = true;
  while (outcome.good && !input.empty()) {
    const std::string part(input.substr(0, piece));  // a copy: a look past its end is seen
    outcome.good = scrubber.feed(part, outcome.shown).has_value();
    input.remove_prefix(part.size());
  }
  outcome.good = outcome.good && scrubber.finish(outcome.shown).has_value();
  return outcome;
}

// What stands between the masks.
std::vector<std::string> texts_between(std::string_view shown) {
  std::vector<std::string> texts;
  for (;;) {
    const std::size_t at = shown.find(mask);
    texts.emplace_back(shown.substr(0, at));
    if (at == std::string_view::npos) return texts;
    shown.remove_prefix(at + mask.size());
  }
}

// One frame of each line, on channels in turn.
std::string frames_of(std::string_view text) {
  std::string made;
  for (unsigned channel = 1; !text.empty(); channel = 3 - channel) {
    const std::string_view line = text.substr(0, text.find('\n') + 1);
    const std::string_view payload = line.empty() ? text : line;
    made.push_back(static_cast<char>(channel));
    made.append(3, '\0');
    for (const unsigned shift : {24U, 16U, 8U, 0U})
      made.push_back(static_cast<char>(payload.size() >> shift & 0xffU));
    made.append(payload);
    text.remove_prefix(payload.size());
  }
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::size_t piece = 1 + data[0];
  const ScrubWays ways{(data[1] & 1U) != 0, (data[1] & 2U) != 0};
  if (!ways.any()) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 2, size - 2);
  // Lines before an empty one are the values; the mask itself can be no secret.
  std::vector<std::string> values;
  for (std::size_t end = input.find('\n'); end != std::string_view::npos && end > 0;
       end = input.find('\n')) {
    const std::string_view value = input.substr(0, end);
    if (value.size() > 1 && mask.find(value) == std::string_view::npos) values.emplace_back(value);
    input.remove_prefix(end + 1);
  }
  const Outcome whole = scrub(Form::raw, ways, values, input, input.size() + 1);
  const Outcome pieces = scrub(Form::raw, ways, values, input, piece);
  require(whole.good && pieces.good, "any text is taken");
  require(whole.shown == pieces.shown, "pieces are scrubbed as the whole is");
  if (ways.environment && !ways.tokens) {
    for (const std::string& text : texts_between(whole.shown)) {
      for (const std::string& value : values)
        require(text.find(value) == std::string::npos, "no value is left");
    }
  }
  if (whole.shown.find(mask) == std::string::npos)
    require(whole.shown == input, "what holds no secret is as it was");
  for (const std::string& multiplexed : {std::string(input), frames_of(input)}) {
    const Outcome at_once =
        scrub(Form::multiplexed, ways, values, multiplexed, multiplexed.size() + 1);
    const Outcome in_pieces = scrub(Form::multiplexed, ways, values, multiplexed, piece);
    require(at_once.good == in_pieces.good, "pieces are taken as the whole is");
    if (at_once.good) require(at_once.shown == in_pieces.shown, "frames do not depend on pieces");
  }
  return 0;
}
