// Shows a deployment as it goes on: a bar with the current step on a terminal, a line an event
// elsewhere.
//
// Threads: one.

#pragma once

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

namespace sealock::proxy {

// "[=======>      ] 7/12 web: waiting", no wider than `width`.
[[nodiscard]] std::string progress_bar(std::size_t done,
                                       std::size_t total,
                                       const std::string& text,
                                       std::size_t width);

class Progress {
public:
  enum class Style { lines, bar };
  Progress(Style style, std::FILE* output) : style_(style), output_(output) {}

  // One event of the stream; `done` and `total` are steps, 0 of 0 when nobody knows.
  void show(const nlohmann::json& event, std::size_t done, std::size_t total);
  // Takes the bar away, so that something else can be printed.
  void clear();

private:
  Style style_;
  std::FILE* output_;
  bool bar_shown_ = false;
};

}  // namespace sealock::proxy
