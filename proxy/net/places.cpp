#include "proxy/net/places.hpp"

#include <algorithm>

namespace sealock::proxy {
namespace {

// Rounded up, so that each listener has one, unless there are too few.
std::size_t kept_for_each(std::size_t limit, std::size_t listeners) {
  if (listeners < 2) return 0;
  return std::min((limit + 2 * listeners - 1) / (2 * listeners), limit / listeners);
}

bool take_one(std::atomic<std::size_t>& taken, std::size_t limit) {
  if (++taken <= limit) return true;
  --taken;
  return false;
}

}  // namespace

Places::Places(std::size_t limit, std::size_t listeners)
    : kept_(kept_for_each(limit, listeners)),
      common_(limit - kept_ * listeners),
      taken_kept_(listeners) {}

std::optional<Place> Places::take(std::size_t listener) {
  std::atomic<std::size_t>& kept = taken_kept_.at(listener);
  if (take_one(kept, kept_)) return Place(kept);
  if (take_one(taken_common_, common_)) return Place(taken_common_);
  return std::nullopt;
}

bool Places::is_full(std::size_t listener) const {
  return taken_kept_.at(listener) >= kept_ && taken_common_ >= common_;
}

}  // namespace sealock::proxy
