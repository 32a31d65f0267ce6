// Masks secrets in what a program prints, as it comes from logs, attach and exec: the values of its own
// environment, and tokens of known forms. An addition for policies that let somebody read output: a
// program that wants to can always print a secret in a way that nobody recognises.
//
// A multiplexed stream is taken apart into its channels (frames of 8 bytes of head and a payload); each
// has its own text, which goes on from frame to frame, and comes out in frames again. A frame that has
// nothing left to show is left out.
//
// Memory:  one frame's text (64 KiB at most; longer frames come out as several), and what is held back.
// Errors:  engine_garbage for a frame with a broken head.
// Threads: one session.
// Source:  docker/docker pkg/stdcopy (frames); secrets.md 6.4 (known values, carry-over).

#pragma once

#include "policy/answer/answer_editor.hpp"
#include "policy/scrub/scrub_ways.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy {

class LiteralMatcher;
class TextScrubber;

class StreamScrubber : public AnswerEditor {
public:
  enum class Form { raw, multiplexed };

  // `values`: what known_values() made of the program's environment.
  StreamScrubber(Form form, ScrubWays ways, const std::vector<std::string>& values);
  ~StreamScrubber() override;

  [[nodiscard]] Result<void> feed(std::string_view input, std::string& out) override;
  [[nodiscard]] Result<void> finish(std::string& out) override;

private:
  static constexpr std::size_t head_bytes = 8;
  static constexpr std::size_t channel_count = 4;  // stdin, stdout, stderr, the engine's errors

  [[nodiscard]] TextScrubber& channel(std::size_t number);
  void take_payload(std::string_view payload, std::string& out);
  void send_frame(std::size_t channel, std::string& out);

  Form form_;
  ScrubWays ways_;
  std::shared_ptr<const LiteralMatcher> values_;
  std::array<std::unique_ptr<TextScrubber>, channel_count> channels_;
  std::string head_;        // of the frame that is coming
  std::uint32_t left_ = 0;  // of its payload
  std::string text_;        // what may be shown of it
};

}  // namespace sealock::policy
