#include "proxy/net/upload_gate.hpp"

#include <array>
#include <charconv>

namespace sealock::proxy {
namespace {

void append_chunk(std::string_view payload, std::string& out) {
  std::array<char, 16> digits{};
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), payload.size(), 16);
  static_cast<void>(error);
  out.append(digits.data(), end).append("\r\n").append(payload).append("\r\n");
}

}  // namespace

UploadGate::UploadGate(const policy::Policy& policy,
                       const policy::Request& request,
                       const policy::Facts& facts,
                       policy::Decision& decision)
    : judge_(policy, request, facts, decision), decision_(decision) {}

Result<void> UploadGate::judge(std::string_view payload, bool last) {
  Result<void> judged = judge_.feed(payload);
  if (judged && last) judged = judge_.finish();
  decision_ = judge_.decision();
  return judged;
}

Result<std::size_t> UploadGate::take(std::string_view input, BodyFramer& framer) {
  std::size_t used = 0;
  while (used < input.size() && !framer.done()) {
    const Result<BodyFramer::Piece> piece = framer.next(input.substr(used));
    if (!piece) return tl::unexpected<Error>(piece.error());
    used += piece->consumed;
    held_.append(piece->payload);
    const Result<void> judged = judge(piece->payload, framer.done());
    if (!judged) return tl::unexpected<Error>(judged.error());
    judged_ = framer.done();
  }
  return used;
}

std::string UploadGate::pass(const BodyFramer& framer) {
  std::string out;
  if (ended_) return out;
  const auto size = static_cast<std::size_t>(judge_.cleared() - passed_);
  passed_ += size;
  ended_ = judged_;
  if (framer.framing() != Framing::chunked) {
    out = held_.substr(0, size);
  } else {
    if (size > 0) append_chunk(std::string_view(held_).substr(0, size), out);
    if (ended_) out.append("0\r\n\r\n");
  }
  held_.erase(0, size);
  return out;
}

}  // namespace sealock::proxy
