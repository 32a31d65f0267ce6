// One text that streams by, without what must not be shown.

#pragma once

#include <string>
#include <string_view>

namespace sealock::policy {

class TextScrubber {
public:
  virtual ~TextScrubber() = default;

  // Appends what may be shown to `out`. What could become a secret is held back until more has come.
  virtual void feed(std::string_view text, std::string& out) = 0;
  // The text is over.
  virtual void finish(std::string& out) = 0;
};

}  // namespace sealock::policy
