// Scrubs a text in pieces of every size that matters, and demands the same each time.

#pragma once

#include "policy/scrub/text_scrubber.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sealock::policy::test {

using MakeScrubber = std::function<std::unique_ptr<TextScrubber>()>;

inline std::string scrub(const MakeScrubber& make, std::string_view text) {
  std::string whole;
  for (const std::size_t size : {text.size() + 1, std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
    const auto scrubber = make();
    std::string shown;
    for (std::size_t at = 0; at < text.size(); at += size)
      scrubber->feed(text.substr(at, size), shown);
    scrubber->finish(shown);
    if (size > text.size()) whole = shown;
    CAPTURE(size);
    CHECK(shown == whole);
  }
  return whole;
}

}  // namespace sealock::policy::test
