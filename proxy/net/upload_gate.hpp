// Holds an upload back until it has been judged, and frames for the engine what may pass.
//
// The client's framing is taken off and put on anew: the engine gets the same length, or chunks of our
// own, so that nothing but judged bytes and our chunk lines reach it. The last byte waits until the
// whole upload has been judged, and with it everything that the engine does at the end of one.
//
// Units:   bytes. Memory: preview_bytes before the decision, ArchiveLimits::held_bytes afterwards.
// Errors:  denied, bad_request, too_large; afterwards nothing more is taken or given.
// Threads: one session; not shared.
// Life:    policy, request, facts and decision outlive it.

#pragma once

#include "policy/result.hpp"
#include "policy/rules/upload_judge.hpp"
#include "proxy/net/body_framer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sealock::proxy {

class UploadGate {
public:
  // So much is read before the decision is made and recorded: an upload that ends within it is
  // decided as a whole, and not a byte of a refused one reaches the engine.
  static constexpr std::size_t preview_bytes = 256 * 1024;

  // `decision` is kept up to date.
  UploadGate(const policy::Policy& policy,
             const policy::Request& request,
             const policy::Facts& facts,
             policy::Decision& decision);
  UploadGate(const UploadGate&) = delete;
  UploadGate& operator=(const UploadGate&) = delete;

  // Takes what belongs to the body off `input`, and says how much that was.
  [[nodiscard]] Result<std::size_t> take(std::string_view input, BodyFramer& framer);
  // What may be sent now. It is given once.
  [[nodiscard]] std::string pass(const BodyFramer& framer);

  [[nodiscard]] std::size_t held_bytes() const { return held_.size(); }
  // Everything has been judged, and given by pass().
  [[nodiscard]] bool done() const { return ended_; }

private:
  [[nodiscard]] Result<void> judge(std::string_view payload, bool last);

  policy::UploadJudge judge_;
  policy::Decision& decision_;
  std::string held_;  // payload
  std::uint64_t passed_ = 0;
  bool judged_ = false;  // to its end
  bool ended_ = false;
};

}  // namespace sealock::proxy
