// Runs something that blocks on a thread of the pool, and comes back to the worker.
//
// Errors: what the work throws is thrown on the worker.
// Cancel: none; the awaitable ends when the work has ended, and the worker's loop with it.
// Life:   the pool ends before the workers do.

#pragma once

#include "proxy/net/socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace sealock::proxy {

// `work` is a named std::function of the caller (style.md 1.1).
template <typename T>
[[nodiscard]] Task<T> run_in_pool(boost::asio::io_context& context,
                                  boost::asio::thread_pool& pool,
                                  std::function<T()> work) {
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  struct State {
    explicit State(boost::asio::io_context& loop) : ready(loop, Timer::time_point::max()) {}
    Timer ready;  // cancelled when there is a value
    std::optional<T> value;
    std::exception_ptr failure;
  };
  auto state = std::make_shared<State>(context);
  boost::asio::post(pool, [state, &context, work = std::move(work)] {
    try {
      state->value = work();
    } catch (...) {
      state->failure = std::current_exception();
    }
    // Not before the wait below has begun: this is run by the loop that runs us now.
    boost::asio::post(context, [state] { state->ready.cancel(); });
  });
  const auto result = co_await state->ready.async_wait(no_throw);
  static_cast<void>(result);
  if (state->failure) std::rethrow_exception(state->failure);
  co_return std::move(*state->value);
}

}  // namespace sealock::proxy
