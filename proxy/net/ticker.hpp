// One slow clock per worker for all deadlines, instead of a timer per operation.
//
// A re-armed Asio timer costs 1.3 microseconds, a `read || timer` 5.4 (performance.md 8); a deadline
// here is one store. Every quarter of a second the ticker walks the list of its sessions; with 10,000
// of them that is some ten microseconds, so the hashed wheel that design.md names would save nothing.
//
// Units:   ticks of 250 ms since the worker started.
// Threads: one worker; not shared.
// Life:    a Ticked leaves the list when it is destroyed; the ticker outlives all of them.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstdint>
#include <functional>

namespace sealock::proxy {

using Tick = std::uint32_t;

class Ticked : public boost::intrusive::list_base_hook<
                   boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
  virtual void on_tick(Tick now) = 0;
  // New policies are in force.
  virtual void on_reload() = 0;
  // End when the current request has ended, at once when there is none.
  virtual void on_stop() = 0;
  // End now.
  virtual void on_abort() = 0;

protected:
  Ticked() = default;
  Ticked(const Ticked&) = delete;
  Ticked& operator=(const Ticked&) = delete;
  ~Ticked() = default;
};

class Ticker {
public:
  static constexpr std::chrono::milliseconds period{250};

  explicit Ticker(boost::asio::io_context& context);

  void add(Ticked& ticked);
  [[nodiscard]] Tick now() const { return now_; }
  // The tick at which a wait that starts now is over; never too early.
  [[nodiscard]] Tick after(std::chrono::milliseconds duration) const;
  // Also called at each tick, before the sessions.
  void on_every_tick(std::function<void(Tick)> action) { action_ = std::move(action); }
  void for_each(const std::function<void(Ticked&)>& action);

private:
  void arm();
  void tick();

  boost::asio::steady_timer timer_;
  boost::intrusive::list<Ticked, boost::intrusive::constant_time_size<false>> list_;
  std::function<void(Tick)> action_;
  Tick now_ = 1;
  bool armed_ = false;
};

}  // namespace sealock::proxy
