#include "proxy/net/ticker.hpp"

namespace sealock::proxy {

Ticker::Ticker(boost::asio::io_context& context) : timer_(context) {}

void Ticker::add(Ticked& ticked) {
  list_.push_back(ticked);
  arm();
}

Tick Ticker::after(std::chrono::milliseconds duration) const {
  return now_ + 1 + static_cast<Tick>((duration + period - std::chrono::milliseconds(1)) / period);
}

void Ticker::for_each(const std::function<void(Ticked&)>& action) {
  // The action may end the session that it is called for, never another one.
  for (auto at = list_.begin(); at != list_.end();) {
    Ticked& ticked = *at;
    ++at;
    action(ticked);
  }
}

// The clock stands still while there is nobody to wake: an idle proxy uses no CPU.
void Ticker::arm() {
  if (armed_) return;
  armed_ = true;
  timer_.expires_after(period);
  timer_.async_wait([this](const boost::system::error_code& error) {
    armed_ = false;
    if (!error) tick();
  });
}

void Ticker::tick() {
  ++now_;
  if (action_) action_(now_);
  for_each([this](Ticked& ticked) { ticked.on_tick(now_); });
  if (!list_.empty()) arm();
}

}  // namespace sealock::proxy
