// Masks known values in a text, wherever the pieces that it comes in are cut.
//
// Holds back what could be the beginning of a value, and no more: a prompt without a line feed shows
// at once, unless a value begins like its end. Of values that overlap or begin with one another all is
// masked, in doubt with what stands between.
//
// Memory:  the longest value, besides the matcher.
// Threads: one stream; the matcher may be shared.

#pragma once

#include "policy/scrub/literal_matcher.hpp"
#include "policy/scrub/text_scrubber.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace sealock::policy {

class ValueScrubber : public TextScrubber {
public:
  explicit ValueScrubber(std::shared_ptr<const LiteralMatcher> values);

  void feed(std::string_view text, std::string& out) override;
  void finish(std::string& out) override;

private:
  void take(char byte, std::string& out);
  void look(char byte, std::string& out);
  bool go_on_masking(char byte);

  std::shared_ptr<const LiteralMatcher> values_;
  LiteralMatcher::State state_ = LiteralMatcher::start;
  std::string held_;      // the beginning of a value
  bool masking_ = false;  // a value has ended here, and a longer one may go on
  std::string behind_;    // what came behind it, and may belong to the longer one
};

}  // namespace sealock::policy
