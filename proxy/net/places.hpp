// Places for so many of something at once, some of which are kept for each listener, so that the clients of
// one cannot lock out those of another.
//
// A half is divided evenly, into a place each at least where there are as many as listeners; the rest is for
// whoever comes first.
//
// Threads: any; a place may be freed by another one than took it.
// Life:    Places outlive each Place.

#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace sealock::proxy {

// One that has been taken, until it is destroyed.
class Place {
public:
  explicit Place(std::atomic<std::size_t>& taken) : taken_(&taken) {}
  ~Place() {
    if (taken_ != nullptr) --*taken_;
  }
  Place(Place&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  Place& operator=(Place&& other) noexcept {
    std::swap(taken_, other.taken_);
    return *this;
  }

private:
  std::atomic<std::size_t>* taken_;  // null: moved from
};

class Places {
public:
  Places(std::size_t limit, std::size_t listeners);

  // Nothing: there is none for this listener. Counted from 0, as they stand in the configuration.
  [[nodiscard]] std::optional<Place> take(std::size_t listener);
  [[nodiscard]] bool is_full(std::size_t listener) const;

private:
  std::size_t kept_;    // for each listener
  std::size_t common_;  // for all of them
  std::vector<std::atomic<std::size_t>> taken_kept_;
  std::atomic<std::size_t> taken_common_{0};
};

}  // namespace sealock::proxy
